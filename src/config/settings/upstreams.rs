use std::{path::PathBuf, time::Duration};

use url::Url;

use crate::{
    config::{key::Key, raw::Upstream as Raw, reader::Reader},
    forward::{Target, Upstream},
};

pub(super) fn read(upstreams: &[Raw], reader: &Reader<'_>) -> Option<Vec<Upstream>> {
    let list = Key::of("upstreams");
    for (index, raw) in upstreams.iter().enumerate() {
        let earlier = upstreams
            .iter()
            .take(index)
            .position(|earlier| raw.name.is_some() && earlier.name == raw.name);
        if let Some(earlier) = earlier {
            let key = list.index(index).name("name");
            reader.wrong(
                &key,
                format!("is the name of upstreams[{earlier}] too; give each its own"),
            );
        }
    }
    super::server::collect(
        upstreams
            .iter()
            .enumerate()
            .map(|(index, raw)| upstream(raw, &list.index(index), reader)),
    )
}

fn upstream(raw: &Raw, key: &Key, reader: &Reader<'_>) -> Option<Upstream> {
    let name = name(raw, &key.name("name"), reader);
    let target = target(raw, key, reader);
    let wait = |name: &str, text: &str, least: Duration| {
        reader.duration(&key.name(name), text, least..=Duration::from_hours(24))
    };
    let tick = Duration::from_millis(10);
    let connect_timeout = wait("connect_timeout", &raw.connect_timeout, tick);
    let response_timeout = wait("response_timeout", &raw.response_timeout, tick);
    let idle_timeout = wait("idle_timeout", &raw.idle_timeout, Duration::ZERO);
    Some(Upstream {
        name: name?,
        target: target?,
        connect_timeout: connect_timeout?,
        response_timeout: response_timeout?,
        idle_connections: raw.idle_connections as usize,
        idle_timeout: idle_timeout?,
        pass_host: raw.pass_host,
    })
}

fn name(raw: &Raw, key: &Key, reader: &Reader<'_>) -> Option<String> {
    let name = reader.required(
        key,
        raw.name.as_ref(),
        "give the upstream a name that routes can use",
    )?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    if !name.bytes().all(allowed) || name.len() > 64 {
        reader.wrong(
            key,
            "must be at most 64 letters, digits, dots, hyphens and underscores",
        );
        return None;
    }
    Some(name.to_owned())
}

fn target(raw: &Raw, key: &Key, reader: &Reader<'_>) -> Option<Target> {
    let url_key = key.name("url");
    let text = reader.required(
        &url_key,
        raw.url.as_ref(),
        "write where the app listens, such as \"http://127.0.0.1:3000\"",
    )?;
    let target = address(text)
        .map_err(|says| reader.wrong(&url_key, says))
        .ok()?;
    let encrypted = matches!(target, Target::Https { .. });
    for (name, given) in [("ca_file", &raw.ca_file), ("server_name", &raw.server_name)] {
        if given.is_some() && !encrypted {
            reader.wrong(
                &key.name(name),
                "goes with an https:// upstream alone; remove it",
            );
        }
    }
    let Target::Https {
        authority,
        server_name,
        ..
    } = target
    else {
        return Some(target);
    };
    let server_name = match &raw.server_name {
        Some(_) => reader.optional(&key.name("server_name"), raw.server_name.as_ref())?,
        None => server_name,
    };
    let ca_file = match &raw.ca_file {
        Some(file) => Some(reader.certificates(&key.name("ca_file"), file)?),
        None => None,
    };
    Some(Target::Https {
        authority,
        server_name,
        ca_file,
    })
}

fn address(text: &str) -> Result<Target, String> {
    const KINDS: &str =
        "write http://host:port, https://host:port, h2c://host:port or unix:/path/to.sock";
    let (scheme, rest) = text
        .split_once(':')
        .ok_or_else(|| format!("is no URL; {KINDS}"))?;
    if scheme == "unix" {
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if !path.starts_with('/') {
            return Err("is no absolute path; write unix:/path/to.sock".to_owned());
        }
        return Ok(Target::Unix {
            path: PathBuf::from(path),
        });
    }
    // The url crate knows hosts and ports of http and https alone.
    let known = if scheme == "https" { "https" } else { "http" };
    if !matches!(scheme, "http" | "https" | "h2c") {
        return Err(format!("has a scheme that is unknown; {KINDS}"));
    }
    let url = Url::parse(&format!("{known}:{rest}")).map_err(|_| format!("is no URL; {KINDS}"))?;
    let (Some(host), true) = (url.host_str(), rest.starts_with("//")) else {
        return Err(format!("is no URL; {KINDS}"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no credentials; remove them".to_owned());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(
            "must end after the port: paths are forwarded as they come; remove what follows"
                .to_owned(),
        );
    }
    let port = url.port_or_known_default().unwrap_or(80);
    let authority = format!("{host}:{port}");
    Ok(match scheme {
        "https" => Target::Https {
            authority,
            server_name: host.trim_matches(['[', ']']).to_owned(),
            ca_file: None,
        },
        "h2c" => Target::H2c { authority },
        _ => Target::Http { authority },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_address_is_read() {
        let authority = |text: &str| text.to_owned();
        for (text, target) in [
            (
                "http://127.0.0.1:3000",
                Target::Http {
                    authority: authority("127.0.0.1:3000"),
                },
            ),
            (
                "http://app/",
                Target::Http {
                    authority: authority("app:80"),
                },
            ),
            (
                "h2c://[::1]:50051",
                Target::H2c {
                    authority: authority("[::1]:50051"),
                },
            ),
            (
                "https://app.internal",
                Target::Https {
                    authority: authority("app.internal:443"),
                    server_name: authority("app.internal"),
                    ca_file: None,
                },
            ),
            (
                "unix:/run/app.sock",
                Target::Unix {
                    path: "/run/app.sock".into(),
                },
            ),
            (
                "unix:///run/app.sock",
                Target::Unix {
                    path: "/run/app.sock".into(),
                },
            ),
        ] {
            assert_eq!(address(text), Ok(target), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "app",
            "127.0.0.1:3000",
            "ftp://app",
            "http:app",
            "http://",
            "http://app/base",
            "http://u:p@app",
            "unix:app.sock",
            "http://app:99999",
        ] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
