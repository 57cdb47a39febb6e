//! The first call, which tells who asks and for whom.

use super::*;

async fn interact_server() -> TestServer {
    TestServer::start(|_| reply(200, r#"{"interaction_handle":"ih1"}"#)).await
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn interact_is_a_form_at_the_issuers_base_with_what_was_asked_for() {
    let server = interact_server().await;
    let client = client(&server.origin(), ClientAuth::SecretPost("s3".into()));
    let handle = client.interact(&request(), &browser()).await.unwrap();
    assert_eq!(handle.into_secret().expose(), "ih1");
    let seen = server.last();
    assert_eq!(seen.line, "POST /oauth2/default/v1/interact");
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(
        seen.form(),
        pairs(&[
            ("scope", "openid offline_access"),
            ("redirect_uri", "https://app.example/cb"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            ),
            ("code_challenge_method", "S256"),
            ("state", "st1"),
            ("nonce", "n1"),
            ("client_id", "0oaA"),
            ("client_secret", "s3"),
        ])
    );
    browser_is_told(&seen);

    let all = InteractRequest {
        login_hint: Some("ada@example.com".to_owned()),
        acr_values: Some("urn:okta:loa:2fa:any".to_owned()),
        max_age: Some(0),
        scopes: Some(vec!["openid".to_owned()]),
        activation_token: Some("act".into()),
        recovery_token: Some("rec".into()),
        ..request()
    };
    client.interact(&all, &browser()).await.unwrap();
    let sent = server.last().form();
    for pair in pairs(&[
        ("scope", "openid"),
        ("login_hint", "ada@example.com"),
        ("acr_values", "urn:okta:loa:2fa:any"),
        ("max_age", "0"),
        ("activation_token", "act"),
        ("recovery_token", "rec"),
    ]) {
        assert!(sent.contains(&pair), "{pair:?}");
    }
    let shown = format!("{all:?}");
    assert!(
        !["st1", "n1", "act", "ada@"]
            .iter()
            .any(|secret| shown.contains(&format!("\"{secret}"))),
        "{shown}"
    );
}

#[tokio::test]
async fn device_and_address_are_told_with_client_authentication_alone() {
    let server = interact_server().await;
    client(&server.origin(), ClientAuth::SecretBasic("s3".into()))
        .interact(&request(), &browser())
        .await
        .unwrap();
    let confidential = server.last();
    assert_eq!(confidential.header("x-device-token"), Some("d-1f0c"));
    assert_eq!(confidential.header("x-forwarded-for"), Some("203.0.113.9"));
    assert!(
        confidential
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert!(
        !confidential
            .form()
            .iter()
            .any(|(name, _)| name == "client_secret")
    );

    client(&server.origin(), ClientAuth::None)
        .interact(&request(), &browser())
        .await
        .unwrap();
    let public = server.last();
    for name in ["x-device-token", "x-forwarded-for", "authorization"] {
        assert_eq!(public.header(name), None, "{name}");
    }
    assert!(
        public
            .form()
            .contains(&("client_id".to_owned(), "0oaA".to_owned()))
    );

    let long = Browser {
        device_token: Some("d".repeat(33)),
        ..browser()
    };
    client(&server.origin(), ClientAuth::SecretBasic("s3".into()))
        .interact(&request(), &long)
        .await
        .unwrap();
    assert_eq!(
        server.last().header("x-device-token"),
        None,
        "longer than 32 characters"
    );
}

#[tokio::test]
async fn what_interact_refuses_is_told_apart() {
    type Is = fn(&OAuthError) -> bool;
    let cases: [(u16, &str, Is); 7] = [
        (
            400,
            r#"{"error":"access_denied","error_description":"x"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "access_denied"),
        ),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "invalid_client"),
        ),
        (
            404,
            r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "E0000007"),
        ),
        (429, r#"{"errorCode":"E0000047"}"#, |e| {
            matches!(e, OAuthError::RateLimited { .. })
        }),
        (500, "", |e| matches!(e, OAuthError::Unavailable(_))),
        (200, r#"{"interaction_handle":""}"#, |e| {
            matches!(e, OAuthError::Malformed { .. })
        }),
        (302, "", |e| matches!(e, OAuthError::Malformed { .. })),
    ];
    for (status, body, is) in cases {
        let server = TestServer::start(move |_| reply(status, body)).await;
        match client(&server.origin(), ClientAuth::None)
            .interact(&request(), &browser())
            .await
        {
            Err(IdxError::OAuth(error)) => assert!(is(&error), "{status} {body}: {error:?}"),
            other => panic!("{status} {body}: {other:?}"),
        }
    }
}
