//! The cached JWKS (protocol reference 6.6, security J9): one fetch in flight, the last good set kept while the issuer is
//! away, a refetch for an unknown `kid` at most once an interval, however many tokens name one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::{HeaderMap, Request, header};
use tokio::{runtime::Handle, sync::Mutex};

use super::{KeySetError, KeyStanding, Settings, key_set::KeySet};
use crate::{
    clock::SharedClock,
    oauth::{self, OAuthError},
    outbound::Outbound,
};

/// Shortest time for which a set counts as fresh, whatever its cache headers say.
const SHORTEST: Duration = Duration::from_secs(1);
/// Where there are no cache headers.
const USUAL: Duration = Duration::from_mins(15);
/// After a failed fetch the next try comes so much later, doubled up to a minute.
const FIRST_RETRY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Keys {
    oauth: Arc<oauth::Client>,
    outbound: Outbound,
    clock: SharedClock,
    settings: Settings,
    set: ArcSwapOption<KeySet>,
    /// Counts the sets that were taken: who waited for a fetch sees that one came.
    taken: AtomicU64,
    turn: Mutex<Throttle>,
}

#[derive(Debug, Default)]
struct Throttle {
    /// When the issuer was last asked because of an unknown `kid`, or in vain (by the wall clock).
    asked_at: Option<u64>,
}

impl Keys {
    pub(super) fn new(settings: Settings, oauth: Arc<oauth::Client>, outbound: Outbound, clock: SharedClock) -> Self {
        Self {
            oauth,
            outbound,
            clock,
            settings,
            set: ArcSwapOption::empty(),
            taken: AtomicU64::new(0),
            turn: Mutex::new(Throttle::default()),
        }
    }

    pub(super) fn standing(&self, kid: &str) -> KeyStanding {
        match &*self.set.load() {
            None => KeyStanding::Unknown,
            Some(set) if set.contains(kid) => KeyStanding::Current,
            Some(_) => KeyStanding::Withdrawn,
        }
    }

    /// A set that holds the key, fetched anew where it is not in the last one and the interval allows it. `None`: the
    /// issuer has no such key, as far as may be asked.
    pub(super) async fn set_with(&self, kid: &str) -> Result<Option<Arc<KeySet>>, KeySetError> {
        let seen = self.taken.load(Ordering::Acquire);
        let known = self.set.load_full();
        if let Some(set) = known.as_ref().filter(|set| set.contains(kid)) {
            return Ok(Some(set.clone()));
        }
        let mut throttle = self.turn.lock().await;
        let now = self.clock.unix();
        let wait = self.settings.key_refetch_interval.as_secs();
        let somebody_fetched = self.taken.load(Ordering::Acquire) != seen;
        let too_soon = throttle.asked_at.is_some_and(|at| now < at.saturating_add(wait));
        // Without any set there is nothing to judge by: then only a failed fetch makes wait, and briefly.
        let too_soon = if known.is_some() { too_soon } else { throttle.asked_at.is_some_and(|at| now <= at) };
        if !somebody_fetched && !too_soon {
            throttle.asked_at = Some(now);
            if let Err(error) = self.fetch().await {
                if known.is_none() {
                    return Err(error);
                }
                tracing::warn!(error = &error as &dyn std::error::Error, "keys not refetched, the last good set is kept");
            }
        }
        drop(throttle);
        match self.set.load_full() {
            Some(set) => Ok(Some(set).filter(|set| set.contains(kid))),
            None => Err(KeySetError::Never),
        }
    }

    /// Takes a whole new set; says how long it is fresh.
    async fn fetch(&self) -> Result<Duration, KeySetError> {
        let metadata = self.oauth.metadata().await?;
        let request = Request::get(&metadata.jwks_uri)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| KeySetError::Unusable("its address is none"))?;
        let response = self.outbound.send(request).await.map_err(OAuthError::from)?;
        if !response.status().is_success() {
            return Err(OAuthError::of("keys", &response).into());
        }
        let set = KeySet::parse(response.body(), &self.settings.algorithms).map_err(KeySetError::Unusable)?;
        self.set.store(Some(Arc::new(set)));
        self.taken.fetch_add(1, Ordering::Release);
        Ok(max_age(response.headers()).unwrap_or(USUAL).clamp(SHORTEST, self.settings.key_set_max_age.max(SHORTEST)))
    }

    /// Keeps the set fresh for as long as somebody holds it.
    pub(super) fn spawn_refresh(self: &Arc<Self>, runtime: &Handle) {
        let weak = Arc::downgrade(self);
        runtime.spawn(async move {
            let mut retry = FIRST_RETRY;
            loop {
                let Some(keys) = weak.upgrade() else { return };
                let began = Instant::now();
                let turn = keys.turn.lock().await;
                let fetched = keys.fetch().await;
                drop(turn);
                let wait = match fetched {
                    Ok(fresh) => {
                        retry = FIRST_RETRY;
                        fresh
                    }
                    Err(error) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "keys not fetched");
                        retry = (retry * 2).min(Duration::from_mins(1));
                        retry
                    }
                };
                drop(keys);
                tokio::time::sleep(wait.saturating_sub(began.elapsed())).await;
            }
        });
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let directive = |name: &str| value.split(',').map(str::trim).any(|d| d.eq_ignore_ascii_case(name));
    if directive("no-cache") || directive("no-store") {
        return Some(Duration::ZERO);
    }
    let seconds = value.split(',').find_map(|directive| {
        let (name, seconds) = directive.trim().split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| seconds.trim_matches('"').parse().ok())?
    })?;
    Some(Duration::from_secs(seconds))
}
