//! What a gateway does all day, for an instrumented build of it: what this counts leads the compiler (`deploy/optimised`).
//!
//! `cargo test --all-features --bench training -- --binary PATH`. One gateway in the clear, behind a proxy, and one that
//! speaks TLS, each asked for everything in every [`Way`]: sessions, tokens, refusals, bodies small and large. The compiler
//! takes for cold what never happened here, so whatever belongs to a usual day belongs here too. How often is of little
//! weight. All must be answered as expected, and the gateway must end when it is asked to, since it writes down only then
//! what it has counted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a training prints, and stops at whatever goes wrong"
)]

mod app;
mod exchange;
mod way;

#[path = "../support/mod.rs"]
mod support;

use std::{
    fs::File,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use exchange::exchanges;
use support::{
    cases::{CONNECTIONS, cases, fresh},
    certificate::Certificate,
    gateway::Plan,
    issuer::Issuer,
    process::Process,
};
use tokio::runtime::Runtime;
use way::Way;

fn main() {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let issuer = Issuer::start(0);
    let certificate = Certificate::make(directory.path());
    let in_the_clear = Plan {
        behind_proxy: true,
        ..Plan::new(runtime.block_on(app::start()), &issuer)
    };
    let over_tls = Plan {
        listen: ([127, 0, 0, 1], support::free_port()).into(),
        tls: Some((certificate.chain.clone(), certificate.key.clone())),
        access_log: true,
        behind_proxy: false,
        ..in_the_clear.clone()
    };
    for plan in [in_the_clear, over_tls] {
        let began = Instant::now();
        let mut gateway = start(&plan, directory.path());
        runtime.block_on(by_every_way(&plan, &issuer, &certificate));
        if plan.tls.is_none() {
            on_kept_connections(&plan, &issuer);
        }
        assert!(gateway.stop(), "the gateway did not end as it should");
        println!("{}: {:.1?}", plan.url(), began.elapsed());
    }
}

/// Lines about requests go to a file, as wherever somebody keeps them.
fn start(plan: &Plan, directory: &Path) -> Process {
    let line = plan.command(directory);
    let mut command = Command::new(&line[0]);
    command.args(&line[1..]);
    if plan.access_log {
        command.stderr(File::create(directory.join("access.log")).unwrap());
    }
    Process::start(command)
}

async fn by_every_way(plan: &Plan, issuer: &Issuer, certificate: &Certificate) {
    let (url, exchanges) = (plan.url(), exchanges(plan, issuer));
    for (at, way) in Way::all(certificate).iter().enumerate() {
        for exchange in &exchanges {
            if at == 0 {
                way.until_answered(&url, exchange, LIMIT).await;
            }
            way.send(&url, exchange).await;
        }
    }
}

/// The requests of the counts, as they are counted.
fn on_kept_connections(plan: &Plan, issuer: &Issuer) {
    let repeated = cases(plan, issuer).into_iter().map(|case| (case, ROUNDS));
    let new = fresh(issuer, NEW_TOKENS * CONNECTIONS).into_iter();
    for (mut case, rounds) in repeated.chain(new.map(|case| (case, NEW_TOKENS))) {
        let mut client = case.client(plan.listen);
        case.rounds(&mut client, rounds);
    }
}

/// Of each case that comes again and again.
const ROUNDS: usize = 150;
/// Rounds of tokens that nobody has seen before.
const NEW_TOKENS: usize = 30;
/// Until everything is answered as it should be.
const LIMIT: Duration = Duration::from_mins(1);
