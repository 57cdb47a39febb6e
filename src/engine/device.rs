//! Okta Verify on the device at which somebody signs in: what it is asked, and what it says (protocol reference 5.11).
//!
//! The real app signs a challenge with a key of the device. This one is the engine's own, so it just says whose it is.

use std::collections::HashMap;

use http::{Method, StatusCode};
use serde_json::Value;

use super::{call::Call, inbox::document, org::Org, reply::Reply};

/// How long a challenge waits.
const LIFE: u64 = 300;

/// A challenge that is out.
#[derive(Clone, Debug)]
struct Asked {
    transaction: String,
    expires_at: u64,
    signed: bool,
}

/// All of them, by what the app must sign.
#[derive(Debug, Default)]
pub(crate) struct Device(HashMap<String, Asked>);

impl Device {
    /// Puts a challenge, and returns what the app must sign.
    pub(crate) fn ask(&mut self, org: &Org, transaction: &str) -> String {
        let request = org.token();
        let asked = Asked {
            transaction: transaction.to_owned(),
            expires_at: org.now() + LIFE,
            signed: false,
        };
        self.0.insert(request.clone(), asked);
        request
    }

    /// The app signs. `false`: nobody asked for that, or too long ago.
    pub(crate) fn sign(&mut self, request: &str, now: u64) -> bool {
        let asked = self.0.get_mut(request);
        asked
            .filter(|asked| asked.expires_at > now)
            .map(|asked| asked.signed = true)
            .is_some()
    }

    pub(crate) fn is_signed(&self, request: &str) -> bool {
        self.0.get(request).is_some_and(|asked| asked.signed)
    }

    /// Whose sign-in a challenge belongs to.
    pub(crate) fn transaction_of(&self, request: &str, now: u64) -> Option<&str> {
        let asked = self.0.get(request)?;
        (asked.expires_at > now).then_some(asked.transaction.as_str())
    }

    /// Forgets what is over.
    pub(crate) fn sweep(&mut self, now: u64) {
        self.0.retain(|_, asked| asked.expires_at > now);
    }
}

/// Serves `/probe` and `/challenge`, as the app does on loopback, and `/okta-verify`, where its links lead.
pub(crate) fn serve(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    let fast_pass = org.settings.org.fast_pass.as_ref()?;
    let known = fast_pass.owner.is_some();
    match (&call.method, path) {
        (&Method::GET, "/probe") => Some(Reply::empty(StatusCode::OK)),
        // 503 is how the app says that another profile of the device may know better.
        (&Method::POST, "/challenge") if !known => {
            Some(Reply::empty(StatusCode::SERVICE_UNAVAILABLE))
        }
        (&Method::POST, "/challenge") => {
            let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
            let request = body.get("challengeRequest").and_then(Value::as_str);
            Some(Reply::empty(if signed(org, request.unwrap_or_default()) {
                StatusCode::OK
            } else {
                StatusCode::BAD_REQUEST
            }))
        }
        (&Method::GET, "/okta-verify") => {
            let request = call.query_field("challengeRequest").unwrap_or_default();
            let done = known && signed(org, &request);
            let text = if done {
                "Done. Go back to where you sign in."
            } else {
                "This device is not set up, or nobody asks it any more."
            };
            let page = document("Okta Verify", &format!("<article><p>{text}</p></article>"));
            Some(Reply::html(StatusCode::OK, page))
        }
        _ => None,
    }
}

fn signed(org: &Org, request: &str) -> bool {
    org.state().device.sign(request, org.now())
}
