//! The command line: what it accepts, and the commands that run no server.
//!
//! [`run`] parses the arguments, carries out `check`, `explain`, `schema`, `keygen`, `health` and `completions`, and hands
//! back what only the binary can run. Functions write to what they are given; a mistake is one sentence on standard error
//! that says what to change.

mod args;
mod check;
mod completions;
#[cfg(feature = "engine")]
mod demo;
#[cfg(feature = "engine")]
mod engine;
mod explain;
mod health;
mod keygen;
mod online;
mod outcome;
mod schema;
mod serve;
mod token;

use std::{ffi::OsString, io::Write};

use clap::{CommandFactory, Parser};

use crate::config::{Config, Sources};

pub use args::{ConfigArgs, TokenArgs};
#[cfg(feature = "engine")]
pub use args::{DemoArgs, EngineArgs};
#[cfg(feature = "engine")]
pub use demo::{DemoError, demo};
#[cfg(feature = "engine")]
pub use engine::engine;
pub use outcome::{Outcome, Server, Status};
pub use serve::serve;
pub use token::{TokenError, token};

/// Where a command writes, and the environment it sees.
pub struct Surroundings<'a> {
    /// The environment, as pairs of name and value.
    pub environment: Vec<(String, String)>,
    /// Standard output: what was asked for.
    pub out: &'a mut (dyn Write + Send),
    /// Standard error: mistakes and warnings.
    pub err: &'a mut (dyn Write + Send),
}

impl std::fmt::Debug for Surroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surroundings").finish_non_exhaustive()
    }
}

/// Parses `arguments` (the program's name first) and runs the commands that are no servers.
///
/// Writing that fails (a closed pipe) ends in [`Status::Failed`].
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &mut Surroundings<'_>,
) -> Outcome {
    let command = match args::Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments.command,
        Err(error) => return refused(&error, surroundings),
    };
    let done = match command {
        args::Command::Serve(args) => return Outcome::Run(Server::Gateway(args)),
        #[cfg(feature = "engine")]
        args::Command::Demo(args) => return Outcome::Run(Server::Demo(args)),
        #[cfg(feature = "engine")]
        args::Command::Engine(args) => return Outcome::Run(Server::Engine(args)),
        args::Command::Token(args) => return Outcome::Run(Server::Token(args)),
        args::Command::Check(args) => check::run(&args, surroundings),
        args::Command::Explain(args) => explain::run(&args, surroundings),
        args::Command::Schema => schema::run(surroundings),
        args::Command::Keygen => keygen::run(&crate::random::SystemRandom, surroundings),
        args::Command::Health(args) => health::run(&args, surroundings),
        args::Command::Completions(args) => completions::run(&args, surroundings),
    };
    Outcome::Done(done.unwrap_or(Status::Failed))
}

/// The definition of every command, for completion scripts, manual pages and tests of what documents name.
pub fn command() -> clap::Command {
    args::Arguments::command()
}

impl ConfigArgs {
    /// The sources that the arguments name; without `--config`, `INTERLOCK_CONFIG` does (several with commas).
    pub fn sources(&self, environment: &[(String, String)]) -> Sources {
        let mut files = self.config.clone();
        let variable = environment
            .iter()
            .find(|(name, _)| name == "INTERLOCK_CONFIG");
        if let ([], Some((_, names))) = (files.as_slice(), variable) {
            let names = names.split(',').map(str::trim);
            files = names
                .filter(|name| !name.is_empty())
                .map(Into::into)
                .collect();
        }
        Sources {
            files,
            set: self.set.clone(),
            ..Sources::default()
        }
    }

    /// Loads the configuration; warnings and mistakes go to standard error, a line each.
    ///
    /// # Errors
    /// [`Status::Usage`] where the configuration is wrong: nothing may start with it.
    pub fn load(&self, surroundings: &mut Surroundings<'_>) -> Result<Config, Status> {
        let sources = self.sources(&surroundings.environment);
        let environment = surroundings.environment.iter().cloned();
        match Config::load(&sources, environment) {
            Ok(config) => {
                for warning in &config.warnings {
                    writeln!(surroundings.err, "warning: {warning}").map_err(|_| Status::Failed)?;
                }
                Ok(config)
            }
            Err(mistakes) => {
                for mistake in &mistakes {
                    writeln!(surroundings.err, "error: {mistake}").map_err(|_| Status::Failed)?;
                }
                Err(Status::Usage)
            }
        }
    }
}

/// Help and version are answers; everything else is wrong usage.
fn refused(error: &clap::Error, surroundings: &mut Surroundings<'_>) -> Outcome {
    let (out, status): (&mut dyn Write, _) = if error.use_stderr() {
        (surroundings.err, Status::Usage)
    } else {
        (surroundings.out, Status::Fine)
    };
    let written = write!(out, "{}", error.render());
    Outcome::Done(written.map_or(Status::Failed, |()| status))
}

#[cfg(test)]
mod tests;
