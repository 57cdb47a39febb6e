//! The only place where a failure becomes a response.
//!
//! A browser gets a page, everything else a problem document (RFC 9457). Both carry a fixed sentence and the request's
//! id; the chain of causes goes to the log.

mod failure;

use std::{io::Write as _, net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{
        self, CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE, VARY,
        WWW_AUTHENTICATE,
    },
};
use serde::Serialize;
use serde_json::json;

use failure::Next;
pub(super) use failure::{Failed, GatewayError};

use super::Rooms;
use crate::{
    api,
    authenticate::Credential,
    authorize::{Demand, Missing},
    body::Body,
    edge::{Admitted, RequestId},
    login::{
        Login, Reply, ReplyKind, SIGN_IN,
        backchannel::NotEnded,
        pages::{Notice, Page, Pages},
        return_to::ReturnTo,
        view::assets::Asset,
        visit::is_navigation,
    },
    route::Route,
    token::IdTokenError,
};

/// What the answer and the access log line need to know of a request, whatever became of it. Kept small: for nearly all
/// requests nothing of it is asked but what the log wants.
#[derive(Debug)]
pub(super) struct About {
    method: Method,
    target: Uri,
    html: bool,
    gzip: bool,
    languages: Option<HeaderValue>,
    pub(super) request_id: Option<RequestId>,
    pub(super) client: Option<IpAddr>,
    pub(super) route: Option<Arc<Route>>,
}

impl About {
    pub(super) fn new<B>(request: &Request<B>) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            target: request.uri().clone(),
            html: wants_html(request.method(), headers),
            gzip: accepts_gzip(headers),
            languages: headers.get(header::ACCEPT_LANGUAGE).cloned(),
            request_id: None,
            client: None,
            route: None,
        }
    }

    pub(super) fn admitted(&mut self, admitted: &Admitted) {
        self.request_id = Some(admitted.request_id);
        self.client = Some(admitted.client.ip);
    }

    pub(super) fn route(&mut self, route: &Arc<Route>) {
        self.route = Some(route.clone());
    }

    /// The pages in the person's language.
    fn pages(&self, rooms: &Rooms) -> Pages {
        let languages = self
            .languages
            .as_ref()
            .and_then(|value| value.to_str().ok());
        let language = rooms
            .pages
            .language_for(languages.filter(|text| text.len() <= 256));
        rooms.pages.in_language(&language)
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn path(&self) -> &str {
        self.target.path()
    }

    /// Where a page offers to try again: what was asked for, unless sending it again would repeat an answer.
    fn retry(&self) -> &str {
        let target = self
            .target
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let own = target
            .strip_prefix(SIGN_IN)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
        let again = own || ReturnTo::parse(target).is_some();
        match self.method {
            Method::GET | Method::HEAD if again => target,
            _ if own => SIGN_IN,
            _ => "/",
        }
    }
}

/// A page is for a browser that goes somewhere, by link or by form.
fn wants_html(method: &Method, headers: &HeaderMap) -> bool {
    let as_get = if *method == Method::POST {
        &Method::GET
    } else {
        method
    };
    is_navigation(as_get, headers)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .any(|value| {
            value.to_str().is_ok_and(|text| {
                text.split(',').any(|coding| {
                    let mut parts = coding.split(';').map(str::trim);
                    parts.next() == Some("gzip")
                        && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
                })
            })
        })
}

/// Turns whatever happened into the response.
pub(super) fn finish(
    rooms: &Rooms,
    answer: Result<Response<Body>, GatewayError>,
    about: &About,
) -> Response<Body> {
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => failure_response(rooms, error, about),
    };
    if about.gzip {
        response = compressed(response);
    }
    response
}

fn failure_response(rooms: &Rooms, error: GatewayError, about: &About) -> Response<Body> {
    let GatewayError { failed, cookies } = error;
    let reference = about.request_id.unwrap_or_else(|| rooms.edge.request_id());
    let reference = reference.as_str();
    let answer = failed.answer();
    failed.log(reference);
    let mut response = if about.html {
        let again = Login::address(&ReturnTo::root());
        let link = match answer.next {
            Next::Nothing => None,
            Next::Retry => Some(about.retry()),
            Next::StartAgain => Some(again.as_str()),
        };
        let notice = Notice {
            reference: Some(reference),
            link,
            ..Notice::new(answer.notice)
        };
        page_response(rooms, answer.status, about.pages(rooms).notice(&notice))
    } else {
        problem(answer.status, answer.detail, Some(reference), None)
    };
    if let Some(challenge) = answer
        .challenge
        .and_then(|text| HeaderValue::try_from(text).ok())
    {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    if let Some(after) = answer.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds(after));
    }
    if let Some(allow) = answer.allow {
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    if answer.close {
        response
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Somebody must sign in first: a navigation is taken there, everything else gets 401 (decision 1).
pub(super) fn challenge(rooms: &Rooms, demand: Demand) -> Response<Body> {
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
pub(super) fn not_enough(
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

/// What the authorization server is told (OpenID Connect Back-Channel Logout 1.0 §2.8): it worked, it never will, or
/// it may when it is tried again.
pub(super) fn back_channel(done: Result<(), NotEnded>, request_id: &str) -> Response<Body> {
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
pub(super) fn found(rooms: &Rooms, path: &str) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::FOUND;
    insert(&mut response, LOCATION, &rooms.public_url.join(path));
    let fields = response.headers_mut();
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 401 to whoever showed nothing: the scheme, and for a script where a person may sign in (RFC 6750 §3, decision 11).
pub(super) fn unauthorized(rooms: &Rooms, rd: &ReturnTo) -> Response<Body> {
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

/// A problem document (RFC 9457).
#[derive(Debug, Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// Where a person may sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in: Option<&'a str>,
}

fn problem(
    status: StatusCode,
    detail: &str,
    request_id: Option<&str>,
    sign_in: Option<&str>,
) -> Response<Body> {
    let problem = Problem {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail,
        request_id,
        sign_in,
    };
    let mut text = Vec::with_capacity(256);
    // Texts and a number, into memory: nothing that could fail.
    drop(serde_json::to_writer(&mut text, &problem));
    json(status, text, "application/problem+json")
}

/// A JSON answer that nobody keeps.
pub(super) fn json(
    status: StatusCode,
    text: impl Into<Bytes>,
    content_type: &'static str,
) -> Response<Body> {
    let mut response = Response::new(Body::full(text));
    *response.status_mut() = status;
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// A public route without an upstream: all is well.
pub(super) fn healthy() -> Response<Body> {
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
pub(super) fn asset(asset: &Asset, headers: &HeaderMap) -> Response<Body> {
    let gzip = accepts_gzip(headers);
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
    fields.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    fields.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    if gzip {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// What the sign-in answers.
pub(super) fn reply(rooms: &Rooms, reply: Reply) -> Response<Body> {
    let mut response = match reply.kind {
        ReplyKind::Page(page) => page_response(rooms, page.status, *page),
        ReplyKind::SeeOther(location) => {
            let mut response = Response::new(Body::Empty);
            *response.status_mut() = StatusCode::SEE_OTHER;
            insert(&mut response, LOCATION, &location);
            let fields = response.headers_mut();
            fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            fields.insert(
                header::REFERRER_POLICY,
                HeaderValue::from_static("same-origin"),
            );
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
pub(super) fn headless(reply: api::Reply) -> Response<Body> {
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

fn page_response(rooms: &Rooms, status: StatusCode, page: Page) -> Response<Body> {
    let mut response = Response::new(Body::full(page.html));
    *response.status_mut() = status;
    insert(
        &mut response,
        header::CONTENT_SECURITY_POLICY,
        &page.content_security_policy,
    );
    if let Some(refresh) = &page.refresh {
        insert(&mut response, header::REFRESH, refresh);
    }
    let fields = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, PAGE),
        (CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, page.referrer_policy),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "publickey-credentials-get=(self), publickey-credentials-create=(self)",
        ),
    ] {
        fields.insert(name, HeaderValue::from_static(value));
    }
    if rooms.public_url.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        fields.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// Compresses a page of ours; what is masked anew in each page (the step token) keeps its length from telling anything.
fn compressed(response: Response<Body>) -> Response<Body> {
    if response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != PAGE)
    {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Some(small) = gzip(&body) else {
        return Response::from_parts(head, body);
    };
    head.headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers
        .append(VARY, HeaderValue::from_static("Accept-Encoding"));
    Response::from_parts(head, Body::full(small))
}

/// Only what is whole at hand, as our own answers are; what an app sends goes through as it is.
fn gzip(body: &Body) -> Option<Vec<u8>> {
    let Body::Full(bytes) = body else { return None };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .ok()
}

/// The type of our pages.
const PAGE: &str = "text/html; charset=utf-8";

/// Inserts text that we made; what can't stand in a field is left out rather than cut.
fn insert(response: &mut Response<Body>, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(name, value);
    }
}

fn seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(duration.as_secs().max(1))
}
