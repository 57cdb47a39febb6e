//! The sealed browser session: key ring, cookies, stores, rotation, end.
//!
//! What this room decides, in order:
//!
//! 1. which crumbs of a request's `Cookie` fields are ours, duplicates and parts included;
//! 2. whether exactly one of them is something we sealed, for this use and under this name;
//! 3. whether the session in it, or named by it, still runs: lifetime, idleness, ended in this replica;
//! 4. when its cookie is due to be sealed anew, and that one session is refreshed once at a time.
//!
//! It trusts nothing but the cookie secrets: whoever holds them can make sessions. It hands on a [`Session`] and
//! [`SetCookies`]; it knows no authorization server and no response.

mod compressed;
mod cookies;
mod crumbs;
mod held;
mod named;
mod packed;
mod record;
#[cfg(feature = "redis")]
mod redis;
mod refresh;
mod seal;
mod sealed;
mod sessions;
mod table;
mod unsealed;

use std::{error::Error, sync::Arc, time::Duration};

pub use cookies::{CookieNames, SetCookies};
pub(crate) use crumbs::{candidates, clear, crumbs, only, set_in_parts};
#[cfg(test)]
pub(crate) use record::tests as samples;
pub use record::{Session, SessionId};
pub use refresh::RefreshError;
pub use seal::{KeyRing, KeyRingError, MAX_SEALED, Purpose, SealError, Unsealable};
pub use sessions::{Opened, Sessions, Whose};
pub(crate) use table::ExpiringTable;

use crate::secret::Secret;

/// How sessions live (`[session]`).
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where they are kept.
    pub store: Store,
    /// The cookie secrets, at least one, each at least 32 octets: the first seals, all open.
    pub secrets: Vec<Secret>,
    /// A session that is not used for so long ends.
    pub idle_timeout: Duration,
    /// A session that was begun so long ago ends, used or not.
    pub lifetime: Duration,
    /// Sessions at once in the memory store; past it those make room that would end soonest.
    pub max_sessions: usize,
}

/// Where sessions are kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Store {
    /// In the sealed cookie itself: nothing to run, nothing to share but the secret.
    Cookie,
    /// In this process, gone with it; the cookie holds a sealed name.
    Memory,
    /// In Redis, for all replicas; the cookie holds a sealed name.
    #[cfg(feature = "redis")]
    Redis(RedisSettings),
}

/// Where Redis is (`[session.redis]`).
#[derive(Clone, Debug, PartialEq)]
pub struct RedisSettings {
    /// `redis://host:port/db`, `rediss://…` with TLS, or `unix:///path`; it may hold a password.
    pub url: Secret,
    /// The password, where the address holds none.
    pub password: Option<Secret>,
    /// What all keys begin with.
    pub prefix: String,
}

/// The session store does not answer: nobody can be let in, and nobody is signed out.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the session store is not available")]
pub struct StoreError(#[source] Arc<dyn Error + Send + Sync>);

impl StoreError {
    /// For this reason.
    #[cfg_attr(
        not(feature = "redis"),
        expect(dead_code, reason = "no store can be away")
    )]
    pub(crate) fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

/// Asks the store whether it is there; stores of this process always are.
///
/// # Errors
/// It does not answer.
pub async fn try_store(store: &Store) -> Result<(), StoreError> {
    match store {
        Store::Cookie | Store::Memory => Ok(()),
        #[cfg(feature = "redis")]
        Store::Redis(settings) => redis::ping(settings).await,
    }
}

/// Why a request belongs to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Anonymous {
    /// The session was signed out or revoked, or is no longer known.
    #[error("the session has ended")]
    Ended,
    /// Its lifetime is over.
    #[error("the session has expired")]
    Expired,
    /// It was not used for too long.
    #[error("the session was idle for too long")]
    Idle,
    /// There is no session cookie.
    #[error("no session cookie")]
    NoCookie,
    /// There are session cookies, but none that we sealed, or good ones of two different sessions.
    #[error("no readable session cookie")]
    Unreadable,
}

/// Why a session could not be begun or kept.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// It was ended meanwhile, and stays so.
    #[error("the session has ended")]
    Ended,
    /// A record that JSON cannot hold.
    #[error("the session could not be written")]
    Encode(#[source] serde_json::Error),
    /// A sign-in must not go on under the name that the browser came with.
    #[error("a new session needs a new id")]
    ReusedId,
    /// More than a record holds.
    #[error(
        "access token and claims of the session take {size} octets and a record holds {limit}: let the authorization server \
         put fewer claims (often groups) into its tokens"
    )]
    SaysTooMuch {
        /// Octets that it would take.
        size: usize,
        /// Octets that there are.
        limit: usize,
    },
    /// The library could not seal it.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It does not fit in cookies.
    #[error(
        "the sealed session takes {size} characters and cookies hold {limit}: set session.store = \"memory\", or let \
         the authorization server put fewer claims (often groups) into its tokens"
    )]
    TooLarge {
        /// Characters that it would take.
        size: usize,
        /// Characters that there are.
        limit: usize,
    },
}
