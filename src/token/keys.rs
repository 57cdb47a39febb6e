//! The cached JWKS (protocol reference 6.6, security J9): one fetch in flight, the last good set kept while the issuer is
//! away, a refetch for an unknown `kid` at most once an interval, however many tokens name one.
//!
//! A stranger's token may use up the one fetch of an interval with a `kid` that he made up; everything but its signature
//! has to be good for that. Tokens that the issuer just gave to us do not wait for the interval, and the refresh on
//! schedule goes on: what a forger can do is to keep callers with a key younger than the interval waiting for its end.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use http::{HeaderMap, Request, header};
use tokio::runtime::Handle;

use super::{
    KeySetError, KeyStanding, Settings,
    key_set::{Key, KeySet},
};
use crate::{
    clock::SharedClock,
    oauth::{self, OAuthError},
    outbound::{Flight, Outbound},
};

/// Shortest time for which a set counts as fresh, whatever its cache headers say.
const SHORTEST: Duration = Duration::from_secs(1);
/// The same where the headers forbid a cache altogether: a gateway without one would ask for every token.
const UNCACHED: Duration = Duration::from_mins(1);
/// Where there are no cache headers.
const USUAL: Duration = Duration::from_mins(15);
/// Shortest time between two fetches for tokens that came from the issuer itself.
const FOR_OURS: Duration = Duration::from_secs(1);
/// After a failed fetch the next try comes so much later, doubled up to a minute.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_mins(1);

/// The keys, and who may cause a fetch of them when.
#[derive(Debug)]
pub(super) struct Keys {
    fetcher: Arc<Fetcher>,
    flight: Flight,
}

#[derive(Debug)]
struct Fetcher {
    oauth: Arc<oauth::Client>,
    outbound: Outbound,
    clock: SharedClock,
    settings: Settings,
    set: ArcSwapOption<Fetched>,
    history: Mutex<History>,
}

#[derive(Debug)]
struct Fetched {
    keys: KeySet,
    /// Seconds since 1970.
    stale_at: u64,
}

/// What fetches there were. It is all that is remembered of unknown `kid`s: no list of them that could be made to grow.
#[derive(Debug, Default)]
struct History {
    /// When an unknown `kid` of a stranger last caused a fetch.
    asked_at: Option<u64>,
    /// The same of a token from the issuer.
    asked_for_ours_at: Option<u64>,
    /// Why the last fetch failed; none when it went well.
    failure: Option<Failure>,
}

/// Where a token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The issuer's token endpoint gave it to us.
    Issuer,
    /// Whoever sent a request.
    Stranger,
}

#[derive(Clone, Debug)]
struct Failure {
    error: KeySetError,
    at: u64,
    /// How long to wait before the next try.
    pause: Duration,
}

impl Keys {
    pub(super) fn new(
        settings: Settings,
        oauth: Arc<oauth::Client>,
        outbound: Outbound,
        clock: SharedClock,
    ) -> Self {
        let (set, history) = (ArcSwapOption::empty(), Mutex::default());
        let fetcher = Fetcher {
            oauth,
            outbound,
            clock,
            settings,
            set,
            history,
        };
        Self {
            fetcher: Arc::new(fetcher),
            flight: Flight::default(),
        }
    }

    pub(super) fn standing(&self, kid: &str) -> KeyStanding {
        match &*self.fetcher.set.load() {
            None => KeyStanding::Unknown,
            Some(set) if set.keys.get(kid).is_some() => KeyStanding::Current,
            Some(_) => KeyStanding::Withdrawn,
        }
    }

    /// The key of that name in the set at hand. Never waits, asks nobody.
    pub(super) fn at_hand(&self, kid: &str) -> Option<Arc<Key>> {
        self.fetcher.at_hand(kid)
    }

    /// The same for whoever is about to use it: with a set that went stale the next one is fetched, and not waited for.
    pub(super) fn at_once(&self, kid: &str) -> Option<Arc<Key>> {
        let fetcher = &self.fetcher;
        let key = fetcher.at_hand(kid)?;
        drop(self.flight.board(fetcher.outbound.runtime(), || {
            fetcher.is_stale().then(|| fetcher.clone().renew())
        }));
        Some(key)
    }

    /// The key of that name, fetched where it is not in the last set and the interval allows it. `None`: the issuer has
    /// no such key, as far as may be asked.
    ///
    /// # Errors
    /// It is not known whether the issuer has that key: there is no set, or the last fetch failed.
    pub(super) async fn key(
        &self,
        kid: &str,
        source: Source,
    ) -> Result<Option<Arc<Key>>, KeySetError> {
        let fetcher = &self.fetcher;
        if let Some(key) = self.at_once(kid) {
            return Ok(Some(key));
        }
        let ask = || {
            (fetcher.at_hand(kid).is_none() && fetcher.may_ask(source))
                .then(|| fetcher.clone().renew())
        };
        self.flight.join(fetcher.outbound.runtime(), ask).await;
        match fetcher.at_hand(kid) {
            Some(key) => Ok(Some(key)),
            None => fetcher.why_lacking().map_or(Ok(None), Err),
        }
    }

    /// Whether it is known at once that the issuer has no such key, and too early for a stranger to have it asked. Never
    /// waits, asks nobody.
    pub(super) fn is_foreign(&self, kid: &str) -> bool {
        let fetcher = &self.fetcher;
        // Whoever is allowed to ask begins to before anybody can see that. So a fetch that was asked for is under way, or
        // over and its result there: in this order nothing is missed.
        fetcher.at_hand(kid).is_none()
            && fetcher.was_just_asked()
            && !self.flight.is_under_way()
            && fetcher.at_hand(kid).is_none()
            && fetcher.why_lacking().is_none()
    }

    /// Keeps the set fresh for as long as somebody holds it.
    pub(super) fn spawn_refresh(self: &Arc<Self>, runtime: &Handle) {
        let weak = Arc::downgrade(self);
        runtime.spawn(async move {
            loop {
                let Some(keys) = weak.upgrade() else { return };
                let fetcher = &keys.fetcher;
                keys.flight
                    .join(fetcher.outbound.runtime(), || Some(fetcher.clone().renew()))
                    .await;
                let pause = fetcher.until_next().max(SHORTEST);
                drop(keys);
                tokio::time::sleep(pause).await;
            }
        });
    }
}

impl Fetcher {
    fn at_hand(&self, kid: &str) -> Option<Arc<Key>> {
        self.set.load().as_ref()?.keys.get(kid).cloned()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Past its time, and not tried again a moment ago.
    fn is_stale(&self) -> bool {
        let now = self.clock.unix();
        let stale = self
            .set
            .load()
            .as_ref()
            .is_none_or(|set| now >= set.stale_at);
        stale
            && self
                .history()
                .failure
                .as_ref()
                .is_none_or(|failure| !within(now, failure.at, failure.pause))
    }

    /// Whether an unknown `kid` may cause a fetch now; if so, it is the one of this interval.
    fn may_ask(&self, source: Source) -> bool {
        let now = self.clock.unix();
        let mut history = self.history();
        let too_soon = if self.set.load().is_some() {
            let (asked_at, interval) = match source {
                Source::Issuer => (history.asked_for_ours_at, FOR_OURS),
                Source::Stranger => (history.asked_at, self.settings.key_refetch_interval),
            };
            asked_at.is_some_and(|at| within(now, at, interval))
        } else {
            // Without any set there is nothing to judge by: only a failure makes wait, and briefly.
            history
                .failure
                .as_ref()
                .is_some_and(|failure| within(now, failure.at, FIRST_RETRY))
        };
        if !too_soon && self.set.load().is_some() {
            let asked_at = match source {
                Source::Issuer => &mut history.asked_for_ours_at,
                Source::Stranger => &mut history.asked_at,
            };
            *asked_at = Some(now);
        }
        !too_soon
    }

    /// Whether a stranger's `kid` has caused a fetch so lately that none may cause another.
    fn was_just_asked(&self) -> bool {
        let now = self.clock.unix();
        let asked_at = self.history().asked_at;
        asked_at.is_some_and(|at| within(now, at, self.settings.key_refetch_interval))
    }

    /// Why it can't be said that the issuer lacks a key.
    fn why_lacking(&self) -> Option<KeySetError> {
        let failure = self
            .history()
            .failure
            .as_ref()
            .map(|failure| failure.error.clone());
        failure.or_else(|| self.set.load().is_none().then_some(KeySetError::Never))
    }

    fn until_next(&self) -> Duration {
        if let Some(failure) = &self.history().failure {
            return failure.pause;
        }
        let stale_at = self.set.load().as_ref().map_or(0, |set| set.stale_at);
        Duration::from_secs(stale_at.saturating_sub(self.clock.unix()))
    }

    /// Takes a whole new set, or remembers why not.
    async fn renew(self: Arc<Self>) {
        let result = self.fetch().await;
        let now = self.clock.unix();
        let mut history = self.history();
        match result {
            Ok((keys, fresh)) => {
                let stale_at = now.saturating_add(fresh.as_secs().max(SHORTEST.as_secs()));
                self.set.store(Some(Arc::new(Fetched { keys, stale_at })));
                history.failure = None;
            }
            Err(error) => {
                let pause = history
                    .failure
                    .as_ref()
                    .map_or(FIRST_RETRY, |last| (last.pause * 2).min(LAST_RETRY));
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "keys not fetched; the last good set is kept"
                );
                history.failure = Some(Failure {
                    error,
                    at: now,
                    pause,
                });
            }
        }
    }

    async fn fetch(&self) -> Result<(KeySet, Duration), KeySetError> {
        let metadata = self.oauth.metadata().await?;
        let request = || {
            Request::get(&metadata.jwks_uri)
                .header(header::ACCEPT, "application/json")
                .body(Bytes::new())
                .map_err(|_| KeySetError::Unusable("its address is none"))
        };
        let response = match self.outbound.send(request()?).await {
            Err(error) if error.is_hiccup() => self.outbound.send(request()?).await,
            result => result,
        }
        .map_err(OAuthError::from)?;
        if !response.status().is_success() {
            return Err(OAuthError::of("keys", &response).into());
        }
        let keys = KeySet::parse(response.body(), &self.settings.algorithms)
            .map_err(KeySetError::Unusable)?;
        let longest = self.settings.key_set_max_age.max(SHORTEST);
        Ok((
            keys,
            max_age(response.headers())
                .unwrap_or(USUAL)
                .clamp(SHORTEST, longest),
        ))
    }
}

/// Whether `at` is less than `span` ago. A clock that was set back makes nobody wait.
fn within(now: u64, at: u64, span: Duration) -> bool {
    now >= at && now - at < span.as_secs().max(1)
}

/// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::CACHE_CONTROL)?.to_str().ok()?;
    let mut directives = value.split(',').map(str::trim);
    if directives
        .clone()
        .any(|name| name.eq_ignore_ascii_case("no-cache") || name.eq_ignore_ascii_case("no-store"))
    {
        return Some(UNCACHED);
    }
    let seconds = directives.find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age")
            .then(|| seconds.trim_matches('"').parse().ok())?
    })?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn cache_headers_say_how_long_a_set_is_fresh() {
        for (value, seconds) in [
            ("max-age=7200, must-revalidate", Some(7200)),
            ("public, Max-Age=\"60\"", Some(60)),
            ("no-store", Some(60)),
            ("max-age=9, no-cache", Some(60)),
            ("max-age=-1", None),
            ("public", None),
        ] {
            let headers =
                HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(value))]);
            assert_eq!(
                max_age(&headers),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
    }
}
