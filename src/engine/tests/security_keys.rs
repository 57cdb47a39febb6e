//! Security keys, with an authenticator made of software that follows WebAuthn's formats to the octet.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{PASSWORD, Running, Transaction, claims};

const ORIGIN: &str = "http://localhost:8080";

struct SoftKey {
    pair: EcdsaKeyPair,
    count: u32,
}

impl SoftKey {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { pair, count: 0 }
    }

    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.count += 1;
        let host: [u8; 32] = Sha256::digest("localhost").into();
        [&host[..], &[flags], &self.count.to_be_bytes()].concat()
    }

    /// `navigator.credentials.create`.
    fn create(&mut self, data: &Value) -> Value {
        let client = client_data(
            "webauthn.create",
            &data["activationData"]["challenge"],
            ORIGIN,
        );
        let point = self.pair.public_key().as_ref().to_vec();
        let mut cose = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32];
        cose.extend(&point[1..33]);
        cose.extend([0x22, 0x58, 32]);
        cose.extend(&point[33..]);
        let mut authenticator = self.data(0x41);
        authenticator.extend([0; 16]);
        authenticator.extend([0, 4]);
        authenticator.extend(b"soft");
        authenticator.extend(cose);
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt");
        attestation.push(0x64);
        attestation.extend(b"none");
        attestation.push(0x67);
        attestation.extend(b"attStmt");
        attestation.extend([0xa0, 0x68]);
        attestation.extend(b"authData");
        attestation.extend([0x58, u8::try_from(authenticator.len()).unwrap()]);
        attestation.extend(authenticator);
        json!({"credentials": {
            "clientData": STANDARD.encode(client), "attestation": STANDARD.encode(attestation),
            "transports": "[\"usb\"]", "clientExtensions": "{}",
        }})
    }

    /// `navigator.credentials.get`.
    fn get(&mut self, data: &Value, origin: &str) -> Value {
        let client = client_data("webauthn.get", &data["challengeData"]["challenge"], origin);
        let authenticator = self.data(0x01);
        let hash: [u8; 32] = Sha256::digest(&client).into();
        let message = [&authenticator[..], &hash].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        json!({"credentials": {
            "clientData": STANDARD.encode(client), "authenticatorData": STANDARD.encode(authenticator),
            "signatureData": STANDARD.encode(signature),
        }})
    }
}

fn client_data(kind: &str, challenge: &Value, origin: &str) -> String {
    json!({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
        .to_string()
}

fn contextual(transaction: &Transaction<'_>, place: &str) -> Value {
    transaction.document[place]["value"]["contextualData"].clone()
}

#[tokio::test]
async fn niklaus_sets_up_a_security_key_and_signs_in_with_it() {
    let engine = Running::start().await;
    let mut key = SoftKey::new();
    let mut transaction = engine.begin().await;
    transaction.identify("niklaus@example.com").await;
    transaction.password(PASSWORD).await;
    let select = "select-authenticator-enroll";
    transaction
        .choose(select, "Security Key or Biometric", json!({}))
        .await;
    transaction.expect(200, "enroll-authenticator");
    let mut other = contextual(&transaction, "currentAuthenticator");
    let answer = key.create(&other);
    other["activationData"]["challenge"] = json!("another");
    transaction
        .submit("enroll-authenticator", key.create(&other))
        .await;
    transaction.expect(400, "enroll-authenticator");
    transaction.submit("enroll-authenticator", answer).await;
    let id = claims(&transaction.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["pwd", "hwk", "mfa"]));

    let mut again = engine.begin_with(&[("acr_values", "phr")]).await;
    again.identify("niklaus@example.com").await;
    again.password(PASSWORD).await;
    again.expect(200, "challenge-authenticator");
    let enrollments = again.document["authenticatorEnrollments"]["value"]
        .as_array()
        .unwrap()
        .clone();
    let enrolled = enrollments
        .iter()
        .find(|one| one["key"] == "webauthn")
        .unwrap();
    assert_eq!(enrolled["credentialId"], URL_SAFE_NO_PAD.encode("soft"));

    let data = contextual(&again, "currentAuthenticatorEnrollment");
    let foreign = key.get(&data, "https://evil.example");
    let mut strangers = SoftKey::new();
    strangers.count = 100;
    let stranger = strangers.get(&data, ORIGIN);
    key.count = 0;
    let cloned = key.get(&data, ORIGIN);
    key.count = 10;
    for refused in [foreign, stranger, cloned, json!({"credentials": {}})] {
        again.submit("challenge-authenticator", refused).await;
        again.expect(400, "challenge-authenticator");
        assert_eq!(
            again.messages(),
            ["authfactor.webauthn.error.assertion_validation_failure"]
        );
    }
    let right = key.get(&data, ORIGIN);
    again.submit("challenge-authenticator", right).await;
    assert_eq!(claims(&again.tokens().await["id_token"])["acr"], "phr");
    engine.stop().await;
}

#[tokio::test]
async fn alan_gets_a_security_key_from_an_administrator() {
    let engine = Running::start().await;
    let mut key = SoftKey::new();
    let registered = json!({"login": "alan@example.com", "key": {
        "credential_id": URL_SAFE_NO_PAD.encode("soft"),
        "public_key": URL_SAFE_NO_PAD.encode(key.pair.public_key().as_ref()),
    }});
    engine
        .control_post("security-key", &registered)
        .await
        .expect(204);
    let mut transaction = engine.begin().await;
    transaction.identify("alan@example.com").await;
    transaction.password(PASSWORD).await;
    let select = "select-authenticator-authenticate";
    transaction
        .choose(select, "Security Key or Biometric", json!({}))
        .await;
    let data = contextual(&transaction, "currentAuthenticatorEnrollment");
    let answer = key.get(&data, "http://localhost:9999");
    transaction.submit("challenge-authenticator", answer).await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn mary_creates_a_passkey_and_comes_without_her_name() {
    let engine = Running::start().await;
    let mut key = SoftKey::new();
    let mut transaction = engine.begin().await;
    assert!(
        !transaction
            .forms()
            .contains(&"launch-passkeys-authenticator")
    );
    transaction.identify("mary@example.com").await;
    transaction.password(PASSWORD).await;
    let select = "select-authenticator-enroll";
    transaction
        .choose(select, "Security Key or Biometric", json!({}))
        .await;
    let data = contextual(&transaction, "currentAuthenticator");
    let handle = data["activationData"]["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    transaction
        .submit("enroll-authenticator", key.create(&data))
        .await;
    transaction.code();

    let mut again = engine.begin().await;
    assert_eq!(
        again.forms()[..3],
        [
            "identify",
            "challenge-webauthn-autofillui-authenticator",
            "launch-passkeys-authenticator"
        ]
    );
    let challenge = again.document["webauthnAutofillUIChallenge"]["value"].clone();
    let handle = STANDARD.encode(URL_SAFE_NO_PAD.decode(handle).unwrap());
    for (handle, origin, right) in [
        ("AAAA", ORIGIN, false),
        (handle.as_str(), "https://evil.example", false),
        (handle.as_str(), ORIGIN, true),
    ] {
        let mut answer = key.get(&challenge, origin);
        answer["credentials"]["userHandle"] = json!(handle);
        again.submit("launch-passkeys-authenticator", answer).await;
        if !right {
            again.expect(400, "identify");
        }
    }
    let id = claims(&again.tokens().await["id_token"]);
    assert_eq!(id["amr"], json!(["hwk"]));
    engine.stop().await;
}
