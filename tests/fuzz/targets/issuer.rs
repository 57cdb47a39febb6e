//! An issuer on loopback that publishes what it is told to and signs what it is asked to.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, LazyLock, Mutex},
    thread,
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use interlock::{
    oauth::{self, ClientAuth},
    outbound::{self, Outbound},
    random::SeededRandom,
    token::{Settings, Verifier},
};
use serde_json::{Value, json};

use super::keeper::{NOW, RUNTIME, clock};

pub(crate) const CLIENT: &str = "0oaA";
pub(crate) const AUDIENCE: &str = "api://default";

pub(crate) struct Issuer {
    pub(crate) url: String,
    key: EcdsaKeyPair,
    /// The key set that is answered, and the turn of whoever changes it.
    published: Arc<Mutex<Vec<u8>>>,
    turn: Mutex<()>,
    client: Arc<oauth::Client>,
    outbound: Outbound,
    /// A verifier that has the good key.
    pub(crate) verifier: Arc<Verifier>,
}

static ISSUER: LazyLock<Issuer> = LazyLock::new(Issuer::start);

impl Issuer {
    /// The one issuer of this process, publishing its key.
    pub(crate) fn at_hand() -> &'static Self {
        &ISSUER
    }

    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/oauth2/default", listener.local_addr().unwrap());
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (x, y) = coordinates(&key);
        let good = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k1", "x": x, "y": y }] });
        let published = Arc::new(Mutex::new(good.to_string().into_bytes()));
        let metadata = json!({ "issuer": url, "jwks_uri": format!("{url}/v1/keys"), "token_endpoint": format!("{url}/v1/token") });
        let served = Arc::clone(&published);
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), metadata.to_string().as_bytes(), &served);
            }
        });
        let outbound =
            Outbound::new(&outbound::Settings::default(), RUNTIME.handle().clone()).unwrap();
        let settings = oauth::Settings {
            issuer: url.parse().unwrap(),
            client_id: CLIENT.to_owned(),
            client_auth: ClientAuth::None,
            scopes: vec!["openid".to_owned()],
            ca_file: None,
        };
        let random = Arc::new(SeededRandom::new(3));
        let client = Arc::new(oauth::Client::new(
            Arc::new(settings),
            outbound.clone(),
            clock(),
            random,
        ));
        let verifier = Arc::new(verifier(&client, &outbound));
        let issuer = Self {
            url,
            key,
            published,
            turn: Mutex::default(),
            client,
            outbound,
            verifier,
        };
        // Its keys are fetched before anything else is published.
        let good = issuer.sign(&head().to_string(), &issuer.access().to_string());
        RUNTIME
            .block_on(issuer.verifier.access_token(&good))
            .unwrap();
        issuer
    }

    /// Whether a verifier that knows nothing yet accepts the token by this key set.
    pub(crate) fn accepts(&self, token: &str, key_set: &[u8]) -> bool {
        let _turn = self
            .turn
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *self.published.lock().unwrap() = key_set.to_vec();
        let verifier = verifier(&self.client, &self.outbound);
        RUNTIME.block_on(verifier.access_token(token)).is_ok()
    }

    /// The coordinates of the public key, as a key set writes them.
    pub(crate) fn coordinates(&self) -> (String, String) {
        coordinates(&self.key)
    }

    /// Claims of a good access token.
    pub(crate) fn access(&self) -> Value {
        json!({
            "jti": "AT.1", "iss": self.url, "aud": AUDIENCE, "sub": "ada@example.com", "uid": "00u1", "cid": CLIENT,
            "scp": ["openid", "orders:read"], "iat": NOW, "exp": NOW + 3600,
        })
    }

    /// Claims of a good logout token.
    pub(crate) fn logout(&self) -> Value {
        json!({
            "jti": "LT.1", "iss": self.url, "aud": CLIENT, "sub": "00u1", "sid": "s1", "iat": NOW, "exp": NOW + 60,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        })
    }

    /// A compact JWS over these texts.
    pub(crate) fn sign(&self, head: &str, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(head),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = self
            .key
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn verifier(client: &Arc<oauth::Client>, outbound: &Outbound) -> Verifier {
    let settings = Settings {
        algorithms: vec![
            jsonwebtoken::Algorithm::RS256,
            jsonwebtoken::Algorithm::ES256,
        ],
        audience: Some(AUDIENCE.to_owned()),
        ..Settings::default()
    };
    Verifier::new(settings, Arc::clone(client), outbound.clone(), clock())
}

fn coordinates(key: &EcdsaKeyPair) -> (String, String) {
    let point = key.public_key().as_ref();
    (
        URL_SAFE_NO_PAD.encode(&point[1..33]),
        URL_SAFE_NO_PAD.encode(&point[33..]),
    )
}

fn serve(mut stream: TcpStream, metadata: &[u8], keys: &Mutex<Vec<u8>>) {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let wants_keys = String::from_utf8_lossy(&request).contains("/v1/keys");
    let body = if wants_keys {
        keys.lock().unwrap().clone()
    } else {
        metadata.to_vec()
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    drop(stream.write_all(&[head.as_bytes(), &body].concat()));
}

/// The good header.
pub(crate) fn head() -> Value {
    json!({ "alg": "ES256", "kid": "k1" })
}
