//! What the rooms answer when nothing has failed.

use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER,
        SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use serde_json::json;

use super::{gzip, insert, page::page_response, problem::json, seconds};
use crate::{
    api,
    body::Body,
    gateway::Rooms,
    login::{Reply, ReplyKind, backchannel::NotEnded, view::assets::Asset},
    token::IdTokenError,
};

/// What the sign-in answers.
pub(in crate::gateway) fn reply(rooms: &Rooms, reply: Reply) -> Response<Body> {
    let mut response = match reply.kind {
        ReplyKind::Page(page) => page_response(rooms, page.status, *page),
        ReplyKind::SeeOther(location) => {
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::SEE_OTHER;
            insert(&mut response, LOCATION, &location);
            let fields = response.headers_mut();
            fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            fields.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
            response
        }
        ReplyKind::Json(value) => json(StatusCode::OK, value.to_string(), "application/json"),
    };
    if let Some(after) = reply.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds(after));
    }
    for cookie in reply.cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What the headless flow answers.
pub(in crate::gateway) fn headless(reply: api::Reply) -> Response<Body> {
    let kind = if reply.status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    let mut response = json(reply.status, reply.body.to_string(), kind);
    if let Some(after) = reply.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds(after));
    }
    for cookie in reply.cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// What the authorization server is told (OpenID Connect Back-Channel Logout 1.0 §2.8): it worked, it never will, or
/// it may when it is tried again.
pub(in crate::gateway) fn back_channel(
    done: Result<(), NotEnded>,
    request_id: &str,
) -> Response<Body> {
    let Err(error) = done else {
        let mut response = Response::new(Body::Empty);
        let fields = response.headers_mut();
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return response;
    };
    let cause: &(dyn std::error::Error + 'static) = &error;
    tracing::warn!(
        request = request_id,
        error = cause,
        "back-channel logout failed"
    );
    let (status, code) = match &error {
        NotEnded::Again | NotEnded::Token(IdTokenError::Refused(_)) => {
            (StatusCode::BAD_REQUEST, "invalid_request")
        }
        NotEnded::Sessions(_) | NotEnded::Token(IdTokenError::Keys(_)) => {
            (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
        }
    };
    json(
        status,
        json!({ "error": code }).to_string(),
        "application/json",
    )
}

/// 302 to a place of our own, by its whole address: a proxy that carries it on resolves it against another one.
pub(in crate::gateway) fn found(rooms: &Rooms, path: &str) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::FOUND;
    insert(&mut response, LOCATION, &rooms.public_url.join(path));
    let fields = response.headers_mut();
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A public route without an upstream: all is well.
pub(in crate::gateway) fn healthy() -> Response<Body> {
    let mut response = Response::new(Body::full("ok\n"));
    let fields = response.headers_mut();
    fields.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A hashed asset: cacheable for ever.
pub(in crate::gateway) fn asset(asset: &Asset, headers: &HeaderMap) -> Response<Body> {
    let gzip = gzip::is_accepted(headers);
    let mut response = Response::new(Body::full(if gzip {
        asset.gzip().clone()
    } else {
        asset.body.clone()
    }));
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    fields.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    fields.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if gzip {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
