//! What the document says about an authenticator or an enrolment of it.

use std::fmt;

use serde_json::{Map, Value};

use super::{Form, read};

/// A view of an authenticator object. No member is universal (idx-protocol section 2.7).
#[derive(Clone, Copy)]
pub struct Authenticator<'a>(&'a Map<String, Value>);

impl<'a> Authenticator<'a> {
    pub(super) fn new(map: &'a Map<String, Value>) -> Self {
        Self(map)
    }

    /// A text member.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.0
            .get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// What it is, such as `okta_email`.
    pub fn key(&self) -> Option<&'a str> {
        self.text("key").or_else(|| self.text("catalogKey"))
    }

    /// Its name for people.
    pub fn display_name(&self) -> Option<&'a str> {
        self.text("displayName")
            .or_else(|| self.text("authenticatorName"))
            .or_else(|| self.text("label"))
    }

    /// The name the person gave this enrolment.
    pub fn nickname(&self) -> Option<&'a str> {
        self.text("nickname")
    }

    /// Its methods, such as `sms` and `voice`.
    pub fn methods(&self) -> Vec<&'a str> {
        read::list(self.0.get("methods"))
            .iter()
            .filter_map(|method| method.get("type").or_else(|| method.get("methodType")))
            .filter_map(Value::as_str)
            .collect()
    }

    /// A text member of `profile`, such as a masked address.
    pub fn profile(&self, key: &str) -> Option<&'a str> {
        self.0
            .get("profile")?
            .get(key)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    /// A member of `settings`.
    pub fn setting(&self, key: &str) -> Option<&'a Value> {
        self.0.get("settings")?.get(key)
    }

    /// A member of `contextualData`.
    pub fn context(&self, key: &str) -> Option<&'a Value> {
        self.0.get("contextualData")?.get(key)
    }

    /// Any other member.
    pub fn member(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    /// The device challenge of `contextualData`.
    pub(super) fn challenge(self) -> Option<&'a Map<String, Value>> {
        self.context("challenge").and_then(read::unwrapped)
    }

    /// A form that stands inside it.
    pub(super) fn form(self, key: &str) -> Option<Form> {
        form_in(self.0, key)
    }
}

impl fmt::Debug for Authenticator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("key", &self.key())
            .finish_non_exhaustive()
    }
}

/// The form under `key`, named by the key where it has no name.
pub(super) fn form_in(map: &Map<String, Value>, key: &str) -> Option<Form> {
    let mut form = Form::read(map.get(key)?)?;
    if form.name.is_empty() {
        key.clone_into(&mut form.name);
    }
    Some(form)
}
