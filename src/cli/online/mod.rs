//! `check --online`: tries what the configuration names, a line each.

mod issuer;
mod upstreams;

use std::{fmt::Display, io, io::Write};

use super::{Status, Surroundings};
use crate::config::Config;

/// Tries everything; what fails does not keep the rest from being tried.
pub(super) fn run(config: &Config, surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut report = Report {
        out: surroundings.out,
        err: surroundings.err,
        failed: false,
    };
    runtime.block_on(async {
        issuer::try_all(config, &mut report).await?;
        upstreams::try_all(&config.forward.upstreams, &mut report).await?;
        store(config, &mut report).await
    })?;
    Ok(if report.failed {
        Status::Failed
    } else {
        Status::Fine
    })
}

/// Where the lines go: what works to standard output, what does not to standard error.
struct Report<'a> {
    out: &'a mut (dyn Write + Send),
    err: &'a mut (dyn Write + Send),
    failed: bool,
}

impl Report<'_> {
    fn line(&mut self, what: impl Display, result: Result<String, String>) -> io::Result<()> {
        match result {
            Ok(says) => writeln!(self.out, "ok: {what}: {says}"),
            Err(says) => {
                self.failed = true;
                writeln!(self.err, "error: {what}: {says}")
            }
        }
    }
}

async fn store(config: &Config, report: &mut Report<'_>) -> io::Result<()> {
    use crate::session::{Store, try_store};
    let says = match &config.session.store {
        Store::Cookie => "cookie, nothing to reach",
        Store::Memory => "memory, nothing to reach",
        #[cfg(feature = "redis")]
        Store::Redis(_) => "redis, answers",
    };
    let tried = try_store(&config.session.store).await;
    let result = tried.map(|()| says.to_owned()).map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        format!("redis: {}", cause.unwrap_or_default())
    });
    report.line("session store", result)
}
