//! Kinds of requests: those that are let through, and those that are refused.

use std::net::SocketAddr;

use super::{
    client::{Client, get},
    gateway::Plan,
    issuer::{Algorithm, Issuer},
};

/// A kind of request.
pub struct Case {
    pub name: &'static str,
    pub status: &'static str,
    pub requests: Requests,
}

pub enum Requests {
    /// This one again and again.
    Same(String),
    /// Each once.
    Fresh(std::vec::IntoIter<String>),
}

/// Those over which a round goes.
pub const CONNECTIONS: usize = 16;

/// Requests that may come again and again.
pub fn cases(plan: &Plan, issuer: &Issuer) -> Vec<Case> {
    let same = |name, status, request| Case {
        name,
        status,
        requests: Requests::Same(request),
    };
    let cookie = plan.cookie(issuer);
    let good = issuer.access_token(Algorithm::Rs256, 1);
    // The signature of another one.
    let (claims, _) = good.rsplit_once('.').unwrap();
    let other = issuer.access_token(Algorithm::Rs256, 2);
    let forgery = format!("{claims}.{}", other.rsplit_once('.').unwrap().1);
    let past = issuer.access_token_until(Algorithm::Rs256, 2, 1_700_000_000);
    vec![
        same("public", "200", get("/public/", &[])),
        same("session", "200", get("/", &[("Cookie", &cookie)])),
        same("bearer", "200", with_token(&good)),
        same("nobody", "401", get("/", &[])),
        same("malformed", "401", with_token("no.token")),
        same("expired", "401", with_token(&past)),
        same("unknown-key", "401", with_token(&issuer.unknown_key())),
        same("forgery", "401", with_token(&forgery)),
    ]
}

/// Tokens that nobody has seen before.
pub fn fresh(issuer: &Issuer, count: usize) -> Vec<Case> {
    [
        ("new-rs256", Algorithm::Rs256),
        ("new-es256", Algorithm::Es256),
    ]
    .map(|(name, algorithm)| {
        let numbers = 10_000..10_000 + count as u64;
        let tokens = numbers.map(|number| with_token(&issuer.access_token(algorithm, number)));
        Case {
            name,
            status: "200",
            requests: Requests::Fresh(tokens.collect::<Vec<_>>().into_iter()),
        }
    })
    .into()
}

fn with_token(token: &str) -> String {
    get("/token/", &[("Authorization", &format!("Bearer {token}"))])
}

impl Case {
    pub fn client(&self, listen: SocketAddr) -> Client {
        let request = match &self.requests {
            Requests::Same(request) => request,
            Requests::Fresh(_) => "",
        };
        Client::new(listen, CONNECTIONS, request)
    }

    pub fn rounds(&mut self, client: &mut Client, count: usize) {
        for _ in 0..count {
            match &mut self.requests {
                Requests::Same(_) => client.round(self.status),
                Requests::Fresh(requests) => {
                    client.round_of(self.status, || requests.next().expect("enough were made"));
                }
            }
        }
    }
}
