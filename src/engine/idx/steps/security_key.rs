//! Security keys and passkeys (protocol reference 5.6).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        policy::Due,
        transaction::Subject,
    },
    webauthn::{self, Challenge, SecurityKey},
};

impl Flow<'_> {
    pub(crate) fn check_security_key(&mut self, body: &Map<String, Value>) -> Notes {
        let read = |name| ion::text(body, &["credentials", name]).and_then(webauthn::decode);
        let parts = read("clientData")
            .zip(read("authenticatorData"))
            .zip(read("signatureData"));
        let asked = self.transaction.challenge.clone().unwrap_or_default();
        let challenge = Challenge {
            text: &asked,
            domain: self.org.settings.org.passkey_domain.as_deref(),
        };
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
        let asked = self.transaction.challenge.clone().unwrap_or_default();
        let challenge = Challenge {
            text: &asked,
            domain: self.org.settings.org.passkey_domain.as_deref(),
        };
        let key = read("clientData")
            .zip(read("attestation"))
            .and_then(|(client, attestation)| {
                webauthn::register(&challenge, &client, &attestation)
            });
        match (key, self.person_mut()) {
            (Some(key), Some(person)) => {
                let resident = is_resident(body);
                person.security_keys.push(SecurityKey { resident, ..key });
                self.prove_security_key()
            }
            _ => refused(),
        }
    }

    /// A passkey that is found without a name: it says itself whose it is.
    pub(crate) fn passkey(&mut self, body: &Map<String, Value>) -> Notes {
        let handle = ion::text(body, &["credentials", "userHandle"]).and_then(webauthn::decode);
        let owner = self.state.people.all().find(|person| {
            // Pages decode the id they were given as base64url; native clients take its octets.
            let is = |handle: &Vec<u8>| {
                Some(handle) == webauthn::decode(&person.id).as_ref()
                    || handle == person.id.as_bytes()
            };
            handle.as_ref().is_some_and(is) && !person.inactive
        });
        let Some((id, login)) = owner.map(|person| (person.id.clone(), person.login.clone()))
        else {
            return refused();
        };
        self.transaction.subject = Subject::Known(id);
        let notes = self.check_security_key(body);
        if self.transaction.proofs.is_empty() {
            self.transaction.subject = Subject::Nobody;
        } else {
            self.transaction.identifier = Some(login);
        }
        notes
    }

    /// Whether `identify` offers passkeys: somebody must have one.
    pub(crate) fn offers_passkeys(&self, due: &Due) -> bool {
        let mut keys = self
            .state
            .people
            .all()
            .flat_map(|person| &person.security_keys);
        *due == Due::Identify
            && self.org.settings.org.passkey_autofill
            && keys.any(|key| key.resident)
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
        let data =
            json!({"challenge": self.transaction.challenge, "userVerification": "preferred"});
        json!({"challengeData": self.for_domain(data, "rpId")})
    }

    /// Names the relying party, where the org has one of its own.
    fn for_domain(&self, value: Value, member: &str) -> Value {
        match &self.org.settings.org.passkey_domain {
            Some(domain) => ion::with(value, member, domain.as_str()),
            None => value,
        }
    }

    /// Options for `navigator.credentials.create`.
    pub(crate) fn activation_data(&self) -> Value {
        let person = self.person();
        let keys = person.map(|person| person.security_keys.as_slice());
        let excluded: Vec<Value> = keys
            .unwrap_or_default()
            .iter()
            .map(|key: &SecurityKey| json!({"type": "public-key", "id": key.id()}))
            .collect();
        let rp = json!({"name": "Interlock development engine"});
        json!({"activationData": {
            "rp": self.for_domain(rp, "id"),
            "user": {"id": person.map(|p| p.id.as_str()), "name": person.map(|p| p.login.as_str()),
                "displayName": person.map(crate::engine::people::Person::name)},
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
            "challenge": self.transaction.challenge, "attestation": "none",
            "authenticatorSelection": {"userVerification": "preferred", "requireResidentKey": false,
                "residentKey": "preferred"},
            "excludeCredentials": excluded, "extensions": {"credProps": true},
        }})
    }
}

/// What `credProps` says; who says nothing may have made one.
fn is_resident(body: &Map<String, Value>) -> bool {
    let extensions = ion::text(body, &["credentials", "clientExtensions"]).unwrap_or_default();
    let extensions: Value = serde_json::from_str(extensions).unwrap_or_default();
    let told = extensions
        .get("credProps")
        .and_then(|props| props.get("rk"));
    told.and_then(Value::as_bool).unwrap_or(true)
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

/// The same, and whose passkey it is.
pub(crate) fn passkey_fields() -> Vec<Value> {
    let fields = [
        "authenticatorData",
        "clientData",
        "signatureData",
        "userHandle",
    ]
    .map(|name| scripted(name, true));
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
