//! Security keys and passkeys (protocol reference 5.6).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
    },
    webauthn::{self, SecurityKey},
};

impl Flow<'_> {
    pub(crate) fn check_security_key(&mut self, body: &Map<String, Value>) -> Notes {
        let read = |name| ion::text(body, &["credentials", name]).and_then(webauthn::decode);
        let parts = read("clientData")
            .zip(read("authenticatorData"))
            .zip(read("signatureData"));
        let challenge = self.transaction.challenge.clone().unwrap_or_default();
        let proven = parts.is_some_and(|((client, authenticator), signature)| {
            let keys = self.person_mut().map(|person| &mut person.security_keys);
            keys.into_iter().flatten().any(|key| {
                let count = webauthn::verify(key, &challenge, &client, &authenticator, &signature);
                key.sign_count = count.unwrap_or(key.sign_count);
                count.is_some()
            })
        });
        if proven {
            self.prove_security_key()
        } else {
            refused()
        }
    }

    pub(crate) fn enroll_security_key(&mut self, body: &Map<String, Value>) -> Notes {
        let read = |name| ion::text(body, &["credentials", name]).and_then(webauthn::decode);
        let challenge = self.transaction.challenge.clone().unwrap_or_default();
        let key = read("clientData")
            .zip(read("attestation"))
            .and_then(|(client, attestation)| {
                webauthn::register(&challenge, &client, &attestation)
            });
        match (key, self.person_mut()) {
            (Some(key), Some(person)) => {
                person.security_keys.push(key);
                self.prove_security_key()
            }
            _ => refused(),
        }
    }

    /// A challenge is good for one proof.
    fn prove_security_key(&mut self) -> Notes {
        self.transaction.challenge = None;
        self.transaction
            .prove(Authenticator::SecurityKey, Method::Webauthn, self.now);
        Notes::default()
    }

    /// Options for `navigator.credentials.get`.
    pub(crate) fn challenge_data(&self) -> Value {
        json!({"challengeData": {"challenge": self.transaction.challenge, "userVerification": "preferred"}})
    }

    /// Options for `navigator.credentials.create`; the relying party is the page's own domain.
    pub(crate) fn activation_data(&self) -> Value {
        let person = self.person();
        let keys = person.map(|person| person.security_keys.as_slice());
        let excluded: Vec<Value> = keys
            .unwrap_or_default()
            .iter()
            .map(|key: &SecurityKey| json!({"type": "public-key", "id": key.id()}))
            .collect();
        json!({"activationData": {
            "rp": {"name": "Interlock development engine"},
            "user": {"id": person.map(|p| p.id.as_str()), "name": person.map(|p| p.login.as_str()),
                "displayName": person.map(crate::engine::people::Person::name)},
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "challenge": self.transaction.challenge, "attestation": "none",
            "authenticatorSelection": {"userVerification": "preferred", "requireResidentKey": false},
            "excludeCredentials": excluded,
        }})
    }
}

fn refused() -> Notes {
    Notes::saying(StatusCode::BAD_REQUEST, messages::security_key_refused())
}

/// Fields that a script fills.
pub(crate) fn challenge_fields() -> Vec<Value> {
    let fields =
        ["authenticatorData", "clientData", "signatureData"].map(|name| scripted(name, true));
    vec![ion::credentials(&fields)]
}

pub(crate) fn enrollment_fields() -> Vec<Value> {
    vec![ion::credentials(&[
        scripted("clientData", true),
        scripted("attestation", true),
        scripted("transports", false),
        scripted("clientExtensions", false),
    ])]
}

fn scripted(name: &str, required: bool) -> Value {
    json!({"name": name, "label": name, "required": required, "visible": false})
}
