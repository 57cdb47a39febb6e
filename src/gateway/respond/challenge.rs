//! Somebody has to sign in first, or more strongly: to the sign-in with a browser, 401 to everything else.

use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, LOCATION, VARY, WWW_AUTHENTICATE},
};

use super::{failure, insert, problem::problem};
use crate::{
    authenticate::Credential,
    authorize::{Demand, Missing},
    body::Body,
    gateway::Rooms,
    login::{Login, return_to::ReturnTo, visit::is_navigation},
    route::Route,
};

/// Somebody must sign in first: a navigation is taken there, everything else gets 401 (decision 1).
pub(in crate::gateway) fn challenge(rooms: &Rooms, demand: Demand) -> Response<Body> {
    let Demand {
        admitted,
        route,
        missing,
    } = demand;
    let target = admitted
        .head
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let rd = ReturnTo::parse(target).unwrap_or_default();
    let browser = is_navigation(&admitted.head.method, &admitted.head.headers);
    let by_cookie = !matches!(
        missing,
        Missing::Token | Missing::Assurance(Credential::Bearer)
    );
    let mut response = if browser && by_cookie {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::FOUND;
        insert(&mut response, LOCATION, &Login::address(&rd));
        response
    } else {
        not_enough(rooms, &route, missing, &rd)
    };
    let fields = response.headers_mut();
    fields.insert(
        VARY,
        HeaderValue::from_static("Accept, Sec-Fetch-Mode, Cookie"),
    );
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 401: nobody, or not strongly enough (RFC 9470).
pub(in crate::gateway) fn not_enough(
    rooms: &Rooms,
    route: &Route,
    missing: Missing,
    rd: &ReturnTo,
) -> Response<Body> {
    let mut response = unauthorized(rooms, rd);
    if let Missing::Assurance(_) = missing {
        let challenge = failure::step_up(&route.require);
        insert(&mut response, WWW_AUTHENTICATE, &challenge);
    }
    response
}

/// 401 to whoever showed nothing: the scheme, and for a script where a person may sign in (RFC 6750 §3, decision 11).
pub(in crate::gateway) fn unauthorized(rooms: &Rooms, rd: &ReturnTo) -> Response<Body> {
    let sign_in = rooms.public_url.join(&Login::address(rd));
    let mut response = problem(
        StatusCode::UNAUTHORIZED,
        "Sign in to use this.",
        None,
        Some(&sign_in),
    );
    response
        .headers_mut()
        .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}
