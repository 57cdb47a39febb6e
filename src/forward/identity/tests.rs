use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::{
    authenticate::{Credential, Person},
    clock::{Clock as _, ManualClock},
};

fn person(claims: &Value) -> Person {
    Person {
        credential: Credential::Session,
        subject: "00u1".to_owned(),
        claims: Arc::new(claims.as_object().unwrap().clone().into()),
        scopes: ["openid".to_owned(), "email".to_owned()].into(),
        acr: Some("urn:okta:loa:2fa:any".to_owned()),
        auth_time: Some(1_700_000_000),
        access_token: "token".into(),
    }
}

fn principal(claims: &Value) -> Principal {
    person(claims).into()
}

fn route() -> Arc<Route> {
    Arc::new(Route {
        upstream_authorization: UpstreamAuthorization::AccessToken,
        headers: vec![("x-level".parse().unwrap(), "level".to_owned())],
        ..Route::for_everything()
    })
}

fn identities() -> Identities {
    let seeds = [[1; 32], [2; 32]];
    Identities::new(Arc::new(
        Assertion::new(&seeds, "https://app.example").unwrap(),
    ))
}

fn fields_of(
    identities: &Identities,
    clock: &ManualClock,
    who: &Principal,
    route: &Arc<Route>,
    audience: Option<&str>,
) -> Fields {
    let fields = identities.fields(who, route, audience, clock.unix());
    fields.unwrap()
}

fn value(fields: &Fields, name: &str) -> Option<String> {
    let field = fields.iter().find(|(field, _)| field == name)?;
    Some(field.1.to_str().unwrap().to_owned())
}

fn decode(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn texts_are_made_visible_ascii_and_stay_apart() {
    for (text, encoded) in [
        ("ada@example.com", "ada@example.com"),
        ("Ada Lovelace", "Ada Lovelace"),
        ("Zoë", "Zo%C3%AB"),
        ("Zo%C3%AB", "Zo%25C3%25AB"),
        (" edge ", "%20edge%20"),
        ("  ", "%20%20"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
    ] {
        assert_eq!(encode(text), encoded, "{text:?}");
    }
}

#[test]
fn claims_become_fields_or_a_refusal() {
    let name: HeaderName = "x-level".parse().unwrap();
    for (claim, field) in [
        (json!("gold"), Some("gold")),
        (json!(3), Some("3")),
        (json!(true), Some("true")),
        (json!(["a", "b"]), Some("a,b")),
        (json!([]), None),
        (json!(null), None),
    ] {
        let made = mapped(&name, Some(&claim)).unwrap();
        assert_eq!(
            made.as_ref().map(|value| value.to_str().unwrap()),
            field,
            "{claim}"
        );
    }
    for claim in [
        json!({"a": 1}),
        json!([1]),
        json!(["a,b"]),
        json!("a\nb"),
        json!("a\u{0}"),
        json!("x".repeat(8193)),
    ] {
        assert!(mapped(&name, Some(&claim)).is_err(), "{claim}");
    }
    assert!(mapped(&name, Some(&json!("x".repeat(8192)))).is_ok());
}

#[test]
fn the_assertion_is_signed_by_the_first_key_and_verifies_by_the_published_one() {
    let clock = ManualClock::new();
    let identities = identities();
    let who = principal(&json!({"email": "ada@example.com", "groups": ["staff"], "amr": ["pwd"]}));
    let fields = fields_of(&identities, &clock, &who, &route(), Some("app"));
    let token = value(&fields, "x-interlock-assertion").unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let (header, claims) = (decode(parts[0]), decode(parts[1]));
    assert_eq!(header["alg"], "EdDSA");
    for (name, expected) in [
        ("iss", json!("https://app.example")),
        ("aud", json!(Some("app"))),
        ("sub", json!("00u1")),
        ("email", json!("ada@example.com")),
        ("groups", json!(["staff"])),
        ("acr", json!("urn:okta:loa:2fa:any")),
        ("amr", json!(["pwd"])),
        ("auth_time", json!(1_700_000_000)),
        ("scp", json!(["openid", "email"])),
    ] {
        assert_eq!(claims[name], expected, "{name}");
    }
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        60
    );
    assert!(claims.get("name").is_none());

    let jwks: Value = serde_json::from_str(&identities.assertion.jwks()).unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0]["kid"], header["kid"]);
    let public = URL_SAFE_NO_PAD
        .decode(keys[0]["x"].as_str().unwrap())
        .unwrap();
    let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    let message = format!("{}.{}", parts[0], parts[1]);
    let key = UnparsedPublicKey::new(&ED25519, public);
    key.verify(message.as_bytes(), &signature).unwrap();
    assert!(
        key.verify(format!("{message}x").as_bytes(), &signature)
            .is_err()
    );
}

#[test]
fn the_key_id_is_the_thumbprint_of_rfc_8037() {
    // Appendix A.1 and A.3.
    let seed = URL_SAFE_NO_PAD
        .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap();
    let assertion = Assertion::new(&[seed.try_into().unwrap()], "x").unwrap();
    let jwks: Value = serde_json::from_str(&assertion.jwks()).unwrap();
    assert_eq!(
        jwks["keys"][0]["x"],
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    );
    assert_eq!(
        jwks["keys"][0]["kid"],
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
    assert!(Assertion::new(&[], "x").is_err());
}

#[test]
fn fields_are_used_again_for_half_a_life_and_on_their_route_alone() {
    let clock = ManualClock::new();
    let identities = identities();
    let (ada, here) = (principal(&json!({"level": 1})), route());
    let first = fields_of(&identities, &clock, &ada, &here, Some("app"));
    assert_eq!(value(&first, "x-level").as_deref(), Some("1"));
    assert_eq!(
        value(&first, "authorization").as_deref(),
        Some("Bearer token")
    );
    assert!(first.are(&fields_of(&identities, &clock, &ada, &here, Some("app"))));
    // Another route: other fields.
    let without_token = Arc::new(Route {
        upstream_authorization: UpstreamAuthorization::None,
        ..Route::clone(&route())
    });
    let there = fields_of(&identities, &clock, &ada, &without_token, Some("app"));
    assert_eq!(value(&there, "authorization"), None);
    assert!(first.are(&fields_of(&identities, &clock, &ada, &here, Some("app"))));

    clock.advance(Duration::from_secs(31));
    assert!(!first.are(&fields_of(&identities, &clock, &ada, &here, Some("app"))));
}

#[test]
fn an_app_that_does_without_the_assertion_costs_no_signature() {
    let clock = ManualClock::new();
    let identities = identities();
    let (ada, here) = (principal(&json!({"level": 1})), route());
    let fields = fields_of(&identities, &clock, &ada, &here, None);
    assert_eq!(value(&fields, "x-interlock-assertion"), None);
    assert_eq!(value(&fields, "x-level").as_deref(), Some("1"));
    assert_eq!(
        value(&fields, "authorization").as_deref(),
        Some("Bearer token")
    );
    assert_eq!(identities.assertions.lock().unwrap().len(), 0);
    clock.advance(Duration::from_hours(1));
    assert!(
        fields.are(&fields_of(&identities, &clock, &ada, &here, None)),
        "nothing in them runs out"
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let clock = ManualClock::new();
    let identities = identities();
    let (mut who, here) = (person(&json!({})), route());
    for n in 0..=MOST {
        who.subject = n.to_string();
        let principal = Principal::from(who.clone());
        fields_of(&identities, &clock, &principal, &here, Some("app"));
    }
    assert!(identities.assertions.lock().unwrap().len() <= MOST);
}

#[test]
fn what_says_the_same_is_signed_once_and_never_used_too_long() {
    let clock = ManualClock::new();
    let identities = identities();
    let (route, one) = (route(), person(&json!({ "email": "ada@example.com" })));
    let of = |person: &Person| {
        let principal = Principal::from(person.clone());
        let fields = fields_of(&identities, &clock, &principal, &route, Some("app"));
        value(&fields, "x-interlock-assertion").unwrap()
    };
    let first = of(&one);
    clock.advance(Duration::from_secs(20));
    let mut next_token = one.clone();
    next_token.access_token = "next".into();
    assert_eq!(of(&next_token), first, "the same is said");
    let principal = Principal::from(next_token.clone());
    let fields = fields_of(&identities, &clock, &principal, &route, Some("app"));
    let bearer = value(&fields, "authorization");
    assert_eq!(bearer.as_deref(), Some("Bearer next"), "of its own token");
    let mut other = one.clone();
    other.subject = "00u2".to_owned();
    assert_ne!(of(&other), first, "about somebody else");
    clock.advance(Duration::from_secs(10));
    assert_ne!(of(&next_token), first, "half its life is over");
}

#[test]
fn whatever_else_is_said_is_written_otherwise() {
    let identities = identities();
    let one = principal(&json!({}));
    let mut all = vec![(one.clone(), "app"), (one.clone(), "ap")];
    for claims in [
        json!({ "email": "a" }),
        json!({ "email": "" }),
        json!({ "email": "ab" }),
        json!({ "email": "a", "name": "b" }),
        json!({ "name": "a" }),
        json!({ "preferred_username": "a" }),
        json!({ "email_verified": true }),
        json!({ "email_verified": "true" }),
        json!({ "amr": true }),
        json!({ "amr": ["pwd"] }),
        json!({ "groups": ["a"] }),
        json!({ "groups": ["a", "b"] }),
        json!({ "groups": ["ab"] }),
        json!({ "groups": ["openid", "email"] }),
    ] {
        all.push((principal(&claims), "app"));
    }
    let mut change = |change: fn(&mut Person)| {
        let mut other = person(&json!({}));
        change(&mut other);
        all.push((other.into(), "app"));
    };
    change(|who| who.subject.push('0'));
    change(|who| who.scopes = ["openidemail".to_owned()].into());
    change(|who| who.scopes = ["openid".to_owned()].into());
    change(|who| who.scopes = [].into());
    change(|who| who.acr = None);
    change(|who| who.acr = Some("urn".to_owned()));
    change(|who| who.auth_time = None);
    change(|who| who.auth_time = Some(0));
    let said = |(who, audience): &(Principal, &str)| identities.assertion.said(who, audience);
    let different: std::collections::HashSet<_> = all.iter().map(said).collect();
    assert_eq!(different.len(), all.len());
    assert!(different.contains(&said(&(one.clone(), "app"))));
}
