//! Where a sign-in stands, told from the engine's last answer. No I/O.

use crate::{idx::ion::Document, secret::Secret};

/// What one answer of the engine means for the sign-in (protocol reference 2.10).
#[derive(Debug)]
pub enum Stage {
    /// A step is due: show it.
    Due(Document),
    /// Nothing more to do here: messages alone. The person may start again.
    Ended(Document),
    /// The engine no longer knows the transaction: start a new one.
    Expired(Document),
    /// The one-time code that is redeemed for tokens.
    Issued(Issued),
}

/// The end of the engine's part.
#[derive(Debug)]
pub struct Issued {
    /// Good once, for at most a minute.
    pub interaction_code: Secret,
    /// For whom it was issued, where the answer says so.
    pub client_id: Option<String>,
}

impl Stage {
    /// Reads an answer. Success is preferred to messages, a step to an end.
    pub fn of(document: Document) -> Self {
        if let Some(success) = document.interaction_code() {
            return Self::Issued(Issued {
                interaction_code: success.code,
                client_id: success.client_id,
            });
        }
        if !document.is_terminal() {
            return Self::Due(document);
        }
        if document.is_session_expired() {
            Self::Expired(document)
        } else {
            Self::Ended(document)
        }
    }
}
