//! Which step is due: computed from what a transaction has proven, never from a list of steps.

use super::transaction::{Ending, Focus, Purpose, Subject, Transaction};
use crate::engine::{
    authenticator::Authenticator,
    org::{Org, State},
    people::Person,
    settings::{ConsentMode, EnrollMode, PolicySettings},
};

/// Authenticators that may reset a password or unlock an account.
pub(crate) const RECOVERY: [Authenticator; 2] = [Authenticator::Email, Authenticator::Phone];

/// The step that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Prove this authenticator.
    Challenge(Authenticator),
    /// Choose a new password, the old one has expired.
    ChangePassword,
    /// Agree to what the client gets.
    Consent(ConsentMode),
    /// Set this up.
    Enroll(Authenticator),
    /// Say where and how to set this up.
    EnrollData(Authenticator),
    /// Give name and address.
    EnrollProfile,
    Identify,
    IdentifyRecovery,
    KeepSignedIn,
    /// Nothing goes on until somebody unlocks the account.
    LockedOut,
    /// Choose a new password, the old one is forgotten.
    ResetPassword,
    /// Choose what to set up.
    SelectEnroll {
        offered: Vec<Authenticator>,
        optional: bool,
    },
    /// Say who is locked out, and how to prove it.
    SelectUnlock,
    /// Choose what to prove.
    SelectVerify(Vec<Authenticator>),
    /// All is proven: a code can be issued.
    Success,
    /// Nothing more can be done.
    Terminal,
    /// All is unlocked.
    Unlocked,
    /// No way to prove what is required.
    Unsatisfiable,
    /// Choose how to be reached.
    VerifyData(Authenticator),
}

/// Computes it.
pub(crate) fn due(org: &Org, state: &State, transaction: &Transaction) -> Due {
    match &transaction.ending {
        Some(Ending::Code(_)) => return Due::Success,
        Some(Ending::Terminal(..)) => return Due::Terminal,
        None => {}
    }
    if let Some(focus) = &transaction.focus {
        return in_focus(focus);
    }
    let person = transaction.person().and_then(|id| state.people.by_id(id));
    match (transaction.purpose, person) {
        (Purpose::Registration, None) => Due::EnrollProfile,
        (Purpose::Recovery, None) if transaction.subject == Subject::Nobody => {
            Due::IdentifyRecovery
        }
        (Purpose::Unlock, None) => Due::SelectUnlock,
        (_, None) if transaction.subject == Subject::Nobody => Due::Identify,
        (_, None) => Due::Challenge(decoy_authenticator(transaction.purpose)),
        (Purpose::Recovery, Some(person)) => recovery(transaction, person),
        (Purpose::Unlock, Some(_)) => Due::Unlocked,
        (Purpose::Registration | Purpose::SignIn, Some(person)) => {
            sign_in(org, state, transaction, person)
        }
    }
}

fn decoy_authenticator(purpose: Purpose) -> Authenticator {
    match purpose {
        Purpose::Recovery | Purpose::Unlock => Authenticator::Email,
        Purpose::Registration | Purpose::SignIn => Authenticator::Password,
    }
}

fn in_focus(focus: &Focus) -> Due {
    match focus {
        Focus::Verify {
            authenticator,
            method: None,
            ..
        } => Due::VerifyData(*authenticator),
        Focus::Verify { authenticator, .. } => Due::Challenge(*authenticator),
        Focus::Enroll(enrolling) => {
            let known = enrolling.authenticator;
            if known == Authenticator::Phone && enrolling.phone.is_none() {
                Due::EnrollData(known)
            } else {
                Due::Enroll(known)
            }
        }
    }
}

fn recovery(transaction: &Transaction, person: &Person) -> Due {
    let options = recovery_options(person);
    if RECOVERY.iter().any(|known| transaction.has_proven(*known)) {
        Due::ResetPassword
    } else if options.is_empty() {
        Due::Unsatisfiable
    } else {
        Due::SelectVerify(options)
    }
}

/// What somebody can recover with.
pub(crate) fn recovery_options(person: &Person) -> Vec<Authenticator> {
    let enrolled = RECOVERY.into_iter().filter(|known| person.has(*known));
    enrolled.collect()
}

fn sign_in(org: &Org, state: &State, transaction: &Transaction, person: &Person) -> Due {
    // Said only to who has proven something: to others it would show which accounts there are.
    if person.locked && !transaction.proofs.is_empty() {
        return Due::LockedOut;
    }
    let policy = org.policy(&person.policy);
    verification(transaction, person, &policy)
        .or_else(|| password_expiry(transaction, person))
        .or_else(|| enrollment(transaction, person, &policy))
        .or_else(|| consent(org, state, transaction))
        .or_else(|| {
            let asked = policy.keep_me_signed_in && transaction.kept_signed_in.is_none();
            asked.then_some(Due::KeepSignedIn)
        })
        .unwrap_or(Due::Success)
}

/// First the first factor, then the second where the policy or the client wants one.
fn verification(
    transaction: &Transaction,
    person: &Person,
    policy: &PolicySettings,
) -> Option<Due> {
    let first: Vec<Authenticator> = enrolled(&policy.first, person);
    let identified = policy
        .first
        .iter()
        .any(|known| transaction.has_proven(*known));
    // Who is registering proves themselves by setting things up.
    if !identified && !transaction.registering {
        return Some(if first.is_empty() {
            Due::Unsatisfiable
        } else {
            Due::SelectVerify(first)
        });
    }
    let demand = Demand::of(&transaction.request.acr_values);
    if demand == Demand::PhishingResistant && !transaction.has_proven(Authenticator::SecurityKey) {
        return Some(if person.has(Authenticator::SecurityKey) {
            Due::SelectVerify(vec![Authenticator::SecurityKey])
        } else {
            Due::Unsatisfiable
        });
    }
    if transaction.proofs.len() >= 2 || policy.second.is_empty() && demand == Demand::Nothing {
        return None;
    }
    let second: Vec<Authenticator> = candidates(policy, person)
        .into_iter()
        .filter(|known| !transaction.has_proven(*known))
        .collect();
    if !second.is_empty() {
        return Some(Due::SelectVerify(second));
    }
    // Nothing to prove it with: enrolment may help, or it must do without.
    let helps = policy.enroll == EnrollMode::Required && !policy.second.is_empty();
    (demand == Demand::Two && !helps && !transaction.registering).then_some(Due::Unsatisfiable)
}

/// The policy's second factors that are set up, or where it has none (a step-up) anything that is.
fn candidates(policy: &PolicySettings, person: &Person) -> Vec<Authenticator> {
    if policy.second.is_empty() {
        let others = Authenticator::ALL
            .into_iter()
            .filter(|known| person.has(*known));
        return others.collect();
    }
    enrolled(&policy.second, person)
}

fn enrolled(offered: &[Authenticator], person: &Person) -> Vec<Authenticator> {
    let enrolled = offered.iter().copied().filter(|known| person.has(*known));
    enrolled.collect()
}

fn password_expiry(transaction: &Transaction, person: &Person) -> Option<Due> {
    let used = transaction.has_proven(Authenticator::Password) && !transaction.password_changed;
    (person.password_expired && used).then_some(Due::ChangePassword)
}

fn enrollment(transaction: &Transaction, person: &Person, policy: &PolicySettings) -> Option<Due> {
    let missing = |offered: &[Authenticator]| -> Vec<Authenticator> {
        let missing = offered.iter().copied().filter(|known| !person.has(*known));
        missing.collect()
    };
    let required = missing(&policy.required);
    if !required.is_empty() {
        return Some(Due::SelectEnroll {
            offered: required,
            optional: false,
        });
    }
    let lacks_second =
        !policy.second.is_empty() && !policy.second.iter().any(|known| person.has(*known));
    let optional = match policy.enroll {
        EnrollMode::Never if lacks_second => return Some(Due::Unsatisfiable),
        EnrollMode::Never | EnrollMode::Optional => true,
        EnrollMode::Required => false,
    };
    let offered = if lacks_second {
        missing(&policy.second)
    } else if transaction.registering {
        missing(&policy.optional)
    } else {
        Vec::new()
    };
    let optional = optional || !lacks_second;
    if offered.is_empty() || optional && transaction.skipped {
        return None;
    }
    Some(Due::SelectEnroll { offered, optional })
}

fn consent(org: &Org, state: &State, transaction: &Transaction) -> Option<Due> {
    let client = org.client(&transaction.request.client_id)?;
    if client.consent == ConsentMode::None || transaction.consented.is_some() {
        return None;
    }
    let key = (
        transaction.person()?.to_owned(),
        transaction.request.client_id.clone(),
    );
    let before = state.consents.get(&key);
    let covered = before.is_some_and(|before| transaction.request.scopes.is_subset(before));
    (!covered).then_some(Due::Consent(client.consent))
}

/// What `acr_values` ask for (protocol reference 5.20); what nobody knows is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Nothing,
    Two,
    TwoIfPossible,
    PhishingResistant,
}

impl Demand {
    /// The first value that is known decides.
    fn of(acr_values: &[String]) -> Self {
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
