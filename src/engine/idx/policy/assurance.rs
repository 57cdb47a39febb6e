//! Assurance: what a client asks for, and what was reached.

use crate::engine::{authenticator::Authenticator, idx::transaction::Transaction};

/// What `acr_values` ask for (protocol reference 5.20); what nobody knows is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    Nothing,
    Two,
    TwoIfPossible,
    PhishingResistant,
}

impl Demand {
    /// The first value that is known decides.
    pub(super) fn of(acr_values: &[String]) -> Self {
        let known = |value: &String| match value.as_str() {
            "urn:okta:loa:1fa:any" | "urn:okta:loa:1fa:pwd" => Some(Self::Nothing),
            "urn:okta:loa:2fa:any" => Some(Self::Two),
            "urn:okta:loa:2fa:any:ifpossible" => Some(Self::TwoIfPossible),
            "phr" | "phrh" => Some(Self::PhishingResistant),
            _ => None,
        };
        acr_values.iter().find_map(known).unwrap_or(Self::Nothing)
    }
}

/// The class of assurance reached, in the words that were asked for where they fit.
pub(crate) fn acr(transaction: &Transaction) -> String {
    let two = transaction.proofs.len() >= 2;
    let password = transaction.has_proven(Authenticator::Password);
    let reached = |value: &&String| match value.as_str() {
        "urn:okta:loa:1fa:any" | "urn:okta:loa:2fa:any:ifpossible" => true,
        "urn:okta:loa:1fa:pwd" => password,
        "urn:okta:loa:2fa:any" => two,
        "phr" | "phrh" => transaction.has_proven(Authenticator::SecurityKey),
        _ => false,
    };
    let asked = transaction.request.acr_values.iter().find(reached);
    let plain = if two {
        "urn:okta:loa:2fa:any"
    } else {
        "urn:okta:loa:1fa:any"
    };
    asked.map_or_else(|| plain.to_owned(), Clone::clone)
}
