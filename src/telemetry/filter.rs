use std::{fmt, str::FromStr};

use tracing_subscriber::EnvFilter;

/// Which events are written: `info`, or by room as in `info,interlock::token=debug`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(String);

/// Why a text is no filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no log level; write error, warn, info, debug or trace, also by room as in \"info,interlock::token=debug\""
)]
pub struct FilterError;

impl Filter {
    pub(super) fn to_env_filter(&self) -> EnvFilter {
        EnvFilter::try_new(&self.0).unwrap_or_default()
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let level = |word: &str| {
            let word = word.to_ascii_lowercase();
            ["off", "error", "warn", "info", "debug", "trace"].contains(&word.as_str())
        };
        // A bare word that is no level would name a target and silence all the rest.
        let directive = |directive: &str| match directive.rsplit_once('=') {
            Some((target, word)) => !target.is_empty() && level(word),
            None => level(directive),
        };
        let directives: Vec<&str> = text.split(',').map(str::trim).collect();
        let plain = directives.join(",");
        if !directives.into_iter().all(directive) || EnvFilter::try_new(&plain).is_err() {
            return Err(FilterError);
        }
        Ok(Self(plain))
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
