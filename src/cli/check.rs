use std::io;

use super::{Status, Surroundings, args::CheckArgs, online};
use crate::config::Config;

/// Reports every mistake, or what the configuration comes to; with `--online`, also tries what it names.
pub(super) fn run(args: &CheckArgs, surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    let config = match args.config.load(surroundings) {
        Ok(config) => config,
        Err(status) => return Ok(status),
    };
    writeln!(
        surroundings.out,
        "ok: the configuration is right: {}",
        summary(&config)
    )?;
    if args.online {
        return online::run(&config, surroundings);
    }
    Ok(Status::Fine)
}

fn summary(config: &Config) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!(
        "{} at {}, {}, {}, issuer {}",
        config.edge.public_url,
        config.listener.listen,
        count(config.routes.len(), "route"),
        count(config.forward.upstreams.len(), "upstream"),
        config.oauth.issuer,
    )
}
