//! J1 to J7 and J10: each refusal beside the success it differs from by one thing.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::key_server::{AUDIENCE, CLIENT, Issuer, Signer};
use crate::{
    clock::Clock as _,
    secret::Secret,
    token::{AccessTokenError, Refused},
};

async fn refusal(issuer: &Issuer, token: &str) -> Option<Refused> {
    let at_once = issuer.verifier.accept_at_once(token);
    let refused = match issuer.verifier.access_token(token).await {
        Ok(_) => None,
        Err(AccessTokenError::Refused { reason }) => Some(reason),
        Err(other) => panic!("{other:?}"),
    };
    // Whoever need ask nobody comes to the same judgement.
    match at_once {
        Ok(Some(_)) => assert_eq!(refused, None),
        Ok(None) => {}
        Err(reason) => assert_eq!(Some(reason), refused),
    }
    refused
}

#[tokio::test]
async fn a_token_is_judged_at_once_where_its_key_is_at_hand() {
    let (signer, new) = (Signer::ec("k1"), Signer::ec("k2"));
    let issuer = Issuer::publishing(&[&signer]).await;
    let tokens = ["1", "2"].map(|jti| signer.sign(&issuer.access(&json!({ "jti": jti }))));
    let at_once = |token: &str| issuer.verifier.accept_at_once(token);
    let accept = async |token: &str| issuer.verifier.accept(token).await.unwrap();
    assert!(at_once(&tokens[0]).unwrap().is_none(), "no key yet");
    assert!(!accept(&tokens[0]).await.was_known());
    assert!(!at_once(&tokens[1]).unwrap().unwrap().was_known());
    for token in &tokens {
        let known = at_once(token).unwrap().unwrap();
        assert!(known.was_known() && accept(token).await.was_known());
        assert_eq!(known.token().key_id.as_deref(), Some("k1"));
    }
    let theirs = new.sign(&issuer.access(&json!({})));
    assert!(at_once(&theirs).unwrap().is_none(), "a key to be asked for");
    let (input, _) = theirs.rsplit_once('.').unwrap();
    let unsigned = at_once(&format!("{input}.!"));
    assert!(
        matches!(unsigned, Err(Refused::Malformed(_))),
        "that asks for nothing"
    );
}

#[tokio::test]
async fn a_good_token_is_read() {
    for signer in [Signer::rsa("k1"), Signer::ec("k1")] {
        let issuer = Issuer::publishing(&[&signer]).await;
        let end = issuer.clock.unix() + 3600;
        let token = signer
            .sign(&issuer.access(
                &json!({ "acr": "urn:okta:loa:1fa:any", "groups": ["staff"], "exp": end }),
            ));
        let verified = issuer.verifier.access_token(&token).await.unwrap();
        assert_eq!(verified.subject(), "ada@example.com");
        assert_eq!(verified.uid(), Some("00u1"));
        assert_eq!(verified.client_id(), Some(CLIENT));
        assert_eq!(*verified.scopes, ["openid", "orders:read"]);
        assert_eq!(verified.key_id.as_deref(), Some("k1"));
        assert_eq!(verified.acr(), Some("urn:okta:loa:1fa:any"));
        assert_eq!(verified.claims.get("groups"), Some(&json!(["staff"])));
        assert_eq!(verified.expires_at, end);
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a flat table")]
async fn each_claim_that_is_wrong_is_refused() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let now = issuer.clock.unix();
    let (name, slash, prefix) = (
        issuer.name.clone(),
        format!("{}/", issuer.name),
        issuer.name[..issuer.name.len() - 1].to_owned(),
    );
    let claim = Refused::Claim;
    let rows: Vec<(&str, Value, Option<Refused>)> = vec![
        ("nothing changed", json!({}), None),
        (
            "iss of another",
            json!({ "iss": "https://evil.example" }),
            Some(Refused::Issuer),
        ),
        (
            "iss with a slash",
            json!({ "iss": slash }),
            Some(Refused::Issuer),
        ),
        (
            "iss cut short",
            json!({ "iss": prefix }),
            Some(Refused::Issuer),
        ),
        (
            "iss as a list",
            json!({ "iss": [name] }),
            Some(Refused::Issuer),
        ),
        ("iss missing", json!({ "iss": null }), Some(Refused::Issuer)),
        (
            "aud of another",
            json!({ "aud": "api://other" }),
            Some(Refused::Audience),
        ),
        (
            "aud longer",
            json!({ "aud": "api://default2" }),
            Some(Refused::Audience),
        ),
        (
            "aud list with ours",
            json!({ "aud": ["api://other", AUDIENCE] }),
            None,
        ),
        (
            "aud list without ours",
            json!({ "aud": ["api://other"] }),
            Some(Refused::Audience),
        ),
        ("aud empty list", json!({ "aud": [] }), Some(claim("aud"))),
        (
            "aud list with a number",
            json!({ "aud": [AUDIENCE, 1] }),
            Some(claim("aud")),
        ),
        ("aud a number", json!({ "aud": 1 }), Some(claim("aud"))),
        ("aud missing", json!({ "aud": null }), Some(claim("aud"))),
        ("exp missing", json!({ "exp": null }), Some(claim("exp"))),
        (
            "exp as text",
            json!({ "exp": (now + 3600).to_string() }),
            Some(claim("exp")),
        ),
        ("exp negative", json!({ "exp": -1 }), Some(claim("exp"))),
        (
            "exp with a fraction",
            json!({ "exp": 99_999_999_999.5 }),
            None,
        ),
        ("exp just within the skew", json!({ "exp": now - 28 }), None),
        (
            "exp past the skew",
            json!({ "exp": now - 31 }),
            Some(Refused::Expired),
        ),
        ("nbf now", json!({ "nbf": now }), None),
        ("nbf within the skew", json!({ "nbf": now + 29 }), None),
        (
            "nbf later",
            json!({ "nbf": now + 100 }),
            Some(Refused::NotYet),
        ),
        (
            "nbf as text",
            json!({ "nbf": "99999999999" }),
            Some(claim("nbf")),
        ),
        (
            "iat later",
            json!({ "iat": now + 100 }),
            Some(Refused::NotYet),
        ),
        ("iat as text", json!({ "iat": "1" }), Some(claim("iat"))),
        ("sub missing", json!({ "sub": null }), Some(claim("sub"))),
        ("sub a number", json!({ "sub": 7 }), Some(claim("sub"))),
        ("scp a number", json!({ "scp": 7 }), Some(claim("scp"))),
        (
            "scp list with a number",
            json!({ "scp": ["a", 7] }),
            Some(claim("scp")),
        ),
        (
            "auth_time as text",
            json!({ "auth_time": "1" }),
            Some(claim("auth_time")),
        ),
        (
            "an ID token's nonce",
            json!({ "nonce": "n1" }),
            Some(Refused::Kind),
        ),
        (
            "an ID token's at_hash",
            json!({ "at_hash": "x" }),
            Some(Refused::Kind),
        ),
        (
            "an ID token's jti",
            json!({ "jti": "ID.1" }),
            Some(Refused::Kind),
        ),
        (
            "an ID token's aud",
            json!({ "aud": CLIENT }),
            Some(Refused::Kind),
        ),
        (
            "an ID token's aud beside ours",
            json!({ "aud": [AUDIENCE, CLIENT] }),
            Some(Refused::Kind),
        ),
        (
            "a logout token's events",
            json!({ "events": {} }),
            Some(Refused::Kind),
        ),
        (
            "bound to a sender",
            json!({ "cnf": { "jkt": "x" } }),
            Some(Refused::Kind),
        ),
    ];
    for (what, changes, expected) in rows {
        assert_eq!(
            refusal(&issuer, &signer.sign(&issuer.access(&changes))).await,
            expected,
            "{what}"
        );
    }
}

#[tokio::test]
async fn each_header_that_is_wrong_is_refused() {
    let (signer, other) = (Signer::ec("k1"), Signer::ec("k1"));
    let issuer = Issuer::publishing(&[&signer]).await;
    let odd = Refused::Malformed("its header asks for what is not supported");
    let rows: Vec<(&str, Value, Option<Refused>)> = vec![
        ("nothing changed", json!({}), None),
        ("typ JWT", json!({ "typ": "JWT" }), None),
        ("typ at+jwt", json!({ "typ": "at+JWT" }), None),
        (
            "typ of a logout token",
            json!({ "typ": "logout+jwt" }),
            Some(Refused::Kind),
        ),
        (
            "typ of a DPoP proof",
            json!({ "typ": "dpop+jwt" }),
            Some(Refused::Kind),
        ),
        ("typ a number", json!({ "typ": 1 }), Some(Refused::Kind)),
        (
            "alg none",
            json!({ "alg": "none" }),
            Some(Refused::Algorithm),
        ),
        (
            "alg None",
            json!({ "alg": "None" }),
            Some(Refused::Algorithm),
        ),
        (
            "alg not accepted",
            json!({ "alg": "ES384" }),
            Some(Refused::Algorithm),
        ),
        (
            "alg symmetric",
            json!({ "alg": "HS256" }),
            Some(Refused::Algorithm),
        ),
        (
            "alg accepted but not the key's",
            json!({ "alg": "RS256" }),
            Some(Refused::Algorithm),
        ),
        (
            "alg missing",
            json!({ "alg": null }),
            Some(Refused::Algorithm),
        ),
        (
            "alg a list",
            json!({ "alg": ["ES256"] }),
            Some(Refused::Algorithm),
        ),
        ("kid missing", json!({ "kid": null }), Some(Refused::Key)),
        ("kid empty", json!({ "kid": "" }), Some(Refused::Key)),
        ("kid a number", json!({ "kid": 1 }), Some(Refused::Key)),
        (
            "kid too long",
            json!({ "kid": "k".repeat(257) }),
            Some(Refused::Key),
        ),
        (
            "kid a path",
            json!({ "kid": "../../k1" }),
            Some(Refused::Key),
        ),
        ("kid another", json!({ "kid": "k2" }), Some(Refused::Key)),
        ("crit", json!({ "crit": ["exp"] }), Some(odd)),
        ("crit empty", json!({ "crit": [] }), Some(odd)),
        ("b64", json!({ "b64": false }), Some(odd)),
        ("zip", json!({ "zip": "DEF" }), Some(odd)),
        ("enc", json!({ "enc": "A256GCM" }), Some(odd)),
    ];
    for (what, head, expected) in rows {
        assert_eq!(
            refusal(
                &issuer,
                &signer.sign_with(&head, &issuer.access(&json!({})))
            )
            .await,
            expected,
            "{what}"
        );
    }
    // A key in the header is not looked at: the forger's own does not verify.
    for embedded in [
        json!({ "jwk": other.jwk() }),
        json!({ "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/" }),
    ] {
        let forged = other.sign_with(&embedded, &issuer.access(&json!({})));
        assert_eq!(refusal(&issuer, &forged).await, Some(Refused::Signature));
        let good = signer.sign_with(&embedded, &issuer.access(&json!({})));
        assert_eq!(
            refusal(&issuer, &good).await,
            None,
            "and a good one is none the worse"
        );
    }
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let signer = Signer::rsa("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    for alg in ["HS256", "RS256"] {
        let segment = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!(
            "{}.{}",
            segment(&json!({ "alg": alg, "kid": "k1" })),
            segment(&issuer.access(&json!({})))
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, &signer.public_der());
        let tag = hmac::sign(&key, input.as_bytes());
        let forged = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()));
        assert!(refusal(&issuer, &forged).await.is_some(), "{alg}");
    }
    assert_eq!(
        refusal(&issuer, &signer.sign(&issuer.access(&json!({})))).await,
        None
    );
}

#[tokio::test]
async fn only_the_compact_form_is_read_and_strictly() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let good = signer.sign(&issuer.access(&json!({})));
    let parts: Vec<&str> = good.split('.').collect();
    let (head, payload, signature) = (parts[0], parts[1], parts[2]);
    let header = r#"{"alg":"ES256","kid":"k1"}"#;
    let claims = issuer.access(&json!({})).to_string();
    let twice = claims.replacen('{', r#"{"sub":"eve","#, 1);
    let nested = claims.replacen('{', r#"{"address":{"a":1,"a":2},"#, 1);
    let deep = claims.replacen(
        '{',
        &format!(r#"{{"x":{}{},"#, "[".repeat(500), "]".repeat(500)),
        1,
    );
    let long = claims.replacen('{', &format!(r#"{{"x":"{}","#, "x".repeat(16 * 1024)), 1);
    let last = signature.chars().last().unwrap();
    let rows = [
        ("empty", String::new()),
        ("no dots", head.to_owned()),
        ("two parts", format!("{head}.{payload}")),
        ("no signature", format!("{head}.{payload}.")),
        ("no header", format!(".{payload}.{signature}")),
        ("no payload", format!("{head}..{signature}")),
        ("four parts", format!("{good}.x")),
        ("five parts, as a JWE", format!("{good}.x.y")),
        (
            "JSON form",
            format!(r#"{{"payload":"{payload}","protected":"{head}","signature":"{signature}"}}"#),
        ),
        ("padding", format!("{good}=")),
        ("padded header", format!("{head}=.{payload}.{signature}")),
        ("blanks", format!(" {good}")),
        ("a line end", format!("{good}\n")),
        ("standard alphabet", good.replacen('.', "+.", 1)),
        ("header no JSON", signer.sign_raw("x", &claims)),
        ("header a list", signer.sign_raw("[]", &claims)),
        ("payload no JSON", signer.sign_raw(header, "x")),
        ("payload a text", signer.sign_raw(header, "\"x\"")),
        (
            "payload with more behind",
            signer.sign_raw(header, &format!("{claims}{{}}")),
        ),
        (
            "payload no UTF-8",
            signer.sign_raw(header, "{\"sub\":\"\u{0}"),
        ),
        ("a name twice", signer.sign_raw(header, &twice)),
        ("a name twice, nested", signer.sign_raw(header, &nested)),
        (
            "a name twice in the header",
            signer.sign_raw(r#"{"alg":"ES256","kid":"k1","alg":"none"}"#, &claims),
        ),
        ("too deep", signer.sign_raw(header, &deep)),
        ("too long", signer.sign_raw(header, &long)),
    ];
    for (what, token) in rows {
        assert!(
            matches!(refusal(&issuer, &token).await, Some(Refused::Malformed(_))),
            "{what}"
        );
    }
    // A signature of 64 octets ends in a character with four bits to spare.
    for stray in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        .chars()
        .filter(|c| *c != last)
    {
        let token = format!("{}{stray}", &good[..good.len() - 1]);
        assert!(refusal(&issuer, &token).await.is_some(), "{stray}");
    }
    assert_eq!(refusal(&issuer, &good).await, None);
}

#[tokio::test]
async fn a_changed_octet_spoils_the_signature() {
    let (signer, other) = (Signer::ec("k1"), Signer::ec("k1"));
    let issuer = Issuer::publishing(&[&signer]).await;
    let claims = issuer.access(&json!({}));
    let good = signer.sign(&claims);
    let (input, tag) = good.rsplit_once('.').unwrap();
    let theirs = other.sign(&claims);
    assert_eq!(
        refusal(&issuer, &theirs).await,
        Some(Refused::Signature),
        "another key of the same name"
    );
    let elevated = signer.sign(&issuer.access(&json!({ "scp": ["admin"] })));
    let swapped = format!("{}.{tag}", elevated.rsplit_once('.').unwrap().0);
    assert_eq!(
        refusal(&issuer, &swapped).await,
        Some(Refused::Signature),
        "another payload"
    );
    let zeros = format!("{input}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    assert_eq!(
        refusal(&issuer, &zeros).await,
        Some(Refused::Signature),
        "r = s = 0"
    );
    assert_eq!(refusal(&issuer, &good).await, None);
}

#[tokio::test]
async fn only_listed_clients_are_accepted_where_clients_are_listed() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::start("/oauth2/default", &[&signer], |settings| {
        settings.accepted_clients = vec!["0oaB".to_owned()];
    })
    .await;
    for (cid, expected) in [
        (json!("0oaB"), None),
        (json!(CLIENT), Some(Refused::Client)),
        (json!(null), Some(Refused::Client)),
        (json!(["0oaB"]), Some(Refused::Claim("cid"))),
    ] {
        let token = signer.sign(&issuer.access(&json!({ "cid": cid })));
        assert_eq!(refusal(&issuer, &token).await, expected, "{cid}");
    }
}

#[tokio::test]
async fn without_an_audience_no_bearer_token_is_accepted() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::start("/oauth2/default", &[&signer], |settings| {
        settings.audience = None;
    })
    .await;
    let token = signer.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &token).await, Some(Refused::Audience));
    // A session's own token is known by its client.
    assert!(
        issuer
            .verifier
            .session_access_token(&Secret::from(token))
            .await
            .unwrap()
            .is_some()
    );
    let bare = signer.sign(&issuer.access(&json!({ "aud": null })));
    assert!(
        issuer
            .verifier
            .session_access_token(&bare.into())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_sessions_token_must_be_our_own() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let judge = async |changes: Value| {
        let token = Secret::from(signer.sign(&issuer.access(&changes)));
        issuer
            .verifier
            .session_access_token(&token)
            .await
            .map(|token| token.unwrap().key_id.clone())
    };
    assert_eq!(judge(json!({})).await.unwrap().as_deref(), Some("k1"));
    for changes in [
        json!({ "cid": "0oaB" }),
        json!({ "cid": null }),
        json!({ "aud": "api://other" }),
        json!({ "exp": 1 }),
    ] {
        assert!(
            matches!(
                judge(changes.clone()).await,
                Err(AccessTokenError::Refused { .. })
            ),
            "{changes}"
        );
    }
    let opaque = issuer.verifier.session_access_token(&"opaque".into()).await;
    assert!(
        matches!(opaque, Err(AccessTokenError::Refused { .. })),
        "a custom server's tokens are JWTs"
    );
    let org = Issuer::start("", &[], |_| ()).await;
    assert!(
        org.verifier
            .session_access_token(&"opaque".into())
            .await
            .unwrap()
            .is_none()
    );
}
