//! Somebody's telephone with Okta Verify on it: what it is asked, and what it answers.

mod page;

use std::collections::{HashMap, VecDeque};

use serde::Serialize;

pub(crate) use self::page::serve;
use super::org::Org;
use crate::random;

/// How many are remembered.
const KEPT: usize = 200;

/// A question that somebody is asked on their telephone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Push {
    /// Names it.
    pub id: String,
    /// Who is asked.
    pub login: String,
    /// What they would sign in to.
    pub app: String,
    /// The numbers to choose from; empty where no number is asked for.
    pub numbers: Vec<u8>,
    /// The right one, which the page that signs in shows.
    #[serde(skip)]
    pub(crate) number: Option<u8>,
    #[serde(skip)]
    transaction: String,
    #[serde(skip)]
    expires_at: u64,
    #[serde(skip)]
    answer: Option<bool>,
}

/// How a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Approved,
    Pending,
    /// The person refused it, or nobody answered in time.
    Refused,
}

/// An app that is to be set up.
#[derive(Clone, Debug)]
pub(crate) struct Pairing {
    pub(crate) transaction: String,
    pub(crate) login: String,
    expires_at: u64,
    done: bool,
}

/// All telephones.
#[derive(Debug, Default)]
pub(crate) struct Phone {
    pushes: VecDeque<Push>,
    pairings: HashMap<String, Pairing>,
    now: u64,
}

impl Phone {
    /// Asks, for a number where one is wanted; what a transaction asked before is withdrawn.
    pub(crate) fn ask(
        &mut self,
        org: &Org,
        transaction: &str,
        (login, app): (&str, &str),
        challenged: bool,
    ) {
        self.withdraw(transaction);
        let [right, one, other, place] = random::octets::<4>(org.random.as_ref());
        let right = 10 + right % 90;
        let mut numbers = vec![
            10 + (right - 10 + 1 + one % 44) % 90,
            10 + (right - 10 + 45 + other % 44) % 90,
        ];
        numbers.insert(usize::from(place % 3), right);
        self.pushes.push_front(Push {
            id: org.token(),
            login: login.to_owned(),
            app: app.to_owned(),
            numbers: if challenged { numbers } else { Vec::new() },
            number: challenged.then_some(right),
            transaction: transaction.to_owned(),
            expires_at: org.now() + org.settings.windows.passcode.as_secs(),
            answer: None,
        });
        self.pushes.truncate(KEPT);
    }

    pub(crate) fn withdraw(&mut self, transaction: &str) {
        self.pushes.retain(|push| push.transaction != transaction);
    }

    /// The question that a transaction waits for.
    pub(crate) fn asked_by(&self, transaction: &str) -> Option<&Push> {
        self.pushes
            .iter()
            .find(|push| push.transaction == transaction)
    }

    pub(crate) fn standing(&self, transaction: &str) -> Standing {
        match self.asked_by(transaction) {
            Some(Push {
                answer: Some(true), ..
            }) => Standing::Approved,
            Some(push) if push.answer.is_none() && push.expires_at > self.now => Standing::Pending,
            _ => Standing::Refused,
        }
    }

    /// Whether somebody answered, rather than nobody.
    pub(crate) fn was_answered(&self, transaction: &str) -> bool {
        self.asked_by(transaction)
            .is_some_and(|push| push.answer.is_some())
    }

    /// Tells the time, by which questions grow old.
    pub(crate) fn tick(&mut self, now: u64) {
        self.now = now;
    }

    /// What is still to be answered, newest first.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &Push> {
        let waiting = |push: &&Push| push.answer.is_none() && push.expires_at > self.now;
        self.pushes.iter().filter(waiting)
    }

    /// Answers; a wrong number refuses. `false`: no such question.
    pub(crate) fn answer(&mut self, id: &str, approve: bool, number: Option<u8>) -> bool {
        let now = self.now;
        let waiting =
            |push: &&mut Push| push.id == id && push.answer.is_none() && push.expires_at > now;
        let Some(push) = self.pushes.iter_mut().find(waiting) else {
            return false;
        };
        push.answer = Some(approve && push.number.is_none_or(|right| number == Some(right)));
        true
    }

    /// Opens a pairing, and returns the token that its link carries.
    pub(crate) fn pair(&mut self, org: &Org, transaction: &str, login: &str) -> String {
        self.pairings.retain(|_, pairing| {
            pairing.transaction != transaction && pairing.expires_at > self.now
        });
        let token = org.token();
        let pairing = Pairing {
            transaction: transaction.to_owned(),
            login: login.to_owned(),
            expires_at: org.now() + org.settings.windows.challenge.as_secs(),
            done: false,
        };
        self.pairings.insert(token.clone(), pairing);
        token
    }

    /// Pairings nobody has carried out yet.
    pub(crate) fn open_pairings(&self) -> impl Iterator<Item = (&String, &Pairing)> {
        let open =
            |(_, pairing): &(&String, &Pairing)| !pairing.done && pairing.expires_at > self.now;
        self.pairings.iter().filter(open)
    }

    /// The link that a transaction shows.
    pub(crate) fn token_of(&self, transaction: &str) -> Option<&str> {
        self.pairings
            .iter()
            .find(|(_, pairing)| pairing.transaction == transaction)
            .map(|(token, _)| token.as_str())
    }

    /// The app was set up. `false`: no such link, or too late.
    pub(crate) fn paired(&mut self, token: &str) -> bool {
        let now = self.now;
        match self.pairings.get_mut(token) {
            Some(pairing) if !pairing.done && pairing.expires_at > now => {
                pairing.done = true;
                true
            }
            _ => false,
        }
    }

    pub(crate) fn is_paired(&self, transaction: &str) -> bool {
        let mut pairings = self.pairings.values();
        pairings.any(|pairing| pairing.transaction == transaction && pairing.done)
    }

    /// Forgets what is over.
    pub(crate) fn sweep(&mut self, now: u64) {
        self.now = now;
        self.pushes.retain(|push| push.expires_at + 3600 > now);
        self.pairings
            .retain(|_, pairing| pairing.expires_at + 3600 > now);
    }
}
