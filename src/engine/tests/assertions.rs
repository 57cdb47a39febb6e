//! Clients that sign.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::support::Running;
use crate::engine::{ClientAuthMethod, ClientSettings, Settings};

const SECRET: &str = "a secret of at least thirty-two characters";

fn client(settings: &mut Settings, change: impl FnOnce(&mut ClientSettings)) {
    let mut client = settings.clients[0].clone();
    client.id = "signer".to_owned();
    change(&mut client);
    settings.clients.push(client);
}

async fn interact(engine: &Running, assertion: &str) -> super::support::Answer {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    engine
        .interact(&[
            ("client_id", ""),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ])
        .await
}

fn good(engine: &Running, name: &str) -> Value {
    let now = crate::clock::Clock::unix(&engine.clock);
    json!({"iss": "signer", "sub": "signer", "aud": format!("{}/v1/interact", engine.issuer),
        "iat": now, "exp": now + 60, "jti": name})
}

#[tokio::test]
async fn the_secret_signs() {
    let engine = Running::with(|settings| {
        client(settings, |client| {
            client.auth = vec![ClientAuthMethod::ClientSecretJwt];
            client.secret = Some(SECRET.into());
        });
    })
    .await;
    let sign = |claims: &Value, secret: &str| {
        let key = EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
    };
    let right = sign(&good(&engine, "one"), SECRET);
    interact(&engine, &right).await.expect(200);
    interact(&engine, &right)
        .await
        .expect_error(401, "invalid_client");
    let mut claims = good(&engine, "two");
    for (name, value) in [
        ("aud", json!(engine.issuer)),
        ("iss", json!("another")),
        ("exp", json!(1)),
        ("exp", json!(claims["iat"].as_u64().unwrap() + 7200)),
        ("exp", Value::Null),
    ] {
        let kept = claims[name].clone();
        claims[name] = value;
        let wrong = sign(&claims, SECRET);
        interact(&engine, &wrong)
            .await
            .expect_error(401, "invalid_client");
        claims[name] = kept;
    }
    let forged = sign(&claims, "another secret of thirty-two characters");
    interact(&engine, &forged)
        .await
        .expect_error(401, "invalid_client");
    interact(&engine, &sign(&claims, SECRET)).await.expect(200);
    engine.stop().await;
}

#[tokio::test]
async fn the_key_signs() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref().to_vec();
    let key = json!({"kty": "EC", "crv": "P-256", "kid": "k1", "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
        "y": URL_SAFE_NO_PAD.encode(&point[33..])});
    let engine = Running::with(|settings| {
        client(settings, |client| {
            client.auth = vec![ClientAuthMethod::PrivateKeyJwt];
            client.keys = vec![serde_json::from_value(key).unwrap()];
        });
    })
    .await;
    let sign = |header: Value, name: &str| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&good(&engine, name)));
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    };
    let right = sign(json!({"alg": "ES256", "kid": "k1"}), "one");
    interact(&engine, &right).await.expect(200);
    let stranger = sign(json!({"alg": "ES256", "kid": "k2"}), "two");
    interact(&engine, &stranger)
        .await
        .expect_error(401, "invalid_client");
    let key = EncodingKey::from_secret(b"k1");
    let weak = jsonwebtoken::encode(&Header::default(), &good(&engine, "three"), &key).unwrap();
    interact(&engine, &weak)
        .await
        .expect_error(401, "invalid_client");
    engine.stop().await;
}
