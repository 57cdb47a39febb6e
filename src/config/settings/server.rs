use std::{net::SocketAddr, num::NonZero, time::Duration};

use crate::{
    admin,
    config::{
        key::Key,
        raw::{ClientCertificates, Server, Tls, UnixSocket},
        reader::Reader,
    },
    edge, listener,
    public_url::PublicUrl,
    route::HostPattern,
};

/// What `[server]` becomes.
pub(super) struct Settings {
    pub(super) listener: listener::Settings,
    pub(super) edge: edge::Settings,
    pub(super) admin: admin::Settings,
    pub(super) aliases: Vec<String>,
    pub(super) tunnel_lifetime: Option<Duration>,
}

pub(super) fn read(server: &Server, reader: &Reader<'_>) -> Option<Settings> {
    let section = Key::of("server");
    let key = |name: &str| section.name(name);
    let wait = |name: &str, text: &str| {
        reader.duration(
            &key(name),
            text,
            Duration::from_millis(100)..=Duration::from_hours(24),
        )
    };
    let listen = address(reader, &key("listen"), &server.listen, "0.0.0.0:8080");
    let unix = match &server.unix {
        Some(socket) => unix(socket, &key("unix"), reader).map(Some),
        None => Some(None),
    };
    let admin = address(reader, &key("admin"), &server.admin, "127.0.0.1:9090");
    if listen.is_some() && listen == admin && listen.is_some_and(|listen| listen.port() != 0) {
        let says = "is the public listener's address too; give the admin listener another port";
        reader.wrong(&key("admin"), says);
    }
    let public_url = reader
        .required(
            &key("public_url"),
            server.public_url.as_ref(),
            "write the origin that people type, such as \"https://app.example.com\"",
        )
        .and_then(|text| reader.parse::<PublicUrl>(&key("public_url"), text));
    let networks = |name: &str, texts: &[String]| -> Option<Vec<_>> {
        let each = texts.iter().enumerate();
        collect(each.map(|(index, text)| network(reader, &key(name).index(index), text)))
    };
    let trusted_proxies = networks("trusted_proxies", &server.trusted_proxies);
    let proxy_protocol = networks("proxy_protocol", &server.proxy_protocol);
    let aliases: Option<Vec<_>> = collect(
        server
            .aliases
            .iter()
            .enumerate()
            .map(|(index, text)| alias(reader, &key("aliases").index(index), text)),
    );
    let admin_hosts: Option<Vec<_>> = collect(
        server
            .admin_hosts
            .iter()
            .enumerate()
            .map(|(index, text)| host(reader, &key("admin_hosts").index(index), text)),
    );
    let tunnel_lifetime = match &server.tunnel_lifetime {
        Some(text) => wait("tunnel_lifetime", text).map(Some),
        None => Some(None),
    };
    let tls = match &server.tls {
        Some(pair) => tls(pair, &key("tls"), reader).map(Some),
        None => Some(None),
    };
    let header_timeout = wait("header_timeout", &server.header_timeout);
    let idle_timeout = wait("idle_timeout", &server.idle_timeout);
    let write_timeout = wait("write_timeout", &server.write_timeout);
    let drain_timeout = reader.duration(
        &key("drain_timeout"),
        &server.drain_timeout,
        Duration::ZERO..=Duration::from_hours(24),
    );
    let max_head = reader.size(&key("max_head"), &server.max_head, 8 << 10..=1 << 20);
    let max_target = reader.size(&key("max_target"), &server.max_target, 256..=64 << 10);
    Some(Settings {
        listener: listener::Settings {
            listen: listen?,
            unix: unix?,
            tls: tls?,
            proxy_protocol: proxy_protocol?,
            threads: server.threads.map_or_else(processors, |n| n as usize),
            header_timeout: header_timeout?,
            idle_timeout: idle_timeout?,
            write_timeout: write_timeout?,
            max_connections: server.max_connections as usize,
            max_head: max_head?,
            max_headers: server.max_headers as usize,
            max_streams: server.max_streams,
            drain_timeout: drain_timeout?,
        },
        edge: edge::Settings {
            public_url: public_url?,
            trusted_proxies: trusted_proxies?,
            identity_headers: Vec::new(),
            max_target: max_target?,
            relaxed_prefixes: Vec::new(),
        },
        admin: admin::Settings {
            listen: admin?,
            hosts: admin_hosts?,
        },
        aliases: aliases?,
        tunnel_lifetime: tunnel_lifetime?,
    })
}

/// Collects after every element was looked at, so that each mistake is noted.
pub(super) fn collect<T>(parsed: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let all: Vec<Option<T>> = parsed.collect();
    all.into_iter().collect()
}

fn address(reader: &Reader<'_>, key: &Key, text: &str, example: &str) -> Option<SocketAddr> {
    let remedy = format!("is no address and port; write one such as \"{example}\"");
    reader.parse_or(key, text, &remedy)
}

fn unix(socket: &UnixSocket, key: &Key, reader: &Reader<'_>) -> Option<listener::UnixSocket> {
    let (path_key, mode_key) = (key.name("path"), key.name("mode"));
    let remedy = "write where, such as \"/run/interlock/http.sock\"";
    let path = reader.required(&path_key, socket.path.as_ref(), remedy);
    let is_absolute = path.is_some_and(|path| path.starts_with('/'));
    if path.is_some() && !is_absolute {
        reader.wrong(&path_key, format!("is no absolute path; {remedy}"));
    }
    let mode = u32::from_str_radix(&socket.mode, 8).ok();
    let mode = mode.filter(|mode| *mode <= 0o777);
    if mode.is_none() {
        reader.wrong(&mode_key, "is no mode; write one such as \"0660\"");
    }
    Some(listener::UnixSocket {
        path: path.filter(|_| is_absolute)?.into(),
        mode: mode?,
    })
}

fn network(reader: &Reader<'_>, key: &Key, text: &str) -> Option<ipnet::IpNet> {
    if let Ok(address) = text.trim().parse::<std::net::IpAddr>() {
        return Some(address.into());
    }
    let network: ipnet::IpNet = reader.parse_or(
        key,
        text,
        "is no network; write one such as \"10.0.0.0/8\" or a single address",
    )?;
    if network.prefix_len() == 0 {
        reader.wrong(
            key,
            "is everybody, who could then say to come from anywhere; write the proxies' own networks",
        );
        return None;
    }
    Some(network)
}

fn host(reader: &Reader<'_>, key: &Key, text: &str) -> Option<String> {
    match reader.parse::<HostPattern>(key, text)? {
        HostPattern::Exact(host) => Some(host),
        HostPattern::Wildcard(_) => {
            reader.wrong(
                key,
                "must be one name, without *; write each name that is used",
            );
            None
        }
    }
}

fn alias(reader: &Reader<'_>, key: &Key, text: &str) -> Option<String> {
    let segment = |segment: &str| {
        !segment.is_empty()
            && segment != "."
            && segment != ".."
            && segment
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let fine = text
        .strip_prefix('/')
        .is_some_and(|rest| rest.split('/').all(segment));
    if !fine || text == "/.interlock" || text.starts_with("/.interlock/") {
        reader.wrong(key, "is no prefix of a path; write one such as \"/oauth2\"");
        return None;
    }
    Some(text.to_owned())
}

fn tls(pair: &Tls, key: &Key, reader: &Reader<'_>) -> Option<listener::Tls> {
    let (certificate_key, private_key_key) = (key.name("certificate"), key.name("private_key"));
    let certificate = reader
        .required(
            &certificate_key,
            pair.certificate.as_ref(),
            "name the PEM file with the certificate chain",
        )
        .and_then(|file| reader.certificates(&certificate_key, file));
    let private_key = reader
        .required(
            &private_key_key,
            pair.private_key.as_ref(),
            "name the PEM file with the private key",
        )
        .and_then(|file| reader.private_key(&private_key_key, file));
    let clients = clients(pair, key, reader);
    Some(listener::Tls {
        certificate: certificate?,
        private_key: private_key?.0,
        clients: clients?,
    })
}

/// Outside: whether it could be settled; inside: whether clients are asked for certificates.
#[expect(clippy::option_option, reason = "a mistake is no absence")]
fn clients(tls: &Tls, key: &Key, reader: &Reader<'_>) -> Option<Option<listener::ClientAuthority>> {
    let Some(ca_file) = &tls.client_ca else {
        for name in ["client_crl", "client_auth"] {
            let key = key.name(name);
            if reader.given(&key) {
                reader.wrong(&key, "needs client_ca, the roots of clients' certificates; name that file or remove this key");
                return None;
            }
        }
        return Some(None);
    };
    let ca_file = reader.certificates(&key.name("client_ca"), ca_file);
    let crl_file = match &tls.client_crl {
        Some(file) => reader
            .revocation_lists(&key.name("client_crl"), file)
            .map(Some),
        None => Some(None),
    };
    Some(Some(listener::ClientAuthority {
        ca_file: ca_file?,
        crl_file: crl_file?,
        is_required: tls.client_auth != Some(ClientCertificates::Optional),
    }))
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}
