//! `application/x-www-form-urlencoded`, as the OAuth endpoints read it.

use std::collections::BTreeMap;

use http::StatusCode;

use super::{call::Call, reply::Reply};

/// Parameters, each at most once (RFC 6749 §3.2).
#[derive(Debug, Default)]
pub(crate) struct Form(BTreeMap<String, String>);

impl Form {
    /// Refuses a parameter that stands there twice.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Reply> {
        let mut parameters = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if parameters
                .insert(name.clone().into_owned(), value.into_owned())
                .is_some()
            {
                return Err(Reply::oauth_error(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    &format!("Duplicate parameters: '{name}'."),
                ));
            }
        }
        Ok(Self(parameters))
    }

    /// What a page of ours sends; what a page of another site sends is not what the person chose.
    pub(crate) fn of_page(call: &Call) -> Result<Self, Reply> {
        if !call.is_own() {
            return Err(Reply::empty(StatusCode::FORBIDDEN));
        }
        Self::parse(&call.body)
    }

    /// A parameter; an empty one counts as absent (RFC 6749 §3.2).
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}
