//! The Identity Engine's own API, `/idp/idx/*` (protocol reference 1.3, 1.7): a transaction is a set of proofs, and the
//! policy computes from them which step is due.

mod document;
mod email_link;
mod flow;
mod identity_proofing;
mod identity_provider;
mod ion;
mod messages;
mod policy;
mod steps;
mod transaction;
mod transactions;
mod words;
mod work;

use http::StatusCode;
use serde_json::{Map, Value, json};

pub(crate) use self::{
    email_link::{answer as answer_link, follow as follow_link},
    identity_proofing::serve as prove_identity,
    identity_provider::come_back,
    steps::{
        fast_pass::{ports as device_ports, visited as visit_device},
        google_otp::{check as totp_step, code_at as totp_at},
    },
    transaction::{AuthorizeRequest, DeviceStep, Start},
    transactions::Transactions,
};
use self::{
    flow::{Flow, Notes},
    transaction::Transaction,
    work::{Work, Worked},
};
use super::{
    call::Call,
    org::{Org, State},
    reply::Reply,
    route,
};

/// Serves `POST /idp/idx/{path}`.
pub(crate) async fn serve(org: &Org, path: &str, call: &Call) -> Reply {
    let json = call.is("application/json")
        || call.is("application/ion+json")
        || call.is("application/vnd.okta.v1+json");
    if !json {
        return stray(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            &messages::not_well_formed(),
        );
    }
    let Ok(Value::Object(body)) = serde_json::from_slice(&call.body) else {
        return stray(StatusCode::BAD_REQUEST, &messages::not_well_formed());
    };
    let work = Work::of(org, path, &body);
    let worked = work.done(org).await;
    words::localised(call, carry_out(org, path, call, &body, worked))
}

/// One call on one transaction.
fn carry_out(
    org: &Org,
    path: &str,
    call: &Call,
    body: &Map<String, Value>,
    worked: Worked,
) -> Reply {
    let mut state = org.state();
    let state = &mut *state;
    let Some(id) = named(state, path, body) else {
        return refused(path, body);
    };
    let allowance = state.limits.count(
        &format!("transaction/{id}"),
        org.settings.limits.transaction,
        org.now_ms(),
    );
    if allowance.exceeded {
        return allowance.mark(route::too_many(org));
    }
    let Some(mut transaction) = state.transactions.take(&id, org.now()) else {
        return stray(StatusCode::UNAUTHORIZED, &messages::session_expired());
    };
    let mut flow = Flow {
        org,
        state,
        transaction: &mut transaction,
        host: &call.host,
        now: org.now(),
    };
    let reply = if path == "introspect" {
        flow.show(&Notes::default())
    } else {
        let handle = ion::text(body, &["stateHandle"]).unwrap_or_default();
        let notes = flow.act(path, handle, body, worked);
        flow.show(&notes)
    };
    finish(state, transaction, reply.is_some());
    let reply =
        reply.unwrap_or_else(|| stray(StatusCode::UNAUTHORIZED, &messages::session_expired()));
    allowance.mark(reply)
}

fn finish(state: &mut State, transaction: Transaction, alive: bool) {
    if alive {
        state.transactions.put(transaction);
    }
}

/// Which transaction a call is about.
fn named(state: &State, path: &str, body: &Map<String, Value>) -> Option<String> {
    let by_handle = |name: &str| {
        let handle = ion::text(body, &[name])?;
        state.transactions.named_by(handle).map(str::to_owned)
    };
    if path != "introspect" {
        return by_handle("stateHandle");
    }
    match ion::text(body, &["interactionHandle"]) {
        Some(handle) => state.transactions.look(handle).map(|t| t.id.clone()),
        None => by_handle("stateToken").or_else(|| by_handle("stateHandle")),
    }
}

/// No handle at all is a malformed request; an unknown one has expired, as far as anybody can tell.
fn refused(path: &str, body: &Map<String, Value>) -> Reply {
    let names: &[&str] = if path == "introspect" {
        &["interactionHandle", "stateToken", "stateHandle"]
    } else {
        &["stateHandle"]
    };
    if names.iter().any(|name| ion::text(body, &[name]).is_some()) {
        stray(StatusCode::UNAUTHORIZED, &messages::session_expired())
    } else {
        stray(StatusCode::BAD_REQUEST, &messages::not_well_formed())
    }
}

/// A message without a transaction.
fn stray(status: StatusCode, message: &messages::Message) -> Reply {
    let body = json!({"version": "1.0.0", "messages": ion::array(&[message.ion()])});
    Reply::ion(status, &body)
}
