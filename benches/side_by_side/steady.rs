//! Memory and the start: what needs no rival.

use std::path::Path;

use super::{
    Options,
    compared::{median, sorted},
    load::{Target, pinned},
    peers::SMALL,
    rows::{Bench, Gateway},
    table::{Bound, Row, Table},
};
use crate::support::{
    client::{Client, get, wait_until_served},
    echo,
    gateway::Plan,
};

pub(crate) fn rows(options: &Options, directory: &Path, bench: &Bench, table: &mut Table) {
    let upstream = bench
        .upstream
        .as_ref()
        .map_or_else(|| echo::start(SMALL), |upstream| upstream.address);
    let plan = || Plan::new(upstream, &bench.issuer);
    if options.wants("memory") {
        memory(
            bench,
            &bench.gateway(plan(), &bench.issuer),
            directory,
            table,
        );
        idle(&bench.gateway(plan(), &bench.issuer), table);
    }
    for (routes, bound) in [
        (1, Bound::AtMost(20.0, 5.0)),
        (1000, Bound::AtMost(50.0, 15.0)),
    ] {
        let row = format!("cold start to the first 200, {routes} routes");
        if options.wants(&row) {
            let start = || {
                let plan = Plan {
                    further_routes: routes,
                    ..plan()
                };
                start(&plan, directory)
            };
            let times = sorted(std::iter::repeat_with(start).take(STARTS).collect());
            table.add(Row {
                what: row,
                figure: median(&times),
                unit: " ms",
                bound,
                detail: format!("median of {STARTS}, best {:.1} ms", times[0]),
            });
        }
    }
}

/// The most that one thread took, after load on a public route.
fn memory(bench: &Bench, gateway: &Gateway, directory: &Path, table: &mut Table) {
    if bench.upstream.is_some() {
        let public: Target<'_> = bench.public(gateway, "/public/");
        public.cost("memory", 1, directory);
    }
    table.add(Row {
        what: "peak memory (RSS), one thread, no session".to_owned(),
        figure: mib(gateway.process.cost().peak),
        unit: " MiB",
        bound: Bound::AtMost(20.0, 10.0),
        detail: "after load".to_owned(),
    });
}

/// What connections take that have asked once and stay open.
fn idle(gateway: &Gateway, table: &mut Table) {
    let request = get("/public/", &[]);
    let connect = || {
        let mut client = Client::new(gateway.plan.listen, 1, &request);
        client.round("200");
        client
    };
    let _first: Vec<_> = std::iter::repeat_with(connect).take(16).collect();
    let before = gateway.process.cost().rss;
    let _open: Vec<_> = std::iter::repeat_with(connect).take(IDLE).collect();
    let after = gateway.process.cost().rss;
    table.add(Row {
        what: "memory of an idle kept-alive connection".to_owned(),
        figure: after.saturating_sub(before) as f64 / IDLE as f64,
        unit: " KiB",
        bound: Bound::AtMost(16.0, 6.0),
        detail: format!("{IDLE} connections, one request each"),
    });
}

/// Milliseconds.
fn start(plan: &Plan, directory: &Path) -> f64 {
    let request = get("/public/", &[]);
    plan.write(directory);
    let began = std::time::Instant::now();
    let _process = plan.start(directory, &pinned());
    wait_until_served(plan.listen, &request, std::time::Duration::from_secs(20));
    began.elapsed().as_secs_f64() * 1000.0
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

const IDLE: usize = 4000;
const STARTS: usize = 11;
