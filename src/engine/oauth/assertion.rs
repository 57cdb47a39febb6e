//! Clients that prove themselves by a signed assertion (RFC 7523, protocol reference 1.8).

use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, jwk::Jwk};
use serde_json::{Map, Value};

use crate::engine::{
    call::Call,
    org::Org,
    settings::{ClientAuthMethod, ClientSettings},
};

const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion may be good for an hour at most.
const LONGEST: u64 = 3600;
/// Shorter secrets sign nothing.
const SHORTEST_SECRET: usize = 32;

const SHARED: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
const PAIRED: [Algorithm; 5] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::ES256,
    Algorithm::ES384,
];

/// An assertion as it came, nothing verified.
pub(super) struct Assertion<'a> {
    token: &'a str,
    header: Header,
    /// Who it says it is.
    pub(super) client_id: String,
}

impl<'a> Assertion<'a> {
    pub(super) fn read(kind: Option<&str>, token: &'a str) -> Result<Self, &'static str> {
        if kind != Some(BEARER) {
            return Err("The client_assertion_type is invalid.");
        }
        let malformed = "The client_assertion is not a well-formed JWT.";
        let header = jsonwebtoken::decode_header(token).map_err(|_| malformed)?;
        let claims = jsonwebtoken::dangerous::insecure_decode::<Map<String, Value>>(token)
            .map_err(|_| malformed)?
            .claims;
        let subject = claims.get("sub").and_then(Value::as_str);
        let client_id = subject.ok_or("The client_assertion has no 'sub'.")?;
        Ok(Self {
            token,
            header,
            client_id: client_id.to_owned(),
        })
    }

    pub(super) fn method(&self) -> ClientAuthMethod {
        if SHARED.contains(&self.header.alg) {
            ClientAuthMethod::ClientSecretJwt
        } else {
            ClientAuthMethod::PrivateKeyJwt
        }
    }

    /// Verifies it for this endpoint, now, once.
    pub(super) fn verify(
        &self,
        org: &Org,
        call: &Call,
        client: &ClientSettings,
    ) -> Result<(), &'static str> {
        let key = self.key(client)?;
        let mut validation = Validation::new(self.header.alg);
        // Times and audience are judged below, by the engine's own clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Map<String, Value>>(self.token, &key, &validation)
            .map_err(|_| "The client_assertion signature is invalid.")?
            .claims;
        let is =
            |name: &str, wanted: &str| claims.get(name).and_then(Value::as_str) == Some(wanted);
        if !is("iss", &client.id) || !is("sub", &client.id) {
            return Err("The 'iss' and 'sub' of the client_assertion must be the client id.");
        }
        if !audience(&claims)
            .any(|one| one == call.url() || one == format!("{}{}", org.origin(), call.path))
        {
            return Err("The 'aud' of the client_assertion must be the URL of this endpoint.");
        }
        let now = org.now();
        let time = |name: &str| claims.get(name).and_then(Value::as_u64);
        let expires_at = time("exp").ok_or("The client_assertion has no 'exp'.")?;
        if expires_at <= now {
            return Err("The client_assertion has expired.");
        }
        if expires_at > now + LONGEST {
            return Err("The 'exp' of the client_assertion is too far ahead.");
        }
        if time("iat").is_some_and(|at| at > now + 60) {
            return Err("The 'iat' of the client_assertion is in the future.");
        }
        let name = claims.get("jti").and_then(Value::as_str);
        let fresh = name.is_none_or(|name| {
            let name = format!("{}/{name}", client.id);
            org.state().grants.first_use(name, expires_at)
        });
        if fresh {
            Ok(())
        } else {
            Err("The 'jti' of the client_assertion was used before.")
        }
    }

    fn key(&self, client: &ClientSettings) -> Result<DecodingKey, &'static str> {
        if SHARED.contains(&self.header.alg) {
            let secret = client.secret.as_ref().map_or("", |secret| secret.expose());
            return if secret.len() < SHORTEST_SECRET {
                Err("The client secret is too short to sign with.")
            } else {
                Ok(DecodingKey::from_secret(secret.as_bytes()))
            };
        }
        if !PAIRED.contains(&self.header.alg) {
            return Err("The algorithm of the client_assertion is not supported.");
        }
        let named = |key: &&Jwk| {
            let wanted = self.header.kid.as_ref();
            wanted.is_none() || key.common.key_id.as_ref() == wanted
        };
        let key = client.keys.iter().find(named);
        let key = key.ok_or("The client has no key of that 'kid'.")?;
        DecodingKey::from_jwk(key).map_err(|_| "The client's key cannot be read.")
    }
}

fn audience(claims: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let audience = claims.get("aud");
    let many = audience.and_then(Value::as_array).into_iter().flatten();
    audience.into_iter().chain(many).filter_map(Value::as_str)
}
