use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// How sessions are kept and when they end.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Session {
    /// Where sessions are kept.
    pub(in crate::config) store: Store,
    /// The cookie secret itself, at least 32 octets; a file is better. Make one with `interlock keygen`.
    #[serde(skip_serializing)]
    #[schemars(with = "Option<String>")]
    pub(in crate::config) secret: Option<Secret>,
    /// A file that holds the cookie secret.
    pub(in crate::config) secret_file: Option<String>,
    /// Files that hold a cookie secret each: the first seals, all open, so that secrets can be rotated.
    pub(in crate::config) secret_files: Vec<String>,
    /// A session that is not used for so long ends.
    pub(in crate::config) idle_timeout: String,
    /// A session that was begun so long ago ends.
    pub(in crate::config) lifetime: String,
    /// Sessions at once with `store = "memory"`, each of about the size of its tokens; past it those end early that would
    /// end soonest.
    pub(in crate::config) max_sessions: u32,
    /// Where Redis is, for `store = "redis"`.
    pub(in crate::config) redis: Option<Redis>,
}

/// Where Redis is.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Redis {
    /// Its address: `redis://host:6379/0`, `rediss://…` with TLS, or `unix:///path/to.sock`.
    pub(in crate::config) url: Option<String>,
    /// A file that holds the password; a user's name stands in the address.
    pub(in crate::config) password_file: Option<String>,
    /// What all keys begin with; `interlock:` by default.
    pub(in crate::config) prefix: Option<String>,
}

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum Store {
    /// In the sealed cookie itself: nothing to run.
    Cookie,
    /// In the process: gone with it, not shared between replicas.
    Memory,
    /// In Redis, for all replicas.
    Redis,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            store: Store::Cookie,
            secret: None,
            secret_file: None,
            secret_files: Vec::new(),
            idle_timeout: "30m".to_owned(),
            lifetime: "12h".to_owned(),
            max_sessions: 1_000_000,
            redis: None,
        }
    }
}
