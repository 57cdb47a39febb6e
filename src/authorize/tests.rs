use std::{collections::BTreeMap, time::Duration};

use serde_json::{Map, json};

use super::*;
use crate::{authenticate::Person, clock::ManualClock, secret::Secret};

fn ada() -> Principal {
    let claims = json!({ "groups": ["staff", "ops"], "department": "engineering", "level": 3 });
    let person = Person {
        credential: Credential::Session,
        subject: "00u1".into(),
        claims: Arc::new(claims.as_object().cloned().unwrap_or_else(Map::new).into()),
        scopes: ["openid".into(), "orders:read".into()].into(),
        acr: Some("urn:okta:loa:1fa:any".into()),
        auth_time: Some(ManualClock::new().unix()),
        access_token: Secret::new("at"),
    };
    person.into()
}

fn verdict(require: &Requirements) -> Verdict {
    judge(&ada(), require, &ManualClock::new())
}

#[test]
fn nothing_required_suffices() {
    assert_eq!(verdict(&Requirements::default()), Verdict::Suffices);
}

#[test]
fn every_scope_is_needed() {
    let scopes = |scopes: &[&str]| Requirements {
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        ..Requirements::default()
    };
    assert_eq!(
        verdict(&scopes(&["openid", "orders:read"])),
        Verdict::Suffices
    );
    assert_eq!(
        verdict(&scopes(&["openid", "orders:write"])),
        Verdict::Lacks(Rule::Scope("orders:write".into()))
    );
}

#[test]
fn one_group_is_enough() {
    let groups = |groups: &[&str]| Requirements {
        groups: groups.iter().map(|s| (*s).to_owned()).collect(),
        ..Requirements::default()
    };
    assert_eq!(verdict(&groups(&["admins", "ops"])), Verdict::Suffices);
    assert_eq!(verdict(&groups(&["admins"])), Verdict::Lacks(Rule::Groups));
}

#[test]
fn claims_are_compared_whole_and_typed() {
    let claims = |claim: &str, value: Value| Requirements {
        claims: BTreeMap::from([(claim.to_owned(), vec![value])]),
        ..Requirements::default()
    };
    assert_eq!(
        verdict(&claims("department", json!("engineering"))),
        Verdict::Suffices
    );
    assert_eq!(verdict(&claims("groups", json!("ops"))), Verdict::Suffices);
    assert_eq!(verdict(&claims("level", json!(3))), Verdict::Suffices);
    assert_eq!(
        verdict(&claims("level", json!("3"))),
        Verdict::Lacks(Rule::Claim("level".into()))
    );
    assert_eq!(
        verdict(&claims("department", json!("engineer"))),
        Verdict::Lacks(Rule::Claim("department".into()))
    );
    assert_eq!(
        verdict(&claims("missing", json!(true))),
        Verdict::Lacks(Rule::Claim("missing".into()))
    );
}

#[test]
fn weak_or_old_assurance_is_stepped_up() {
    let acr = Requirements {
        acr: Some("urn:okta:loa:2fa:any".into()),
        ..Requirements::default()
    };
    assert_eq!(verdict(&acr), Verdict::StepUp);
    let max_age = Requirements {
        max_age: Some(Duration::from_mins(5)),
        ..Requirements::default()
    };
    assert_eq!(verdict(&max_age), Verdict::Suffices);
    let clock = ManualClock::new();
    clock.advance(Duration::from_mins(6));
    assert_eq!(judge(&ada(), &max_age, &clock), Verdict::StepUp);
}
