//! The last answer of each sign-in under way, kept to save a call: whoever gets the next request can do without it, by
//! asking the engine again with the handle.

use std::{sync::Arc, time::Duration};

use moka::sync::Cache;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::answer::FieldProblem;
use crate::idx::ion::Document;

/// One answer of the engine and what the person did with it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The step it is about.
    pub(crate) step: u32,
    /// The answer.
    pub(crate) document: Arc<Document>,
    /// What was wrong with what the person typed, found here and not by the engine.
    pub(crate) problems: Arc<Vec<FieldProblem>>,
    /// What the person typed, secrets left out, to show it again.
    pub(crate) typed: Arc<Vec<(String, String)>>,
    /// When the engine may be asked again whether something has happened, since 1970.
    pub(crate) poll_at: Duration,
    /// Whether it is not asked before that time any more: it was once, because an app on the device had signed, or it said
    /// that it is asked too often.
    pub(crate) keeps_its_time: bool,
}

impl Held {
    /// What it takes, about.
    fn octets(&self) -> u32 {
        let typed = self
            .typed
            .iter()
            .map(|(name, value)| name.len() + value.len());
        let octets = OVERHEAD + self.document.octets() + typed.sum::<usize>();
        u32::try_from(octets).unwrap_or(u32::MAX)
    }
}

/// Bounded by size and by time; one entry a transaction.
#[derive(Debug)]
pub(super) struct HeldAnswers {
    answers: Cache<[u8; 16], Held>,
    turns: Cache<[u8; 16], Arc<Mutex<()>>>,
}

/// Most octets of answers that are kept, as they came; read, they take a few times as much.
const MOST_OCTETS: u64 = 16 * 1024 * 1024;
/// What an entry takes besides.
const OVERHEAD: usize = 1024;
/// Most sign-ins that wait for each other.
const MOST_TURNS: u64 = 10_000;

impl HeldAnswers {
    /// Nothing held; entries go when unused for `idle`.
    pub(super) fn new(idle: Duration) -> Self {
        Self {
            answers: Cache::builder()
                .weigher(|_, held: &Held| held.octets())
                .max_capacity(MOST_OCTETS)
                .time_to_idle(idle)
                .build(),
            turns: Cache::builder()
                .max_capacity(MOST_TURNS)
                .time_to_idle(idle)
                .build(),
        }
    }

    /// Waits until nobody else in this replica works on the transaction: answers are sent one at a time (protocol
    /// reference 1.3, idempotence).
    pub(super) async fn turn(&self, transaction: [u8; 16]) -> OwnedMutexGuard<()> {
        self.turns
            .get_with(transaction, || Arc::new(Mutex::new(())))
            .lock_owned()
            .await
    }

    /// The answer that a step is about, if it is still here.
    pub(super) fn get(&self, transaction: [u8; 16], step: u32) -> Option<Held> {
        self.answers
            .get(&transaction)
            .filter(|held| held.step == step)
    }

    /// Keeps an answer.
    pub(super) fn put(
        &self,
        transaction: [u8; 16],
        step: u32,
        document: Document,
        poll_at: Duration,
    ) -> Held {
        let held = Held {
            step,
            document: Arc::new(document),
            problems: Arc::default(),
            typed: Arc::default(),
            poll_at,
            keeps_its_time: false,
        };
        self.answers.insert(transaction, held.clone());
        held
    }

    /// Keeps what was wrong with an answer that was not sent on.
    pub(super) fn put_problems(
        &self,
        transaction: [u8; 16],
        held: &Held,
        problems: Vec<FieldProblem>,
        typed: Vec<(String, String)>,
    ) -> Held {
        let held = Held {
            problems: Arc::new(problems),
            typed: Arc::new(typed),
            ..held.clone()
        };
        self.answers.insert(transaction, held.clone());
        held
    }

    /// Keeps that the engine is not to be asked before this time.
    pub(super) fn wait_until(&self, transaction: [u8; 16], held: &Held, poll_at: Duration) -> Held {
        let held = Held {
            poll_at,
            ..held.clone()
        };
        self.answers.insert(transaction, held.clone());
        held
    }

    /// Forgets a transaction that is over, or whose state only the engine knows.
    pub(super) fn forget(&self, transaction: [u8; 16]) {
        self.answers.invalidate(&transaction);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded_by_its_size() {
        let held = HeldAnswers::new(Duration::from_hours(1));
        let label = "x".repeat(900_000);
        let json = format!("{{\"remediation\":{{\"value\":[]}},\"intent\":\"{label}\"}}");
        let document = Document::parse(json.as_bytes()).unwrap();
        for number in 0..64_u8 {
            held.put([number; 16], 0, document.clone(), Duration::ZERO);
        }
        held.answers.run_pending_tasks();
        assert!(held.answers.weighted_size() <= MOST_OCTETS);
        assert!(
            held.answers.entry_count() < 20,
            "{}",
            held.answers.entry_count()
        );
        // A step of usual size is kept beside a thousand others.
        let small = Document::parse(b"{\"remediation\":{\"value\":[]}}").unwrap();
        let held = HeldAnswers::new(Duration::from_hours(1));
        for number in 0..1000_u16 {
            let mut id = [0; 16];
            id[..2].copy_from_slice(&number.to_be_bytes());
            held.put(id, 0, small.clone(), Duration::ZERO);
        }
        held.answers.run_pending_tasks();
        assert_eq!(held.answers.entry_count(), 1000);
    }
}
