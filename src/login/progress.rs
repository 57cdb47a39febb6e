//! Moves a sign-in on, whoever asks and however it is shown: pages (`sign_in.rs`) and JSON (`api`) stand on this.
//!
//! 1. `begin`: an interaction is opened.
//! 2. `resume`: the step that is due, from memory or from the engine.
//! 3. `proceed`: an answer is sent, once. `poll`: what the step waits for is asked about.
//! 4. `settle`: what the engine said becomes a step, or the end of the sign-in.

use std::time::Duration;

use super::{Login, held::Held, transaction::Transaction};
use crate::idx::ion::Document;

mod begin;
mod poll;
mod proceed;
mod resume;
mod settle;
mod signed;

pub(crate) use self::signed::Signed;

/// Where a request left a sign-in.
#[derive(Debug)]
pub(crate) enum Progress {
    /// A step waits for an answer.
    Due(Box<Due>),
    /// Nothing more can be done: the engine's last words.
    Ended(Box<Transaction>, Box<Document>),
    /// The engine no longer knows the sign-in.
    Expired(Box<Transaction>),
    /// It was finished meanwhile, by another request.
    Finished,
    /// Somebody is signed in.
    Signed(Box<Signed>),
}

/// A step that waits for an answer.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) transaction: Transaction,
    pub(crate) held: Held,
    pub(crate) how: How,
}

/// What became of the request that led to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The engine took the answer; `failed`: and complains.
    Answered { failed: bool },
    /// The answer was to another step: it was not sent (decision 9).
    MovedOn,
    /// Nothing was answered.
    Shown,
    /// Too many answers came: it was not sent.
    TooMany(Duration),
    /// Something was wrong with the answer already here: it was not sent.
    Unsent,
}

/// Whether the engine is asked if what a step waits for has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Poll {
    Never,
    /// As often as it says itself.
    WhenDue,
    /// Also at once, once a step: an app on the device has just signed what the step asks it to (ui-guide section 9).
    Signed,
}

impl Login {
    pub(super) fn now(&self) -> Duration {
        self.parts
            .clock
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default()
    }
}
