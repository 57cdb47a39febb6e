//! The strings under `/control/`.

use std::{sync::Arc, time::Duration};

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::Control;
use crate::engine::{
    call::Call, faults::Injection, org::Org, reply::Reply, route, settings::SecurityKeySettings,
};

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum KeyChange {
    Next,
    Rotate,
    Withdraw,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysRequest {
    action: KeyChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    advance_seconds: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum PersonChange {
    ApprovePush,
    ExpirePassword,
    Lock,
    PairPhone,
    RejectPush,
    ReplaceDeviceKey,
    RevokeTokens,
    Unlock,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    login: String,
    action: PersonChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecurityKeyRequest {
    login: String,
    key: SecurityKeySettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SafeModeRequest {
    polls: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum FaultsRequest {
    Many(Vec<Injection>),
    One(Injection),
}

/// `/control/{name}`, for programs on this machine; a page in a browser has no business here.
pub(in super::super) fn serve(org: &Arc<Org>, name: &str, call: &Call) -> Reply {
    let allowed = org.settings.org.control
        && call.peer.ip().is_loopback()
        && call.header("origin").is_none()
        && call
            .header("sec-fetch-site")
            .is_none_or(|site| site == "none");
    if !allowed {
        return route::okta_error(org, StatusCode::FORBIDDEN, "E0000006", "Access is denied");
    }
    let control = Control::new(Arc::clone(org));
    let done = match (&call.method, name) {
        (&Method::GET, "calls") => return Reply::ok(&json!(control.calls())),
        (&Method::POST, "faults") => parse(call).map(|request| match request {
            FaultsRequest::Many(faults) => faults.into_iter().for_each(|one| control.inject(one)),
            FaultsRequest::One(fault) => control.inject(fault),
        }),
        (&Method::DELETE, "faults") => {
            control.clear_faults();
            Ok(())
        }
        (&Method::POST, "keys") => parse(call).and_then(|request| change_keys(&control, &request)),
        (&Method::POST, "reset") => {
            control.reset();
            Ok(())
        }
        (&Method::POST, "clock") => parse(call).map(|request: ClockRequest| {
            control.advance(Duration::from_secs(request.advance_seconds));
        }),
        (&Method::POST, "person") => parse(call).and_then(|request| change(&control, &request)),
        (&Method::POST, "security-key") => parse(call).and_then(|request: SecurityKeyRequest| {
            let added = control.add_security_key(&request.login, &request.key);
            if added {
                Ok(())
            } else {
                Err("nobody of that login, or no key".to_owned())
            }
        }),
        (&Method::POST, "safe-mode") => parse(call).map(|request: SafeModeRequest| {
            control.safe_mode(request.polls);
        }),
        (&Method::POST, "activation-token") => {
            let login = call.query_field("login").unwrap_or_default();
            return control.activation_token(&login).map_or_else(
                || Reply::empty(StatusCode::NOT_FOUND),
                |token| Reply::ok(&json!({ "activation_token": token })),
            );
        }
        (&Method::POST, "recovery-token") => {
            let login = call.query_field("login").unwrap_or_default();
            return control.recovery_token(&login).map_or_else(
                || Reply::empty(StatusCode::NOT_FOUND),
                |token| Reply::ok(&json!({ "recovery_token": token })),
            );
        }
        _ => return Reply::empty(StatusCode::NOT_FOUND),
    };
    match done {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(why) => Reply::json(StatusCode::BAD_REQUEST, &json!({ "error": why })),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(call: &Call) -> Result<T, String> {
    serde_json::from_slice(&call.body).map_err(|error| error.to_string())
}

fn change_keys(control: &Control, request: &KeysRequest) -> Result<(), String> {
    match request.action {
        KeyChange::Next => control.publish_next_key(),
        KeyChange::Rotate => control.rotate_keys(),
        KeyChange::Withdraw => {
            control.withdraw_old_keys();
            Ok(())
        }
    }
    .map_err(|error| error.to_string())
}

fn change(control: &Control, request: &PersonRequest) -> Result<(), String> {
    let login = &request.login;
    let found = match request.action {
        PersonChange::ApprovePush => control.approve_push(login),
        PersonChange::PairPhone => control.pair_phone(login),
        PersonChange::RejectPush => control.reject_push(login),
        PersonChange::ReplaceDeviceKey => control.replace_device_key(login),
        PersonChange::ExpirePassword => control.expire_password(login),
        PersonChange::Lock => control.lock(login),
        PersonChange::RevokeTokens => control.revoke_tokens(login),
        PersonChange::Unlock => control.unlock(login),
    };
    if found {
        Ok(())
    } else {
        Err(format!("nobody is called {login}, or nobody asks them"))
    }
}
