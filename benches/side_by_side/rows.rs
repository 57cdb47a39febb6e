//! The rows that are taken under load: processor time for each answer, ours against somebody's.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Options, apache,
    compared::Compared,
    growth,
    load::{Expect, Many, Target, handshakes, pinned, wait_until_served_over_tls},
    peers::{self, LARGE, Peer, SMALL, installed},
    pingora,
    table::{Bound, Row, Table},
};
use crate::support::{
    certificate::Certificate,
    client::{get, wait_until_served},
    gateway::Plan,
    issuer::{Algorithm, Issuer},
    process::Process,
    sign_in::{self, Engine},
};

/// Everybody who takes part, running.
pub(crate) struct Bench {
    pub(crate) options: Options,
    pub(crate) directory: PathBuf,
    pub(crate) issuer: Issuer,
    pub(crate) upstream: Option<Peer>,
    certificate: Certificate,
    nginx: Option<Peer>,
}

/// Interlock with a plan.
pub(crate) struct Gateway {
    pub(crate) plan: Plan,
    pub(crate) process: Process,
}

impl Bench {
    pub(crate) fn start(options: Options, directory: &Path) -> Self {
        let certificate = Certificate::make(directory);
        let nginx = installed("nginx").filter(|_| installed("wrk").is_some());
        if nginx.is_none() {
            println!("SKIPPED: all that is measured under load, nginx or wrk is not installed");
        }
        let upstream = nginx
            .as_ref()
            .map(|nginx| peers::upstream(nginx, directory, options.on_one_processor));
        let anchor = nginx.zip(upstream.as_ref()).map(|(nginx, upstream)| {
            peers::nginx(&nginx, directory, upstream.address, &certificate)
        });
        Self {
            options,
            directory: directory.to_owned(),
            issuer: Issuer::start(0),
            upstream,
            certificate,
            nginx: anchor,
        }
    }

    pub(crate) fn timed(&self, table: &mut Table) {
        let (Some(nginx), Some(upstream)) = (&self.nginx, &self.upstream) else {
            return;
        };
        let plan = Plan::new(upstream.address, &self.issuer);
        let gateway = self.gateway(plan, &self.issuer);
        self.sessions(&gateway, nginx, upstream, table);
        self.held_session(upstream, table);
        self.tokens(&gateway, nginx, table);
        self.every_token_new(upstream, table);
        self.refusals(&gateway, table);
        self.large(&gateway, nginx, table);
        self.handshakes(nginx, upstream, table);
        growth::rows(self, &gateway, upstream, table);
    }

    /// Starts Interlock, and waits until it has the keys.
    pub(crate) fn gateway(&self, plan: Plan, issuer: &Issuer) -> Gateway {
        let process = plan.start(&self.directory, &pinned());
        if plan.tls.is_none() {
            let token = bearer(issuer.access_token(Algorithm::Rs256, 0));
            let request = get("/token/", &[("Authorization", &token)]);
            wait_until_served(plan.listen, &request, LIMIT);
        }
        Gateway { plan, process }
    }

    fn sessions(&self, gateway: &Gateway, nginx: &Peer, upstream: &Peer, table: &mut Table) {
        let session = self.with_session(gateway, "/", SMALL);
        let row = "session pass-through, processor time against nginx without auth";
        if self.options.wants(row) {
            let compared = self.compare(row, &session, &plain(nginx, "/", SMALL));
            table.add(compared.as_ratio(row, Bound::AtMost(1.30, 1.10)));
        }
        let row = "session pass-through, requests a core against mod_auth_openidc with a session";
        if self.options.wants(row) {
            match apache::start_with_sessions(&self.directory, upstream.address, &self.issuer) {
                Ok(apache) => {
                    let cookie = apache::sign_in(apache.address, self.issuer.address);
                    let theirs = Target {
                        field: Some(("Cookie", cookie)),
                        ..plain(&apache, "/", SMALL)
                    };
                    let compared = self.compare(row, &session, &theirs);
                    table.add(Row {
                        figure: 1.0 / compared.ratio,
                        ..compared.as_ratio(row, Bound::AtLeast(8.0, 10.0))
                    });
                }
                Err(package) => println!("SKIPPED: {row}: {package} is not installed"),
            }
        }
        let row = "session pass-through, requests a core against minimal pingora without auth";
        if self.options.wants(row) {
            match pingora::start(&self.options, upstream.address) {
                Ok(pingora) => {
                    let compared = self.compare(row, &session, &plain(&pingora, "/", SMALL));
                    table.add(Row {
                        figure: 1.0 / compared.ratio,
                        ..compared.as_ratio(row, Bound::AtLeast(2.0, 2.4))
                    });
                }
                Err(why) => println!("SKIPPED: {row}: {why}"),
            }
        }
        let row = "what a session adds to our own public route";
        if self.options.wants(row) {
            let public = self.public(gateway, "/public/");
            let compared = self.compare(row, &session, &public);
            table.add(compared.as_difference(row, Bound::AtMost(1.0, 0.5)));
        }
        let row = "what a session adds where the app is sent no token";
        if self.options.wants(row) {
            let plan = Plan {
                assertion: false,
                access_token: false,
                ..Plan::new(upstream.address, &self.issuer)
            };
            let gateway = self.gateway(plan, &self.issuer);
            let session = self.with_session(&gateway, "/", SMALL);
            let compared = self.compare(row, &session, &self.public(&gateway, "/public/"));
            table.add(compared.as_difference(row, Bound::AtMost(1.0, 0.5)));
        }
    }

    /// Somebody who has signed in at a gateway that holds the session itself.
    fn held_session(&self, upstream: &Peer, table: &mut Table) {
        let row = "what a session adds, memory store, where the app is sent no token";
        if self.options.wants(row) {
            let engine = Engine::start();
            let plan = Plan {
                store: "memory",
                assertion: false,
                access_token: false,
                ..engine.plan(upstream.address)
            };
            let process = plan.start(&self.directory, &pinned());
            let cookie = sign_in::cookie(&plan);
            let gateway = Gateway { plan, process };
            let public = self.public(&gateway, "/public/");
            let session = Target {
                field: Some(("Cookie", cookie)),
                ..self.public(&gateway, "/")
            };
            let compared = self.compare(row, &session, &public);
            table.add(compared.as_difference(row, Bound::AtMost(1.0, 0.5)));
        }
    }

    fn tokens(&self, gateway: &Gateway, nginx: &Peer, table: &mut Table) {
        let row = "repeated Bearer token against nginx without auth";
        if self.options.wants(row) {
            let token = bearer(self.issuer.access_token(Algorithm::Rs256, 1));
            let ours = with_token(gateway, token, Expect::Body(SMALL));
            let compared = self.compare(row, &ours, &plain(nginx, "/", SMALL));
            table.add(compared.as_ratio(row, Bound::AtMost(1.35, 1.15)));
        }
    }

    fn every_token_new(&self, upstream: &Peer, table: &mut Table) {
        for (algorithm, bound) in [
            (Algorithm::Rs256, Bound::AtMost(0.95, 0.85)),
            (Algorithm::Es256, Bound::AtMost(0.90, 0.80)),
        ] {
            let row =
                format!("every Bearer token new, {algorithm:?}, against HAProxy's jwt_verify");
            if !self.options.wants(&row) {
                continue;
            }
            let Some(haproxy) = installed("haproxy") else {
                println!("SKIPPED: {row}: haproxy is not installed");
                continue;
            };
            let rival = peers::haproxy(
                &haproxy,
                &self.directory,
                upstream.address,
                &self.issuer,
                algorithm,
            );
            let gateway = self.gateway(forgetful(upstream, &self.issuer), &self.issuer);
            let tokens = tokens(&self.issuer, algorithm);
            let ours = with_many(&gateway, &tokens);
            let theirs = Target {
                address: rival.address,
                process: &rival.process,
                path: "/",
                ..with_many(&gateway, &tokens)
            };
            let compared = self.compare(&row, &ours, &theirs);
            table.add(compared.as_ratio(&row, bound));
        }
    }

    fn refusals(&self, gateway: &Gateway, table: &mut Table) {
        let session = self.with_session(gateway, "/", SMALL);
        let good = self.issuer.access_token(Algorithm::Rs256, 2);
        let (_, signature) = good.rsplit_once('.').unwrap();
        let other = self.issuer.access_token(Algorithm::Rs256, 3);
        let (signed, _) = other.rsplit_once('.').unwrap();
        let forged = format!("{signed}.{signature}");
        let stranger = self.issuer.unknown_key();
        let past = self
            .issuer
            .access_token_until(Algorithm::Rs256, 3, 1_700_000_000);
        for (what, token) in [
            ("no credential", None),
            ("malformed token", Some("no.token".to_owned())),
            ("expired token", Some(past)),
            ("unknown key", Some(stranger)),
            ("one forgery repeated", Some(forged)),
        ] {
            let row = format!("refusal, {what}, against our own session pass-through");
            if self.options.wants(&row) {
                let ours = Target {
                    field: token.map(|token| ("Authorization", bearer(token))),
                    ..self.public(gateway, "/token/")
                };
                let ours = Target {
                    expect: Expect::Refusal,
                    ..ours
                };
                let compared = self.compare(&row, &ours, &session);
                table.add(compared.as_ratio(&row, Bound::AtMost(0.7, 0.5)));
            }
        }
    }

    fn large(&self, gateway: &Gateway, nginx: &Peer, table: &mut Table) {
        let row = "64 KiB bodies with a session against nginx without auth";
        if self.options.wants(row) {
            let ours = self.with_session(gateway, "/large", LARGE);
            let compared = self.compare(row, &ours, &plain(nginx, "/large", LARGE));
            table.add(compared.as_ratio(row, Bound::AtMost(0.95, 0.80)));
        }
    }

    fn handshakes(&self, nginx: &Peer, upstream: &Peer, table: &mut Table) {
        let row = "new TLS 1.3 connection a request, with a session, against nginx without auth";
        if !self.options.wants(row) {
            return;
        }
        let files = (self.certificate.chain.clone(), self.certificate.key.clone());
        let plan = Plan {
            tls: Some(files),
            ..Plan::new(upstream.address, &self.issuer)
        };
        let gateway = self.gateway(plan, &self.issuer);
        let cookie = format!("Cookie: {}\r\n", gateway.plan.cookie(&self.issuer));
        let (der, seconds) = (&self.certificate.der, self.options.seconds);
        wait_until_served_over_tls(gateway.plan.listen, &cookie, der, LIMIT);
        let compared = self.rounds(
            row,
            || handshakes(&gateway.process, gateway.plan.listen, &cookie, der, seconds),
            || handshakes(&nginx.process, nginx.tls, "", der, seconds),
        );
        table.add(compared.as_ratio(row, Bound::AtMost(0.80, 0.65)));
    }

    pub(crate) fn with_session<'a>(
        &self,
        gateway: &'a Gateway,
        path: &'static str,
        length: usize,
    ) -> Target<'a> {
        Target {
            process: &gateway.process,
            address: gateway.plan.listen,
            path,
            field: Some(("Cookie", gateway.plan.cookie(&self.issuer))),
            many: None,
            expect: Expect::Body(length),
        }
    }

    pub(crate) fn public<'a>(&self, gateway: &'a Gateway, path: &'static str) -> Target<'a> {
        Target {
            field: None,
            ..self.with_session(gateway, path, SMALL)
        }
    }

    pub(crate) fn compare(&self, row: &str, ours: &Target<'_>, theirs: &Target<'_>) -> Compared {
        let (seconds, directory) = (self.options.seconds, self.directory.as_path());
        // Caches and pools fill up before anything counts.
        theirs.cost(row, 1, directory);
        ours.cost(row, 1, directory);
        self.rounds(
            row,
            || ours.cost(row, seconds, directory),
            || theirs.cost(row, seconds, directory),
        )
    }

    /// Each in the middle of two of the other, by turns.
    fn rounds(
        &self,
        row: &str,
        mut ours: impl FnMut() -> f64,
        mut theirs: impl FnMut() -> f64,
    ) -> Compared {
        let mut all = Vec::new();
        for round in 0..self.options.rounds {
            let (us, them) = if round % 2 == 0 {
                let (before, us, after) = (theirs(), ours(), theirs());
                (us, f64::midpoint(before, after))
            } else {
                let (before, them, after) = (ours(), theirs(), ours());
                (f64::midpoint(before, after), them)
            };
            println!("  {row}: {us:.2} / {them:.2} µs = {:.3}", us / them);
            all.push((us, them));
        }
        Compared::of(&all)
    }
}

pub(crate) fn plain<'a>(peer: &'a Peer, path: &'static str, length: usize) -> Target<'a> {
    Target {
        process: &peer.process,
        address: peer.address,
        path,
        field: None,
        many: None,
        expect: Expect::Body(length),
    }
}

fn with_token(gateway: &Gateway, token: String, expect: Expect) -> Target<'_> {
    Target {
        process: &gateway.process,
        address: gateway.plan.listen,
        path: "/token/",
        field: Some(("Authorization", token)),
        many: None,
        expect,
    }
}

pub(crate) fn with_many<'a>(gateway: &'a Gateway, tokens: &'a [String]) -> Target<'a> {
    Target {
        many: Some(Many::InTurn(tokens)),
        ..with_token(gateway, tokens[0].clone(), Expect::Body(SMALL))
    }
}

/// More of them than anybody remembers.
pub(crate) fn tokens(issuer: &Issuer, algorithm: Algorithm) -> Vec<String> {
    (0..TOKENS)
        .map(|number| bearer(issuer.access_token(algorithm, 1000 + number)))
        .collect()
}

fn bearer(token: impl Display) -> String {
    format!("Bearer {token}")
}

const TOKENS: u64 = 12_000;
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// A gateway that has forgotten every token when it comes again.
pub(crate) fn forgetful(upstream: &Peer, issuer: &Issuer) -> Plan {
    Plan {
        verified_tokens: 16,
        ..Plan::new(upstream.address, issuer)
    }
}
