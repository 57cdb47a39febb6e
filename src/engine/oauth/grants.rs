//! What has been handed out: interaction codes, refresh tokens, access tokens.

use std::collections::{BTreeSet, HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use super::device::Devices;
use crate::engine::{org::Server, settings::GrantType};

/// What somebody proved, and to whom: all later tokens say the same.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) person: String,
    pub(crate) client_id: String,
    pub(crate) server: Server,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) auth_time: u64,
    pub(crate) amr: Vec<&'static str>,
    /// The class of assurance reached.
    pub(crate) acr: String,
    /// Whether the client asked for one.
    pub(crate) acr_asked: bool,
}

/// An interaction code or an authorization code, good once.
#[derive(Clone, Debug)]
pub(crate) struct CodeRecord {
    /// By which alone it is redeemed.
    pub(crate) grant: GrantType,
    pub(crate) identity: Identity,
    pub(crate) code_challenge: String,
    pub(crate) redirect_uri: String,
    pub(crate) expires_at: u64,
    pub(crate) used: bool,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(super) struct RefreshRecord {
    pub(super) grant: u64,
    pub(super) expires_at: u64,
    /// When it was replaced, and by what.
    pub(super) replaced: Option<(u64, String)>,
}

/// A token that we signed.
#[derive(Clone, Debug)]
pub(super) struct IssuedRecord {
    pub(super) grant: u64,
    pub(super) kind: IssuedKind,
    pub(super) claims: serde_json::Value,
    pub(super) scopes: BTreeSet<String>,
    pub(super) expires_at: u64,
    pub(super) revoked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IssuedKind {
    AccessToken,
    IdToken,
}

/// A sign-in at a client, with everything that grew from it.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) identity: Identity,
    pub(super) revoked: bool,
}

/// The books.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    codes: HashMap<String, CodeRecord>,
    sign_ins: HashMap<u64, Grant>,
    refresh: HashMap<String, RefreshRecord>,
    issued: HashMap<[u8; 32], IssuedRecord>,
    opened: u64,
    pub(crate) devices: Devices,
    /// Names of client assertions, until they expire.
    assertions: HashMap<String, u64>,
}

impl Grants {
    pub(crate) fn issue_code(&mut self, code: String, record: CodeRecord) {
        self.codes.insert(code, record);
    }

    pub(crate) fn code(&self, code: &str) -> Option<&CodeRecord> {
        self.codes.get(code)
    }

    /// Spends a code: the first call that names it gets it, whatever comes of it.
    pub(super) fn spend_code(&mut self, code: &str) -> Option<CodeRecord> {
        let record = self.codes.get_mut(code)?;
        let spent = record.clone();
        record.used = true;
        Some(spent)
    }

    /// Whether nobody used an assertion of that name before.
    pub(super) fn first_use(&mut self, assertion: String, expires_at: u64) -> bool {
        self.assertions.insert(assertion, expires_at).is_none()
    }

    pub(super) fn open(&mut self, identity: Identity) -> u64 {
        self.opened += 1;
        let grant = Grant {
            identity,
            revoked: false,
        };
        self.sign_ins.insert(self.opened, grant);
        self.opened
    }

    /// A grant that still stands.
    pub(super) fn standing(&self, grant: u64) -> Option<&Grant> {
        self.sign_ins.get(&grant).filter(|grant| !grant.revoked)
    }

    /// Ends a grant with all its tokens.
    pub(super) fn revoke(&mut self, grant: u64) {
        if let Some(grant) = self.sign_ins.get_mut(&grant) {
            grant.revoked = true;
        }
    }

    /// Ends all grants of a person.
    pub(crate) fn revoke_person(&mut self, person: &str) {
        for grant in self.sign_ins.values_mut() {
            if grant.identity.person == person {
                grant.revoked = true;
            }
        }
    }

    pub(super) fn refresh(&self, token: &str) -> Option<&RefreshRecord> {
        self.refresh.get(token)
    }

    pub(super) fn add_refresh(&mut self, token: String, record: RefreshRecord) {
        self.refresh.insert(token, record);
    }

    pub(super) fn replace_refresh(&mut self, old: &str, new: &str, now: u64) {
        if let Some(record) = self.refresh.get_mut(old) {
            record.replaced = Some((now, new.to_owned()));
        }
    }

    pub(super) fn add_issued(&mut self, token: &str, record: IssuedRecord) {
        self.issued.insert(fingerprint(token), record);
    }

    /// A token of ours, dead or alive.
    pub(super) fn issued(&self, token: &str) -> Option<&IssuedRecord> {
        self.issued.get(&fingerprint(token))
    }

    /// A token of ours that is neither expired nor revoked.
    pub(super) fn live(&self, token: &str, now: u64) -> Option<&IssuedRecord> {
        self.issued(token)
            .filter(|record| record.expires_at > now && !record.revoked)
            .filter(|record| self.standing(record.grant).is_some())
    }

    pub(super) fn revoke_issued(&mut self, token: &str) {
        if let Some(record) = self.issued.get_mut(&fingerprint(token)) {
            record.revoked = true;
        }
    }

    /// Forgets what has been dead for a day.
    pub(crate) fn sweep(&mut self, now: u64) {
        let recent = |expires_at: u64| expires_at + 86_400 > now;
        self.devices.sweep(now);
        self.assertions.retain(|_, expires_at| *expires_at > now);
        self.codes.retain(|_, code| recent(code.expires_at));
        self.issued.retain(|_, issued| recent(issued.expires_at));
        self.refresh.retain(|_, refresh| recent(refresh.expires_at));
        let issued = self.issued.values().map(|issued| issued.grant);
        let refresh = self.refresh.values().map(|refresh| refresh.grant);
        let alive: HashSet<u64> = issued.chain(refresh).collect();
        self.sign_ins.retain(|id, _| alive.contains(id));
    }
}

fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}
