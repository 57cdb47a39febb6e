//! What one request costs, counted: allocations and octets (in this process, by a counting allocator), instructions (the
//! release binary under callgrind) and system calls (under strace). Counts do not depend on how busy a machine is, so
//! `reference.txt` beside this file holds them, and more than 3 % above it is a failure.
//!
//! `cargo bench --bench counts` compares, `-- --write` writes the reference anew, `-- --only allocations` (or
//! `instructions`, `system-calls`) takes one kind. A tool that is missing is skipped aloud.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and stops at whatever goes wrong"
)]

#[path = "../support/mod.rs"]
mod support;

use std::{
    alloc::System,
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use interlock::{
    clock::SystemClock,
    config::{Config, Sources},
    gateway::Gateway,
    random::SystemRandom,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use support::{
    client::{Client, get, wait_until_served},
    echo,
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A kind of request: its name, its text and the status it is answered with.
type Case = (&'static str, String, &'static str);

/// By case and figure.
type Counts = BTreeMap<String, f64>;

const CONNECTIONS: usize = 16;
const TOLERANCE: f64 = 1.03;
/// Rounds before the counting, and of it.
const FEW: usize = 20;
const MORE: usize = 100;

fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    let writes = arguments.iter().any(|argument| argument == "--write");
    let only = arguments
        .iter()
        .position(|argument| argument == "--only")
        .and_then(|at| arguments.get(at + 1));
    let wants = |kind: &str| only.is_none_or(|only| only == kind);
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts/reference.txt");
    let issuer = Issuer::start(0);
    let upstream = echo::start(1024);
    let mut counts = Counts::new();
    if wants("allocations") {
        allocations(&issuer, upstream, &mut counts);
    }
    if !wants("instructions") {
    } else if is_installed("valgrind") {
        instructions(&issuer, upstream, &mut counts);
    } else {
        println!("SKIPPED: instructions are not counted, valgrind is not installed");
    }
    if !wants("system-calls") {
    } else if is_installed("strace") {
        system_calls(&issuer, upstream, &mut counts);
    } else {
        println!("SKIPPED: system calls are not counted, strace is not installed");
    }
    let known = read(&reference);
    let mut fails = false;
    println!("{:34} {:>10} {:>10}", "per request", "counted", "reference");
    for (name, count) in &counts {
        let limit = known.get(name).copied();
        // Half a unit is the grain of small figures.
        let is_above = limit.is_some_and(|limit| *count > (limit * TOLERANCE).max(limit + 0.5));
        let reference = limit.map_or_else(|| "-".to_owned(), |limit| format!("{limit:.1}"));
        let verdict = if is_above { "  TOO MUCH" } else { "" };
        println!("{name:34} {count:>10.1} {reference:>10}{verdict}");
        fails |= is_above;
    }
    if writes {
        let mut text = String::new();
        for (name, count) in &counts {
            writeln!(text, "{name} {count:.1}").unwrap();
        }
        fs::write(reference, text).unwrap();
    } else if fails {
        eprintln!(
            "a count is more than 3 % above its reference; if that is meant, write it anew with `-- --write`"
        );
        std::process::exit(1);
    }
}

fn cases(plan: &Plan, issuer: &Issuer) -> Vec<Case> {
    let cookie = plan.cookie(issuer);
    let token = format!("Bearer {}", issuer.access_token(Algorithm::Rs256, 1));
    vec![
        ("public", get("/public/", &[]), "200"),
        ("session", get("/", &[("Cookie", &cookie)]), "200"),
        (
            "bearer",
            get("/token/", &[("Authorization", &token)]),
            "200",
        ),
        ("nobody", get("/", &[]), "401"),
    ]
}

/// Warms up, then calls `measured` around so many requests and divides the difference by them.
fn per_request<T>(
    client: &mut Client,
    status: &str,
    count: usize,
    mut read: impl FnMut() -> T,
) -> (T, T) {
    client.requests(20 * CONNECTIONS, status);
    let before = read();
    client.requests(count, status);
    (before, read())
}

fn allocations(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let plan = Plan::new(upstream, issuer);
    let sources = Sources {
        files: vec![plan.write(directory.path())],
        ..Sources::default()
    };
    let config =
        Config::load(&sources, std::iter::empty()).unwrap_or_else(|errors| panic!("{errors}"));
    let gateway = runtime
        .block_on(Gateway::bind(
            config,
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        ))
        .unwrap();
    runtime.spawn(gateway.serve(std::future::pending()));
    for (name, request, status) in cases(&plan, issuer) {
        wait_until_served(plan.listen, &get("/public/", &[]), LIMIT);
        let mut client = Client::new(plan.listen, CONNECTIONS, &request);
        let count = 200 * CONNECTIONS;
        let (before, after) = per_request(&mut client, status, count, || ALLOCATOR.stats());
        let blocks =
            after.allocations + after.reallocations - before.allocations - before.reallocations;
        let octets = after.bytes_allocated - before.bytes_allocated;
        counts.insert(format!("{name}.allocations"), blocks as f64 / count as f64);
        counts.insert(
            format!("{name}.octets-allocated"),
            octets as f64 / count as f64,
        );
    }
}

/// The difference between a run of all cases and one with more requests of one; start and end fall out of it.
fn instructions(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let plan = Plan::new(upstream, issuer);
    let cases = cases(&plan, issuer);
    let base = instructions_of(&plan, &cases, None);
    for (at, (name, ..)) in cases.iter().enumerate() {
        let more = instructions_of(&plan, &cases, Some(at));
        let count = (MORE * CONNECTIONS) as f64;
        counts.insert(format!("{name}.instructions"), (more - base) / count);
    }
}

fn instructions_of(plan: &Plan, cases: &[Case], more: Option<usize>) -> f64 {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("callgrind.out");
    let under = [
        "valgrind".to_owned(),
        "--quiet".to_owned(),
        "--tool=callgrind".to_owned(),
        format!("--callgrind-out-file={}", out.display()),
    ];
    let mut process = plan.start(directory.path(), &under);
    drive(plan, cases, more);
    process.stop();
    let text = fs::read_to_string(&out).expect("callgrind writes its profile");
    let line = text.lines().find_map(|line| {
        line.strip_prefix("totals: ")
            .or_else(|| line.strip_prefix("summary: "))
    });
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .expect("the profile has a sum")
}

/// Some rounds of every case, and more of one.
fn drive(plan: &Plan, cases: &[Case], more: Option<usize>) {
    wait_until_served(plan.listen, &get("/public/", &[]), LIMIT);
    // The keys are fetched meanwhile.
    for (at, (_, request, status)) in cases.iter().enumerate() {
        if *status == "200" {
            wait_until_served(plan.listen, request, LIMIT);
        }
        let mut client = Client::new(plan.listen, CONNECTIONS, request);
        let rounds = if more == Some(at) { FEW + MORE } else { FEW };
        for _ in 0..rounds {
            client.round(status);
        }
    }
}

fn system_calls(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let plan = Plan::new(upstream, issuer);
    let cases = cases(&plan, issuer);
    let base = system_calls_of(&plan, &cases, None);
    for (at, (name, ..)) in cases.iter().enumerate() {
        let more = system_calls_of(&plan, &cases, Some(at));
        let count = (MORE * CONNECTIONS) as f64;
        counts.insert(format!("{name}.system-calls"), (more.0 - base.0) / count);
        counts.insert(format!("{name}.waits"), (more.1 - base.1) / count);
    }
}

/// All but waiting, and waiting.
fn system_calls_of(plan: &Plan, cases: &[Case], more: Option<usize>) -> (f64, f64) {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("strace.out");
    let under = ["strace", "-f", "-c", "-o", &out.display().to_string()].map(str::to_owned);
    let mut process = plan.start(directory.path(), &under);
    drive(plan, cases, more);
    process.stop_children();
    let text = fs::read_to_string(&out).expect("strace writes its summary");
    let (mut calls, mut waits) = (0.0, 0.0);
    for line in text.lines().skip(2) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (Some(name), Some(count)) = (columns.last(), columns.get(3)) else {
            continue;
        };
        let count: f64 = count.parse().unwrap_or(0.0);
        match *name {
            "total" => {}
            "epoll_wait" | "epoll_pwait" => waits += count,
            _ => calls += count,
        }
    }
    (calls, waits)
}

fn read(reference: &Path) -> Counts {
    let text = fs::read_to_string(reference).unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let (name, count) = line.split_once(' ')?;
            Some((name.to_owned(), count.parse().ok()?))
        })
        .collect()
}

fn is_installed(tool: &str) -> bool {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

const LIMIT: Duration = Duration::from_mins(1);
