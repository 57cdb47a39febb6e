//! The org server's opaque tokens (RFC 7662).

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::{Value, json};

use super::key_server::{CLIENT, Issuer};
use crate::{
    clock::Clock as _,
    outbound::test_server::until,
    token::{AccessTokenError, Refused, Settings},
};

async fn org(adjust: impl FnOnce(&mut Settings)) -> Issuer {
    let issuer = Issuer::start("", &[], |settings| {
        settings.audience = None;
        adjust(settings);
    })
    .await;
    say(&issuer, &json!({}));
    issuer
}

/// What the server says of every token, with changes laid over it.
fn say(issuer: &Issuer, changes: &Value) {
    let mut said = json!({
        "active": true, "token_type": "Bearer", "scope": "openid orders:read", "client_id": CLIENT,
        "username": "ada@example.com", "sub": "ada@example.com", "uid": "00u1", "aud": issuer.name, "iss": issuer.name,
        "exp": issuer.clock.unix() + 3600, "jti": "AT.1",
    });
    for (name, value) in changes.as_object().unwrap() {
        said[name] = value.clone();
    }
    said.as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    *issuer.said.lock().unwrap() = said;
}

#[tokio::test]
async fn the_org_server_is_asked_once_for_all_and_believed_for_half_a_minute() {
    let issuer = org(|_| ()).await;
    issuer.server.hold();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let verifier = issuer.verifier.clone();
            tokio::spawn(async move { verifier.access_token("opaque-1").await.unwrap() })
        })
        .collect();
    let server = issuer.server.clone();
    until("it is asked", || !server.seen().is_empty()).await;
    issuer.server.release();
    for call in calls {
        let token = call.await.unwrap();
        assert_eq!(*token.scopes, ["openid", "orders:read"]);
        assert_eq!(
            (token.client_id(), token.uid(), token.key_id.as_deref()),
            (Some(CLIENT), Some("00u1"), None)
        );
    }
    let asked = || issuer.server.count("/oauth2/v1/introspect");
    assert_eq!(asked(), 1);
    let sent = issuer.server.last().form();
    assert!(
        sent.contains(&("token".to_owned(), "opaque-1".to_owned()))
            && sent.contains(&("client_id".to_owned(), CLIENT.to_owned()))
    );

    *issuer.said.lock().unwrap() = json!({ "active": false });
    issuer.clock.advance(Duration::from_secs(29));
    issuer.verifier.access_token("opaque-1").await.unwrap();
    assert_eq!(asked(), 1);
    issuer.clock.advance(Duration::from_secs(2));
    let revoked = issuer.verifier.access_token("opaque-1").await;
    assert!(matches!(
        revoked,
        Err(AccessTokenError::Refused {
            reason: Refused::Inactive
        })
    ));
    assert!(issuer.verifier.access_token("opaque-1").await.is_err());
    assert_eq!(asked(), 2, "a no is believed too");
    // Another token is another question.
    drop(issuer.verifier.access_token("opaque-2").await);
    assert_eq!(asked(), 3);
}

#[tokio::test]
async fn what_the_org_server_says_is_judged() {
    let issuer = org(|settings| settings.accepted_clients = vec![CLIENT.to_owned()]).await;
    let now = issuer.clock.unix();
    let rows: Vec<(Value, Option<Refused>)> = vec![
        (json!({}), None),
        (json!({ "active": false }), Some(Refused::Inactive)),
        (json!({ "active": null }), Some(Refused::Inactive)),
        (json!({ "token_type": "DPoP" }), Some(Refused::Kind)),
        (json!({ "token_type": null }), Some(Refused::Kind)),
        (json!({ "aud": null }), Some(Refused::Kind)),
        (json!({ "aud": CLIENT }), Some(Refused::Kind)),
        (json!({ "jti": "ID.1" }), Some(Refused::Kind)),
        (json!({ "cnf": { "jkt": "x" } }), Some(Refused::Kind)),
        (
            json!({ "iss": "https://evil.example" }),
            Some(Refused::Issuer),
        ),
        (json!({ "client_id": "0oaB" }), Some(Refused::Client)),
        (
            json!({ "client_id": "0oaB", "cid": CLIENT }),
            Some(Refused::Client),
        ),
        (json!({ "exp": now - 1 }), Some(Refused::Expired)),
        (json!({ "exp": null }), Some(Refused::Claim("exp"))),
        (json!({ "exp": "x" }), Some(Refused::Claim("exp"))),
        (json!({ "sub": null }), Some(Refused::Claim("sub"))),
    ];
    for (number, (changes, expected)) in rows.into_iter().enumerate() {
        say(&issuer, &changes);
        let refused = match issuer
            .verifier
            .access_token(&format!("opaque-{number}"))
            .await
        {
            Ok(_) => None,
            Err(AccessTokenError::Refused { reason }) => Some(reason),
            Err(other) => panic!("{changes}: {other:?}"),
        };
        assert_eq!(refused, expected, "{changes}");
    }
}

#[tokio::test]
async fn an_outage_is_no_refusal_and_garbage_is_not_asked_about() {
    let issuer = org(|_| ()).await;
    for garbage in ["", "=", "a b", "a\u{e9}", "a,b", &"x".repeat(16 * 1024 + 1)] {
        assert!(
            matches!(
                issuer.verifier.access_token(garbage).await,
                Err(AccessTokenError::Refused { .. })
            ),
            "{garbage:.10}"
        );
    }
    assert_eq!(issuer.server.seen().len(), 0);
    issuer.away.store(true, Ordering::SeqCst);
    let judged = issuer.verifier.access_token("opaque").await;
    assert!(
        matches!(judged, Err(AccessTokenError::Introspection(_))),
        "{judged:?}"
    );
    issuer.away.store(false, Ordering::SeqCst);
    issuer.verifier.access_token("opaque").await.unwrap();
}
