//! An authorization server as far as a gateway asks one for metadata and keys, and tokens signed by it. Everybody who
//! comes by the authorization code flow is signed in at once.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{self, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Issuer {
    pub address: SocketAddr,
    pairs: Arc<(rsa::KeyPair, EcdsaKeyPair)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Rs256,
    Es256,
}

impl Issuer {
    /// Starts it for the rest of the process, with so many keys more than the two that sign.
    pub fn start(further_keys: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = Self {
            address: listener.local_addr().unwrap(),
            pairs: Arc::new((
                rsa::KeyPair::generate(KeySize::Rsa2048).unwrap(),
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            )),
        };
        let server = issuer.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                server.serve(stream.unwrap(), further_keys);
            }
        });
        issuer
    }

    fn rsa(&self) -> &rsa::KeyPair {
        &self.pairs.0
    }

    fn ec(&self) -> &EcdsaKeyPair {
        &self.pairs.1
    }

    fn serve(&self, mut stream: TcpStream, further_keys: usize) {
        let Some(request) = read(&mut stream) else {
            return;
        };
        let asks = |path: &str| request.contains(path);
        let body = if asks("/v1/keys") {
            self.keys(further_keys)
        } else if asks("/v1/authorize") {
            let location = format!(
                "{}?code={}&state={}",
                decoded(parameter(&request, "redirect_uri")),
                // Whoever redeems it gets the nonce back that it came with.
                parameter(&request, "nonce"),
                parameter(&request, "state")
            );
            let _ = write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {location}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            );
            return;
        } else if asks("/v1/token") {
            let mut claims = claims(&self.url());
            claims.remove("at_hash");
            claims.insert("nonce".to_owned(), parameter(&request, "code").into());
            json!({
                "access_token": self.access_token(Algorithm::Rs256, 0), "token_type": "Bearer", "expires_in": 3600,
                "id_token": self.sign(Algorithm::Rs256, &Value::Object(claims)),
            })
        } else if asks("/v1/userinfo") {
            json!({ "sub": "00u1abcdefGHIJKLmnop", "email": "ada@example.com" })
        } else {
            self.metadata()
        };
        let body = body.to_string();
        let length = body.len();
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: max-age=86400\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
    }

    pub fn url(&self) -> String {
        format!("http://{}/oauth2/default", self.address)
    }

    fn metadata(&self) -> Value {
        let url = self.url();
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/v1/authorize"),
            "token_endpoint": format!("{url}/v1/token"),
            "jwks_uri": format!("{url}/v1/keys"),
            "userinfo_endpoint": format!("{url}/v1/userinfo"),
            "revocation_endpoint": format!("{url}/v1/revoke"),
            "introspection_endpoint": format!("{url}/v1/introspect"),
            "interaction_endpoint": format!("{url}/v1/interact"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "interaction_code", "refresh_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn keys(&self, further: usize) -> Value {
        // A PKCS#1 public key of 2048 bits has its modulus at a fixed place, and 65537 behind it.
        let rsa_jwk = |kid: &str, public: &[u8]| {
            json!({
                "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "e": "AQAB",
                "n": URL_SAFE_NO_PAD.encode(&public[9..265]),
            })
        };
        let point = self.ec().public_key().as_ref();
        let mut keys = vec![
            rsa_jwk("rs", self.rsa().public_key().as_ref()),
            json!({
                "kty": "EC", "alg": "ES256", "use": "sig", "kid": "es", "crv": "P-256",
                "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
            }),
        ];
        for number in 0..further {
            keys.push(rsa_jwk(
                &format!("further-{number}"),
                self.rsa().public_key().as_ref(),
            ));
        }
        json!({ "keys": keys })
    }

    /// An access token that names somebody; `number` makes it one of its own.
    pub fn access_token(&self, algorithm: Algorithm, number: u64) -> String {
        self.access_token_until(algorithm, number, super::now() + 6 * 3600)
    }

    /// The same with its end, in seconds since 1970.
    pub fn access_token_until(&self, algorithm: Algorithm, number: u64, end: u64) -> String {
        let now = super::now();
        self.sign(
            algorithm,
            &json!({
                "ver": 1, "jti": format!("AT.{number:020}"), "iss": self.url(), "aud": "api://default",
                "iat": now.min(end), "exp": end, "cid": "bench", "uid": "00u1abcdefGHIJKLmnop",
                "scp": ["openid", "profile", "email", "offline_access"], "auth_time": now,
                "sub": "ada@example.com", "groups": ["Everyone", "staff"],
            }),
        )
    }

    /// A token that names a key which this issuer has not: its header is
    /// `{"alg":"RS256","kid":"nobody"}`.
    pub fn unknown_key(&self) -> String {
        let token = self.access_token(Algorithm::Rs256, 3);
        let (_, rest) = token.split_once('.').unwrap();
        format!("eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9.{rest}")
    }

    /// An ID token of the same person.
    pub fn id_token(&self) -> String {
        self.sign(Algorithm::Rs256, &Value::Object(claims(&self.url())))
    }

    fn sign(&self, algorithm: Algorithm, claims: &Value) -> String {
        let (alg, kid) = match algorithm {
            Algorithm::Rs256 => ("RS256", "rs"),
            Algorithm::Es256 => ("ES256", "es"),
        };
        let header = json!({ "alg": alg, "kid": kid, "typ": "JWT" }).to_string();
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let random = SystemRandom::new();
        let signature = match algorithm {
            Algorithm::Rs256 => {
                let mut signature = vec![0; self.rsa().public_modulus_len()];
                self.rsa()
                    .sign(
                        &RSA_PKCS1_SHA256,
                        &random,
                        message.as_bytes(),
                        &mut signature,
                    )
                    .unwrap();
                signature
            }
            Algorithm::Es256 => {
                let signature = self.ec().sign(&random, message.as_bytes()).unwrap();
                signature.as_ref().to_vec()
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public half for those who read PEM.
    pub fn public_pem(&self, algorithm: Algorithm) -> String {
        let der = match algorithm {
            Algorithm::Rs256 => {
                let der: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
                    self.rsa().public_key().as_der().unwrap();
                der.as_ref().to_vec()
            }
            Algorithm::Es256 => {
                let der: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
                    self.ec().public_key().as_der().unwrap();
                der.as_ref().to_vec()
            }
        };
        let text = STANDARD.encode(der);
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    }
}

/// What an ID token of the usual size says.
pub fn claims(issuer: &str) -> serde_json::Map<String, Value> {
    let now = super::now();
    let claims = json!({
        "sub": "00u1abcdefGHIJKLmnop", "name": "Ada Lovelace", "email": "ada@example.com", "ver": 1,
        "iss": issuer, "aud": "bench", "iat": now, "exp": now + 3600, "jti": "ID.abcdefghijklmnopqrst",
        "amr": ["pwd", "mfa", "otp"], "idp": "00o1abcdefGHIJKLmnop", "nonce": "abcdefghijklmnopqrstuvwxyz",
        "preferred_username": "ada@example.com", "auth_time": now, "at_hash": "abcdefghijklmnopqrstuv",
        "groups": ["Everyone", "staff"], "sid": "idx1abcdefghijkl", "locale": "en", "zoneinfo": "Europe/London",
    });
    claims.as_object().unwrap().clone()
}

/// A whole request, with the body that its length promises.
fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => text.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
        let request = String::from_utf8_lossy(&text);
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(request.into_owned());
            }
        }
    }
}

/// From the query or the form.
fn parameter<'a>(request: &'a str, name: &str) -> &'a str {
    let mut pairs = request.split(['?', '&', ' ', '\n']);
    let pair = pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    pair.unwrap_or_default().trim()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}
