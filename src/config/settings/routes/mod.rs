mod headers;
mod relaxed;
mod upstream;

use std::collections::{BTreeSet, HashMap};

use http::Method;

pub(super) use headers::mapped;
pub(super) use relaxed::prefixes as relaxed_prefixes;

use crate::{
    config::{
        key::Key,
        raw::{
            self, Access as RawAccess, Config, PathSyntax,
            UpstreamAuthorization as RawAuthorization,
        },
        reader::Reader,
        settings::{require, server::collect},
    },
    oauth::{Issuer, IssuerKind},
    route::{Access, HostPattern, PathPattern, Requirements, Route, UpstreamAuthorization},
};

/// The claims that rules or mapped headers of any route read: what a sign-in must bring (decision 4).
pub(super) fn read_claims(routes: &[Route]) -> BTreeSet<String> {
    let of_route = |route: &Route| {
        let groups = (!route.require.groups.is_empty()).then(|| "groups".to_owned());
        let required = route.require.claims.keys().cloned();
        let mapped = route.headers.iter().map(|(_, claim)| claim.clone());
        groups
            .into_iter()
            .chain(required)
            .chain(mapped)
            .collect::<Vec<_>>()
    };
    routes.iter().flat_map(of_route).collect()
}

pub(super) fn read(config: &Config, reader: &Reader<'_>) -> Option<Vec<Route>> {
    let list = Key::of("routes");
    if config.routes.is_empty() {
        reader.warn(&list, "no route is given, so every path is answered 404");
    }
    let routes: Vec<Option<Route>> = config
        .routes
        .iter()
        .enumerate()
        .map(|(index, raw)| route(raw, &list.index(index), config, reader))
        .collect();
    duplicates(&routes, &list, reader);
    relaxed::check(&routes, &list, reader);
    bearer(&routes, &list, config, reader);
    routes.into_iter().collect()
}

fn route(raw: &raw::Route, key: &Key, config: &Config, reader: &Reader<'_>) -> Option<Route> {
    let path = path(raw, &key.name("path"), config, reader);
    let host = match &raw.host {
        Some(text) => reader
            .parse::<HostPattern>(&key.name("host"), text)
            .map(Some),
        None => Some(None),
    };
    let methods = methods(raw, &key.name("methods"), reader);
    let access = access(raw);
    let require = match &raw.require {
        Some(require) => require::read(require, &key.name("require"), reader),
        None => Some(Requirements::default()),
    };
    let anonymous = match access {
        Access::Public => Some("public"),
        Access::Optional => Some("optional"),
        Access::SignedIn | Access::Token => None,
    };
    let asks_nobody = require.as_ref().is_some_and(asks_certificate_alone);
    if let (Some(access), Some(_), false) = (anonymous, &raw.require, asks_nobody) {
        let says = format!(
            "asks for something where access = \"{access}\" lets everybody in; set access = \"signed-in\" or \
                            remove require"
        );
        reader.wrong(&key.name("require"), says);
    }
    let asks_certificate = raw
        .require
        .as_ref()
        .is_some_and(|require| !require.client_certificates.is_empty());
    let tls = config.server.tls.as_ref();
    if asks_certificate && tls.is_none_or(|tls| tls.client_ca.is_none()) {
        reader.wrong(
            &key.name("require").name("client_certificates"),
            "needs server.tls.client_ca, or nobody could show a certificate; name the roots there",
        );
    }
    let upstream_authorization = authorization(raw, access, key, reader);
    let headers = headers::read(raw, access, key, reader);
    let upstream = upstream::read(raw, access, path.as_ref(), key, config, reader);
    let max_body = match &raw.max_body {
        Some(size) => reader
            .size(&key.name("max_body"), size, 0..=1 << 50)
            .map(Some),
        None => Some(None),
    };
    let path = path?;
    let name = match &raw.name {
        Some(_) => reader.optional(&key.name("name"), raw.name.as_ref())?,
        None => raw.path.clone().unwrap_or_default(),
    };
    Some(Route {
        name,
        host: host?,
        path,
        methods: methods?,
        access,
        upstream: upstream?,
        require: require?,
        takes_relaxed_paths: raw.path_syntax == Some(PathSyntax::Relaxed),
        upstream_authorization: upstream_authorization?,
        headers: headers?,
        max_body: max_body?.map(|octets| octets as u64),
    })
}

/// Whether all that is required is a client certificate, which needs nobody to sign in.
fn asks_certificate_alone(require: &Requirements) -> bool {
    let client_certificates = require.client_certificates.clone();
    let alone = Requirements {
        client_certificates,
        ..Requirements::default()
    };
    *require != Requirements::default() && *require == alone
}

fn access(raw: &raw::Route) -> Access {
    match raw.access {
        Some(RawAccess::Public) => Access::Public,
        Some(RawAccess::Optional) => Access::Optional,
        Some(RawAccess::Token) => Access::Token,
        Some(RawAccess::SignedIn) | None => Access::SignedIn,
    }
}

fn path(raw: &raw::Route, key: &Key, config: &Config, reader: &Reader<'_>) -> Option<PathPattern> {
    let text = reader.required(key, raw.path.as_ref(), "write a path such as \"/*\"")?;
    if !text.starts_with('/') {
        reader.wrong(key, format!("must begin with \"/\"; write \"/{text}\""));
        return None;
    }
    let pattern: PathPattern = reader.parse(key, text)?;
    let (PathPattern::Exact(path) | PathPattern::Prefix(path)) = &pattern;
    let below = |alias: &&String| {
        path.strip_prefix(alias.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if let Some(alias) = config.server.aliases.iter().find(below) {
        let says = format!(
            "lies below {alias}, which server.aliases makes the gateway's own; use another path"
        );
        reader.wrong(key, says);
        return None;
    }
    Some(pattern)
}

fn methods(raw: &raw::Route, key: &Key, reader: &Reader<'_>) -> Option<Vec<Method>> {
    reader.words(key, &raw.methods)?;
    let parsed = raw.methods.iter().enumerate().map(|(index, text)| {
        let method = Method::from_bytes(text.as_bytes()).ok();
        let upper = text.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
        if method.is_none() || !upper {
            let says = format!(
                "is no method; write \"{}\"",
                if method.is_some() {
                    text.to_uppercase()
                } else {
                    "GET".to_owned()
                }
            );
            reader.wrong(&key.index(index), says);
            return None;
        }
        if matches!(method, Some(Method::CONNECT | Method::TRACE)) {
            reader.wrong(&key.index(index), "is refused on every route; remove it");
            return None;
        }
        method
    });
    collect(parsed)
}

fn authorization(
    raw: &raw::Route,
    access: Access,
    key: &Key,
    reader: &Reader<'_>,
) -> Option<UpstreamAuthorization> {
    let chosen = match raw.upstream_authorization {
        Some(RawAuthorization::AccessToken) => UpstreamAuthorization::AccessToken,
        Some(RawAuthorization::None) => UpstreamAuthorization::None,
        Some(RawAuthorization::Pass) => UpstreamAuthorization::Pass,
        None => match access {
            Access::Public | Access::Token => UpstreamAuthorization::Pass,
            Access::Optional | Access::SignedIn => UpstreamAuthorization::AccessToken,
        },
    };
    if (access, chosen) == (Access::Public, UpstreamAuthorization::AccessToken) {
        let says = "needs somebody who is signed in, and access = \"public\" asks nobody; write \"pass\" or \"none\"";
        reader.wrong(&key.name("upstream_authorization"), says);
        return None;
    }
    Some(chosen)
}

/// Two routes that some request would fit equally well.
fn duplicates(routes: &[Option<Route>], list: &Key, reader: &Reader<'_>) {
    // Compared with those of the same host and path alone, so that thousands of routes are read quickly.
    let mut places: HashMap<_, Vec<(usize, &Route)>> = HashMap::new();
    for (index, route) in routes.iter().enumerate() {
        let Some(route) = route else { continue };
        let earlier = places.entry((&route.host, &route.path)).or_default();
        let clash = |earlier: &Route| match (earlier.methods.is_empty(), route.methods.is_empty()) {
            (true, true) => true,
            (false, false) => earlier.methods.iter().any(|m| route.methods.contains(m)),
            _ => false,
        };
        if let Some((earlier, _)) = earlier.iter().find(|(_, earlier)| clash(earlier)) {
            let says = format!(
                "is the path of routes[{earlier}] too, with the same host and a common method; remove one"
            );
            reader.wrong(&list.index(index).name("path"), says);
        }
        earlier.push((index, route));
    }
}

/// Bearer tokens can be judged only where the issuer makes them for an audience of ours.
fn bearer(routes: &[Option<Route>], list: &Key, config: &Config, reader: &Reader<'_>) {
    let server = &config.authorization_server;
    let Some(issuer) = server
        .issuer
        .as_ref()
        .and_then(|text| text.parse::<Issuer>().ok())
    else {
        return;
    };
    if issuer.kind() == IssuerKind::Custom && server.audience.is_some() {
        return;
    }
    let routes = || {
        routes
            .iter()
            .enumerate()
            .filter_map(|(index, route)| Some((index, route.as_ref()?)))
    };
    for (index, route) in routes() {
        if route.access == Access::Token {
            let says = match issuer.kind() {
                IssuerKind::Org => {
                    "can't be used with the org server, whose access tokens only Okta can read; name a custom server as issuer"
                }
                IssuerKind::Custom => {
                    "needs authorization_server.audience, such as \"api://default\", to judge tokens by; set it"
                }
            };
            reader.wrong(&list.index(index).name("access"), says);
        }
    }
    if issuer.kind() == IssuerKind::Custom
        && routes().any(|(_, route)| route.access == Access::SignedIn)
    {
        reader.warn(
            &Key::of("authorization_server.audience"),
            "is not given, so Bearer tokens are refused; set it, such as \"api://default\", if callers use them",
        );
    }
}
