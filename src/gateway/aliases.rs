//! oauth2-proxy's paths under the prefixes of `server.aliases`, with its meanings, so that ingress annotations and habits
//! go on working. Its `auth` is in `forward_auth`; sign-in and sign-out are our own pages.

use http::{Method, Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use super::{
    Rooms, own,
    respond::{self, Failed, GatewayError},
};
use crate::{
    authenticate::Who,
    body::Body,
    edge::{Admitted, CanonicalPath},
    login::{Login, SIGN_OUT, return_to::ReturnTo, visit::Pairs},
};

/// What stands behind an alias: `/auth` of `/oauth2/auth`.
pub(super) fn path<'a>(rooms: &Rooms, path: &'a CanonicalPath) -> Option<&'a str> {
    rooms.aliases.iter().find_map(|alias| {
        let rest = path.decoded().strip_prefix(alias.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    })
}

/// Answers what stands behind an alias.
pub(super) async fn serve(
    rooms: &Rooms,
    path: &str,
    admitted: &Admitted,
) -> Result<Response<Body>, GatewayError> {
    let reading = matches!(admitted.head.method, Method::GET | Method::HEAD);
    match path {
        "/start" | "/sign_in" if reading => {
            Ok(respond::found(rooms, &Login::address(&rd(rooms, admitted))))
        }
        // A form cannot bring the token of our page, so that one asks.
        "/sign_out" if reading || admitted.head.method == Method::POST => {
            let mut response = respond::found(rooms, SIGN_OUT);
            *response.status_mut() = StatusCode::SEE_OTHER;
            Ok(response)
        }
        "/userinfo" if reading => userinfo(rooms, admitted).await,
        "/start" | "/sign_in" | "/userinfo" => Err(Failed::Method("GET, HEAD").into()),
        "/sign_out" => Err(Failed::Method("GET, HEAD, POST").into()),
        _ => Err(Failed::NoRoute.into()),
    }
}

/// Where to go afterwards: a path, or (as ingress annotations have it) the whole address of one at our own origin.
fn rd(rooms: &Rooms, admitted: &Admitted) -> ReturnTo {
    let query = Pairs::parse(admitted.head.uri.query().unwrap_or_default().as_bytes());
    let value = query.one("rd").ok().flatten().unwrap_or_default();
    let path = match value.strip_prefix(rooms.public_url.origin()) {
        Some("") => "/",
        Some(rest) => rest,
        None => value,
    };
    ReturnTo::or_root(Some(path))
}

async fn userinfo(rooms: &Rooms, admitted: &Admitted) -> Result<Response<Body>, GatewayError> {
    let (who, cookies) = rooms.authenticate.who(&admitted.head.headers, true).await?;
    let response = match who {
        Who::Known(principal) => {
            let groups = principal.groups();
            let said = Userinfo {
                user: principal.subject(),
                email: principal.text("email"),
                groups: (!groups.is_empty()).then_some(groups),
                preferred_username: principal.text("preferred_username"),
            };
            respond::json(StatusCode::OK, json!(said).to_string(), "application/json")
        }
        Who::Anonymous(_) => respond::unauthorized(rooms, &ReturnTo::root()),
    };
    own::with_cookies(Ok(response), cookies)
}

/// What oauth2-proxy tells of a person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Userinfo<'a> {
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'a str>,
}
