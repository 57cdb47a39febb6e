//! The sealed browser session: key ring, cookies, stores, rotation, end.

use std::time::Duration;

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
}

/// Where sessions are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// In the sealed cookie itself: nothing to run, nothing to share but the secret.
    Cookie,
    /// In this process, gone with it; the cookie holds a sealed name.
    Memory,
}
