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
}

/// Where sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum Store {
    /// In the sealed cookie itself: nothing to run.
    Cookie,
    /// In the process: gone with it, not shared between replicas.
    Memory,
    /// In Redis. Not in this version.
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
        }
    }
}
