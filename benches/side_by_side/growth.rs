//! What more of something costs each request: routes, keys, people.

use std::{fmt::Write as _, path::Path};

use super::{
    crowd::{Crowd, sealed},
    load::{Many, Target},
    peers::{Peer, SMALL},
    rows::{Bench, Gateway, forgetful, tokens, with_many},
    table::{Bound, Table},
};
use crate::support::{
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

pub(crate) fn rows(bench: &Bench, gateway: &Gateway, upstream: &Peer, table: &mut Table) {
    routes(bench, gateway, upstream, table);
    keys(bench, upstream, table);
    held_sessions(bench, upstream, table);
    let plain = Plan {
        assertion: false,
        ..Plan::new(upstream.address, &bench.issuer)
    };
    let row = at_random(SEALED, "sealed cookies", false);
    if bench.options.wants(&row) {
        let plain = bench.gateway(plain, &bench.issuer);
        sealed_sessions(bench, &plain, &row, table);
    }
    let row = at_random(SEALED, "sealed cookies", true);
    if bench.options.wants(&row) {
        sealed_sessions(bench, gateway, &row, table);
    }
}

fn routes(bench: &Bench, gateway: &Gateway, upstream: &Peer, table: &mut Table) {
    let row = "1 to 1000 routes";
    if bench.options.wants(row) {
        let many = Plan {
            further_routes: 1000,
            ..Plan::new(upstream.address, &bench.issuer)
        };
        let many = bench.gateway(many, &bench.issuer);
        let (few, many) = (
            bench.public(gateway, "/public/"),
            bench.public(&many, "/public/"),
        );
        let compared = bench.compare(row, &many, &few);
        table.add(compared.as_percent(row, Bound::AtMost(5.0, 2.0)));
    }
}

fn keys(bench: &Bench, upstream: &Peer, table: &mut Table) {
    let row = "1 to 100 keys of the issuer, every Bearer token new";
    if bench.options.wants(row) {
        let issuer = Issuer::start(98);
        let few = bench.gateway(forgetful(upstream, &bench.issuer), &bench.issuer);
        let many = bench.gateway(forgetful(upstream, &issuer), &issuer);
        let (of_few, of_many) = (
            tokens(&bench.issuer, Algorithm::Es256),
            tokens(&issuer, Algorithm::Es256),
        );
        let compared = bench.compare(row, &with_many(&many, &of_many), &with_many(&few, &of_few));
        table.add(compared.as_percent(row, Bound::AtMost(3.0, 1.0)));
    }
}

/// People that the gateway holds, any of whom may come next.
fn held_sessions(bench: &Bench, upstream: &Peer, table: &mut Table) {
    for (people, assertion) in [
        (100_000, false),
        (1_000_000, false),
        (100_000, true),
        (1_000_000, true),
    ] {
        let row = at_random(people, "memory store", assertion);
        if bench.options.wants(&row) {
            let start =
                |people| Crowd::start(people, upstream.address, assertion, &bench.directory);
            let (few, many) = (start(FEW), start(people));
            let compared = bench.compare(&row, &many.at_random(), &few.at_random());
            let mut row = compared.as_percent(&row, Bound::AtMost(15.0, 6.0));
            write!(row.detail, "; {} MiB of memory", many.memory() / 1024).unwrap();
            table.add(row);
        }
    }
}

/// The same where they bring their sessions along. A million such cookies are more than wrk can hold.
fn sealed_sessions(bench: &Bench, gateway: &Gateway, row: &str, table: &mut Table) {
    let cookies = |people| sealed(&gateway.plan, &bench.issuer, people, &bench.directory);
    let (few, many) = (cookies(FEW), cookies(SEALED));
    let (few, many) = (
        with_any(bench, gateway, &few),
        with_any(bench, gateway, &many),
    );
    let compared = bench.compare(row, &many, &few);
    table.add(compared.as_percent(row, Bound::AtMost(15.0, 6.0)));
}

fn at_random(people: usize, store: &str, assertion: bool) -> String {
    let told = if assertion {
        "signed assertion"
    } else {
        "no assertion"
    };
    format!("1000 to {people} sessions in use at random, {store}, {told}")
}

fn with_any<'a>(bench: &Bench, gateway: &'a Gateway, cookies: &'a Path) -> Target<'a> {
    Target {
        many: Some(Many::AtRandom(cookies)),
        ..bench.with_session(gateway, "/", SMALL)
    }
}

const FEW: usize = 1000;
const SEALED: usize = 100_000;
