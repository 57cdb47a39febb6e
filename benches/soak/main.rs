//! Whether memory stays flat: one gateway, hours of mixed requests at a fixed rate, its resident memory read all the while.
//!
//! `cargo bench --bench soak -- --minutes 30 --rate 400 [--binary PATH]`. Most requests come with a session over kept
//! connections; every tenth brings a cookie and every tenth a token that nobody has seen before, every tenth comes on a
//! connection of its own. The first tenth of the time warms up; from then on the highest reading of the last quarter may
//! be above that of the first quarter by a twentieth and 2 MiB, else the run fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops at whatever goes wrong"
)]

#[path = "../support/mod.rs"]
mod support;

use std::{
    thread,
    time::{Duration, Instant},
};

use support::{
    client::{Client, get, wait_until_served},
    gateway::Plan,
    issuer::Issuer,
    process::Process,
};

/// Of one round, in which this many requests are sent.
const ROUND: u32 = 10;
const KEPT: usize = 7;

struct Reading {
    minute: f64,
    rss: u64,
}

fn main() {
    let minutes = f64::from(argument("--minutes", 1));
    let rate = argument("--rate", 400);
    let directory = tempfile::tempdir().unwrap();
    let issuer = Issuer::start(0);
    let plan = Plan::new(support::echo::start(1024), &issuer);
    let gateway = plan.start(directory.path(), &[]);
    // A session of its own each time: one that nobody renews ends by its idle timeout.
    let signed_in = || get("/soak", &[("Cookie", &plan.cookie(&issuer))]);
    wait_until_served(plan.listen, &signed_in(), Duration::from_mins(1));
    let kept = || Client::new(plan.listen, KEPT, &signed_in());
    let length = Duration::from_secs_f64(minutes * 60.0);
    let pause = Duration::from_secs(1) * ROUND / rate;
    let readings = soak(&plan, &gateway, kept, length, pause);
    judge(&readings);
}

/// Rounds until the time is over, a reading every second, a line every minute.
fn soak(
    plan: &Plan,
    gateway: &Process,
    signed_in: impl Fn() -> Client,
    length: Duration,
    pause: Duration,
) -> Vec<Reading> {
    let (began, mut readings, mut rounds) = (Instant::now(), Vec::new(), 0_u32);
    let mut kept = signed_in();
    println!("minute  requests  rss KiB  processor share");
    while began.elapsed() < length {
        round(plan, &mut kept, rounds);
        rounds += 1;
        let elapsed = began.elapsed();
        if readings.len() as u64 <= elapsed.as_secs() {
            let cost = gateway.cost();
            let minute = elapsed.as_secs_f64() / 60.0;
            readings.push(Reading {
                minute,
                rss: cost.rss,
            });
            if readings.len() % 60 == 0 {
                let share = cost.micros / elapsed.as_secs_f64() / 10_000.0;
                let requests = rounds * ROUND;
                kept = signed_in();
                println!("{minute:6.1}  {requests:8}  {:7}  {share:5.1} %", cost.rss);
            }
        }
        thread::sleep((pause * rounds).saturating_sub(began.elapsed()));
    }
    readings
}

fn round(plan: &Plan, kept: &mut Client, number: u32) {
    kept.round("200");
    let forged = format!("__Host-interlock=forged{number:030}");
    let token = format!("Bearer eyJhbGciOiJSUzI1NiJ9.eyJuIjp{number:030}.c2ln");
    for (request, status) in [
        (get("/soak", &[("Cookie", &forged)]), "401"),
        (get("/token/soak", &[("Authorization", &token)]), "401"),
        (get(&format!("/public/{number}"), &[]), "200"),
    ] {
        Client::new(plan.listen, 1, &request).round(status);
    }
}

/// Fails where memory grew.
fn judge(readings: &[Reading]) {
    let whole = readings.last().map_or(0.0, |reading| reading.minute);
    let highest = |from: f64, to: f64| {
        let within = |reading: &&Reading| (from..=to).contains(&(reading.minute / whole));
        let among = readings.iter().filter(within).map(|reading| reading.rss);
        among.max().unwrap()
    };
    let (early, late) = (highest(0.1, 0.325), highest(0.775, 1.0));
    println!("highest rss: {early} KiB in the first quarter, {late} KiB in the last");
    assert!(late <= early + early / 20 + 2048, "memory grows");
}

fn argument(name: &str, default: u32) -> u32 {
    let given = support::argument(name);
    given.map_or(default, |text| text.parse().expect("a whole number"))
}
