//! What is due once it is known who somebody is.

use super::Due;
use crate::engine::{
    authenticator::Authenticator,
    idx::transaction::Transaction,
    org::{Org, State},
    people::Person,
    settings::{AttributeSettings, ConsentMode, EnrollMode, PolicySettings},
};

/// From so many days on people are told that their password will expire.
const WARNED_OF: u32 = 5;

/// The first thing that is due.
pub(super) fn due(
    org: &Org,
    state: &State,
    transaction: &Transaction,
    person: &Person,
    policy: &PolicySettings,
) -> Option<Due> {
    password(transaction, person, policy)
        .or_else(|| enrollment(transaction, person, policy))
        .or_else(|| {
            let proven = person.equipment.identity_proven;
            (policy.identity_proofing && !proven).then_some(Due::ProveIdentity)
        })
        .or_else(|| {
            (policy.device_required && !state.health.is_sound()).then_some(Due::DeviceUnfit)
        })
        .or_else(|| (policy.device_grace && !transaction.device_seen).then_some(Due::DeviceGrace))
        .or_else(|| profile(transaction, person, policy))
        .or_else(|| consent(org, state, transaction, policy))
        .or_else(|| {
            let asked = policy.keep_me_signed_in && transaction.kept_signed_in.is_none();
            asked.then_some(Due::KeepSignedIn)
        })
}

fn password(transaction: &Transaction, person: &Person, policy: &PolicySettings) -> Option<Due> {
    let used = transaction.has_proven(Authenticator::Password) && !transaction.password_changed;
    if !used {
        return None;
    }
    let elsewhere = policy.password_page.is_some();
    if person.password_expired {
        return Some(if elsewhere {
            Due::PasswordElsewhere { expired: true }
        } else {
            Due::ChangePassword
        });
    }
    let soon = person
        .password_days_left
        .is_some_and(|days| days <= WARNED_OF);
    (soon && !transaction.warned).then_some(if elsewhere {
        Due::PasswordElsewhere { expired: false }
    } else {
        Due::PasswordWarning
    })
}

fn enrollment(transaction: &Transaction, person: &Person, policy: &PolicySettings) -> Option<Due> {
    let missing = |offered: &[Authenticator]| -> Vec<Authenticator> {
        let missing = offered.iter().copied().filter(|known| !person.has(*known));
        missing.collect()
    };
    let required = missing(&policy.required);
    let grace = policy.grace_skips.saturating_sub(person.skips);
    if !(required.is_empty() || policy.grace_skips > 0 && transaction.skipped) {
        return Some(Due::SelectEnroll {
            offered: required,
            optional: grace > 0,
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
    } else if transaction.registering || policy.offer {
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

/// Attributes that a profile still lacks.
pub(crate) fn lacking<'a>(
    person: &Person,
    policy: &'a PolicySettings,
) -> Vec<&'a AttributeSettings> {
    let lacks = |attribute: &&AttributeSettings| !person.claims.contains_key(&attribute.name);
    policy.profile.iter().filter(lacks).collect()
}

fn profile(transaction: &Transaction, person: &Person, policy: &PolicySettings) -> Option<Due> {
    let lacking = lacking(person, policy);
    let required = lacking.iter().any(|attribute| attribute.required);
    let asked = required || !lacking.is_empty() && !transaction.profiled;
    asked.then_some(Due::UpdateProfile {
        optional: !required,
    })
}

fn consent(
    org: &Org,
    state: &State,
    transaction: &Transaction,
    policy: &PolicySettings,
) -> Option<Due> {
    let client = org.client(&transaction.request.client_id)?;
    let mode = match client.consent {
        ConsentMode::None => policy.consent,
        asked @ (ConsentMode::Granular | ConsentMode::Simple) => asked,
    };
    if mode == ConsentMode::None || transaction.consented.is_some() {
        return None;
    }
    let key = (
        transaction.person()?.to_owned(),
        transaction.request.client_id.clone(),
    );
    let before = state.consents.get(&key);
    let covered = before.is_some_and(|before| transaction.request.scopes.is_subset(before));
    (!covered).then_some(Due::Consent(mode))
}
