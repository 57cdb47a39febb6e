//! Somebody who signs in as people do, by the pages of the gateway. Where a gateway of another process holds the sessions
//! itself, nobody can make a cookie that it would take.

use std::{
    net::SocketAddr,
    process::{Command, Stdio},
    time::Duration,
};

use http::StatusCode;
use tokio::runtime;

use super::{
    browser::Browser,
    client::{get, wait_until_served},
    gateway::Plan,
    person,
    process::Process,
};

/// The development engine.
pub struct Engine {
    issuer: String,
    _process: Process,
}

impl Engine {
    /// Always the one that cargo built, whatever `--binary` says: what is shipped has none, and a build that counts what
    /// it does is to count the day of a gateway.
    pub fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
        command.args(["engine", "--listen", "127.0.0.1:0"]);
        command.stdout(Stdio::piped());
        let mut process = Process::start(command);
        Self {
            issuer: process.says("Issuer"),
            _process: process,
        }
    }

    /// A gateway at which its people sign in.
    pub fn plan(&self, upstream: SocketAddr) -> Plan {
        Plan {
            client_id: "interlock-demo",
            ..Plan::at(upstream, self.issuer.clone())
        }
    }
}

/// Ada has just signed in there, with the password alone; her `Cookie` value.
pub fn cookie(plan: &Plan) -> String {
    wait_until_served(plan.listen, &get("/healthz", &[]), LIMIT);
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let mut browser = Browser::at(plan.url());
        let landed = person::with_password(&mut browser, "/", ADA).await;
        landed.expect(StatusCode::OK);
        browser.cookie_line()
    })
}

/// Whose password is enough.
pub const ADA: &str = "ada@example.com";
const LIMIT: Duration = Duration::from_mins(1);
