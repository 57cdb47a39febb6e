//! Which step is due: computed from what a transaction has proven, never from a list of steps.

mod after;
mod assurance;

use self::assurance::Demand;
pub(crate) use self::{after::lacking, assurance::acr};
use super::transaction::{Ending, Focus, Purpose, Subject, Transaction};
use crate::engine::{
    authenticator::{Authenticator, Method},
    org::{Org, State},
    people::Person,
    phone::Standing,
    settings::{ConsentMode, EnrollMode, PolicySettings},
};

/// Authenticators that may reset a password or unlock an account.
pub(crate) const RECOVERY: [Authenticator; 2] = [Authenticator::Email, Authenticator::Phone];

/// The step that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Ask for another link: the one to activate the account with has expired.
    ActivationExpired,
    /// The org is not ready: ask again.
    Busy,
    /// Prove this authenticator.
    Challenge(Authenticator),
    /// Choose a new password, the old one has expired.
    ChangePassword,
    /// Agree to what the client gets.
    Consent(ConsentMode),
    /// Have the device say whose it is.
    DeviceChallenge,
    /// Read what the device lacks.
    DeviceGrace,
    /// Nothing: no device has answered, and the client goes on without.
    DeviceMissing,
    /// Nothing: the device must be mended first.
    DeviceUnfit,
    /// Say whether it was oneself who asked for a mail.
    EmailConsent,
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
    /// Change the password on a page of the customer's own, now or later.
    PasswordElsewhere {
        expired: bool,
    },
    /// Choose a new password, or leave it for now.
    PasswordWarning,
    /// Have one's papers checked.
    ProveIdentity,
    /// The push was refused, or nobody answered: send another.
    PushRefused,
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
    /// Add what the profile lacks.
    UpdateProfile {
        optional: bool,
    },
    /// Say which device is to be connected.
    UserCode,
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
    if transaction.waits > 0 {
        return Due::Busy;
    }
    if let Some(focus) = &transaction.focus {
        return in_focus(state, transaction, focus);
    }
    if transaction.user_code_wanted {
        return Due::UserCode;
    }
    match &transaction.device {
        Some(device) if device.missing => return Due::DeviceMissing,
        Some(_) => return Due::DeviceChallenge,
        None => {}
    }
    let person = transaction.person().and_then(|id| state.people.by_id(id));
    match (transaction.purpose, person) {
        (Purpose::Activation, _) => Due::ActivationExpired,
        (Purpose::EmailLink, _) => Due::EmailConsent,
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
        Purpose::Activation | Purpose::EmailLink | Purpose::Registration | Purpose::SignIn => {
            Authenticator::Password
        }
    }
}

fn in_focus(state: &State, transaction: &Transaction, focus: &Focus) -> Due {
    match focus {
        Focus::Verify {
            method: Some(Method::Push),
            ..
        } if state.phone.standing(&transaction.id) == Standing::Refused => Due::PushRefused,
        Focus::Verify {
            authenticator,
            method: None,
            ..
        } => Due::VerifyData(*authenticator),
        Focus::Verify { authenticator, .. } => Due::Challenge(*authenticator),
        Focus::Enroll(enrolling) => {
            let known = enrolling.authenticator;
            let unreachable = known == Authenticator::Phone && enrolling.phone.is_none()
                || known == Authenticator::OktaVerify && enrolling.channel.lacks_address();
            if unreachable {
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
        .or_else(|| after::due(org, state, transaction, person, &policy))
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
        .any(|known| transaction.has_proven(*known))
        || came_from(transaction).is_some();
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
    // Who came by the second factor alone still owes the first.
    let owed = came_from(transaction).is_some_and(|known| policy.second.contains(&known));
    if owed && !first.is_empty() {
        return Some(Due::SelectVerify(first));
    }
    // Nothing to prove it with: enrolment may help, or it must do without.
    let helps = policy.enroll == EnrollMode::Required && !policy.second.is_empty();
    (demand == Demand::Two && !helps && !transaction.registering).then_some(Due::Unsatisfiable)
}

/// What somebody came with from elsewhere.
fn came_from(transaction: &Transaction) -> Option<Authenticator> {
    let mut elsewhere = Authenticator::ELSEWHERE.into_iter();
    elsewhere.find(|known| transaction.has_proven(*known))
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
