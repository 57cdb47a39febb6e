//! The engine's strings: what tests and developers pull while it runs, as Rust calls and under `/control/`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{
    call::Call,
    faults::{Fault, Injection},
    inbox::Mail,
    keys::KeyError,
    org::Org,
    people::{Person, security_key},
    reply::Reply,
    route,
    settings::SecurityKeySettings,
};

/// A handle on a running engine.
#[derive(Clone, Debug)]
pub struct Control {
    org: Arc<Org>,
}

impl Control {
    pub(super) fn new(org: Arc<Org>) -> Self {
        Self { org }
    }

    /// Makes something go wrong until cleared.
    pub fn break_endpoint(&self, endpoint: &str, fault: Fault) {
        self.inject(Injection {
            endpoint: endpoint.to_owned(),
            fault,
            times: None,
        });
    }

    /// Makes the next `times` calls go wrong.
    pub fn break_next(&self, endpoint: &str, fault: Fault, times: u32) {
        self.inject(Injection {
            endpoint: endpoint.to_owned(),
            fault,
            times: Some(times),
        });
    }

    /// The same, in the config file's shape.
    pub fn inject(&self, injection: Injection) {
        self.org.faults().add(injection);
    }

    /// Everything works again.
    pub fn clear_faults(&self) {
        self.org.faults().clear();
    }

    /// Signs with another key from now on; the old one stays published.
    ///
    /// # Errors
    /// Where no key can be made.
    pub fn rotate_keys(&self) -> Result<(), KeyError> {
        self.org.keys().rotate()
    }

    /// Publishes the key that will sign after the next rotation.
    ///
    /// # Errors
    /// Where no key can be made.
    pub fn publish_next_key(&self) -> Result<(), KeyError> {
        self.org.keys().prepare()
    }

    /// Stops publishing keys that no longer sign.
    pub fn withdraw_old_keys(&self) {
        self.org.keys().withdraw();
    }

    /// The `kid` of the key that signs.
    pub fn key_id(&self) -> String {
        self.org.keys().active().kid().to_owned()
    }

    /// A logout token with these claims, signed as one (OpenID Connect Back-Channel Logout 1.0 §2.4).
    ///
    /// # Errors
    /// Where the key does not sign.
    pub fn logout_token(&self, claims: &serde_json::Value) -> Result<String, KeyError> {
        let keys = self.org.keys();
        let key = keys.active();
        let header = serde_json::json!({"alg": "RS256", "kid": key.kid(), "typ": "logout+jwt"});
        key.sign_as(&header, claims)
    }

    /// Sets the engine's clock ahead of the one it was given.
    pub fn advance(&self, by: Duration) {
        self.org.advance(by);
    }

    /// People, transactions, tokens, mails, faults and counts as at the start.
    pub fn reset(&self) {
        self.org.reset();
    }

    /// How often each endpoint was called, by the names that faults use.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.org.calls()
    }

    /// How often one was called.
    pub fn calls_to(&self, endpoint: &str) -> u64 {
        self.org.calls().get(endpoint).copied().unwrap_or(0)
    }

    /// Messages to an address (and its person's telephone), newest first.
    pub fn inbox(&self, to: &str) -> Vec<Mail> {
        let state = self.org.state();
        let addresses = state.people.addresses(to);
        state.inbox.read(&addresses)
    }

    /// The newest passcode sent to an address.
    pub fn passcode(&self, to: &str) -> Option<String> {
        self.inbox(to).into_iter().find_map(|mail| mail.code)
    }

    /// Forgets all messages.
    pub fn clear_inbox(&self) {
        self.org.state().inbox.clear();
    }

    /// The person must choose a new password at the next sign-in. `false`: nobody of that login.
    pub fn expire_password(&self, login: &str) -> bool {
        self.change(login, |person| person.password_expired = true)
    }

    /// Locks a person out. `false`: nobody of that login.
    pub fn lock(&self, login: &str) -> bool {
        self.change(login, |person| person.locked = true)
    }

    /// Lets a person in again. `false`: nobody of that login.
    pub fn unlock(&self, login: &str) -> bool {
        self.change(login, |person| {
            person.locked = false;
            person.failures = 0;
        })
    }

    /// Gives a person a security key; it is among their choices from now on. `false`: nobody of that login, or no key.
    pub fn add_security_key(&self, login: &str, key: &SecurityKeySettings) -> bool {
        let Some(key) = security_key(key) else {
            return false;
        };
        self.change(login, |person| person.security_keys.push(key))
    }

    /// Ends all tokens of a person, as an administrator does. `false`: nobody of that login.
    pub fn revoke_tokens(&self, login: &str) -> bool {
        let mut state = self.org.state();
        let id = state.people.by_login(login).map(|person| person.id.clone());
        if let Some(id) = &id {
            state.grants.revoke_person(id);
        }
        id.is_some()
    }

    /// A token that starts a password recovery at `interact`, good for an hour. `None`: nobody of that login.
    pub fn recovery_token(&self, login: &str) -> Option<String> {
        let mut state = self.org.state();
        let id = state.people.by_login(login)?.id.clone();
        let token = self.org.token();
        let expires_at = self.org.now() + 3600;
        state
            .transactions
            .add_recovery_token(token.clone(), id, expires_at);
        Some(token)
    }

    fn change(&self, login: &str, how: impl FnOnce(&mut Person)) -> bool {
        let mut state = self.org.state();
        let id = state.people.by_login(login).map(|person| person.id.clone());
        let person = id.and_then(|id| state.people.by_id_mut(&id));
        person.map(how).is_some()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeyChange {
    Next,
    Rotate,
    Withdraw,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysRequest {
    action: KeyChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    advance_seconds: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum PersonChange {
    ExpirePassword,
    Lock,
    RevokeTokens,
    Unlock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    login: String,
    action: PersonChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecurityKeyRequest {
    login: String,
    key: SecurityKeySettings,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FaultsRequest {
    Many(Vec<Injection>),
    One(Injection),
}

/// `/control/{name}`, for programs on this machine; a page in a browser has no business here.
pub(super) fn serve(org: &Arc<Org>, name: &str, call: &Call) -> Reply {
    let allowed = org.settings.org.control
        && call.peer.ip().is_loopback()
        && call.header("origin").is_none()
        && call
            .header("sec-fetch-site")
            .is_none_or(|site| site == "none");
    if !allowed {
        return route::okta_error(org, StatusCode::FORBIDDEN, "E0000006", "Access is denied");
    }
    let control = Control::new(Arc::clone(org));
    let done = match (&call.method, name) {
        (&Method::GET, "calls") => return Reply::ok(&json!(control.calls())),
        (&Method::POST, "faults") => parse(call).map(|request| match request {
            FaultsRequest::Many(faults) => faults.into_iter().for_each(|one| control.inject(one)),
            FaultsRequest::One(fault) => control.inject(fault),
        }),
        (&Method::DELETE, "faults") => {
            control.clear_faults();
            Ok(())
        }
        (&Method::POST, "keys") => parse(call).and_then(|request| change_keys(&control, &request)),
        (&Method::POST, "reset") => {
            control.reset();
            Ok(())
        }
        (&Method::POST, "clock") => parse(call).map(|request: ClockRequest| {
            control.advance(Duration::from_secs(request.advance_seconds));
        }),
        (&Method::POST, "person") => parse(call).and_then(|request| change(&control, &request)),
        (&Method::POST, "security-key") => parse(call).and_then(|request: SecurityKeyRequest| {
            let added = control.add_security_key(&request.login, &request.key);
            if added {
                Ok(())
            } else {
                Err("nobody of that login, or no key".to_owned())
            }
        }),
        (&Method::POST, "recovery-token") => {
            let login = call.query_field("login").unwrap_or_default();
            return control.recovery_token(&login).map_or_else(
                || Reply::empty(StatusCode::NOT_FOUND),
                |token| Reply::ok(&json!({ "recovery_token": token })),
            );
        }
        _ => return Reply::empty(StatusCode::NOT_FOUND),
    };
    match done {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(why) => Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": why })),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(call: &Call) -> Result<T, String> {
    serde_json::from_slice(&call.body).map_err(|error| error.to_string())
}

fn change_keys(control: &Control, request: &KeysRequest) -> Result<(), String> {
    match request.action {
        KeyChange::Next => control.publish_next_key(),
        KeyChange::Rotate => control.rotate_keys(),
        KeyChange::Withdraw => {
            control.withdraw_old_keys();
            Ok(())
        }
    }
    .map_err(|error| error.to_string())
}

fn change(control: &Control, request: &PersonRequest) -> Result<(), String> {
    let login = &request.login;
    let found = match request.action {
        PersonChange::ExpirePassword => control.expire_password(login),
        PersonChange::Lock => control.lock(login),
        PersonChange::RevokeTokens => control.revoke_tokens(login),
        PersonChange::Unlock => control.unlock(login),
    };
    if found {
        Ok(())
    } else {
        Err(format!("nobody is called {login}"))
    }
}
