//! What tokens say (protocol reference 6.3), and how they can be made to lie.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{grants::Identity, server_error};
use crate::engine::{
    faults::TokenFlaw,
    keys::{SigningKey, signing_input},
    org::{Org, Server},
    people::Person,
    reply::Reply,
};

/// More groups than this fail the request.
const MAX_GROUPS: usize = 100;

/// A signed token with its claims.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) token: String,
    pub(super) claims: Value,
    pub(super) expires_at: u64,
}

/// What a token is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minting<'a> {
    pub(super) org: &'a Org,
    pub(super) identity: &'a Identity,
    pub(super) person: &'a Person,
    pub(super) flaws: &'a [TokenFlaw],
    pub(super) now: u64,
}

impl Minting<'_> {
    fn common(&self, prefix: &str, life: u64) -> Map<String, Value> {
        let issuer = self.org.issuer(self.identity.server);
        let jti = format!("{prefix}.{}", self.org.token());
        object(json!({
            "ver": 1, "jti": jti, "iss": issuer, "iat": self.now, "exp": self.now + life,
            "auth_time": self.identity.auth_time,
        }))
    }

    fn groups(&self) -> Result<Option<Value>, Reply> {
        if !self.identity.scopes.contains("groups") {
            return Ok(None);
        }
        if self.person.groups.len() > MAX_GROUPS {
            return Err(Reply::oauth_error(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "The number of groups exceeds the maximum allowed in the 'groups' claim.",
            ));
        }
        Ok(Some(json!(self.person.groups)))
    }

    /// The access token: a JWT for the API on the custom server, one for Okta alone on the org server.
    pub(super) fn access_token(&self) -> Result<Signed, Reply> {
        let life = self.org.settings.windows.access_token.as_secs();
        let mut claims = self.common("AT", life);
        let scopes: Vec<&String> = self.identity.scopes.iter().collect();
        let audience = match self.identity.server {
            Server::Custom => self.org.settings.server.audience.clone(),
            Server::Org => self.org.issuer(Server::Org),
        };
        claims.extend(object(json!({
            "aud": audience, "sub": self.person.login, "uid": self.person.id, "cid": self.identity.client_id,
            "scp": scopes, "acr": self.identity.acr,
        })));
        if self.identity.server == Server::Custom {
            if let Some(groups) = self.groups()? {
                claims.insert("groups".to_owned(), groups);
            }
            for (name, value) in &self.person.claims {
                claims.entry(name.clone()).or_insert_with(|| json!(value));
            }
        }
        for flaw in self.flaws {
            match flaw {
                TokenFlaw::WrongClient => set(&mut claims, "cid", "another-client"),
                TokenFlaw::WrongAudience => set(&mut claims, "aud", "api://another"),
                TokenFlaw::AlgNone
                | TokenFlaw::BadSignature
                | TokenFlaw::Expired
                | TokenFlaw::HmacWithPublicKey
                | TokenFlaw::MissingNonce
                | TokenFlaw::NotYetValid
                | TokenFlaw::UnknownKey
                | TokenFlaw::WrongAtHash
                | TokenFlaw::WrongIssuer
                | TokenFlaw::WrongNonce
                | TokenFlaw::WrongSubject => {}
            }
        }
        self.sign(claims, self.identity.server == Server::Org)
    }

    /// The thin ID token; `nonce` is absent where it comes from a refresh.
    pub(super) fn id_token(
        &self,
        access_token: &str,
        nonce: Option<&str>,
    ) -> Result<Signed, Reply> {
        let life = self.org.settings.windows.id_token.as_secs();
        let mut claims = self.common("ID", life);
        claims.extend(object(json!({
            "aud": self.identity.client_id, "sub": self.person.id, "amr": self.identity.amr,
            "idp": "00o1interlock0dev001", "at_hash": at_hash(access_token),
        })));
        if let Some(nonce) = nonce {
            set(&mut claims, "nonce", nonce);
        }
        if self.identity.acr_asked {
            set(&mut claims, "acr", &self.identity.acr);
        }
        if self.identity.scopes.contains("profile") {
            set(&mut claims, "name", &self.person.name());
            set(&mut claims, "preferred_username", &self.person.login);
        }
        if self.identity.scopes.contains("email") {
            set(&mut claims, "email", &self.person.login);
        }
        if let Some(groups) = self.groups()? {
            claims.insert("groups".to_owned(), groups);
        }
        for flaw in self.flaws {
            match flaw {
                TokenFlaw::WrongAudience => set(&mut claims, "aud", "another-client"),
                TokenFlaw::WrongNonce => set(&mut claims, "nonce", "another-nonce"),
                TokenFlaw::WrongAtHash => set(&mut claims, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
                TokenFlaw::WrongSubject => set(&mut claims, "sub", "00u0somebody0else000"),
                TokenFlaw::MissingNonce => {
                    claims.remove("nonce");
                }
                TokenFlaw::AlgNone
                | TokenFlaw::BadSignature
                | TokenFlaw::Expired
                | TokenFlaw::HmacWithPublicKey
                | TokenFlaw::NotYetValid
                | TokenFlaw::UnknownKey
                | TokenFlaw::WrongClient
                | TokenFlaw::WrongIssuer => {}
            }
        }
        self.sign(claims, false)
    }

    fn sign(&self, mut claims: Map<String, Value>, private: bool) -> Result<Signed, Reply> {
        for flaw in self.flaws {
            match flaw {
                TokenFlaw::WrongIssuer => {
                    set(&mut claims, "iss", "https://another.example/oauth2/default")
                }
                TokenFlaw::Expired => shift(&mut claims, self.now, -7200),
                TokenFlaw::NotYetValid => shift(&mut claims, self.now, 3600),
                TokenFlaw::AlgNone
                | TokenFlaw::BadSignature
                | TokenFlaw::HmacWithPublicKey
                | TokenFlaw::MissingNonce
                | TokenFlaw::UnknownKey
                | TokenFlaw::WrongAtHash
                | TokenFlaw::WrongAudience
                | TokenFlaw::WrongClient
                | TokenFlaw::WrongNonce
                | TokenFlaw::WrongSubject => {}
            }
        }
        let expires_at = claims.get("exp").and_then(Value::as_u64).unwrap_or(0);
        let claims = Value::Object(claims);
        let token = if private {
            let key = self.org.private_key().map_err(|_| server_error())?;
            key.sign(&claims).map_err(|_| server_error())?
        } else {
            let keys = self.org.keys();
            self.sign_with(keys.active(), &claims)?
        };
        Ok(Signed {
            token,
            claims,
            expires_at,
        })
    }

    fn sign_with(&self, key: &SigningKey, claims: &Value) -> Result<String, Reply> {
        let has = |flaw: TokenFlaw| self.flaws.contains(&flaw);
        if has(TokenFlaw::AlgNone) {
            return Ok(format!(
                "{}.",
                signing_input(&json!({"alg": "none", "kid": key.kid()}), claims)
            ));
        }
        if has(TokenFlaw::HmacWithPublicKey) {
            let message = signing_input(&json!({"alg": "HS256", "kid": key.kid()}), claims);
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.public_der());
            let tag = hmac::sign(&secret, message.as_bytes());
            return Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)));
        }
        if has(TokenFlaw::UnknownKey) {
            let stranger = self.org.private_key().map_err(|_| server_error())?;
            return stranger.sign(claims).map_err(|_| server_error());
        }
        if has(TokenFlaw::BadSignature) {
            let stranger = self.org.private_key().map_err(|_| server_error())?;
            let header = json!({"alg": "RS256", "kid": key.kid()});
            return stranger
                .sign_as(&header, claims)
                .map_err(|_| server_error());
        }
        key.sign(claims).map_err(|_| server_error())
    }
}

/// The claims that scopes open, as userinfo shows them.
pub(super) fn profile(identity: &Identity, person: &Person) -> Map<String, Value> {
    let mut claims = object(json!({ "sub": person.id }));
    let has = |scope: &str| identity.scopes.contains(scope);
    if has("profile") {
        claims.extend(object(json!({
            "name": person.name(), "given_name": person.first_name, "family_name": person.last_name,
            "preferred_username": person.login, "locale": person.locale.replace('_', "-"),
            "zoneinfo": person.time_zone, "updated_at": 1_700_000_000,
        })));
        for (name, value) in &person.claims {
            claims.entry(name.clone()).or_insert_with(|| json!(value));
        }
    }
    if has("email") {
        claims.extend(object(
            json!({"email": person.login, "email_verified": person.email}),
        ));
    }
    if let Some(phone) = person.phone.as_ref().filter(|_| has("phone")) {
        claims.insert("phone_number".to_owned(), json!(phone));
    }
    if has("groups") {
        claims.insert("groups".to_owned(), json!(person.groups));
    }
    claims
}

/// The left half of the access token's hash (OpenID Connect Core §3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token);
    URL_SAFE_NO_PAD.encode(hash.get(..16).unwrap_or_default())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}

fn set(claims: &mut Map<String, Value>, name: &str, value: &str) {
    claims.insert(name.to_owned(), json!(value));
}

/// Moves all times of a token.
fn shift(claims: &mut Map<String, Value>, now: u64, by: i64) {
    let moved = |seconds: u64| seconds.saturating_add_signed(by);
    let life = claims.get("exp").and_then(Value::as_u64).unwrap_or(now) - now;
    claims.insert("iat".to_owned(), json!(moved(now)));
    claims.insert("exp".to_owned(), json!(moved(now + life)));
    if by > 0 {
        claims.insert("nbf".to_owned(), json!(moved(now)));
    }
}
