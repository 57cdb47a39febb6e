//! Answers a step, or gives the sign-in up.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

use super::{How, Poll, Progress};
use crate::{
    idx::ion::{Class, Document},
    login::{
        Login, LoginError,
        answer::{self, Answered},
        step::Step,
        step_token::StepCheck,
        transaction::{Spent, Transaction},
        typed::typed,
        visit::{Pairs, Visit},
    },
};

impl Login {
    /// Answers the step that is due, if `token` says that it is the one that was shown. `read` makes posted pairs of the
    /// answer.
    ///
    /// # Errors
    /// The engine can't be asked.
    pub(crate) async fn proceed(
        &self,
        visit: &Visit,
        transaction: Transaction,
        token: &str,
        read: impl FnOnce(&Step) -> Pairs + Send,
    ) -> Result<Progress, LoginError> {
        let id = transaction.id;
        let Some((_turn, transaction)) = self.turn(transaction).await else {
            return Ok(self.brought(id));
        };
        let mut due = match self.due(visit, transaction).await? {
            Progress::Due(due) => due,
            other => return Ok(other),
        };
        let step = Step::of(&due.held.document, &self.options);
        let check = self
            .parts
            .step_tokens
            .check(&due.transaction, step.fingerprint(), token);
        if check != StepCheck::Valid {
            due.how = How::MovedOn;
            return Ok(Progress::Due(due));
        }
        let posted = read(&step);
        let typed = typed(&step, posted.all());
        let account = account(&due.held.document, &step, posted.all());
        let limit = &self.limit;
        if let Err(wait) = limit.answer(visit.client.ip, account, self.now()) {
            due.how = How::TooMany(wait);
            due.held = self
                .held
                .put_problems(due.transaction.id, &due.held, Vec::new(), typed);
            return Ok(Progress::Due(due));
        }
        match answer::answer(&due.held.document, &step, posted.all()) {
            Err(problems) => {
                due.how = How::Unsent;
                due.held = self
                    .held
                    .put_problems(due.transaction.id, &due.held, problems, typed);
                Ok(Progress::Due(due))
            }
            // Who presses "check now" asks as the gateway itself does, no more often.
            Ok(_) if asks_to_poll(&step, posted.all()) => {
                self.poll(visit, due.transaction, due.held, Poll::WhenDue)
                    .await
            }
            Ok(answered) => self.send(visit, due.transaction, answered, typed).await,
        }
    }

    /// Sends an answer to the engine, once.
    pub(in crate::login) async fn send(
        &self,
        visit: &Visit,
        mut transaction: Transaction,
        answered: Answered,
        typed: Vec<(String, String)>,
    ) -> Result<Progress, LoginError> {
        let spent = self
            .parts
            .transactions
            .spend(&transaction.id, transaction.step);
        if spent == Spent::Already {
            return Ok(Progress::Finished);
        }
        transaction.step = transaction.step.saturating_add(1);
        let browser = self.browser(visit, transaction.device_token.clone());
        let result = self
            .parts
            .idx
            .proceed(&answered.form, &answered.body.0, &browser)
            .await;
        let document = match result {
            Ok(answer) => answer.document,
            Err(error) if error.interaction_is_gone() => return Ok(self.expired(transaction)),
            Err(error) => {
                // Whether the engine took the answer is not known: the next page asks it.
                self.held.forget(transaction.id);
                return Err(LoginError::from(error).with(self.seal(&transaction)?));
            }
        };
        let failed = has_errors(&document);
        let again = failed || asks_again(&document, &answered.form.name);
        let how = How::Answered { failed };
        let mut progress = self.settle(visit, transaction, document, how).await?;
        if let (Progress::Due(due), true) = (&mut progress, again) {
            due.held = self
                .held
                .put_problems(due.transaction.id, &due.held, Vec::new(), typed);
        }
        Ok(progress)
    }

    /// Gives a sign-in up, telling the engine where it offers a way to.
    pub(crate) async fn give_up(&self, visit: &Visit, transaction: Transaction) {
        let Some((_turn, transaction)) = self.turn(transaction).await else {
            return;
        };
        if let Some(held) = self.held.get(transaction.id, transaction.step) {
            let step = Step::of(&held.document, &self.options);
            let pressed = [(answer::ACTION.to_owned(), "c".to_owned())];
            if let Ok(answered) = answer::answer(&held.document, &step, &pressed) {
                let browser = self.browser(visit, transaction.device_token.clone());
                let told = self
                    .parts
                    .idx
                    .proceed(&answered.form, &answered.body.0, &browser);
                if let Err(error) = told.await {
                    let error: &dyn std::error::Error = &error;
                    tracing::debug!(error, "the engine was not told that a sign-in is given up");
                }
            }
        }
        let _ = self.parts.transactions.finish(&transaction.id);
        self.held.forget(transaction.id);
    }
}

/// Whom an answer is about: as the person types, where the step asks for a name, else as the engine says. A step that asks
/// may still tell whom the last answer was about, and a guess must not be charged to that name (security E2).
fn account<'a>(
    document: &'a Document,
    step: &Step,
    posted: &'a [(String, String)],
) -> Option<&'a str> {
    answer::named(step, posted).or_else(|| document.user_identifier())
}

/// Whether the answer is nothing but the question whether it has happened.
fn asks_to_poll(step: &Step, posted: &[(String, String)]) -> bool {
    let (Some(asked), Some(poll)) = (answer::pressed(step, posted), step.poll()) else {
        return false;
    };
    asked.id == poll.id && asked.shown().next().is_none()
}

/// Whether the form that was just answered comes again.
fn asks_again(document: &Document, name: &str) -> bool {
    document
        .remediations()
        .first()
        .is_some_and(|form| form.name == name)
}

fn has_errors(document: &Document) -> bool {
    document
        .messages()
        .iter()
        .any(|message| message.class == Class::Error)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::login::step::StepOptions;

    /// Whom an answer to a form of these fields is charged to, where the last one was about Ada.
    fn charged(name: &str, fields: &Value, posted: &[(&str, &str)]) -> Option<String> {
        let raw = json!({
            "user": {"type": "object", "value": {"identifier": "ada@example.com"}},
            "remediation": {"value": [
                {"name": name, "href": "https://a/idp/idx/x", "method": "POST", "value": fields}
            ]}
        });
        let document = Document::parse(raw.to_string().as_bytes()).unwrap();
        assert_eq!(document.user_identifier(), Some("ada@example.com"));
        let step = Step::of(&document, &StepOptions::default());
        let posted: Vec<(String, String)> = posted
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        account(&document, &step, &posted).map(str::to_owned)
    }

    #[test]
    fn a_guess_is_charged_to_the_name_that_is_typed_beside_it() {
        let fields = json!([
            {"name": "identifier", "required": true},
            {"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}}
        ]);
        let typed = [("f0", "grace@example.com"), ("f1", "guess")];
        assert_eq!(
            charged("identify", &fields, &typed).as_deref(),
            Some("grace@example.com")
        );
        assert_eq!(
            charged("identify", &fields, &[("f0", " "), ("f1", "guess")]).as_deref(),
            Some("ada@example.com")
        );
    }

    #[test]
    fn a_guess_is_charged_to_the_name_that_the_engine_knows_where_none_is_asked_for() {
        let passcode = json!({"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}});
        // A name that is only told is not the browser's to say.
        let told = json!([
            {"name": "identifier", "value": "ada@example.com", "mutable": false},
            passcode
        ]);
        for (name, fields) in [
            ("challenge-authenticator", json!([passcode])),
            ("identify", told),
        ] {
            let posted = [("f0", "grace@example.com"), ("f1", "guess")];
            assert_eq!(
                charged(name, &fields, &posted).as_deref(),
                Some("ada@example.com"),
                "{name}"
            );
        }
    }
}
