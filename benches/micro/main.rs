//! What single steps of a request cost: a session opened, a token judged, a route chosen, a path read, a page made.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a benchmark stops at whatever goes wrong"
)]

#[path = "../support/mod.rs"]
mod support;

use std::{net::SocketAddr, sync::Arc};

use divan::{Bencher, black_box};
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method, header::COOKIE};
use interlock::{
    authenticate::Principal,
    clock::SystemClock,
    config::Config,
    edge::CanonicalPath,
    forward::Assertion,
    login::pages::{Notice, NoticeKind, Pages},
    oauth,
    outbound::Outbound,
    random::SystemRandom,
    route::RouteTable,
    session::Sessions,
    token::Verifier,
};
use support::{
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

fn main() {
    divan::main();
}

/// The settings of a gateway that nobody starts.
fn config(change: impl FnOnce(&mut Plan)) -> (Config, Plan, Issuer) {
    let issuer = Issuer::start(0);
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let mut plan = Plan::new(nowhere, &issuer);
    change(&mut plan);
    let directory = tempfile::tempdir().unwrap();
    (plan.config(directory.path()), plan, issuer)
}

fn fields(cookie: &str) -> HeaderMap {
    HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).unwrap())])
}

/// In turn, as many sessions as named; one is unsealed once, many again and again.
#[divan::bench(args = [1, 1000, 20_000])]
fn session_open(bencher: Bencher<'_, '_>, people: usize) {
    let (_, plan, issuer) = config(|_| {});
    let mut source = plan.people(&issuer);
    let requests: Vec<_> = (0..people).map(|_| fields(&source.cookie())).collect();
    let sessions: &Sessions = source.sessions();
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 1) % requests.len();
        let opened = sessions.open(black_box(&requests[at])).now_or_never();
        opened.unwrap().unwrap().unwrap()
    });
}

/// Sessions all over the memory store, which keeps so many (5 GB for a million).
#[divan::bench(args = [1000, 1_000_000], sample_count = 200, sample_size = 500)]
fn held_session_open(bencher: Bencher<'_, '_>, people: usize) {
    let (_, plan, issuer) = config(|plan| plan.store = "memory");
    let mut source = plan.people(&issuer);
    let every = people.div_ceil(100_000);
    let mut requests = Vec::new();
    for number in 0..people {
        let cookie = source.cookie();
        if number % every == 0 {
            requests.push(fields(&cookie));
        }
    }
    let sessions: &Sessions = source.sessions();
    let mut at = 0;
    bencher.bench_local(|| {
        // A step that shares no factor with their number comes to all, never to neighbours.
        at = (at + 617) % requests.len();
        let opened = sessions.open(black_box(&requests[at])).now_or_never();
        opened.unwrap().unwrap().unwrap()
    });
}

/// What the first request of a session takes beside the rest: who that is, and what the app is told.
#[divan::bench(args = ["principal", "assertion"])]
fn session_first_used(bencher: Bencher<'_, '_>, step: &str) {
    let (_, plan, issuer) = config(|_| {});
    let mut people = plan.people(&issuer);
    let request = fields(&people.cookie());
    let opened = people.sessions().open(&request).now_or_never();
    let session = opened.unwrap().unwrap().unwrap().session;
    if step == "principal" {
        bencher.bench_local(|| Principal::of_session(black_box(&session)));
    } else {
        let principal = Principal::of_session(&session);
        let assertion = Assertion::new(&[[7; 32]], &plan.issuer).unwrap();
        bencher.bench_local(|| assertion.sign(black_box(&principal), "app", support::now()));
    }
}

/// A token that was seen before, and one that was not.
#[divan::bench(args = ["hit RS256", "miss RS256", "miss ES256"])]
fn token_verify(bencher: Bencher<'_, '_>, case: &str) {
    let (config, _, issuer) = config(|plan| plan.verified_tokens = 16);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let outbound = Outbound::new(&config.outbound, runtime.handle().clone()).unwrap();
    let client = oauth::Client::new(
        Arc::new(config.oauth),
        outbound.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    );
    let verifier = Verifier::new(
        config.token,
        Arc::new(client),
        outbound,
        Arc::new(SystemClock),
    );
    let algorithm = if case.ends_with("ES256") {
        Algorithm::Es256
    } else {
        Algorithm::Rs256
    };
    let tokens = if case.starts_with("hit") { 1 } else { 500 };
    let tokens: Vec<_> = (0..tokens)
        .map(|number| issuer.access_token(algorithm, number))
        .collect();
    let mut at = 0;
    bencher.bench_local(|| {
        at = (at + 1) % tokens.len();
        runtime.block_on(verifier.accept(&tokens[at])).unwrap()
    });
}

#[divan::bench(args = [1, 1000, 10_000])]
fn route_select(bencher: Bencher<'_, '_>, routes: usize) {
    let (config, ..) = config(|plan| plan.further_routes = routes);
    let table = RouteTable::new(config.routes).unwrap();
    let path = CanonicalPath::parse("/team/0/reports/2026").unwrap();
    bencher.bench_local(|| {
        let route = table.select("app.example.com", black_box(&path), &Method::GET);
        route.unwrap().clone()
    });
}

#[divan::bench(args = ["/", "/team/17/reports/2026", "/caf%C3%A9/%E2%9C%93/menu"])]
fn path_canonicalise(bencher: Bencher<'_, '_>, path: &str) {
    bencher.bench_local(|| CanonicalPath::parse(black_box(path)).unwrap());
}

#[divan::bench]
fn page_render(bencher: Bencher<'_, '_>) {
    let (config, ..) = config(|_| {});
    let pages = Pages::new(&config.login).unwrap();
    let notice = Notice::new(NoticeKind::SignedOut);
    bencher.bench_local(|| pages.notice(black_box(&notice)));
}
