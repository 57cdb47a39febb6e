//! Logging: one subscriber, set up once by `main`, writing to standard error.

mod batch;
mod filter;

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

pub(crate) use batch::{at, batched};
pub use filter::{Filter, FilterError};

/// How the log looks and what it holds (`[log]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How lines look.
    pub format: Format,
    /// Which events are written.
    pub filter: Filter,
    /// Whether there is a line for every request.
    pub access: bool,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// For people: coloured on a terminal unless `NO_COLOR` is set.
    #[default]
    Text,
}

/// What the environment says about the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// `RUST_LOG`: comes before `log.level`, unless it can't be read.
    pub rust_log: Option<String>,
    /// `NO_COLOR`, set to anything but nothing (no-color.org).
    pub no_color: bool,
}

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A second call in one process.
    #[error("the log is already set up")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

impl Environment {
    /// Picks out what counts; the environment is an argument.
    pub fn of(environment: impl Iterator<Item = (String, String)>) -> Self {
        let mut found = Self::default();
        for (name, value) in environment {
            match name.as_str() {
                "NO_COLOR" => found.no_color = !value.is_empty(),
                "RUST_LOG" if !value.trim().is_empty() => found.rust_log = Some(value),
                _ => {}
            }
        }
        found
    }
}

/// Sets up the log of the process. Values that come from outside are escaped, so that no line can be forged
/// (security A2).
///
/// # Errors
/// [`TelemetryError::Twice`] where a subscriber is already there.
pub fn init(settings: &Settings, environment: &Environment) -> Result<(), TelemetryError> {
    let filter = chosen(settings, environment);
    let layer = match settings.format {
        Format::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_timer(batch::Stamp)
            .with_writer(|| batch::Output)
            .boxed(),
        Format::Text => tracing_subscriber::fmt::layer()
            .with_ansi(!environment.no_color && std::io::stderr().is_terminal())
            .with_timer(batch::Stamp)
            .with_writer(|| batch::Output)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(layer)
        .try_init()?;
    Ok(())
}

fn chosen(settings: &Settings, environment: &Environment) -> EnvFilter {
    let variable = environment
        .rust_log
        .as_ref()
        .and_then(|text| text.parse::<Filter>().ok());
    variable
        .as_ref()
        .unwrap_or(&settings.filter)
        .to_env_filter()
}

#[cfg(test)]
mod tests;
