//! What is asked, and what must be answered.

use bytes::Bytes;
use http::{
    HeaderName, Method, Request, Response, StatusCode,
    header::{AUTHORIZATION, COOKIE, HOST},
};
use http_body_util::Full;

use super::app::{LARGE, SMALL};
use crate::support::{
    cases::{Case, Requests, cases},
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

/// A request, and what its answer must be.
pub(crate) struct Exchange {
    pub(crate) name: &'static str,
    /// With a path alone.
    request: Request<Full<Bytes>>,
    status: StatusCode,
    /// Octets of the body, where the app answers.
    length: Option<usize>,
}

/// The cases that are counted, bodies with a token, and what somebody signed in does.
pub(crate) fn exchanges(plan: &Plan, issuer: &Issuer) -> Vec<Exchange> {
    let token = issuer.access_token(Algorithm::Rs256, 1);
    let token = (AUTHORIZATION, format!("Bearer {token}"));
    let mut all: Vec<_> = cases(plan, issuer)
        .iter()
        .filter_map(Exchange::of)
        .collect();
    all.push(Exchange::app(
        "body-with-token",
        "/token/",
        &token,
        200,
        200,
    ));
    all.extend(signed_in(plan, plan.cookie(issuer)));
    all
}

/// By whom this cookie names: bodies of several sizes in both directions, and forward auth.
pub(crate) fn signed_in(plan: &Plan, cookie: String) -> [Exchange; 7] {
    let session = (COOKIE, cookie);
    let read = |name, path, length| Exchange::app(name, path, &session, 0, length);
    let write = |name, length| Exchange::app(name, "/form", &session, length, length);
    [
        read("small", "/", SMALL),
        read("large", "/large", LARGE),
        read("streamed", "/streamed", SMALL),
        write("small-body", 200),
        write("larger-body", 16 * 1024),
        write("large-body", LARGE),
        Exchange::forward_auth(plan, &session),
    ]
}

impl Exchange {
    /// A case whose request may come again.
    fn of(case: &Case) -> Option<Self> {
        let Requests::Same(text) = &case.requests else {
            return None;
        };
        let mut lines = text.lines();
        let path = lines.next()?.split(' ').nth(1)?;
        let mut request = Request::builder().uri(path);
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            // It is the client's to say whom it asks.
            if HOST != *name {
                request = request.header(name, value);
            }
        }
        let status = case.status.parse().unwrap();
        Some(Self {
            name: case.name,
            request: request.body(Full::default()).unwrap(),
            status,
            length: (status == StatusCode::OK).then_some(SMALL),
        })
    }

    /// With a credential, answered by the app: `sent` octets there, `length` octets back.
    fn app(
        name: &'static str,
        path: &str,
        (field, value): &(HeaderName, String),
        sent: usize,
        length: usize,
    ) -> Self {
        let method = if sent == 0 { Method::GET } else { Method::POST };
        let request = Request::builder().method(method).uri(path);
        let body = Full::from(vec![b'x'; sent]);
        Self {
            name,
            request: request.header(field, value).body(body).unwrap(),
            status: StatusCode::OK,
            length: Some(length),
        }
    }

    /// What a proxy asks before it forwards somebody's request itself.
    fn forward_auth(plan: &Plan, (field, value): &(HeaderName, String)) -> Self {
        let request = Request::builder().uri("/.interlock/auth");
        let request = request.header("X-Original-Method", "GET");
        let request = request.header("X-Original-URL", format!("{}/", plan.url()));
        let request = request.header("X-Forwarded-For", "192.0.2.1");
        Self {
            name: "forward-auth",
            request: request.header(field, value).body(Full::default()).unwrap(),
            status: StatusCode::ACCEPTED,
            length: Some(0),
        }
    }

    /// The request to this gateway.
    pub(crate) fn request(&self, url: &str) -> Request<Full<Bytes>> {
        let mut request = self.request.clone();
        let whole = format!("{url}{}", request.uri());
        *request.uri_mut() = whole.parse().unwrap();
        request
    }

    /// Whether that is the answer.
    pub(crate) fn is_answered_by(&self, answer: &Response<Bytes>) -> bool {
        let length = answer.body().len();
        answer.status() == self.status && self.length.is_none_or(|wanted| wanted == length)
    }
}
