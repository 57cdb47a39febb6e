//! The org: everything the endpoints share.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use ipnet::IpNet;

use super::{
    captcha::Captcha,
    device::{self, Device},
    duo::Duo,
    faults::Faults,
    fobs::Fob,
    health::Health,
    idp::Idp,
    idx::Transactions,
    inbox::Inbox,
    keys::{KeyError, Keys, SigningKey},
    limits::Limits,
    oauth::Grants,
    people::People,
    phone::Phone,
    settings::{ClientSettings, PolicySettings, Settings},
};
use crate::{
    clock::SharedClock,
    random::{self, SharedRandom},
};

/// Which of the two authorization servers is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Custom,
    Org,
}

/// What changes while the engine runs, behind one lock that is never held across an await.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) people: People,
    pub(crate) transactions: Transactions,
    pub(crate) grants: Grants,
    pub(crate) inbox: Inbox,
    pub(crate) limits: Limits,
    pub(crate) phone: Phone,
    pub(crate) idp: Idp,
    pub(crate) captcha: Captcha,
    pub(crate) device: Device,
    pub(crate) duo: Duo,
    pub(crate) health: Health,
    /// Things that show codes and are nobody's yet.
    pub(crate) drawer: Vec<Fob>,
    /// How often the next transactions must ask before the org is ready.
    pub(crate) safe_mode_polls: u32,
    swept_at: u64,
    /// What somebody has agreed to, by (user id, client id).
    pub(crate) consents: HashMap<(String, String), BTreeSet<String>>,
}

impl State {
    /// Forgets what is dead, once a minute at most: it looks at everything.
    pub(crate) fn sweep(&mut self, now_ms: u64) {
        let now = now_ms / 1000;
        if now < self.swept_at + 60 {
            return;
        }
        self.swept_at = now;
        self.transactions.sweep(now);
        self.grants.sweep(now);
        self.limits.sweep(now_ms);
        self.phone.sweep(now);
        self.idp.sweep(now);
        self.captcha.sweep(now);
        self.device.sweep(now);
    }
}

/// Settings, sources and state.
#[derive(Debug)]
pub(crate) struct Org {
    pub(crate) settings: Settings,
    pub(crate) random: SharedRandom,
    /// Whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpNet>,
    origin: String,
    clock: SharedClock,
    ahead_ms: AtomicU64,
    keys: Mutex<Keys>,
    private_key: OnceLock<SigningKey>,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    calls: Mutex<BTreeMap<String, u64>>,
}

impl Org {
    pub(crate) fn new(
        settings: Settings,
        origin: String,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Result<Self, KeyError> {
        let networks = settings.org.trusted_proxies.iter();
        let org = Self {
            trusted_proxies: networks.filter_map(|text| text.parse().ok()).collect(),
            origin,
            random,
            clock,
            ahead_ms: AtomicU64::new(0),
            keys: Mutex::new(Keys::generate()?),
            private_key: OnceLock::new(),
            state: Mutex::default(),
            faults: Mutex::new(Faults::new(settings.faults.clone())),
            calls: Mutex::default(),
            settings,
        };
        org.reset();
        Ok(org)
    }

    /// People, transactions, tokens, mails and limits as they were at the start; keys and clock stay.
    pub(crate) fn reset(&self) {
        let mut fresh = State {
            people: People::new(&self.settings.people),
            drawer: self.settings.drawer.iter().map(Fob::new).collect(),
            safe_mode_polls: self.settings.org.safe_mode_polls,
            ..State::default()
        };
        device::set_up(self, &mut fresh);
        *self.state() = fresh;
        *self.faults() = Faults::new(self.settings.faults.clone());
        lock(&self.calls).clear();
    }

    pub(crate) fn now(&self) -> u64 {
        self.now_ms() / 1000
    }

    pub(crate) fn now_ms(&self) -> u64 {
        let ahead = self.ahead_ms.load(Ordering::SeqCst);
        let since = self.clock.now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        }) + ahead
    }

    pub(crate) fn advance(&self, by: Duration) {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// A fresh unguessable name of 43 characters.
    pub(crate) fn token(&self) -> String {
        random::token(self.random.as_ref())
    }

    /// Six decimal digits.
    pub(crate) fn digits(&self) -> String {
        let number = u64::from_be_bytes(random::octets::<8>(self.random.as_ref()));
        format!("{:06}", number % 1_000_000)
    }

    /// Scheme, host and port that the issuers are named by.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn issuer(&self, server: Server) -> String {
        match server {
            Server::Custom => format!("{}/oauth2/{}", self.origin, self.settings.server.id),
            Server::Org => self.origin.clone(),
        }
    }

    /// `{base}` of protocol reference 1.1, at the host the client used.
    pub(crate) fn oauth_base(&self, server: Server, host: &str) -> String {
        match server {
            Server::Custom => format!("{host}/oauth2/{}", self.settings.server.id),
            Server::Org => format!("{host}/oauth2"),
        }
    }

    pub(crate) fn client(&self, id: &str) -> Option<&ClientSettings> {
        self.settings.clients.iter().find(|client| client.id == id)
    }

    pub(crate) fn policy(&self, name: &str) -> PolicySettings {
        self.settings
            .policies
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn keys(&self) -> MutexGuard<'_, Keys> {
        lock(&self.keys)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    /// A key that is never published: it signs the org server's access tokens, which are for nobody else to verify.
    pub(crate) fn private_key(&self) -> Result<&SigningKey, KeyError> {
        if let Some(key) = self.private_key.get() {
            return Ok(key);
        }
        let fresh = SigningKey::generate()?;
        Ok(self.private_key.get_or_init(|| fresh))
    }

    pub(crate) fn count_call(&self, endpoint: &str) {
        *lock(&self.calls).entry(endpoint.to_owned()).or_default() += 1;
    }

    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        lock(&self.calls).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
