//! Where the app is reached: on loopback, by its links, and by the browser's own device check.

use http::{Method, StatusCode};
use serde_json::Value;

use super::{Answered, answered};
use crate::engine::{call::Call, health, inbox::document, org::Org, reply::Reply};

/// Serves `/probe` and `/challenge`, as the app does on loopback; `/okta-verify`, where its links lead; and `/device-check`,
/// which stands for what a managed browser asks of its device; `/nfc`, where cards are read; and where it is mended.
pub(crate) fn serve(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    let request = || call.query_field("challengeRequest").unwrap_or_default();
    match (&call.method, path) {
        (&Method::GET, "/probe") => Some(Reply::empty(StatusCode::OK)),
        (&Method::POST, "/challenge") => {
            let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
            let request = body.get("challengeRequest").and_then(Value::as_str);
            Some(Reply::empty(
                match reached(org, request.unwrap_or_default()) {
                    // 503 is how the app says that another profile of the device may know better.
                    Answered::NoAccount => StatusCode::SERVICE_UNAVAILABLE,
                    Answered::Taken => StatusCode::OK,
                    Answered::Unasked => StatusCode::BAD_REQUEST,
                },
            ))
        }
        (&Method::GET, "/okta-verify") => Some(Reply::html(
            StatusCode::OK,
            document("Okta Verify", said(reached(org, &request()))),
        )),
        (&Method::GET, "/device-check") => Some(Reply::framed(
            "Device check",
            said(reached(org, &request())),
        )),
        (_, "/nfc") => nfc(org, call),
        (_, path) => health::serve(org, path, call),
    }
}

/// Where a card is held to the telephone.
fn nfc(org: &Org, call: &Call) -> Option<Reply> {
    let id = call.query_field("challengeRequest").unwrap_or_default();
    let said = match call.method {
        Method::GET => TAP,
        Method::POST if !call.is_own() => return Some(Reply::empty(StatusCode::FORBIDDEN)),
        Method::POST => {
            let own = call.body.as_ref() == b"card=own";
            let mut state = org.state();
            if state.device.tap(&id, own, org.now()) {
                DONE
            } else {
                OVER
            }
        }
        _ => return None,
    };
    Some(Reply::html(StatusCode::OK, document("NFC", said)))
}

fn reached(org: &Org, request: &str) -> Answered {
    answered(&mut org.state(), request, org.now())
}

fn said(answered: Answered) -> &'static str {
    match answered {
        Answered::Taken => DONE,
        Answered::NoAccount | Answered::Unasked => OVER,
    }
}

const DONE: &str = "<article><p>Done. Go back to where you sign in.</p></article>";
const OVER: &str =
    "<article><p>This device is not set up, or nobody asks it any more.</p></article>";
const TAP: &str = "<article><form method=post><p><button name=card value=own>Hold your card to the telephone</button></p>\
<p><button name=card value=other>Hold somebody else's</button></p></form></article>";
