//! The only place where a failure becomes a response.
//!
//! A browser gets a page, everything else a problem document (RFC 9457). Both carry a fixed sentence and the request's
//! id; the chain of causes goes to the log.

mod about;
mod answers;
mod challenge;
mod failure;
mod gzip;
mod page;
mod problem;
mod told;

use std::time::Duration;

use http::{
    HeaderName, HeaderValue, Response,
    header::{ALLOW, CONNECTION, RETRY_AFTER, SET_COOKIE, WWW_AUTHENTICATE},
};

pub(super) use about::About;
pub(super) use answers::{asset, back_channel, found, headless, healthy, reply};
pub(super) use challenge::{challenge, not_enough, unauthorized};
pub(super) use failure::{Failed, GatewayError};
pub(super) use problem::json;

use self::{page::page_response, problem::problem, told::Next};
use super::Rooms;
use crate::{
    body::Body,
    login::{Login, pages::Notice, return_to::ReturnTo},
};

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
        response = gzip::compressed(response);
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
            .insert(ALLOW, HeaderValue::from_static(allow));
    }
    if answer.close {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Inserts text that we made; what can't stand in a field is left out rather than cut.
fn insert(response: &mut Response<Body>, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::try_from(text) {
        response.headers_mut().insert(name, value);
    }
}

fn seconds(duration: Duration) -> HeaderValue {
    HeaderValue::from(duration.as_secs().max(1))
}
