//! The engine's strings: what tests and developers pull while it runs, as Rust calls and under `/control/`.

mod http;
mod telephone;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

pub(super) use self::http::serve;
use super::{
    faults::{Fault, Injection},
    inbox::Mail,
    keys::KeyError,
    org::Org,
    people::{Person, security_key},
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

    /// Gives a person another profile attribute, or takes it away. `false`: nobody of that login.
    pub fn set_claim(&self, login: &str, name: &str, value: Option<&str>) -> bool {
        self.change(login, |person| {
            let _old = match value {
                Some(value) => person.claims.insert(name.to_owned(), value.to_owned()),
                None => person.claims.remove(name),
            };
        })
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

    /// Okta Verify on the device makes a new key for this person, which nobody tells the org. `false`: nobody of that
    /// login.
    pub fn replace_device_key(&self, login: &str) -> bool {
        let mut state = self.org.state();
        let id = state.people.by_login(login).map(|person| person.id.clone());
        id.and_then(|id| state.device.app.add(&self.org, &id))
            .is_some()
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
