use std::{path::PathBuf, time::Duration};

use http::Uri;
use url::Url;

use crate::{
    config::{
        key::Key,
        raw::{Health as RawHealth, Upstream as Raw},
        reader::Reader,
    },
    forward::{Check, ClientIdentity, Health, Target, Upstream},
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
    let targets =
        targets(raw, key, reader).and_then(|targets| encrypted(targets, raw, key, reader));
    let health = health(&raw.health, &key.name("health"), reader);
    let wait = |name: &str, text: &str, least: Duration| {
        reader.duration(&key.name(name), text, least..=Duration::from_hours(24))
    };
    let tick = Duration::from_millis(10);
    let connect_timeout = wait("connect_timeout", &raw.connect_timeout, tick);
    let response_timeout = wait("response_timeout", &raw.response_timeout, tick);
    let idle_timeout = wait("idle_timeout", &raw.idle_timeout, Duration::ZERO);
    let (targets, client_identity) = targets?;
    Some(Upstream {
        name: name?,
        targets,
        client_identity,
        health: health?,
        connect_timeout: connect_timeout?,
        response_timeout: response_timeout?,
        idle_connections: raw.idle_connections as usize,
        idle_timeout: idle_timeout?,
        pass_host: raw.pass_host,
        assertion: raw.assertion,
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

/// Every endpoint, all of one kind.
fn targets(raw: &Raw, key: &Key, reader: &Reader<'_>) -> Option<Vec<Target>> {
    let url_key = key.name("url");
    if raw.urls.is_empty() {
        let text = reader.required(
            &url_key,
            raw.url.as_ref(),
            "write where the app listens, such as \"http://127.0.0.1:3000\"",
        )?;
        return Some(vec![parsed(text, &url_key, reader)?]);
    }
    let list_key = key.name("urls");
    if raw.url.is_some() {
        reader.wrong(&url_key, "stands beside urls; keep one of the two");
    }
    reader.words(&list_key, &raw.urls)?;
    let targets = super::server::collect(
        raw.urls
            .iter()
            .enumerate()
            .map(|(index, text)| parsed(text, &list_key.index(index), reader)),
    )?;
    let first = targets.first().map(std::mem::discriminant)?;
    let other = targets
        .iter()
        .position(|target| std::mem::discriminant(target) != first);
    if let Some(other) = other {
        let says =
            "is of another kind than the first; give all endpoints of an upstream one scheme";
        reader.wrong(&list_key.index(other), says);
        return None;
    }
    Some(targets)
}

fn parsed(text: &str, key: &Key, reader: &Reader<'_>) -> Option<Target> {
    address(text).map_err(|says| reader.wrong(key, says)).ok()
}

/// Adds what the files say to the endpoints that use TLS.
fn encrypted(
    targets: Vec<Target>,
    raw: &Raw,
    key: &Key,
    reader: &Reader<'_>,
) -> Option<(Vec<Target>, Option<ClientIdentity>)> {
    let is_encrypted = matches!(targets.first(), Some(Target::Https { .. }));
    for (name, given) in [
        ("ca_file", &raw.ca_file),
        ("server_name", &raw.server_name),
        ("client_certificate", &raw.client_certificate),
        ("client_private_key", &raw.client_private_key),
    ] {
        if given.is_some() && !is_encrypted {
            reader.wrong(
                &key.name(name),
                "goes with an https:// upstream alone; remove it",
            );
        }
    }
    if !is_encrypted {
        return Some((targets, None));
    }
    let own_name = match &raw.server_name {
        Some(_) => Some(reader.optional(&key.name("server_name"), raw.server_name.as_ref())?),
        None => None,
    };
    let roots = match &raw.ca_file {
        Some(file) => Some(reader.certificates(&key.name("ca_file"), file)?),
        None => None,
    };
    let identity = client_identity(raw, key, reader)?;
    let with_files = |target| match target {
        Target::Https {
            authority,
            server_name,
            ..
        } => Target::Https {
            authority,
            server_name: own_name.clone().unwrap_or(server_name),
            ca_file: roots.clone(),
        },
        plain @ (Target::Http { .. } | Target::H2c { .. } | Target::Unix { .. }) => plain,
    };
    Some((targets.into_iter().map(with_files).collect(), identity))
}

#[expect(clippy::option_option, reason = "a mistake is no absence")]
fn client_identity(raw: &Raw, key: &Key, reader: &Reader<'_>) -> Option<Option<ClientIdentity>> {
    let (certificate_key, private_key_key) = (
        key.name("client_certificate"),
        key.name("client_private_key"),
    );
    match (&raw.client_certificate, &raw.client_private_key) {
        (None, None) => Some(None),
        (Some(certificate), Some(private_key)) => {
            let certificate = reader.certificates(&certificate_key, certificate);
            let private_key = reader.private_key(&private_key_key, private_key);
            Some(Some(ClientIdentity {
                certificate: certificate?,
                private_key: private_key?.0,
            }))
        }
        (Some(_), None) => {
            reader.wrong(
                &certificate_key,
                "needs client_private_key; name the PEM file with its key",
            );
            None
        }
        (None, Some(_)) => {
            reader.wrong(
                &private_key_key,
                "needs client_certificate; name the PEM file with its certificate",
            );
            None
        }
    }
}

fn health(raw: &RawHealth, key: &Key, reader: &Reader<'_>) -> Option<Health> {
    let wait = |name: &str, text: &str| {
        let bounds = Duration::from_millis(100)..=Duration::from_hours(1);
        reader.duration(&key.name(name), text, bounds)
    };
    let eject_for = wait("eject_for", &raw.eject_for);
    let interval = wait("interval", &raw.interval);
    let path_key = key.name("path");
    let path = match &raw.path {
        Some(text) if text.starts_with('/') => Some(reader.parse_or::<Uri>(
            &path_key,
            text,
            "is no path; write one such as \"/healthz\"",
        )?),
        Some(_) => {
            reader.wrong(
                &path_key,
                "must begin with \"/\"; write one such as \"/healthz\"",
            );
            return None;
        }
        None => None,
    };
    let interval = interval?;
    Some(Health {
        unhealthy_after: raw.unhealthy_after,
        eject_for: eject_for?,
        check: path.map(|path| Check { path, interval }),
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
