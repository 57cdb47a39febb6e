//! An issuer that publishes keys, and the tokens it signs.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use serde_json::{Value, json};

use crate::{
    clock::{Clock as _, ManualClock},
    oauth::{self, ClientAuth},
    outbound::test_server::{TestServer, outbound, reply},
    random::SeededRandom,
    token::{Settings, Verifier},
};

pub(super) const CLIENT: &str = "0oaA";
pub(super) const AUDIENCE: &str = "api://default";

/// A key pair with the name it is published by.
pub(super) enum Signer {
    Ec(String, EcdsaKeyPair),
    Rsa(String, RsaKeyPair),
}

impl Signer {
    pub(super) fn ec(kid: &str) -> Self {
        Self::Ec(
            kid.to_owned(),
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
        )
    }

    pub(super) fn rsa(kid: &str) -> Self {
        Self::Rsa(
            kid.to_owned(),
            RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        )
    }

    fn names(&self) -> (&str, &str) {
        match self {
            Self::Ec(kid, _) => (kid, "ES256"),
            Self::Rsa(kid, _) => (kid, "RS256"),
        }
    }

    pub(super) fn jwk(&self) -> Value {
        let encode = |octets: &[u8]| URL_SAFE_NO_PAD.encode(octets);
        match self {
            Self::Ec(kid, key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": encode(&point[1..33]), "y": encode(&point[33..]) })
            }
            Self::Rsa(kid, key) => {
                let public = PublicKeyComponents::<Vec<u8>>::from(key.public_key());
                json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": encode(&public.n), "e": encode(&public.e) })
            }
        }
    }

    /// A compact JWS over these claims; `head` is laid over the usual header.
    pub(super) fn sign_with(&self, head: &Value, claims: &Value) -> String {
        let (kid, alg) = self.names();
        let mut header = json!({ "kid": kid, "alg": alg });
        header
            .as_object_mut()
            .unwrap()
            .extend(head.as_object().unwrap().clone());
        header
            .as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        self.sign_raw(&header.to_string(), &claims.to_string())
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({}), claims)
    }

    pub(super) fn sign_raw(&self, header: &str, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(self.signature(signed.as_bytes()))
        )
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ec(_, key) => key
                .sign(&SystemRandom::new(), message)
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Rsa(_, key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .unwrap();
                signature
            }
        }
    }

    /// The public key as text, for those who take it for a shared secret.
    pub(super) fn public_der(&self) -> Vec<u8> {
        match self {
            Self::Ec(_, key) => key.public_key().as_der().unwrap().as_ref().to_vec(),
            Self::Rsa(_, key) => key.public_key().as_ref().to_vec(),
        }
    }
}

/// The issuer, and a verifier that trusts it.
pub(super) struct Issuer {
    pub(super) server: Arc<TestServer>,
    pub(super) verifier: Arc<Verifier>,
    pub(super) clock: ManualClock,
    pub(super) keys: Arc<Mutex<Vec<Value>>>,
    pub(super) away: Arc<AtomicBool>,
    pub(super) max_age: Arc<AtomicU64>,
    /// What RFC 7662 introspection answers.
    pub(super) said: Arc<Mutex<Value>>,
    pub(super) name: String,
}

impl Issuer {
    /// A custom authorization server that publishes these keys.
    pub(super) async fn publishing(signers: &[&Signer]) -> Self {
        Self::start("/oauth2/default", signers, |_| ()).await
    }

    pub(super) async fn start(
        path: &str,
        signers: &[&Signer],
        adjust: impl FnOnce(&mut Settings),
    ) -> Self {
        let keys = Arc::new(Mutex::new(
            signers
                .iter()
                .map(|signer| signer.jwk())
                .collect::<Vec<_>>(),
        ));
        let (away, max_age) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(3600)),
        );
        let said = Arc::new(Mutex::new(json!({ "active": false })));
        let origin = Arc::new(Mutex::new(String::new()));
        let server = {
            let (keys, away, max_age, said) =
                (keys.clone(), away.clone(), max_age.clone(), said.clone());
            let (origin, path) = (origin.clone(), path.to_owned());
            TestServer::start(move |seen| {
                if away.load(Ordering::SeqCst) {
                    return reply(503, "");
                }
                let issuer = format!("{}{path}", origin.lock().unwrap());
                if seen.line.ends_with("/.well-known/openid-configuration") {
                    let document = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/v1/keys"), "token_endpoint": format!("{issuer}/v1/token") });
                    return reply(200, document.to_string());
                }
                if seen.line.ends_with("/v1/introspect") {
                    return reply(200, said.lock().unwrap().to_string());
                }
                let mut response = reply(200, json!({ "keys": *keys.lock().unwrap() }).to_string());
                let fresh = format!("max-age={}", max_age.load(Ordering::SeqCst));
                response.headers_mut().insert("cache-control", HeaderValue::try_from(fresh).unwrap());
                response
            })
            .await
        };
        *origin.lock().unwrap() = server.origin();
        let name = format!("{}{path}", server.origin());
        let clock = ManualClock::new();
        let settings = oauth::Settings {
            issuer: name.parse().unwrap(),
            client_id: CLIENT.to_owned(),
            client_auth: ClientAuth::None,
            scopes: vec!["openid".to_owned()],
            ca_file: None,
        };
        let shared = Arc::new(clock.clone());
        let client = oauth::Client::new(
            Arc::new(settings),
            outbound(),
            shared.clone(),
            Arc::new(SeededRandom::new(3)),
        );
        let mut settings = Settings {
            algorithms: vec![
                jsonwebtoken::Algorithm::RS256,
                jsonwebtoken::Algorithm::ES256,
            ],
            audience: Some(AUDIENCE.to_owned()),
            ..Settings::default()
        };
        adjust(&mut settings);
        let verifier = Arc::new(Verifier::new(
            settings,
            Arc::new(client),
            outbound(),
            shared,
        ));
        Self {
            server: Arc::new(server),
            verifier,
            clock,
            keys,
            away,
            max_age,
            said,
            name,
        }
    }

    pub(super) fn publish(&self, signers: &[&Signer]) {
        *self.keys.lock().unwrap() = signers.iter().map(|signer| signer.jwk()).collect();
    }

    pub(super) fn fetches(&self) -> usize {
        self.server.count("/v1/keys")
    }

    /// Claims of a good access token, with changes laid over them; `null` removes one.
    pub(super) fn access(&self, changes: &Value) -> Value {
        let now = self.clock.unix();
        let good = json!({
            "ver": 1, "jti": "AT.1", "iss": self.name, "aud": AUDIENCE, "sub": "ada@example.com", "uid": "00u1",
            "cid": CLIENT, "scp": ["openid", "orders:read"], "iat": now, "exp": now + 3600, "auth_time": now - 5,
        });
        changed(good, changes)
    }

    /// The same for an ID token.
    pub(super) fn identity(&self, changes: &Value) -> Value {
        let now = self.clock.unix();
        let good = json!({
            "ver": 1, "jti": "ID.1", "iss": self.name, "aud": CLIENT, "sub": "00u1", "nonce": "n1", "iat": now,
            "exp": now + 3600, "auth_time": now - 5, "amr": ["pwd"], "acr": "urn:okta:loa:1fa:any",
        });
        changed(good, changes)
    }
}

fn changed(mut claims: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}
