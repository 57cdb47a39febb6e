//! What one request costs, counted: allocations and octets (in this process, by a counting allocator), instructions (the
//! binary under callgrind) and system calls (under strace). Counts do not depend on how busy a machine is, so a file beside
//! this one holds them for each profile, and more than 3 % above it is a failure.
//!
//! `cargo test --all-features --bench counts -- --only allocations,instructions --rounds 20` compares the debug build with
//! `debug.txt`, as CI does: more work shows there too, though not its price. What a request really costs is in `release.txt`: `just counts` builds for release and compares with
//! `-- --binary target/release/interlock --reference release`. `--write` puts what was counted into the reference,
//! `--only allocations,instructions` (or `growth`, `system-calls`) takes some kinds, `--keep FOLDER` leaves callgrind's profiles
//! there, one a case. A tool that is missing is skipped aloud.

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

mod callgrind;
mod growth;
mod held;

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

use callgrind::Callgrind;
use interlock::{clock::SystemClock, gateway::Gateway, random::SystemRandom};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use support::{
    argument,
    cases::{CONNECTIONS, Case, Requests, cases, fresh},
    client::{get, wait_until_served},
    echo,
    gateway::{People, Plan},
    issuer::Issuer,
    sign_in::{self, Engine},
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// By case and figure.
type Counts = BTreeMap<String, f64>;

const TOLERANCE: f64 = 1.03;

fn main() {
    let writes = std::env::args().any(|argument| argument == "--write");
    let only = argument("--only");
    let wants = |kind: &str| {
        let only = only.as_deref();
        only.is_none_or(|kinds| kinds.split(',').any(|known| known == kind))
    };
    let profile = argument("--reference").unwrap_or_else(|| "debug".to_owned());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts");
    let reference = folder.join(profile).with_extension("txt");
    let issuer = Issuer::start(0);
    let upstream = echo::start(1024);
    let mut counts = Counts::new();
    if wants("allocations") {
        allocations(&issuer, upstream, &mut counts);
    }
    let (instructions_wanted, growth_wanted) = (wants("instructions"), wants("growth"));
    if (instructions_wanted || growth_wanted) && !is_installed("valgrind") {
        println!("SKIPPED: instructions are not counted, valgrind is not installed");
    } else {
        if instructions_wanted {
            instructions(&issuer, upstream, &mut counts);
        }
        if growth_wanted {
            growth::instructions(upstream, &mut counts);
        }
    }
    if !wants("system-calls") {
    } else if is_installed("strace") {
        system_calls(&issuer, upstream, &mut counts);
    } else {
        println!("SKIPPED: system calls are not counted, strace is not installed");
    }
    let text = fs::read_to_string(&reference).unwrap_or_default();
    let mut known = read(&text);
    let fails = compare(&counts, &known, is_by(&text, &compiler()));
    if writes {
        known.extend(counts);
        let mut text = format!("# {}\n", compiler());
        for (name, count) in &known {
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

/// Rounds that are counted.
fn more() -> usize {
    argument("--rounds").map_or(100, |number| number.parse().expect("a number of rounds"))
}

/// Rounds before the counting.
fn few() -> usize {
    more() / 5
}

/// Prints all; tells whether one is too high. Another compiler makes other instructions: those are only shown then.
fn compare(counts: &Counts, known: &Counts, same_compiler: bool) -> bool {
    let mut fails = false;
    println!("{:34} {:>10} {:>10}", "per request", "counted", "reference");
    for (name, count) in counts {
        let limit = known.get(name).copied();
        // Half a unit is the grain of small figures.
        let is_above = limit.is_some_and(|limit| *count > (limit * TOLERANCE).max(limit + 0.5));
        let is_judged = same_compiler || !name.ends_with(".instructions");
        let verdict = match (is_above, is_judged) {
            _ if limit.is_none() => "  has no reference yet",
            (true, true) => "  TOO MUCH",
            (true, false) => "  more, by another compiler",
            (false, _) => "",
        };
        let reference = limit.map_or_else(|| "-".to_owned(), |limit| format!("{limit:.1}"));
        println!("{name:34} {count:>10.1} {reference:>10}{verdict}");
        fails |= is_above && is_judged;
    }
    fails
}

/// Its version, as it says it.
fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").output();
    said.map_or_else(
        |_| String::new(),
        |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
    )
}

/// Whether the reference was made by this compiler.
fn is_by(reference: &str, compiler: &str) -> bool {
    let first = reference.lines().next();
    first.and_then(|line| line.strip_prefix("# ")) == Some(compiler)
}

/// Warms up with some requests, then reads before `rounds` others and after them.
fn per_request<T>(
    case: &mut Case,
    listen: SocketAddr,
    rounds: usize,
    mut read: impl FnMut() -> T,
) -> (T, T) {
    let mut client = case.client(listen);
    case.rounds(&mut client, few());
    let before = read();
    case.rounds(&mut client, rounds);
    (before, read())
}

fn allocations(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let serve = |plan: &Plan| {
        let config = plan.config(directory.path());
        let gateway = Gateway::bind(config, Arc::new(SystemClock), Arc::new(SystemRandom));
        let gateway = runtime.block_on(gateway).unwrap();
        let sessions = gateway.sessions().clone();
        runtime.spawn(gateway.serve(std::future::pending()));
        sessions
    };
    let plan = Plan::new(upstream, issuer);
    serve(&plan);
    let mut cases = cases(&plan, issuer);
    cases.extend(fresh(issuer, (few() + ALLOCATING) * CONNECTIONS));
    for case in &mut cases {
        allocations_of(case, plan.listen, counts);
    }
    let plan = held::plan(Plan::new(upstream, issuer));
    let mut people = People::of(serve(&plan), issuer);
    allocations_of(&mut held::case(&people.cookie()), plan.listen, counts);
}

fn allocations_of(case: &mut Case, listen: SocketAddr, counts: &mut Counts) {
    wait_until_served(listen, &get("/public/", &[]), LIMIT);
    let (before, after) = per_request(case, listen, ALLOCATING, || ALLOCATOR.stats());
    let blocks =
        after.allocations + after.reallocations - before.allocations - before.reallocations;
    let octets = after.bytes_allocated - before.bytes_allocated;
    let count = (ALLOCATING * CONNECTIONS) as f64;
    let name = case.name;
    counts.insert(format!("{name}.allocations"), blocks as f64 / count);
    counts.insert(format!("{name}.octets-allocated"), octets as f64 / count);
}

fn instructions(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let plan = Plan::new(upstream, issuer);
    let mut cases = cases(&plan, issuer);
    let directory = tempfile::tempdir().unwrap();
    let mut callgrind = Callgrind::start(&plan, directory.path(), "callgrind");
    drive(&plan, &mut cases, None);
    cases.extend(fresh(issuer, (few() + more()) * CONNECTIONS));
    for case in &mut cases {
        instructions_of(case, &plan, &mut callgrind, counts);
    }
    let engine = Engine::start();
    let plan = held::plan(engine.plan(upstream));
    let mut callgrind = Callgrind::start(&plan, directory.path(), "held");
    let mut case = held::case(&sign_in::cookie(&plan));
    instructions_of(&mut case, &plan, &mut callgrind, counts);
}

fn instructions_of(case: &mut Case, plan: &Plan, callgrind: &mut Callgrind, counts: &mut Counts) {
    let (_, counted) = per_request(case, plan.listen, more(), || callgrind.dump());
    let count = (more() * CONNECTIONS) as f64;
    counts.insert(format!("{}.instructions", case.name), counted / count);
}

/// Some rounds of every case, and more of one.
fn drive(plan: &Plan, cases: &mut [Case], more: Option<usize>) {
    wait_until_served(plan.listen, &get("/public/", &[]), LIMIT);
    // The keys are fetched meanwhile.
    for (at, case) in cases.iter_mut().enumerate() {
        if let Requests::Same(request) = &case.requests
            && case.status == "200"
        {
            wait_until_served(plan.listen, request, LIMIT);
        }
        let more = if more == Some(at) { self::more() } else { 0 };
        let rounds = few() + more;
        let mut client = case.client(plan.listen);
        case.rounds(&mut client, rounds);
    }
}

fn system_calls(issuer: &Issuer, upstream: SocketAddr, counts: &mut Counts) {
    let plan = Plan::new(upstream, issuer);
    let mut cases = cases(&plan, issuer);
    let base = system_calls_of(&plan, &mut cases, None);
    for at in 0..cases.len() {
        let loaded = system_calls_of(&plan, &mut cases, Some(at));
        let name = cases[at].name;
        let count = (more() * CONNECTIONS) as f64;
        counts.insert(format!("{name}.system-calls"), (loaded.0 - base.0) / count);
        counts.insert(format!("{name}.waits"), (loaded.1 - base.1) / count);
    }
}

/// All but waiting, and waiting.
fn system_calls_of(plan: &Plan, cases: &mut [Case], more: Option<usize>) -> (f64, f64) {
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

fn read(reference: &str) -> Counts {
    reference
        .lines()
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
/// Rounds whose allocations are counted.
const ALLOCATING: usize = 200;
