use std::collections::BTreeSet;

use http::{HeaderName, Method};

use crate::{
    config::{
        key::Key,
        raw::{self, Access as RawAccess, Config, UpstreamAuthorization as RawAuthorization},
        reader::Reader,
    },
    oauth::{Issuer, IssuerKind},
    route::{Access, HostPattern, PathPattern, Requirements, Route, UpstreamAuthorization},
};

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
    bearer(&routes, &list, config, reader);
    routes.into_iter().collect()
}

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

/// Every header name that some route makes from a claim.
pub(super) fn mapped_headers(routes: &[Route]) -> Vec<HeaderName> {
    let mut names: Vec<HeaderName> = Vec::new();
    for (name, _) in routes.iter().flat_map(|route| &route.headers) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
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
        Some(require) => super::require::read(require, &key.name("require"), reader),
        None => Some(Requirements::default()),
    };
    let anonymous = match access {
        Access::Public => Some("public"),
        Access::Optional => Some("optional"),
        Access::SignedIn | Access::Token => None,
    };
    if let (Some(access), Some(_)) = (anonymous, &raw.require) {
        let says = format!(
            "asks for something where access = \"{access}\" lets everybody in; set access = \"signed-in\" or \
                            remove require"
        );
        reader.wrong(&key.name("require"), says);
    }
    let upstream_authorization = authorization(raw, access, key, reader);
    let headers = headers(raw, access, key, reader);
    let upstream = upstream(raw, access, path.as_ref(), key, config, reader);
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
        upstream_authorization: upstream_authorization?,
        headers: headers?,
    })
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
        method
    });
    super::server::collect(parsed)
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

fn headers(
    raw: &raw::Route,
    access: Access,
    key: &Key,
    reader: &Reader<'_>,
) -> Option<Vec<(HeaderName, String)>> {
    let table = key.name("headers");
    if access == Access::Public && !raw.headers.is_empty() {
        let says = "makes headers from claims where access = \"public\" asks nobody who they are; set access = \"optional\" \
                    or remove headers";
        reader.wrong(&table, says);
        return None;
    }
    let mut seen: Vec<HeaderName> = Vec::new();
    let parsed = raw.headers.iter().map(|(name, claim)| {
        let key = table.name(name);
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let says = match &header {
            None => Some("is no header name; use letters, digits and hyphens".to_owned()),
            Some(header) if is_ours(header) => Some(format!(
                "{header} is set by the gateway or belongs to the connection; choose another header"
            )),
            Some(header) if seen.contains(header) => {
                Some("is there twice, in two spellings; remove one".to_owned())
            }
            Some(_) if claim.trim().is_empty() => {
                Some("is empty; name the claim it is made from".to_owned())
            }
            Some(_) => None,
        };
        if let Some(says) = says {
            reader.wrong(&key, says);
            return None;
        }
        seen.extend(header.clone());
        header.map(|header| (header, claim.clone()))
    });
    super::server::collect(parsed)
}

/// Fields that no claim may become.
fn is_ours(name: &HeaderName) -> bool {
    let name = name.as_str();
    let fields = [
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "x-auth-request-email",
        "x-auth-request-groups",
        "x-auth-request-preferred-username",
        "x-auth-request-user",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-real-ip",
        "x-request-id",
    ];
    fields.contains(&name) || name.starts_with("x-interlock-") || name.starts_with("sec-websocket-")
}

#[expect(
    clippy::option_option,
    reason = "outside: whether it could be settled; inside: whether the gateway answers by itself"
)]
fn upstream(
    raw: &raw::Route,
    access: Access,
    path: Option<&PathPattern>,
    key: &Key,
    config: &Config,
    reader: &Reader<'_>,
) -> Option<Option<usize>> {
    let key = key.name("upstream");
    let names: Vec<&str> = config
        .upstreams
        .iter()
        .map(|upstream| upstream.name.as_deref().unwrap_or_default())
        .collect();
    if let Some(wanted) = &raw.upstream {
        let found = names
            .iter()
            .position(|name| name == wanted && !name.is_empty());
        if found.is_none() {
            reader.wrong(&key, unknown_upstream(wanted, &names));
        }
        return found.map(Some);
    }
    if access == Access::Public && matches!(path, Some(PathPattern::Exact(_))) {
        return Some(None);
    }
    match names.as_slice() {
        // A mistake in the path leaves open what it was to be.
        _ if path.is_none() => None,
        [_] => Some(Some(0)),
        [] => {
            reader.wrong(
                &key,
                "is missing and there are no upstreams; add [[upstreams]] with a name and a url",
            );
            None
        }
        _ => {
            reader.wrong(
                &key,
                format!(
                    "is missing and there are several; name one of {}",
                    names.join(", ")
                ),
            );
            None
        }
    }
}

fn unknown_upstream(wanted: &str, names: &[&str]) -> String {
    match (crate::config::nearest::nearest(wanted, names), names) {
        (_, []) => {
            "names an upstream, and there are none; add [[upstreams]] with that name and a url"
                .to_owned()
        }
        (Some(near), _) => format!("is no upstream's name; did you mean \"{near}\"?"),
        (None, _) => format!("is no upstream's name; the names are {}", names.join(", ")),
    }
}

/// Two routes that some request would fit equally well.
fn duplicates(routes: &[Option<Route>], list: &Key, reader: &Reader<'_>) {
    for (index, route) in routes.iter().enumerate() {
        let Some(route) = route else { continue };
        let clash = |earlier: &Route| {
            let methods = match (earlier.methods.is_empty(), route.methods.is_empty()) {
                (true, true) => true,
                (false, false) => earlier.methods.iter().any(|m| route.methods.contains(m)),
                _ => false,
            };
            earlier.host == route.host && earlier.path == route.path && methods
        };
        let earlier = routes
            .iter()
            .take(index)
            .position(|earlier| earlier.as_ref().is_some_and(clash));
        if let Some(earlier) = earlier {
            let says = format!(
                "is the path of routes[{earlier}] too, with the same host and a common method; remove one"
            );
            reader.wrong(&list.index(index).name("path"), says);
        }
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
