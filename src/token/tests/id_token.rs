//! What an ID token must say (OpenID Connect Core §3.1.3.7).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::key_server::{CLIENT, Issuer, Signer};
use crate::{
    clock::Clock as _,
    secret::Secret,
    token::{IdTokenError, IdTokenExpectation, Refused},
};

const ACCESS_TOKEN: &str = "the.access.token";

fn hash(of: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(of)[..16])
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a flat table")]
async fn each_thing_that_is_wrong_is_refused() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let access_token = Secret::from(ACCESS_TOKEN);
    let expected = IdTokenExpectation {
        nonce: Some("n1"),
        access_token: Some(&access_token),
        max_age: Some(60),
    };
    let now = issuer.clock.unix();
    let rows: Vec<(&str, Value, Option<Refused>)> = vec![
        ("nothing changed", json!({}), None),
        (
            "its own at_hash",
            json!({ "at_hash": hash(ACCESS_TOKEN) }),
            None,
        ),
        (
            "at_hash of another",
            json!({ "at_hash": hash("another") }),
            Some(Refused::AtHash),
        ),
        (
            "at_hash a number",
            json!({ "at_hash": 1 }),
            Some(Refused::Claim("at_hash")),
        ),
        (
            "another nonce",
            json!({ "nonce": "n2" }),
            Some(Refused::Nonce),
        ),
        (
            "nonce missing",
            json!({ "nonce": null }),
            Some(Refused::Nonce),
        ),
        (
            "nonce a list",
            json!({ "nonce": ["n1"] }),
            Some(Refused::Claim("nonce")),
        ),
        (
            "aud of another",
            json!({ "aud": "0oaB" }),
            Some(Refused::Audience),
        ),
        (
            "several aud without azp",
            json!({ "aud": [CLIENT, "0oaB"] }),
            Some(Refused::Client),
        ),
        (
            "several aud with our azp",
            json!({ "aud": [CLIENT, "0oaB"], "azp": CLIENT }),
            None,
        ),
        (
            "azp of another",
            json!({ "azp": "0oaB" }),
            Some(Refused::Client),
        ),
        (
            "another issuer",
            json!({ "iss": "https://evil.example" }),
            Some(Refused::Issuer),
        ),
        (
            "expired",
            json!({ "exp": now - 31 }),
            Some(Refused::Expired),
        ),
        (
            "exp missing",
            json!({ "exp": null }),
            Some(Refused::Claim("exp")),
        ),
        (
            "iat later",
            json!({ "iat": now + 100 }),
            Some(Refused::NotYet),
        ),
        (
            "authenticated within max_age",
            json!({ "auth_time": now - 60 }),
            None,
        ),
        (
            "authenticated too long ago",
            json!({ "auth_time": now - 100 }),
            Some(Refused::TooOld),
        ),
        (
            "auth_time missing",
            json!({ "auth_time": null }),
            Some(Refused::Claim("auth_time")),
        ),
        (
            "sub empty",
            json!({ "sub": "" }),
            Some(Refused::Claim("sub")),
        ),
        (
            "a logout token",
            json!({ "events": {} }),
            Some(Refused::Kind),
        ),
    ];
    for (what, changes, wanted) in rows {
        let token = Secret::from(signer.sign(&issuer.identity(&changes)));
        let refused = match issuer.verifier.id_token(&token, &expected).await {
            Ok(_) => None,
            Err(IdTokenError::Refused(reason)) => Some(reason),
            Err(other) => panic!("{what}: {other:?}"),
        };
        assert_eq!(refused, wanted, "{what}");
    }
    let access =
        Secret::from(signer.sign_with(&json!({ "typ": "at+jwt" }), &issuer.identity(&json!({}))));
    assert!(matches!(
        issuer.verifier.id_token(&access, &expected).await,
        Err(IdTokenError::Refused(Refused::Kind))
    ));
    let unsigned = Secret::from(format!(
        "{}.e30.e30",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k1"}"#)
    ));
    assert!(matches!(
        issuer.verifier.id_token(&unsigned, &expected).await,
        Err(IdTokenError::Refused(Refused::Algorithm))
    ));
    assert!(
        matches!(
            issuer
                .verifier
                .id_token(&Secret::default(), &expected)
                .await,
            Err(IdTokenError::Refused(_))
        ),
        "none at all"
    );
}

#[tokio::test]
async fn a_good_one_is_read_and_a_refreshed_one_needs_no_nonce() {
    let signer = Signer::rsa("k1");
    let issuer = Issuer::start("", &[&signer], |_| ()).await;
    let expected = IdTokenExpectation {
        nonce: None,
        access_token: None,
        max_age: None,
    };
    let claims =
        issuer.identity(&json!({ "nonce": null, "auth_time": null, "email": "ada@example.com" }));
    let token = Secret::from(signer.sign(&claims));
    let verified = issuer.verifier.id_token(&token, &expected).await.unwrap();
    assert_eq!(
        (verified.subject.as_str(), &*verified.key_id),
        ("00u1", "k1")
    );
    assert_eq!(verified.amr, ["pwd"]);
    assert_eq!(verified.acr.as_deref(), Some("urn:okta:loa:1fa:any"));
    assert_eq!(verified.claims["email"], "ada@example.com");
    assert_eq!(verified.auth_time, None);
}
