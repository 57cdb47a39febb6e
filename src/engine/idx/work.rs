//! Password hashing, which takes too long for an async thread or a held lock: found out before a step, done beside it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{
    ion,
    policy::{self, Due},
};
use crate::{
    engine::{authenticator::Authenticator, org::Org, password::StoredPassword},
    random::SharedRandom,
    secret::Secret,
};

/// What has to be hashed for a step.
#[derive(Debug)]
pub(crate) enum Work {
    /// Is it the right password?
    Check {
        person: Option<(String, StoredPassword)>,
        attempt: Secret,
    },
    Nothing,
    /// Store a new one, and say whether it is the old one.
    Replace {
        old: Option<StoredPassword>,
        fresh: Secret,
    },
}

/// What came out.
#[derive(Debug, Default)]
pub(crate) struct Worked {
    /// The attempt was right, for this user id.
    pub(crate) right_for: Option<String>,
    /// The new password, ready to be stored.
    pub(crate) fresh: Option<StoredPassword>,
    /// The new one is the old one.
    pub(crate) unchanged: bool,
    /// A configured password, hashed on the way.
    pub(crate) hashed: Option<(String, StoredPassword)>,
}

impl Work {
    /// Looks at the step that is due.
    pub(crate) fn of(org: &Org, path: &str, body: &Map<String, Value>) -> Self {
        let Some(attempt) = body
            .get("credentials")
            .and_then(|credentials| credentials.get("passcode"))
            .and_then(Value::as_str)
        else {
            return Self::Nothing;
        };
        let attempt = Secret::from(attempt);
        let state = org.state();
        let handle = ion::text(body, &["stateHandle"]).unwrap_or_default();
        let transaction = state
            .transactions
            .named_by(handle)
            .and_then(|id| state.transactions.look(id));
        let Some(transaction) = transaction else {
            return Self::Nothing;
        };
        let person = match path {
            "identify" => ion::text(body, &["identifier"])
                .and_then(|identifier| state.people.by_login(identifier)),
            _ => transaction.person().and_then(|id| state.people.by_id(id)),
        };
        let stored = person.and_then(|person| person.password.clone());
        let due = policy::due(org, &state, transaction);
        let checked = match path {
            "identify" => due == Due::Identify && org.settings.org.password_on_identify,
            "challenge/answer" => due == Due::Challenge(Authenticator::Password),
            _ => false,
        };
        if checked {
            let person = person.map(|person| person.id.clone()).zip(stored);
            return Self::Check { person, attempt };
        }
        let replaced = [
            Due::ChangePassword,
            Due::PasswordWarning,
            Due::ResetPassword,
            Due::Enroll(Authenticator::Password),
        ];
        let registers = path == "enroll/new" && due == Due::EnrollProfile;
        if registers || path == "challenge/answer" && replaced.contains(&due) {
            return Self::Replace {
                old: stored,
                fresh: attempt,
            };
        }
        Self::Nothing
    }

    /// Does it on a blocking thread. Cancelling the caller leaves the hash unfinished work, nothing else.
    pub(crate) async fn done(self, org: &Org) -> Worked {
        if matches!(self, Self::Nothing) {
            return Worked::default();
        }
        let random = Arc::clone(&org.random);
        tokio::task::spawn_blocking(move || self.run(&random))
            .await
            .unwrap_or_default()
    }

    fn run(self, random: &SharedRandom) -> Worked {
        let random = random.as_ref();
        match self {
            Self::Nothing => Worked::default(),
            Self::Check {
                person: None,
                attempt,
            } => {
                // Takes as long as a real check, so that nobody learns who exists.
                let decoy = StoredPassword::hash(&Secret::from("decoy"), random);
                let _ = decoy.map(|decoy| decoy.verify(&attempt));
                Worked::default()
            }
            Self::Check {
                person: Some((id, stored)),
                attempt,
            } => {
                let (stored, hashed) = ready(stored, random);
                let right = stored
                    .as_ref()
                    .is_some_and(|stored| stored.verify(&attempt));
                Worked {
                    right_for: right.then(|| id.clone()),
                    hashed: stored.filter(|_| hashed).map(|stored| (id, stored)),
                    ..Worked::default()
                }
            }
            Self::Replace { old, fresh } => Worked {
                unchanged: old
                    .and_then(|old| ready(old, random).0)
                    .is_some_and(|old| old.verify(&fresh)),
                fresh: StoredPassword::hash(&fresh, random),
                ..Worked::default()
            },
        }
    }
}

/// A stored password as a hash, and whether it was made just now.
fn ready(
    stored: StoredPassword,
    random: &dyn crate::random::Random,
) -> (Option<StoredPassword>, bool) {
    match stored {
        StoredPassword::Configured(text) => (StoredPassword::hash(&text, random), true),
        StoredPassword::Hashed(phc) => (Some(StoredPassword::Hashed(phc)), false),
    }
}
