//! A session that the gateway holds, of an app that is sent no token.

use crate::support::{
    cases::{Case, Requests},
    client::get,
    gateway::Plan,
};

pub(crate) fn plan(plan: Plan) -> Plan {
    Plan {
        store: "memory",
        assertion: false,
        access_token: false,
        ..plan
    }
}

/// Somebody comes again and again with the cookie.
pub(crate) fn case(cookie: &str) -> Case {
    Case {
        name: "session-in-memory",
        status: "200",
        requests: Requests::Same(get("/", &[("Cookie", cookie)])),
    }
}
