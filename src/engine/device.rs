//! Okta Verify on the device at which somebody signs in: what it is asked, and whether what it signed holds (protocol
//! reference 5.11).
//!
//! The org puts a challenge, a JWT that names a nonce and, where it is known, a person. The app ([`App`]) signs it with the
//! key that it made when the account was set up; the org verifies that with the public half it keeps.

mod app;
mod page;

use std::collections::HashMap;

use serde_json::json;

pub(crate) use self::{
    app::{App, Signed},
    page::serve,
};
use super::{
    idx::DeviceStep,
    org::{Org, Server, State},
    people::People,
};

/// How long a challenge waits, in seconds.
const LIFE: u64 = 300;

/// A challenge that is out.
#[derive(Clone, Debug)]
struct Asked {
    transaction: String,
    request: String,
    /// Whose signature is wanted; `None`: anybody's.
    person: Option<String>,
    expires_at: u64,
    standing: Standing,
}

/// How a challenge stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody answered in time.
    Expired,
    Pending,
    /// Signed, but not by a key that was set up.
    Refused,
    /// Signed by the key of this user id.
    Signed(String),
}

/// The app, and all challenges by their ids.
#[derive(Debug, Default)]
pub(crate) struct Device {
    pub(crate) app: App,
    asked: HashMap<String, Asked>,
}

impl Device {
    /// Puts a challenge; `None`: it can't be signed.
    pub(crate) fn ask(
        &mut self,
        org: &Org,
        transaction: &str,
        person: Option<&str>,
    ) -> Option<DeviceStep> {
        let (id, now) = (org.token(), org.now());
        let expires_at = now + LIFE;
        let claims = json!({"iss": org.issuer(Server::Org), "aud": "okta-verify", "iat": now, "exp": expires_at,
            "jti": id, "nonce": org.token(), "sub": person});
        let request = org.keys().active().sign(&claims).ok()?;
        let asked = Asked {
            transaction: transaction.to_owned(),
            request: request.clone(),
            person: person.map(str::to_owned),
            expires_at,
            standing: Standing::Pending,
        };
        self.asked.insert(id.clone(), asked);
        Some(DeviceStep {
            id,
            request,
            missing: false,
        })
    }

    /// Takes what the app signed. `false`: nobody asked for that, or too long ago.
    pub(crate) fn take(&mut self, people: &People, signed: &Signed, now: u64) -> bool {
        let waiting = |asked: &&mut Asked| asked.expires_at > now;
        let Some(asked) = self.asked.get_mut(&signed.id).filter(waiting) else {
            return false;
        };
        let wanted = asked.person.as_ref().is_none_or(|id| *id == signed.person);
        let person = people.by_id(&signed.person).filter(|_| wanted);
        let holds = person.is_some_and(|person| {
            let mut keys = person.equipment.device_keys.iter();
            keys.any(|key| signed.holds(key, &asked.request))
        });
        asked.standing = if holds {
            Standing::Signed(signed.person.clone())
        } else {
            Standing::Refused
        };
        true
    }

    /// A card is held to the telephone: that of whoever is asked, or another. `false`: nobody asks.
    pub(crate) fn tap(&mut self, id: &str, own: bool, now: u64) -> bool {
        let waiting = |asked: &&mut Asked| asked.expires_at > now;
        let Some(asked) = self.asked.get_mut(id).filter(waiting) else {
            return false;
        };
        asked.standing = match asked.person.clone().filter(|_| own) {
            Some(person) => Standing::Signed(person),
            None => Standing::Refused,
        };
        true
    }

    pub(crate) fn standing(&self, id: &str, now: u64) -> Standing {
        match self.asked.get(id) {
            Some(asked) if asked.standing != Standing::Pending || asked.expires_at > now => {
                asked.standing.clone()
            }
            _ => Standing::Expired,
        }
    }

    /// The request of a challenge, and whose sign-in it belongs to.
    pub(crate) fn challenge(&self, id: &str, now: u64) -> Option<(&str, &str)> {
        let asked = self.asked.get(id)?;
        (asked.expires_at > now).then_some((&asked.request, &asked.transaction))
    }

    /// Forgets what is over.
    pub(crate) fn sweep(&mut self, now: u64) {
        self.asked.retain(|_, asked| asked.expires_at > now);
    }
}

/// The app answers a challenge by itself, as one does that asks nobody.
pub(crate) fn answered(state: &mut State, request: &str, now: u64) -> Answered {
    let Some(signed) = state.device.app.sign(request) else {
        return Answered::NoAccount;
    };
    if state.device.take(&state.people, &signed, now) {
        Answered::Taken
    } else {
        Answered::Unasked
    }
}

/// What became of a challenge that reached the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// The app has no account of whoever is asked.
    NoAccount,
    Taken,
    /// Nobody asks that, or not any more.
    Unasked,
}

/// Sets the app up for those whose device it is; the org keeps the public halves of their keys.
pub(crate) fn set_up(org: &Org, state: &mut State) {
    let owner = org.settings.org.fast_pass.as_ref();
    let owner = owner.and_then(|fast_pass| fast_pass.owner.as_deref());
    for settings in &org.settings.people {
        let owns = owner.is_some_and(|owner| owner.eq_ignore_ascii_case(&settings.login));
        if !settings.device && !owns {
            continue;
        }
        let id = state.people.by_login(&settings.login).map(|p| p.id.clone());
        let person = id.and_then(|id| state.people.by_id_mut(&id));
        let Some(person) = person else { continue };
        let key = state.device.app.add(org, &person.id);
        person.equipment.device_keys.extend(key);
        if owns {
            state.device.app.owner = Some(person.id.clone());
        }
    }
}
