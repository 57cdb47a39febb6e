//! What the engine said becomes a step, or the end of the sign-in.

use std::time::Duration;

use super::{Due, How, Progress};
use crate::{
    idx::ion::Document,
    login::{
        Login, LoginError,
        answer::{self, Answered},
        complete::Code,
        flow::Stage,
        held::Held,
        step::{Step, StepOptions},
        transaction::Transaction,
        visit::Visit,
    },
};

impl Login {
    /// What the engine said becomes a step, or the end of the sign-in.
    pub(super) async fn settle(
        &self,
        visit: &Visit,
        transaction: Transaction,
        mut document: Document,
        how: How,
    ) -> Result<Progress, LoginError> {
        for _ in 0..MOST_SILENT {
            let Some(answered) = silent(&document) else {
                break;
            };
            let browser = self.browser(visit, transaction.device_token.clone());
            document = self
                .parts
                .idx
                .proceed(&answered.form, &answered.body.0, &browser)
                .await?
                .document;
        }
        match Stage::of(document) {
            Stage::Due(document) => {
                let held = self.keep(&transaction, document);
                Ok(Progress::Due(Box::new(Due {
                    transaction,
                    held,
                    how,
                })))
            }
            Stage::Issued(issued) => {
                self.complete(visit, &transaction, Code::Interaction(issued))
                    .await
            }
            Stage::Expired => Ok(self.expired(transaction)),
            Stage::Ended(document) => Ok(self.ended(transaction, document)),
        }
    }

    pub(super) fn keep(&self, transaction: &Transaction, document: Document) -> Held {
        let step = Step::of(&document, &self.options);
        let refresh = step.refresh.unwrap_or(0).clamp(LEAST_REFRESH, MOST_REFRESH);
        let poll_at = self.now() + Duration::from_millis(refresh);
        self.held
            .put(transaction.id, transaction.step, document, poll_at)
    }

    pub(super) fn ended(&self, transaction: Transaction, document: Document) -> Progress {
        self.held.put(
            transaction.id,
            transaction.step,
            document.clone(),
            Duration::MAX,
        );
        Progress::Ended(Box::new(transaction), Box::new(document))
    }

    pub(super) fn expired(&self, transaction: Transaction) -> Progress {
        self.held.forget(transaction.id);
        Progress::Expired(Box::new(transaction))
    }
}

/// The answer that the gateway gives by itself: `cancel-transaction` asks nobody anything.
fn silent(document: &Document) -> Option<Answered> {
    let first = document.remediations().first()?;
    if first.name != "cancel-transaction" || first.is_link() {
        return None;
    }
    let step = Step::of(document, &StepOptions::default());
    let pressed = [(answer::ACTION.to_owned(), "r0".to_owned())];
    answer::answer(document, &step, &pressed).ok()
}

/// Between polls, in milliseconds, whatever a document says.
const LEAST_REFRESH: u64 = 2_000;
const MOST_REFRESH: u64 = 60_000;
/// Most forms that are answered one after the other without asking anybody.
const MOST_SILENT: usize = 3;
