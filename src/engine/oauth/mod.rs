//! The OAuth endpoints of both authorization servers (protocol reference 1.2, 1.5, 1.6, 1.9).

mod activate;
mod assertion;
mod authorize;
mod claims;
mod clients;
mod device;
mod grants;
mod interact;
mod introspect;
mod logout;
mod metadata;
mod par;
mod revoke;
mod token;
mod userinfo;

use http::{Method, StatusCode};

pub(crate) use self::{
    activate::serve as activate,
    grants::{CodeRecord, Grants, Identity},
    metadata::{Document, document as metadata},
};
use super::{
    call::Call,
    form::Form,
    idx,
    org::{Org, Server},
    reply::Reply,
};

/// Serves `{base}/v1/{name}`; `None` where there is no such endpoint.
pub(crate) fn serve(org: &Org, server: Server, name: &str, call: &Call) -> Option<Reply> {
    let reply = match (&call.method, name) {
        (&Method::GET, "authorize") => authorize::answer(org, server, call),
        (&Method::GET, "authorize/callback") if server == Server::Org => {
            Ok(idx::come_back(org, call))
        }
        (&Method::POST, "device/authorize") => {
            posted(call, |form| device::authorize(org, server, call, form))
        }
        (&Method::POST, "par") => posted(call, |form| par::answer(org, call, form)),
        (&Method::POST, "interact") => {
            posted(call, |form| interact::answer(org, server, call, form))
        }
        (&Method::POST, "introspect") => {
            posted(call, |form| introspect::answer(org, server, call, form))
        }
        (&Method::GET, "keys") => Ok(metadata::keys(org)),
        (&Method::GET, "logout") => logout::answer(org, call),
        (&Method::POST, "revoke") => posted(call, |form| revoke::answer(org, call, form)),
        (&Method::POST, "token") => posted(call, |form| token::answer(org, server, call, form)),
        (&Method::GET | &Method::POST, "userinfo") => userinfo::answer(org, server, call),
        _ => return None,
    };
    Some(reply.unwrap_or_else(|refusal| refusal))
}

/// The form of a POST; nothing that belongs into it may stand in the query.
fn posted(call: &Call, answer: impl FnOnce(&Form) -> Result<Reply, Reply>) -> Result<Reply, Reply> {
    let misplaced = [
        "client_id",
        "client_secret",
        "code_verifier",
        "interaction_code",
        "token",
    ];
    if misplaced
        .iter()
        .any(|name| call.query_field(name).is_some())
    {
        return Err(invalid_request(
            "Client credentials and grant parameters must not be included in the query string.",
        ));
    }
    if !call.is("application/x-www-form-urlencoded") {
        return Err(invalid_request(
            "The Content-Type must be 'application/x-www-form-urlencoded'.",
        ));
    }
    answer(&Form::parse(&call.body)?)
}

pub(crate) fn invalid_request(description: &str) -> Reply {
    Reply::oauth_error(StatusCode::BAD_REQUEST, "invalid_request", description)
}

fn invalid_grant(description: &str) -> Reply {
    Reply::oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", description)
}

/// Nothing we can do: the cryptographic library failed.
fn server_error() -> Reply {
    Reply::oauth_error(
        StatusCode::INTERNAL_SERVER_ERROR,
        "server_error",
        "The authorization server encountered an unexpected condition.",
    )
}
