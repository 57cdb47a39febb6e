//! `POST {base}/v1/token`: codes and refresh tokens become tokens (protocol reference 1.6, 1.9).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::{
    claims::{Minting, Signed},
    clients,
    grants::{Grants, Identity, IssuedKind, IssuedRecord, RefreshRecord},
    invalid_grant, invalid_request,
};
use crate::engine::{
    call::Call,
    cors,
    form::Form,
    org::{Org, Server, State},
    reply::Reply,
    settings::{ClientSettings, GrantType, Rotation},
};

pub(super) fn answer(org: &Org, server: Server, call: &Call, form: &Form) -> Result<Reply, Reply> {
    let grant_type = match form.field("grant_type") {
        Some("authorization_code") => GrantType::AuthorizationCode,
        Some("urn:ietf:params:oauth:grant-type:device_code") => GrantType::DeviceCode,
        Some("interaction_code") => GrantType::InteractionCode,
        Some("refresh_token") => GrantType::RefreshToken,
        Some(other) => return Err(unsupported(other, call)),
        None => return Err(invalid_request("The 'grant_type' parameter is missing.")),
    };
    let client = clients::authenticate(org, call, form)?.client;
    clients::require_grant(client, grant_type)?;
    let exchange = Exchange {
        org,
        server,
        call,
        client,
        form,
        now: org.now(),
    };
    let reply = match grant_type {
        GrantType::AuthorizationCode => exchange.code("code", grant_type)?,
        GrantType::DeviceCode => exchange.device_code()?,
        GrantType::InteractionCode => exchange.code("interaction_code", grant_type)?,
        GrantType::RefreshToken => exchange.refresh_token()?,
    };
    Ok(reply.with(header::PRAGMA, "no-cache"))
}

fn unsupported(grant_type: &str, call: &Call) -> Reply {
    let description = if cors::origin(&call.headers).is_some() {
        "Browser requests to the token endpoint must use the grant type 'interaction_code', 'authorization_code' or \
         'refresh_token'."
            .to_owned()
    } else {
        format!(
            "The authorization grant type '{grant_type}' is not supported by the authorization server. Configured \
             grant types: [interaction_code, refresh_token]."
        )
    };
    Reply::oauth_error(
        StatusCode::BAD_REQUEST,
        "unsupported_grant_type",
        &description,
    )
}

struct Exchange<'a> {
    org: &'a Org,
    server: Server,
    call: &'a Call,
    client: &'a ClientSettings,
    form: &'a Form,
    now: u64,
}

impl Exchange<'_> {
    /// The code that stands in the parameter `name`.
    fn code(&self, name: &str, grant_type: GrantType) -> Result<Reply, Reply> {
        let code = self
            .form
            .field(name)
            .ok_or_else(|| invalid_request(&format!("The '{name}' parameter is missing.")))?;
        let verifier = self
            .form
            .field("code_verifier")
            .ok_or_else(|| invalid_request("PKCE code verifier is missing."))?;
        let mut state = self.org.state();
        let known = state.grants.code(code);
        if known.is_some_and(|record| record.identity.client_id != self.client.id) {
            return Err(invalid_grant("The code was issued to another client."));
        }
        let record = state
            .grants
            .spend_code(code)
            .filter(|record| !record.used && record.expires_at > self.now)
            .filter(|record| record.identity.server == self.server && record.grant == grant_type)
            .ok_or_else(|| {
                let what = name.replace('_', " ");
                invalid_grant(&format!("The {what} is invalid or has expired."))
            })?;
        let named = self.form.field("redirect_uri");
        let must_be_named = grant_type == GrantType::AuthorizationCode;
        if named.map_or(must_be_named, |uri| uri != record.redirect_uri) {
            return Err(invalid_grant(
                "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
            ));
        }
        if !pkce_fits(verifier, &record.code_challenge) {
            return Err(invalid_grant("PKCE verification failed."));
        }
        self.limit(&mut state, &record.identity.person)?;
        let grant = state.grants.open(record.identity.clone());
        let nonce = record.identity.nonce.clone();
        let refresh = self.first_refresh_token(&mut state.grants, grant, &record.identity);
        self.issue(
            &mut state,
            grant,
            &record.identity,
            nonce.as_deref(),
            refresh,
        )
    }

    fn device_code(&self) -> Result<Reply, Reply> {
        let code = self
            .form
            .field("device_code")
            .ok_or_else(|| invalid_request("The 'device_code' parameter is missing."))?;
        let mut state = self.org.state();
        let devices = &mut state.grants.devices;
        let identity = devices.ask(code, &self.client.id, self.now)?;
        let grant = state.grants.open(identity.clone());
        let refresh = self.first_refresh_token(&mut state.grants, grant, &identity);
        self.issue(&mut state, grant, &identity, None, refresh)
    }

    fn refresh_token(&self) -> Result<Reply, Reply> {
        let invalid = || invalid_grant("The refresh token is invalid or expired.");
        let token = self
            .form
            .field("refresh_token")
            .ok_or_else(|| invalid_request("The 'refresh_token' parameter is missing."))?;
        let mut state = self.org.state();
        let record = state.grants.refresh(token).cloned().ok_or_else(invalid)?;
        let grant = state.grants.standing(record.grant).ok_or_else(invalid)?;
        let mut identity = grant.identity.clone();
        if identity.client_id != self.client.id
            || identity.server != self.server
            || record.expires_at <= self.now
        {
            return Err(invalid());
        }
        let person = state.people.by_id(&identity.person);
        if person.is_none_or(|person| person.locked) {
            return Err(invalid());
        }
        if let Some(scope) = self.form.field("scope") {
            let asked: Vec<&str> = scope.split_whitespace().collect();
            if !asked.iter().all(|scope| identity.scopes.contains(*scope)) {
                return Err(Reply::oauth_error(
                    StatusCode::BAD_REQUEST,
                    "invalid_scope",
                    "The requested scopes exceed those that were granted.",
                ));
            }
            identity.scopes = asked.into_iter().map(str::to_owned).collect();
        }
        self.limit(&mut state, &identity.person)?;
        let fresh = self.rotated(&mut state.grants, token, &record)?;
        self.issue(&mut state, record.grant, &identity, None, Some(fresh))
    }

    /// The token that takes the place of `token`. Whoever uses a replaced one after the leeway is a thief, or was
    /// robbed: the whole grant ends.
    fn rotated(
        &self,
        grants: &mut Grants,
        token: &str,
        record: &RefreshRecord,
    ) -> Result<String, Reply> {
        let settings = &self.org.settings.refresh;
        if settings.rotation == Rotation::Static {
            return Ok(token.to_owned());
        }
        let Some((replaced_at, successor)) = &record.replaced else {
            let fresh = self.org.token();
            grants.add_refresh(
                fresh.clone(),
                RefreshRecord {
                    replaced: None,
                    ..record.clone()
                },
            );
            grants.replace_refresh(token, &fresh, self.now);
            return Ok(fresh);
        };
        if self.now > replaced_at + settings.leeway.as_secs() {
            grants.revoke(record.grant);
            return Err(invalid_grant("The refresh token is invalid or expired."));
        }
        Ok(newest(grants, successor))
    }

    fn first_refresh_token(
        &self,
        grants: &mut Grants,
        grant: u64,
        identity: &Identity,
    ) -> Option<String> {
        let granted = identity.scopes.contains("offline_access")
            && self.client.grants.contains(&GrantType::RefreshToken);
        granted.then(|| {
            let token = self.org.token();
            let expires_at = self.now + self.org.settings.windows.refresh_token.as_secs();
            let record = RefreshRecord {
                grant,
                expires_at,
                replaced: None,
            };
            grants.add_refresh(token.clone(), record);
            token
        })
    }

    fn limit(&self, state: &mut State, person: &str) -> Result<(), Reply> {
        let rate = self.org.settings.limits.token;
        let allowance = state
            .limits
            .count(&format!("token/{person}"), rate, self.org.now_ms());
        if !allowance.exceeded {
            return Ok(());
        }
        Err(allowance.mark(Reply::oauth_error(
            StatusCode::TOO_MANY_REQUESTS,
            "invalid_grant",
            "The request was rate limited for this user.",
        )))
    }

    fn issue(
        &self,
        state: &mut State,
        grant: u64,
        identity: &Identity,
        nonce: Option<&str>,
        refresh: Option<String>,
    ) -> Result<Reply, Reply> {
        let person = state
            .people
            .by_id(&identity.person)
            .cloned()
            .ok_or_else(|| invalid_grant("The user is no longer active."))?;
        let minting = Minting {
            org: self.org,
            identity,
            person: &person,
            flaws: &self.call.flaws,
            now: self.now,
        };
        let access = minting.access_token()?;
        let scope: Vec<&str> = identity.scopes.iter().map(String::as_str).collect();
        let mut body = json!({
            "token_type": "Bearer", "expires_in": self.org.settings.windows.access_token.as_secs(),
            "access_token": access.token, "scope": scope.join(" "),
        });
        if identity.scopes.contains("openid") {
            let id_token = minting.id_token(&access.token, nonce)?;
            insert(&mut body, "id_token", &id_token.token);
            keep(state, grant, IssuedKind::IdToken, identity, id_token);
        }
        if let Some(refresh) = refresh {
            insert(&mut body, "refresh_token", &refresh);
        }
        keep(state, grant, IssuedKind::AccessToken, identity, access);
        Ok(Reply::ok(&body))
    }
}

fn keep(state: &mut State, grant: u64, kind: IssuedKind, identity: &Identity, signed: Signed) {
    let record = IssuedRecord {
        grant,
        kind,
        claims: signed.claims,
        scopes: identity.scopes.clone(),
        expires_at: signed.expires_at,
        revoked: false,
    };
    state.grants.add_issued(&signed.token, record);
}

fn insert(body: &mut serde_json::Value, name: &str, value: &str) {
    if let Some(body) = body.as_object_mut() {
        body.insert(name.to_owned(), json!(value));
    }
}

/// The end of a chain of replacements.
fn newest(grants: &Grants, token: &str) -> String {
    let mut newest = token.to_owned();
    while let Some((_, successor)) = grants
        .refresh(&newest)
        .and_then(|record| record.replaced.clone())
    {
        newest = successor;
    }
    newest
}

/// RFC 7636 §4.6, `S256`.
fn pkce_fits(verifier: &str, challenge: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(allowed) {
        return false;
    }
    let computed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    computed.as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pkce_follows_appendix_b() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(pkce_fits(verifier, challenge));
        assert!(!pkce_fits("short", challenge));
        assert!(!pkce_fits(&verifier.replace('d', "e"), challenge));
    }
}
