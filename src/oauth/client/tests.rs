//! The calls as they arrive at a server, and what becomes of its answers.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::*;
use crate::{
    clock::ManualClock,
    oauth::ClientAuth,
    outbound::test_server::{TestServer, outbound, reply},
    random::SystemRandom,
};

const TOKENS: &str = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"at1","scope":"openid  email","refresh_token":"rt1","id_token":"it1"}"#;

fn client(server: &TestServer, client_auth: ClientAuth) -> Client {
    let settings = Settings {
        issuer: format!("{}/oauth2/default", server.origin())
            .parse()
            .unwrap(),
        client_id: "0oaA".to_owned(),
        client_auth,
        scopes: vec!["openid".to_owned()],
        ca_file: None,
    };
    Client::new(
        Arc::new(settings),
        outbound(),
        Arc::new(ManualClock::new()),
        Arc::new(SystemRandom),
    )
}

async fn server(status: u16, body: &'static str) -> TestServer {
    TestServer::start(move |_| reply(status, body)).await
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_code_and_a_refresh_token_are_redeemed_in_the_body() {
    let server = server(200, TOKENS).await;
    let client = client(&server, ClientAuth::None);
    let verifier = CodeVerifier::from_secret("v1".into());
    let tokens = client
        .redeem_interaction_code(&"c1".into(), &verifier)
        .await
        .unwrap();
    assert_eq!(tokens.access_token.expose(), "at1");
    assert_eq!(tokens.refresh_token, Some("rt1".into()));
    assert_eq!(tokens.id_token, Some("it1".into()));
    assert_eq!(
        (tokens.expires_in, tokens.scope),
        (Some(3600), vec!["openid".to_owned(), "email".to_owned()])
    );
    let seen = server.last();
    assert_eq!(seen.line, "POST /oauth2/default/v1/token");
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    let sent = [
        ("grant_type", "interaction_code"),
        ("interaction_code", "c1"),
        ("code_verifier", "v1"),
        ("client_id", "0oaA"),
    ];
    assert_eq!(seen.form(), pairs(&sent));

    client.refresh(&"rt+1".into()).await.unwrap();
    let sent = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "rt+1"),
        ("client_id", "0oaA"),
    ];
    assert_eq!(server.last().form(), pairs(&sent));
}

#[tokio::test]
async fn only_a_bearer_token_is_a_token() {
    for (body, good) in [
        (r#"{"token_type":"bEARER","access_token":"a"}"#, true),
        (
            r#"{"token_type":"Bearer","access_token":"a","refresh_token":"","id_token":null}"#,
            true,
        ),
        (r#"{"token_type":"DPoP","access_token":"a"}"#, false),
        (r#"{"access_token":"a"}"#, false),
        (r#"{"token_type":"Bearer","access_token":""}"#, false),
        (r#"{"token_type":"Bearer"}"#, false),
        (
            r#"{"token_type":"Bearer","access_token":["SECRET"]}"#,
            false,
        ),
        ("<html>SECRET</html>", false),
        ("", false),
    ] {
        let server = server(200, body).await;
        match client(&server, ClientAuth::None).refresh(&"r".into()).await {
            Ok(tokens) => assert!(
                good && tokens.refresh_token.is_none() && tokens.id_token.is_none(),
                "{body}"
            ),
            Err(error) => {
                assert!(
                    !good && matches!(error, OAuthError::Malformed { .. }),
                    "{body}: {error:?}"
                );
                assert!(!format!("{error} {error:?}").contains("SECRET"));
            }
        }
        assert_eq!(server.seen().len(), 1, "never repeated");
    }
}

#[tokio::test]
async fn a_spent_code_is_told_from_a_server_in_trouble() {
    type Is = fn(&OAuthError) -> bool;
    let rows: [(u16, &'static str, Is); 5] = [
        (
            400,
            r#"{"error":"invalid_grant","error_description":"The interaction code is invalid or has expired."}"#,
            OAuthError::is_invalid_grant,
        ),
        (401, r#"{"error":"invalid_client"}"#, |e| {
            matches!(e, OAuthError::Refused { .. }) && !e.is_invalid_grant()
        }),
        (429, r#"{"error":"invalid_grant"}"#, |e| {
            matches!(e, OAuthError::RateLimited { .. })
        }),
        (429, r#"{"errorCode":"E0000047"}"#, |e| {
            matches!(e, OAuthError::RateLimited { .. })
        }),
        (503, "", |e| matches!(e, OAuthError::Unavailable(_))),
    ];
    for (status, body, is) in rows {
        let server = server(status, body).await;
        let error = client(&server, ClientAuth::None)
            .refresh(&"r".into())
            .await
            .unwrap_err();
        assert!(is(&error), "{status} {body}: {error:?}");
        assert_eq!(server.seen().len(), 1, "never repeated");
    }
}

#[tokio::test]
async fn tokens_are_revoked_asked_about_and_used_for_claims() {
    let server = server(200, "").await;
    let confidential = client(&server, ClientAuth::SecretBasic("s".into()));
    confidential
        .revoke(&"rt1".into(), TokenTypeHint::RefreshToken)
        .await
        .unwrap();
    assert_eq!(server.last().line, "POST /oauth2/default/v1/revoke");
    assert_eq!(
        server.last().form(),
        pairs(&[("token", "rt1"), ("token_type_hint", "refresh_token")])
    );
    assert!(
        server
            .last()
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );

    let server = TestServer::start(|_| reply(200, r#"{"active":true,"sub":"ada"}"#)).await;
    let said = client(&server, ClientAuth::None)
        .introspect(&"at1".into())
        .await
        .unwrap();
    assert!(said.active && said.claims["sub"] == "ada" && !said.claims.contains_key("active"));
    assert_eq!(server.last().line, "POST /oauth2/default/v1/introspect");

    let claims = client(&server, ClientAuth::SecretBasic("s".into()))
        .userinfo(&"at1".into())
        .await
        .unwrap();
    assert_eq!(claims["sub"], "ada");
    let seen = server.last();
    assert_eq!(
        (seen.line.as_str(), seen.header("authorization")),
        ("GET /oauth2/default/v1/userinfo", Some("Bearer at1"))
    );
    assert!(
        client(&server, ClientAuth::None)
            .userinfo(&"a\r\nx: y".into())
            .await
            .is_err(),
        "no field is smuggled in"
    );

    let refusing = TestServer::start(|_| reply(401, "")).await;
    assert!(
        client(&refusing, ClientAuth::None)
            .userinfo(&"at1".into())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn each_endpoint_gets_an_assertion_of_its_own_that_is_good_once() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
        .unwrap()
        .to_pkcs8v1()
        .unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(key.as_ref())
    );
    let server = server(200, TOKENS).await;
    let client = client(
        &server,
        ClientAuth::PrivateKeyJwt {
            private_key: pem.into(),
            key_id: Some("k1".to_owned()),
        },
    );
    client.refresh(&"r".into()).await.unwrap();
    client.refresh(&"r".into()).await.unwrap();
    client
        .revoke(&"r".into(), TokenTypeHint::AccessToken)
        .await
        .unwrap();
    let claims: Vec<Value> = server
        .seen()
        .iter()
        .map(|seen| {
            let form = seen.form();
            let (_, assertion) = form
                .iter()
                .find(|(name, _)| name == "client_assertion")
                .unwrap();
            let payload = assertion.split('.').nth(1).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
        })
        .collect();
    let base = format!("{}/oauth2/default/v1", server.origin());
    let audiences: Vec<_> = claims
        .iter()
        .map(|claims| claims["aud"].as_str().unwrap())
        .collect();
    assert_eq!(
        audiences,
        [
            format!("{base}/token"),
            format!("{base}/token"),
            format!("{base}/revoke")
        ]
    );
    assert_ne!(claims[0]["jti"], claims[1]["jti"]);
    assert!(
        claims
            .iter()
            .all(|claims| claims["iss"] == "0oaA" && claims["sub"] == "0oaA")
    );
}
