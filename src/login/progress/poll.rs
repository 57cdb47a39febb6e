//! Asks whether what a step waits for has happened elsewhere.

use std::time::Duration;

use super::{Due, How, Poll, Progress};
use crate::{
    idx::{
        IdxError,
        ion::{Class, Document},
    },
    login::{
        Login, LoginError, answer, held::Held, step::Step, transaction::Transaction, visit::Visit,
    },
    oauth::OAuthError,
};

impl Login {
    /// Asks the engine whether what the step waits for has happened, if it is time to (protocol reference 5.5, 5.17). The
    /// caller holds the transaction's turn, so that there is one call however many ask. As long as nothing has happened
    /// the step stays the one that pages show.
    pub(super) async fn poll(
        &self,
        visit: &Visit,
        mut transaction: Transaction,
        mut held: Held,
        poll: Poll,
    ) -> Result<Progress, LoginError> {
        let step = Step::of(&held.document, &self.options);
        let hurries = poll == Poll::Signed && step.device.probe.is_some() && !held.keeps_its_time;
        held.keeps_its_time |= hurries;
        let pressed = step
            .poll()
            .filter(|_| hurries || self.now() >= held.poll_at)
            .map(|action| [(answer::ACTION.to_owned(), action.id.to_string())]);
        let answered =
            pressed.and_then(|pressed| answer::answer(&held.document, &step, &pressed).ok());
        let stays = |transaction, held| {
            Ok(Progress::Due(Box::new(Due {
                transaction,
                held,
                how: How::Shown,
            })))
        };
        let Some(answered) = answered else {
            return stays(transaction, held);
        };
        let browser = self.browser(visit, transaction.device_token.clone());
        let result = self
            .parts
            .idx
            .proceed(&answered.form, &answered.body.0, &browser)
            .await;
        let (document, limited) = match result {
            Ok(answer) => (answer.document, answer.status.as_u16() == 429),
            Err(error) if error.interaction_is_gone() => return Ok(self.expired(transaction)),
            Err(error) => {
                let after = if is_limited(&error) {
                    held.keeps_its_time = true;
                    AFTER_TOO_MANY
                } else {
                    AFTER_FAILURE
                };
                let shown: &dyn std::error::Error = &error;
                tracing::warn!(error = shown, request = %visit.request_id, "a poll failed");
                let held = self
                    .held
                    .wait_until(transaction.id, &held, self.now() + after);
                return stays(transaction, held);
            }
        };
        if limited {
            held.keeps_its_time = true;
            let later = self.now() + AFTER_TOO_MANY;
            let held = self.held.wait_until(transaction.id, &held, later);
            return stays(transaction, held);
        }
        // What an app's signature is answered must be seen, though there is nothing else to do.
        let complains = step.device.probe.is_some() && errors(&document) != errors(&held.document);
        let same = !document.is_terminal()
            && !complains
            && Step::of(&document, &self.options).fingerprint() == step.fingerprint();
        if same {
            let fresh = Held {
                keeps_its_time: held.keeps_its_time,
                ..self.keep(&transaction, document)
            };
            let (problems, typed) = (held.problems.to_vec(), held.typed.to_vec());
            let held = self
                .held
                .put_problems(transaction.id, &fresh, problems, typed);
            return stays(transaction, held);
        }
        // The open page is of a step that is over.
        let _ = self
            .parts
            .transactions
            .spend(&transaction.id, transaction.step);
        transaction.step = transaction.step.saturating_add(1);
        self.settle(visit, transaction, document, How::Shown).await
    }

    /// How long until the engine may be asked again; `None` where the step waits for nothing.
    pub(crate) fn waits(&self, step: &Step, held: &Held) -> Option<Duration> {
        step.poll()?;
        Some(
            held.poll_at
                .saturating_sub(self.now())
                .max(Duration::from_secs(1)),
        )
    }
}

fn errors(document: &Document) -> Vec<(Option<&str>, &str)> {
    let messages = document.messages().into_iter();
    messages
        .filter(|message| message.class == Class::Error)
        .map(|message| (message.key.as_deref(), message.text.as_str()))
        .collect()
}

fn is_limited(error: &IdxError) -> bool {
    matches!(error, IdxError::OAuth(OAuthError::RateLimited { .. }))
}

/// The engine's own budget (protocol reference 1.10): 429 asks for a minute's rest.
const AFTER_TOO_MANY: Duration = Duration::from_mins(1);
const AFTER_FAILURE: Duration = Duration::from_secs(15);
