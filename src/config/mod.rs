//! The configuration: the only reader of files and environment.
//!
//! 1. The layers are merged, weakest first: defaults, files in the order given, environment variables
//!    `INTERLOCK__SECTION__KEY`, `--set KEY=VALUE`. Each value remembers who said it.
//! 2. The merged layers are held against the shape of the configuration, which is its JSON Schema: unknown keys and
//!    values of a wrong type, all of them.
//! 3. What remains is parsed, once, into the settings of the rooms; what belongs together is checked across keys.
//!
//! Every mistake of the last two steps is reported in one go; nothing is ever half applied (invariant 9).

mod coerce;
mod files;
mod format;
mod human;
mod judge;
mod key;
mod layers;
mod nearest;
mod raw;
mod reader;
mod remark;
mod settings;
mod shape;
mod show;

use std::path::PathBuf;

use crate::{
    admin, edge, forward, listener, login, oauth, outbound, route, session, telemetry, token,
};

pub use layers::Sources;
pub use remark::{ConfigErrors, Remark};

/// The file that is read where none is named.
pub const DEFAULT_FILE: &str = "config/interlock.toml";

/// A configuration without mistakes: the settings of every room.
#[derive(Clone, Debug)]
pub struct Config {
    /// The public listener.
    pub listener: listener::Settings,
    /// What the edge must know.
    pub edge: edge::Settings,
    /// The admin listener.
    pub admin: admin::Settings,
    /// Prefixes under which oauth2-proxy's paths are served too, such as `/oauth2`.
    pub aliases: Vec<String>,
    /// The HTTPS client for calls to the authorization server.
    pub outbound: outbound::Settings,
    /// The authorization server and our client there.
    pub oauth: oauth::Settings,
    /// What tokens must be like.
    pub token: token::Settings,
    /// How sessions live.
    pub session: session::Settings,
    /// The routes, in the order written.
    pub routes: Vec<route::Route>,
    /// The upstreams; [`route::Route::upstream`] is an index into them.
    pub forward: forward::Settings,
    /// The sign-in pages.
    pub login: login::Settings,
    /// Whether native clients may end the headless flow with tokens (`[api] native`).
    pub api_native: bool,
    /// The log.
    pub log: telemetry::Settings,
    /// What is no mistake and still should be known, such as a cookie secret made for this run.
    pub warnings: Vec<Remark>,
}

impl Config {
    /// Reads all sources into settings. The environment is an argument; only variables that begin with `INTERLOCK__`
    /// count.
    ///
    /// # Errors
    /// Every mistake at once, with file, key, value and what to write instead.
    pub fn load(
        sources: &Sources,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let (files, absent) = sources.present();
        Self::read(&files, environment, &sources.set).map_err(|errors| {
            if absent {
                errors.preceded_by(Remark {
                    origin: DEFAULT_FILE.to_owned(),
                    key: String::new(),
                    value: None,
                    says: "is not there; name your configuration file with --config".to_owned(),
                })
            } else {
                errors
            }
        })
    }

    /// The same, once the public listener has this port: a public URL with port 0 names it.
    pub(crate) fn bound_to(mut self, port: u16) -> Self {
        self.edge.public_url = self.edge.public_url.bound_to(port);
        self.forward.public_url = self.forward.public_url.bound_to(port);
        self
    }

    fn read(
        files: &[PathBuf],
        environment: impl Iterator<Item = (String, String)>,
        set: &[String],
    ) -> Result<Self, ConfigErrors> {
        let shape = shape::Shape::of_config();
        let mut mistakes = remark::Mistakes::default();
        let layers = layers::Layers::read(files, environment, set, &shape, &mut mistakes);
        if layers.is_incomplete() {
            // With a file unread, what follows would be noise.
            return mistakes.into_result(None);
        }
        let judged = judge::judge(&layers, &shape, &mut mistakes);
        let reader = reader::Reader::new(&layers, &shape, mistakes);
        let config = match serde_json::from_value::<raw::Config>(judged) {
            Ok(raw) => settings::assemble(&raw, &reader),
            Err(error) => {
                reader.wrong(&key::Key::default(), format!("can't be read: {error}"));
                None
            }
        };
        let (mistakes, warnings) = reader.finish();
        mistakes.into_result(config.map(|config| Self { warnings, ..config }))
    }
}

/// The JSON Schema of the configuration file, for editors and for `interlock schema`.
pub fn schema() -> serde_json::Value {
    shape::published().to_value()
}

/// Reads one key from the layers without judging the rest: for commands that must work while a configuration is wrong or
/// its secrets are out of reach.
pub fn peek(
    sources: &Sources,
    environment: impl Iterator<Item = (String, String)>,
    key: &str,
) -> Option<String> {
    let (files, _) = sources.present();
    let shape = shape::Shape::of_config();
    let mut ignored = remark::Mistakes::default();
    let layers = layers::Layers::read(&files, environment, &sources.set, &shape, &mut ignored);
    let value = layers.value(&key::Key::written(key)?)?;
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
