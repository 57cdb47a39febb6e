//! The step that is due.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

use super::{Due, How, Poll, Progress};
use crate::{
    idx::{InteractionHandle, ion::Document},
    login::{Login, LoginError, transaction::Transaction, visit::Visit},
};

impl Login {
    /// The step that is due, from memory or by asking the engine again. Where it waits for something that happens
    /// elsewhere, `poll` says whether the engine is asked if it has.
    ///
    /// # Errors
    /// The engine can't be asked.
    pub(crate) async fn resume(
        &self,
        visit: &Visit,
        transaction: Transaction,
        poll: Poll,
    ) -> Result<Progress, LoginError> {
        let Some((_turn, transaction)) = self.turn(transaction).await else {
            return Ok(Progress::Finished);
        };
        let due = match self.due(visit, transaction).await? {
            Progress::Due(due) => due,
            other => return Ok(other),
        };
        match poll {
            Poll::Never => Ok(Progress::Due(due)),
            Poll::WhenDue | Poll::Signed => self.poll(visit, due.transaction, due.held, poll).await,
        }
    }

    /// The step that is due: what is held, or asked for anew where this replica has not seen the transaction.
    pub(in crate::login) async fn due(
        &self,
        visit: &Visit,
        transaction: Transaction,
    ) -> Result<Progress, LoginError> {
        match self.held.get(transaction.id, transaction.step) {
            Some(held) if held.document.is_terminal() => {
                let document = Document::clone(&held.document);
                Ok(self.ended(transaction, document))
            }
            Some(held) => Ok(Progress::Due(Box::new(Due {
                transaction,
                held,
                how: How::Shown,
            }))),
            None => self.ask(visit, transaction, false).await,
        }
    }

    /// Asks the engine for the step that is due. What it calls expired though it is `fresh` would expire again: its words
    /// are shown, and the person says when to try once more.
    pub(in crate::login) async fn ask(
        &self,
        visit: &Visit,
        transaction: Transaction,
        fresh: bool,
    ) -> Result<Progress, LoginError> {
        let handle = InteractionHandle::new(transaction.interaction_handle.clone());
        let browser = self.browser(visit, transaction.device_token.clone());
        match self.parts.idx.introspect(&handle, &browser).await {
            Ok(answer)
                if fresh
                    && answer.document.is_session_expired()
                    && answer.document.is_terminal() =>
            {
                Ok(self.ended(transaction, answer.document))
            }
            Ok(answer) => {
                self.settle(visit, transaction, answer.document, How::Shown)
                    .await
            }
            Err(error) if !fresh && error.interaction_is_gone() => Ok(self.expired(transaction)),
            Err(error) => Err(error.into()),
        }
    }
}
