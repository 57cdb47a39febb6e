//! Which endpoint a path means, and what it answers.

use std::{fmt::Write as _, sync::Arc};

use http::{Method, StatusCode, header};

use super::{
    call::Call,
    captcha, control, cors, device, duo, fobs, idp, idx, inbox,
    oauth::{self, Document},
    org::{Org, Server},
    phone,
    reply::Reply,
    sign_in_page,
};

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Activate,
    Captcha(String),
    Control(String),
    Device(String),
    Duo,
    EmailLink,
    Fobs(String),
    Home,
    IdentityProofing,
    Idx(String),
    Inbox,
    InboxJson,
    Metadata(Server, Document),
    NotFound,
    Phone(String),
    SignIn,
    Sso(String),
    OAuth(Server, String),
    UnknownServer,
}

impl Endpoint {
    /// `server_id` is the custom authorization server's.
    pub(crate) fn of(path: &str, server_id: &str) -> Self {
        match path {
            "/" => return Self::Home,
            "/frame/web/v1/auth" => return Self::Duo,
            "/fobs" | "/fobs.json" => return Self::Fobs(path.to_owned()),
            "/idp/identity-verification" => return Self::IdentityProofing,
            "/activate" => return Self::Activate,
            "/inbox" => return Self::Inbox,
            sign_in_page::PATH => return Self::SignIn,
            "/inbox.json" => return Self::InboxJson,
            "/challenge" | "/device" | "/device-check" | "/nfc" | "/okta-verify" | "/probe" => {
                return Self::Device(path.to_owned());
            }
            "/.well-known/openid-configuration" => {
                return Self::Metadata(Server::Org, Document::OpenId);
            }
            "/.well-known/oauth-authorization-server" => {
                return Self::Metadata(Server::Org, Document::OAuth);
            }
            _ => {}
        }
        if path == "/phone" || path == "/phone.json" || path.starts_with("/phone/") {
            return Self::Phone(path.to_owned());
        }
        if path.starts_with("/azt/") {
            return Self::Device(path.to_owned());
        }
        if let Some(id) = path.strip_prefix("/sso/idps/") {
            return Self::Sso(id.to_owned());
        }
        if let Some(name) = path.strip_prefix("/idp/idx/") {
            return Self::Idx(name.to_owned());
        }
        if let Some(name) = path.strip_prefix("/captcha/") {
            return Self::Captcha(name.to_owned());
        }
        if let Some(name) = path.strip_prefix("/control/") {
            return Self::Control(name.to_owned());
        }
        if path.starts_with("/email/verify/") {
            return Self::EmailLink;
        }
        if let Some(id) = path.strip_prefix("/.well-known/oauth-authorization-server/oauth2/") {
            return if id == server_id {
                Self::Metadata(Server::Custom, Document::OAuth)
            } else {
                Self::UnknownServer
            };
        }
        path.strip_prefix("/oauth2/")
            .map_or(Self::NotFound, |rest| Self::of_oauth(rest, server_id))
    }

    fn of_oauth(rest: &str, server_id: &str) -> Self {
        if let Some(name) = rest.strip_prefix("v1/") {
            return Self::OAuth(Server::Org, name.to_owned());
        }
        let Some((id, rest)) = rest.split_once('/') else {
            return Self::NotFound;
        };
        if id != server_id {
            return Self::UnknownServer;
        }
        match rest {
            ".well-known/openid-configuration" => Self::Metadata(Server::Custom, Document::OpenId),
            ".well-known/oauth-authorization-server" => {
                Self::Metadata(Server::Custom, Document::OAuth)
            }
            rest => rest.strip_prefix("v1/").map_or(Self::NotFound, |name| {
                Self::OAuth(Server::Custom, name.to_owned())
            }),
        }
    }

    /// How faults and counts name it; `None`: neither broken nor counted.
    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Device(path) => (path == "/challenge").then(|| "device/challenge".to_owned()),
            Self::EmailLink => Some("email".to_owned()),
            Self::Idx(name) => Some(format!("idx/{name}")),
            Self::Metadata(..) => Some("metadata".to_owned()),
            Self::OAuth(_, name) => Some(name.clone()),
            Self::UnknownServer | Self::NotFound => Some("unknown".to_owned()),
            Self::Activate => Some("activate".to_owned()),
            Self::SignIn => Some("signin".to_owned()),
            Self::Sso(_) => Some("sso".to_owned()),
            Self::Captcha(_)
            | Self::Control(_)
            | Self::Duo
            | Self::Fobs(_)
            | Self::Home
            | Self::IdentityProofing
            | Self::Inbox
            | Self::InboxJson
            | Self::Phone(_) => None,
        }
    }

    /// Whether browsers of other origins may call it.
    fn is_shared(&self) -> bool {
        matches!(
            self,
            Self::Device(_) | Self::Idx(_) | Self::InboxJson | Self::Metadata(..) | Self::OAuth(..)
        )
    }
}

/// Answers a call.
pub(crate) async fn answer(org: &Arc<Org>, endpoint: &Endpoint, call: &Call) -> Reply {
    if !endpoint.is_shared() {
        return dispatch(org, endpoint, call).await;
    }
    let origin = cors::origin(&call.headers);
    if call.method == Method::OPTIONS {
        return cors::allow(cors::preflight(), origin);
    }
    cors::allow(dispatch(org, endpoint, call).await, origin)
}

async fn dispatch(org: &Arc<Org>, endpoint: &Endpoint, call: &Call) -> Reply {
    let reading = matches!(call.method, Method::GET | Method::HEAD);
    match endpoint {
        Endpoint::Idx(name) if call.method == Method::POST => idx::serve(org, name, call).await,
        Endpoint::Idx(name) if reading && name == "captcha/challenge" => {
            captcha::challenge(org).unwrap_or_else(|| not_found(org))
        }
        Endpoint::Idx(name) if reading && name.starts_with("authenticators/sso_extension/") => {
            idx::visit_device(org, name, call).unwrap_or_else(|| not_found(org))
        }
        Endpoint::Device(path) => device::serve(org, path, call).unwrap_or_else(|| not_found(org)),
        Endpoint::Duo => duo::serve(org, call).unwrap_or_else(|| not_found(org)),
        Endpoint::Fobs(path) => fobs::serve(org, path, call).unwrap_or_else(|| not_found(org)),
        Endpoint::IdentityProofing => {
            idx::prove_identity(org, call).unwrap_or_else(|| not_found(org))
        }
        Endpoint::Captcha(name) => {
            captcha::serve(org, name, call).unwrap_or_else(|| not_found(org))
        }
        Endpoint::Control(name) => control::serve(org, name, call),
        Endpoint::OAuth(server, name) => {
            oauth::serve(org, *server, name, call).unwrap_or_else(|| not_found(org))
        }
        Endpoint::Metadata(server, which) if reading => {
            oauth::metadata(org, *server, *which, &call.host)
        }
        Endpoint::Activate => oauth::activate(org, call).unwrap_or_else(|| not_found(org)),
        Endpoint::EmailLink if call.method == Method::POST => idx::answer_link(org, call),
        Endpoint::EmailLink if reading => idx::follow_link(org, call),
        Endpoint::Inbox if reading => Reply::html(StatusCode::OK, inbox::page(&read(org, call))),
        Endpoint::InboxJson if reading => Reply::ok(&inbox::json(&read(org, call))),
        Endpoint::Phone(path) => phone::serve(org, path, call).unwrap_or_else(|| not_found(org)),
        Endpoint::SignIn => sign_in_page::serve(org, call)
            .await
            .unwrap_or_else(|| not_found(org)),
        Endpoint::Sso(id) => idp::serve(org, id, call).unwrap_or_else(|| not_found(org)),
        Endpoint::Home if reading => home(org),
        Endpoint::UnknownServer | Endpoint::NotFound => not_found(org),
        Endpoint::Idx(_)
        | Endpoint::Metadata(..)
        | Endpoint::EmailLink
        | Endpoint::Inbox
        | Endpoint::InboxJson
        | Endpoint::Home => okta_error(
            org,
            StatusCode::METHOD_NOT_ALLOWED,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        ),
    }
}

fn read(org: &Org, call: &Call) -> Vec<inbox::Mail> {
    let state = org.state();
    let to = call.query_field("to");
    let addresses = to.map_or_else(Vec::new, |to| state.people.addresses(&to));
    state.inbox.read(&addresses)
}

fn home(org: &Org) -> Reply {
    let mut rows = String::new();
    for person in &org.settings.people {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td class=to>{}</td></tr>",
            inbox::escape(&person.login),
            inbox::escape(&person.shows)
        );
    }
    let body = format!(
        "<p>A stand-in for an Okta org, for development alone. Mail and text messages go to the <a href=\"/inbox\">inbox</a>, \
pushes to the <a href=\"/phone\">phone</a>; things that show codes lie at <a href=\"/fobs\">fobs</a>, and the device at which \
people sign in is mended at <a href=\"/device\">device</a>.</p><article><h2>Issuers</h2><p><code>{}</code></p><p><code>{}</code></p></article>\
<article><h2>People</h2><table>{rows}</table></article>",
        inbox::escape(&org.issuer(Server::Custom)),
        inbox::escape(&org.issuer(Server::Org)),
    );
    Reply::html(StatusCode::OK, inbox::document("Development engine", &body))
}

fn not_found(org: &Org) -> Reply {
    okta_error(
        org,
        StatusCode::NOT_FOUND,
        "E0000007",
        "Not found: Resource not found",
    )
}

/// 429 in the shape of the management API.
pub(crate) fn too_many(org: &Org) -> Reply {
    okta_error(
        org,
        StatusCode::TOO_MANY_REQUESTS,
        "E0000047",
        "API call exceeded rate limit due to too many requests.",
    )
}

pub(crate) fn okta_error(org: &Org, status: StatusCode, code: &str, summary: &str) -> Reply {
    let id = org.token();
    let id = format!("oae{}", id.get(..20).unwrap_or(&id));
    Reply::okta_error(status, code, summary, &id).with(header::CACHE_CONTROL, "no-store")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_endpoints() {
        let oauth = |server, name: &str| Endpoint::OAuth(server, name.to_owned());
        for (path, endpoint) in [
            ("/oauth2/v1/token", oauth(Server::Org, "token")),
            (
                "/oauth2/default/v1/interact",
                oauth(Server::Custom, "interact"),
            ),
            ("/oauth2/other/v1/token", Endpoint::UnknownServer),
            (
                "/idp/idx/challenge/answer",
                Endpoint::Idx("challenge/answer".to_owned()),
            ),
            ("/oauth2/default/idp/idx/identify", Endpoint::NotFound),
            (
                "/.well-known/oauth-authorization-server/oauth2/default",
                Endpoint::Metadata(Server::Custom, Document::OAuth),
            ),
            (
                "/oauth2/default/.well-known/openid-configuration",
                Endpoint::Metadata(Server::Custom, Document::OpenId),
            ),
            ("/inbox", Endpoint::Inbox),
            ("/nowhere", Endpoint::NotFound),
        ] {
            assert_eq!(Endpoint::of(path, "default"), endpoint, "{path}");
        }
    }
}
