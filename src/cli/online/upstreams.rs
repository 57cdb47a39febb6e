use std::io;

use tokio::time::timeout;

use super::Report;
use crate::forward::{Target, Upstream, reach};

/// Connects to every endpoint of every upstream, with TLS where it has it.
pub(super) async fn try_all(upstreams: &[Upstream], report: &mut Report<'_>) -> io::Result<()> {
    for (index, upstream) in upstreams.iter().enumerate() {
        let what = format!("upstream {}", upstream.name);
        for target in &upstream.targets {
            let tried = timeout(upstream.connect_timeout, reach(upstream, target)).await;
            let result = match tried {
                Ok(result) => result.map_err(|error| error.to_string()),
                Err(_) => Err("no answer in time".to_owned()),
            };
            let result = result.map(|()| accepts(target)).map_err(|says| {
                format!("{says}; start the app, or correct upstreams[{index}].url")
            });
            report.line(what.clone(), result)?;
        }
    }
    Ok(())
}

fn accepts(target: &Target) -> String {
    match target {
        Target::Http { authority } | Target::H2c { authority } => {
            format!("{authority} accepts connections")
        }
        Target::Https {
            authority,
            server_name,
            ..
        } => format!("{authority} accepts connections, its certificate is good for {server_name}"),
        Target::Unix { path } => format!("{} accepts connections", path.display()),
    }
}
