//! Devices without a keyboard: `POST {base}/v1/device/authorize`, and what becomes of it (RFC 8628, protocol reference 5.14).

use std::collections::{BTreeSet, HashMap};

use http::StatusCode;
use serde_json::json;

use super::{clients, grants::Identity, interact};
use crate::{
    engine::{
        call::Call,
        form::Form,
        org::{Org, Server},
        reply::Reply,
        settings::GrantType,
    },
    random,
};

/// How long a device may wait.
const LIFE: u64 = 600;
/// Seconds between two polls.
const INTERVAL: u64 = 5;
/// Consonants and digits that nobody confuses (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// A device that waits.
#[derive(Clone, Debug)]
struct Waiting {
    user_code: String,
    client_id: String,
    server: Server,
    scopes: BTreeSet<String>,
    expires_at: u64,
    polled_at: Option<u64>,
    outcome: Outcome,
}

#[derive(Clone, Debug)]
enum Outcome {
    Allowed(Box<Identity>),
    Denied,
    Pending,
}

/// All of them, by device code.
#[derive(Debug, Default)]
pub(crate) struct Devices(HashMap<String, Waiting>);

impl Devices {
    /// The user code of a device that waits, however it was typed.
    pub(crate) fn pending(&self, typed: &str, now: u64) -> Option<String> {
        let letters = typed.chars().filter(char::is_ascii_alphanumeric);
        let code = letters.collect::<String>().to_uppercase();
        let waits = |device: &&Waiting| {
            device.user_code == code
                && device.expires_at > now
                && matches!(device.outcome, Outcome::Pending)
        };
        self.0
            .values()
            .find(waits)
            .map(|device| device.user_code.clone())
    }

    pub(crate) fn allow(&mut self, user_code: &str, identity: &Identity) {
        if let Some(device) = self.by_user_code(user_code) {
            device.outcome = Outcome::Allowed(Box::new(Identity {
                client_id: device.client_id.clone(),
                server: device.server,
                scopes: device.scopes.clone(),
                nonce: None,
                ..identity.clone()
            }));
        }
    }

    pub(crate) fn deny(&mut self, user_code: &str) {
        if let Some(device) = self.by_user_code(user_code) {
            device.outcome = Outcome::Denied;
        }
    }

    fn by_user_code(&mut self, user_code: &str) -> Option<&mut Waiting> {
        let mut devices = self.0.values_mut();
        devices.find(|device| device.user_code == user_code)
    }

    pub(super) fn sweep(&mut self, now: u64) {
        self.0.retain(|_, device| device.expires_at + 3600 > now);
    }

    /// What a device that asks gets: the identity once, or why it must wait or give up.
    pub(super) fn ask(&mut self, code: &str, client: &str, now: u64) -> Result<Identity, Reply> {
        let device = self
            .0
            .get_mut(code)
            .filter(|device| device.client_id == client);
        let device = device.ok_or_else(|| {
            refusal(
                "invalid_grant",
                "The device code is invalid or has expired.",
            )
        })?;
        if device.expires_at <= now {
            return Err(refusal("expired_token", "The device code has expired."));
        }
        let hurried = device.polled_at.is_some_and(|at| now < at + INTERVAL);
        device.polled_at = Some(now);
        match &device.outcome {
            Outcome::Denied => Err(refusal("access_denied", "The person denied the request.")),
            Outcome::Pending if hurried => Err(refusal("slow_down", "Ask less often.")),
            Outcome::Pending => Err(refusal(
                "authorization_pending",
                "The device authorization is pending. Please try again later.",
            )),
            Outcome::Allowed(identity) => {
                let identity = (**identity).clone();
                self.0.remove(code);
                Ok(identity)
            }
        }
    }
}

fn refusal(error: &str, description: &str) -> Reply {
    Reply::oauth_error(StatusCode::BAD_REQUEST, error, description)
}

pub(super) fn authorize(
    org: &Org,
    server: Server,
    call: &Call,
    form: &Form,
) -> Result<Reply, Reply> {
    let client = clients::authenticate(org, call, form)?.client;
    clients::require_grant(client, GrantType::DeviceCode)?;
    let scopes = interact::scopes(org, server, form.field("scope"))?;
    let device_code = org.token();
    let octets = random::octets::<8>(org.random.as_ref());
    let letter = |octet: u8| {
        LETTERS
            .get(usize::from(octet % 20))
            .copied()
            .unwrap_or(b'B')
    };
    let user_code: String = octets
        .into_iter()
        .map(|octet| char::from(letter(octet)))
        .collect();
    let device = Waiting {
        user_code: user_code.clone(),
        client_id: client.id.clone(),
        server,
        scopes,
        expires_at: org.now() + LIFE,
        polled_at: None,
        outcome: Outcome::Pending,
    };
    org.state()
        .grants
        .devices
        .0
        .insert(device_code.clone(), device);
    let page = format!("{}/activate", call.host);
    Ok(Reply::ok(&json!({
        "device_code": device_code, "user_code": user_code, "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"), "expires_in": LIFE, "interval": INTERVAL,
    })))
}
