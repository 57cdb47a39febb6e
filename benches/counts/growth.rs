//! What more of something costs each request, in instructions: more routes, more keys of the issuer where no token has been
//! seen before, and sessions each of which is used for the first time.

use std::net::SocketAddr;

use super::{Counts, LIMIT, callgrind::Callgrind, few, more};
use crate::support::{
    cases::CONNECTIONS,
    client::{Client, get, wait_until_served},
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

pub(crate) fn instructions(upstream: SocketAddr, counts: &mut Counts) {
    let issuer = Issuer::start(0);
    for routes in [1, 1000] {
        let plan = Plan {
            further_routes: routes,
            ..Plan::new(upstream, &issuer)
        };
        count(&plan, &format!("routes-{routes:04}"), counts, || {
            get("/public/", &[])
        });
    }
    let plan = Plan::new(upstream, &issuer);
    let mut people = plan.people(&issuer);
    count(&plan, "new-session", counts, || {
        get("/", &[("Cookie", &people.cookie())])
    });
    for keys in [2, 100] {
        let issuer = Issuer::start(keys - 2);
        let plan = Plan {
            verified_tokens: 16,
            ..Plan::new(upstream, &issuer)
        };
        for (name, algorithm) in [("es256", Algorithm::Es256), ("rs256", Algorithm::Rs256)] {
            let mut number = 0;
            let name = format!("new-{name}-of-{keys:03}-keys");
            count(&plan, &name, counts, || {
                number += 1;
                let token = format!("Bearer {}", issuer.access_token(algorithm, number));
                get("/token/", &[("Authorization", &token)])
            });
        }
    }
}

/// Counts a request that is made anew each time.
fn count(plan: &Plan, name: &str, counts: &mut Counts, mut request: impl FnMut() -> String) {
    let directory = tempfile::tempdir().unwrap();
    let mut callgrind = Callgrind::start(plan, directory.path(), name);
    // The keys are fetched meanwhile.
    wait_until_served(plan.listen, &request(), LIMIT);
    let mut client = Client::new(plan.listen, CONNECTIONS, "");
    let mut rounds = |rounds| (0..rounds).for_each(|_| client.round_of("200", &mut request));
    rounds(few());
    callgrind.dump();
    rounds(more());
    let counted = callgrind.dump() / (more() * CONNECTIONS) as f64;
    counts.insert(format!("{name}.instructions"), counted);
}
