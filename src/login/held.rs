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
}

/// Bounded by count and by time; one entry a transaction.
#[derive(Debug)]
pub(super) struct HeldAnswers {
    answers: Cache<[u8; 16], Held>,
    turns: Cache<[u8; 16], Arc<Mutex<()>>>,
}

/// Most sign-ins whose last answer is kept.
const MOST: u64 = 10_000;

impl HeldAnswers {
    /// Nothing held; entries go when unused for `idle`.
    pub(super) fn new(idle: Duration) -> Self {
        Self {
            answers: Cache::builder()
                .max_capacity(MOST)
                .time_to_idle(idle)
                .build(),
            turns: Cache::builder()
                .max_capacity(MOST)
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
