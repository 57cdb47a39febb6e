//! What a gateway does all day, for an instrumented build of it: what this counts leads the compiler (`deploy/optimised`).
//!
//! `cargo test --all-features --bench training -- --binary PATH`. One gateway in the clear, behind a proxy, one that speaks
//! TLS, and some that speak to the app by `h2c` and `https`, each asked for everything in every [`Way`]: sessions, tokens,
//! refusals, bodies small and large. Then gateways where people sign in, work and leave ([`people`]), with either store,
//! and with and without tokens for the app. The compiler takes for cold what never happened here, so whatever belongs to
//! a usual day belongs here too. How often is of little weight. All must be answered as expected, and the gateway must
//! end when it is asked to, since it writes down only then what it has counted.

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
mod people;
mod way;

#[path = "../support/mod.rs"]
mod support;

use std::{
    fs::File,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use exchange::exchanges;
use people::come_and_go;
use support::{
    cases::{CONNECTIONS, cases, fresh},
    certificate::Certificate,
    client::{get, wait_until_served},
    gateway::{Plan, Spoken},
    issuer::Issuer,
    process::Process,
    sign_in::Engine,
};
use tokio::runtime::Runtime;
use way::Way;

fn main() {
    let runtime = Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let issuer = Issuer::start(0);
    let certificate = Certificate::make(directory.path());
    let ways = Way::all(&certificate);
    let app = runtime.block_on(app::start(None));
    for plan in runtime.block_on(plans(app, &issuer, &certificate)) {
        trained(&plan, directory.path(), || {
            runtime.block_on(by_every_way(&plan, &issuer, &ways));
            if plan.tls.is_none() {
                on_kept_connections(&plan, &issuer);
            }
        });
    }
    let engine = Engine::start();
    for (store, told) in [
        ("cookie", true),
        ("cookie", false),
        ("memory", true),
        ("memory", false),
    ] {
        let plan = Plan {
            store,
            assertion: told,
            access_token: told,
            behind_proxy: true,
            ..engine.plan(app)
        };
        trained(&plan, directory.path(), || {
            wait_until_served(plan.listen, &get("/healthz", &[]), LIMIT);
            runtime.block_on(come_and_go(&plan, &ways));
        });
    }
}

/// Everybody's sessions in their cookies: in the clear, over TLS, and by every protocol that an app may speak.
async fn plans(app: SocketAddr, issuer: &Issuer, certificate: &Certificate) -> [Plan; 5] {
    let plan = |upstream| Plan {
        behind_proxy: true,
        ..Plan::new(upstream, issuer)
    };
    let over_tls = Plan {
        tls: Some((certificate.chain.clone(), certificate.key.clone())),
        access_log: true,
        ..Plan::new(app, issuer)
    };
    let h2c = Plan {
        spoken: Spoken::H2c,
        ..plan(app)
    };
    let https = async |protocol: &str| Plan {
        spoken: Spoken::Https(certificate.chain.clone()),
        ..plan(app::start(Some(app::tls(certificate, protocol))).await)
    };
    [
        plan(app),
        over_tls,
        h2c,
        https("http/1.1").await,
        https("h2").await,
    ]
}

/// A gateway from its start to its end.
fn trained(plan: &Plan, directory: &Path, train: impl FnOnce()) {
    let began = Instant::now();
    let mut gateway = start(plan, directory);
    train();
    assert!(gateway.stop(), "the gateway did not end as it should");
    println!("{}: {:.1?}", plan.url(), began.elapsed());
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

async fn by_every_way(plan: &Plan, issuer: &Issuer, ways: &[Way]) {
    let (url, exchanges) = (plan.url(), exchanges(plan, issuer));
    for (at, way) in ways.iter().enumerate() {
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
