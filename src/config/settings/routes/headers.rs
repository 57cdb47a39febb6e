//! Headers that a route makes from claims.

use http::HeaderName;

use crate::{
    config::{key::Key, raw::Route as Raw, reader::Reader, settings::server::collect},
    route::{Access, Route},
};

/// Every header name that some route makes from a claim.
pub(in crate::config::settings) fn mapped(routes: &[Route]) -> Vec<HeaderName> {
    let mut names: Vec<HeaderName> = Vec::new();
    for (name, _) in routes.iter().flat_map(|route| &route.headers) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

pub(super) fn read(
    raw: &Raw,
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
    collect(parsed)
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
