//! Scopes, groups, claims, `acr` and `max_age` against the route.
//!
//! 0. Where a route asks for a client certificate, one with a name that it lists must have been shown: else refused.
//! 1. A public route permits everybody, an optional one too, where no Bearer token was refused.
//! 2. Elsewhere nobody known is a [`Demand`] to sign in.
//! 3. Who is known must show every scope, one of the groups and every claim: else refused.
//! 4. Then the assurance: too low or too old is a demand to step up (RFC 9470).

mod assurance;
mod permit;

use std::sync::Arc;

pub use assurance::satisfies;
pub use permit::Permit;
use serde_json::Value;

use crate::{
    authenticate::{Anonymous, Credential, Identified, Principal, Who},
    clock::Clock,
    edge::Admitted,
    route::{Access, Requirements, Route},
};

/// What is to happen with a request.
#[derive(Debug)]
pub enum Decision {
    /// Forward it.
    Permit(Permit),
    /// It may not, whoever signs in.
    Refuse(Box<Refusal>),
    /// Somebody must sign in, or more strongly.
    SignIn(Box<Demand>),
}

/// A request that needs a sign-in first.
#[derive(Debug)]
pub struct Demand {
    /// The request.
    pub admitted: Box<Admitted>,
    /// Its route.
    pub route: Arc<Route>,
    /// What is missing.
    pub missing: Missing,
}

/// What a sign-in must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Anybody at all.
    Anybody(Anonymous),
    /// A Bearer token: the route accepts nothing else.
    Token,
    /// More assurance, or fresher: `credential` says by what they came.
    Assurance(Credential),
}

/// A request of somebody known who lacks a right.
#[derive(Debug)]
pub struct Refusal {
    /// The request.
    pub admitted: Box<Admitted>,
    /// Its route.
    pub route: Arc<Route>,
    /// Which rule said no.
    pub rule: Rule,
    /// By what they came; `None` where that was not looked at.
    pub credential: Option<Credential>,
    /// Who it was, for the log.
    pub subject: String,
}

/// The rule that refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// A claim has none of the values that are asked for.
    #[error("claim `{0}` has none of the required values")]
    Claim(String),
    /// A client certificate that is missing, or has none of the names.
    #[error("no client certificate with a required name")]
    ClientCertificate,
    /// None of the groups.
    #[error("in none of the required groups")]
    Groups,
    /// A scope that the access token lacks.
    #[error("scope `{0}` is missing")]
    Scope(String),
}

/// Decides about a request. Pure: everything it reads is in its arguments.
pub fn decide(identified: Identified, clock: &dyn Clock) -> Decision {
    let Identified {
        admitted,
        route,
        who,
        cookies: _,
    } = identified;
    if !shows_certificate(&admitted, &route.require) {
        return Decision::Refuse(Box::new(Refusal {
            admitted,
            route,
            rule: Rule::ClientCertificate,
            credential: None,
            subject: String::new(),
        }));
    }
    let principal = match (who, route.access) {
        (Who::Anonymous(_), Access::Public | Access::Optional) => None,
        (Who::Anonymous(_), Access::Token) => {
            return Decision::SignIn(Box::new(Demand {
                admitted,
                route,
                missing: Missing::Token,
            }));
        }
        (Who::Anonymous(why), Access::SignedIn) => {
            return Decision::SignIn(Box::new(Demand {
                admitted,
                route,
                missing: Missing::Anybody(why),
            }));
        }
        (Who::Known(principal), _) => Some(principal),
    };
    if let Some(principal) = &principal {
        match judge(principal, &route.require, clock) {
            Verdict::Lacks(rule) => {
                let credential = Some(principal.credential());
                let subject = principal.subject().to_owned();
                return Decision::Refuse(Box::new(Refusal {
                    admitted,
                    route,
                    rule,
                    credential,
                    subject,
                }));
            }
            Verdict::StepUp => {
                let missing = Missing::Assurance(principal.credential());
                return Decision::SignIn(Box::new(Demand {
                    admitted,
                    route,
                    missing,
                }));
            }
            Verdict::Suffices => {}
        }
    }
    Decision::Permit(Permit::new(admitted, route, principal))
}

/// How somebody stands to a route's requirements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A right is missing that no sign-in brings.
    Lacks(Rule),
    /// More or fresher assurance is needed.
    StepUp,
    /// Everything holds.
    Suffices,
}

/// Judges somebody by a route's requirements.
pub fn judge(principal: &Principal, require: &Requirements, clock: &dyn Clock) -> Verdict {
    if let Some(scope) = require
        .scopes
        .iter()
        .find(|scope| !principal.scopes().contains(scope))
    {
        return Verdict::Lacks(Rule::Scope(scope.clone()));
    }
    if !require.groups.is_empty() {
        let groups = principal.groups();
        if !require
            .groups
            .iter()
            .any(|group| groups.contains(&group.as_str()))
        {
            return Verdict::Lacks(Rule::Groups);
        }
    }
    for (claim, accepted) in &require.claims {
        if !principal
            .claims()
            .one(claim)
            .is_some_and(|value| shows(&value, accepted))
        {
            return Verdict::Lacks(Rule::Claim(claim.clone()));
        }
    }
    let acr = require
        .acr
        .as_deref()
        .is_none_or(|required| satisfies(principal.acr(), required));
    let fresh = require
        .max_age
        .is_none_or(|max_age| assurance::fresh(principal.auth_time(), max_age, clock.unix()));
    if acr && fresh {
        Verdict::Suffices
    } else {
        Verdict::StepUp
    }
}

fn shows_certificate(admitted: &Admitted, require: &Requirements) -> bool {
    let wanted = &require.client_certificates;
    let shown = admitted.certificate.as_deref();
    wanted.is_empty()
        || shown.is_some_and(|certificate| {
            let mut names = certificate.names.iter();
            names.any(|name| wanted.contains(name))
        })
}

/// Whether a claim equals one of the values, or is a list that holds one.
fn shows(value: &Value, accepted: &[Value]) -> bool {
    match value.as_array() {
        Some(items) => items.iter().any(|item| accepted.contains(item)),
        None => accepted.contains(value),
    }
}

#[cfg(test)]
mod tests;
