mod answers;
mod href;
mod interact;
mod transport;

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::*;
use crate::{
    clock::ManualClock,
    idx::ion::Document,
    oauth::{CodeVerifier, Settings},
    outbound::test_server::{Seen, TestServer, outbound, reply},
    random::SeededRandom,
};

const STEP: &str =
    r#"{"version":"1.0.0","stateHandle":"02.sh","remediation":{"type":"array","value":[]}}"#;

fn client(origin: &str, client_auth: ClientAuth) -> Client {
    let settings = Settings {
        issuer: format!("{origin}/oauth2/default").parse().unwrap(),
        client_id: "0oaA".to_owned(),
        client_auth,
        scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
        ca_file: None,
    };
    let (clock, random) = (Arc::new(ManualClock::new()), Arc::new(SeededRandom::new(7)));
    let outbound = outbound();
    Client::new(
        Arc::new(oauth::Client::new(
            Arc::new(settings),
            outbound.clone(),
            clock,
            random,
        )),
        outbound,
    )
}

fn browser() -> Browser {
    Browser {
        user_agent: Some(HeaderValue::from_static("Mozilla/5.0 (test)")),
        accept_language: Some("de-CH, en;q=0.5".to_owned()),
        ip: Some("203.0.113.9".parse().unwrap()),
        device_token: Some("d-1f0c".to_owned()),
    }
}

fn request() -> InteractRequest {
    let verifier = CodeVerifier::from_secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
    InteractRequest {
        redirect_uri: "https://app.example/cb".to_owned(),
        code_challenge: verifier.challenge(),
        state: "st1".to_owned(),
        nonce: "n1".to_owned(),
        ..InteractRequest::default()
    }
}

fn form(href: &str, method: &str, accepts: Option<&str>) -> Form {
    let form = json!({ "name": "identify", "href": href, "method": method, "accepts": accepts });
    let document =
        json!({ "version": "1.0.0", "remediation": { "type": "array", "value": [form] } });
    Document::parse(document.to_string().as_bytes())
        .unwrap()
        .remediations()[0]
        .clone()
}

fn handle() -> InteractionHandle {
    InteractionHandle::new("ih1".into())
}

fn browser_is_told(seen: &Seen) {
    assert_eq!(seen.header("user-agent"), Some("Mozilla/5.0 (test)"));
    assert_eq!(seen.header("accept-language"), Some("de-CH, en;q=0.5"));
    assert!(
        seen.header("x-okta-user-agent-extended")
            .unwrap()
            .starts_with("interlock/")
    );
    for never in ["origin", "cookie", "referer", "accept-encoding"] {
        assert_eq!(seen.header(never), None, "{never}");
    }
}
