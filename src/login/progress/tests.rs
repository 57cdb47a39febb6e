use http::{HeaderValue, header::COOKIE};
use serde_json::{Value, json};

use super::*;
use crate::{
    clock::{Clock, ManualClock},
    login::step::StepOptions,
    random::SystemRandom,
    session::{
        CookieNames, KeyRing, Store,
        samples::{sample, settings},
    },
};

/// Whom an answer to a form of these fields is charged to, where the last one was about Ada.
fn charged(name: &str, fields: &Value, posted: &[(&str, &str)]) -> Option<String> {
    let raw = json!({
        "user": {"type": "object", "value": {"identifier": "ada@example.com"}},
        "remediation": {"value": [
            {"name": name, "href": "https://a/idp/idx/x", "method": "POST", "value": fields}
        ]}
    });
    let document = Document::parse(raw.to_string().as_bytes()).unwrap();
    assert_eq!(document.user_identifier(), Some("ada@example.com"));
    let step = Step::of(&document, &StepOptions::default());
    let posted: Vec<(String, String)> = posted
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    account(&document, &step, &posted).map(str::to_owned)
}

#[test]
fn a_guess_is_charged_to_the_name_that_is_typed_beside_it() {
    let fields = json!([
        {"name": "identifier", "required": true},
        {"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}}
    ]);
    let typed = [("f0", "grace@example.com"), ("f1", "guess")];
    assert_eq!(
        charged("identify", &fields, &typed).as_deref(),
        Some("grace@example.com")
    );
    assert_eq!(
        charged("identify", &fields, &[("f0", " "), ("f1", "guess")]).as_deref(),
        Some("ada@example.com")
    );
}

#[test]
fn a_guess_is_charged_to_the_name_that_the_engine_knows_where_none_is_asked_for() {
    let passcode =
        json!({"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}});
    // A name that is only told is not the browser's to say.
    let told = json!([
        {"name": "identifier", "value": "ada@example.com", "mutable": false},
        passcode
    ]);
    for (name, fields) in [
        ("challenge-authenticator", json!([passcode])),
        ("identify", told),
    ] {
        let posted = [("f0", "grace@example.com"), ("f1", "guess")];
        assert_eq!(
            charged(name, &fields, &posted).as_deref(),
            Some("ada@example.com"),
            "{name}"
        );
    }
}

fn cookie(set: SetCookies) -> HeaderMap {
    let pairs = set.into_iter().map(|value| {
        let pair = value.to_str().unwrap().split(';').next().unwrap();
        (COOKIE, HeaderValue::from_str(pair).unwrap())
    });
    pairs.collect()
}

#[tokio::test]
async fn requests_that_finish_a_sign_in_together_get_the_same_session() {
    for store in [Store::Cookie, Store::Memory] {
        let sessions = sessions(store);
        let signed = signed(&sessions);
        let nothing = HeaderMap::new();
        let (one, two) = tokio::join!(
            signed.hand_out(&sessions, &nothing),
            signed.hand_out(&sessions, &nothing)
        );
        for set in [one, two] {
            let opened = sessions.open(&cookie(set.unwrap())).await.unwrap();
            assert_eq!(opened.unwrap().session.id, signed.session.id);
        }
    }
}

#[tokio::test]
async fn a_session_that_could_not_be_begun_is_begun_by_the_next_request() {
    let sessions = sessions(Store::Memory);
    let signed = signed(&sessions);
    // In a store of its own the same name is begun, so that a browser can present it here.
    let planted = sessions_of_another_store(&signed).await;
    let refused = signed.hand_out(&sessions, &planted).await;
    assert!(matches!(refused, Err(SessionError::Ended)), "{refused:?}");
    let set = signed.hand_out(&sessions, &HeaderMap::new()).await.unwrap();
    assert!(sessions.open(&cookie(set)).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_session_that_ended_is_not_begun_again_by_a_request_that_is_late() {
    let sessions = sessions(Store::Memory);
    let signed = signed(&sessions);
    let set = signed.hand_out(&sessions, &HeaderMap::new()).await.unwrap();
    let _ = sessions.end(&cookie(set)).await.unwrap();
    let late = signed.hand_out(&sessions, &HeaderMap::new()).await;
    assert!(matches!(late, Err(SessionError::Ended)), "{late:?}");
}

fn sessions(store: Store) -> Sessions {
    let settings = settings(store);
    let ring = KeyRing::new(&settings.secrets).unwrap();
    Sessions::new(
        &settings,
        CookieNames::new(&"https://app.example.com".parse().unwrap()),
        Arc::new(ring),
        Arc::new(ManualClock::new()),
        Arc::new(SystemRandom),
    )
    .unwrap()
}

fn signed(sessions: &Sessions) -> Signed {
    let session = Session {
        id: sessions.new_id(),
        ..sample(ManualClock::new().unix())
    };
    Signed::new(session, Secret::from("id"))
}

async fn sessions_of_another_store(signed: &Signed) -> HeaderMap {
    let set = sessions(Store::Memory)
        .begin(&signed.session, &HeaderMap::new())
        .await;
    cookie(set.unwrap())
}
