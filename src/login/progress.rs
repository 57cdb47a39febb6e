//! Moves a sign-in on, whoever asks and however it is shown: pages (`sign_in.rs`) and JSON (`api`) stand on this.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

use std::{sync::Arc, time::Duration};

use http::HeaderMap;
use tokio::sync::Mutex;

use super::{
    CALLBACK, Failure, Login, LoginError, Wanted,
    answer::{self, Answered},
    complete::Code,
    flow::Stage,
    held::Held,
    step::Step,
    step_token::StepCheck,
    transaction::{Spent, Transaction},
    typed::typed,
    visit::{Pairs, Visit},
};
use crate::{
    idx::{
        IdxError, InteractRequest, InteractionHandle,
        ion::{Class, Document},
    },
    oauth::{CodeVerifier, OAuthError},
    random,
    secret::Secret,
    session::{Session, SessionError, Sessions, SetCookies},
};

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

/// The end of a sign-in that went well.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) session: Session,
    /// For native clients alone; no session keeps it.
    pub(crate) id_token: Secret,
    handed_out: Arc<Mutex<bool>>,
}

impl Signed {
    pub(super) fn new(session: Session, id_token: Secret) -> Self {
        Self {
            session,
            id_token,
            handed_out: Arc::default(),
        }
    }

    /// Whether this is the first request that gets it; the browser's others come late.
    pub(crate) async fn is_first(&self) -> bool {
        !std::mem::replace(&mut *self.handed_out.lock().await, true)
    }

    /// The cookies of its session, which the first request begins, whichever that is; the browser's others wait for it and
    /// get the same session. It stays to be begun where that failed, or where the browser gave the first request up.
    ///
    /// # Errors
    /// [`SessionError::Ended`] where the session is over by now; what [`Sessions::begin`] says.
    pub(super) async fn hand_out(
        &self,
        sessions: &Sessions,
        request: &HeaderMap,
    ) -> Result<SetCookies, SessionError> {
        let mut handed_out = self.handed_out.lock().await;
        if !*handed_out {
            match sessions.begin(&self.session, request).await {
                // Begun by a request that was given up on the way.
                Err(SessionError::ReusedId) => {}
                begun => {
                    *handed_out = begun.is_ok();
                    return begun;
                }
            }
        }
        let cookies = sessions.hand_out_again(&self.session, request).await?;
        *handed_out = true;
        Ok(cookies)
    }
}

impl Login {
    /// Opens an interaction.
    ///
    /// # Errors
    /// The engine can't be asked, or too many are begun from where this one comes.
    pub(crate) async fn begin(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        login_hint: Option<String>,
    ) -> Result<Progress, LoginError> {
        let request = InteractRequest {
            login_hint,
            ..InteractRequest::default()
        };
        self.begin_with(visit, wanted, request).await
    }

    /// The same, with whatever else `interact` is to be told.
    ///
    /// # Errors
    /// The engine can't be asked.
    pub(super) async fn begin_with(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        request: InteractRequest,
    ) -> Result<Progress, LoginError> {
        let from = visit.client.ip;
        if let Err(retry_after) = self.limit.begin(from, self.now()) {
            return Err(Failure::TooMany { retry_after }.into());
        }
        let random = &*self.parts.random;
        let code_verifier = CodeVerifier::generate(random);
        let request = InteractRequest {
            redirect_uri: self.parts.public_url.join(CALLBACK),
            code_challenge: code_verifier.challenge(),
            state: random::token(random),
            nonce: random::token(random),
            acr_values: wanted.acr_values.clone(),
            max_age: wanted.max_age,
            ..request
        };
        let device_token = self.device_token(visit);
        let browser = self.browser(visit, device_token.clone());
        let handle = self.parts.idx.interact(&request, &browser).await?;
        let transaction = Transaction {
            id: self.parts.transactions.new_id(),
            interaction_handle: handle.into_secret(),
            code_verifier: code_verifier.into_secret(),
            state: request.state,
            nonce: request.nonce,
            step: 0,
            started_at: self.parts.clock.unix(),
            acr_values: request.acr_values,
            max_age: request.max_age,
            left_for: None,
            hosted: None,
            device_token,
        };
        self.ask(visit, transaction, true).await
    }

    /// The step that is due, from memory or by asking the engine again. Where it waits for something that happens
    /// elsewhere and `polls`, the engine is asked whether it has, when that is due.
    ///
    /// # Errors
    /// The engine can't be asked.
    pub(crate) async fn resume(
        &self,
        visit: &Visit,
        transaction: Transaction,
        polls: bool,
    ) -> Result<Progress, LoginError> {
        let Some((_turn, transaction)) = self.turn(transaction).await else {
            return Ok(Progress::Finished);
        };
        let due = match self.due(visit, transaction).await? {
            Progress::Due(due) => due,
            other => return Ok(other),
        };
        if polls {
            self.poll(visit, due.transaction, due.held).await
        } else {
            Ok(Progress::Due(due))
        }
    }

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
                self.poll(visit, due.transaction, due.held).await
            }
            Ok(answered) => self.send(visit, due.transaction, answered, typed).await,
        }
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

    /// The step that is due: what is held, or asked for anew where this replica has not seen the transaction.
    pub(super) async fn due(
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
    pub(super) async fn ask(
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

    /// Sends an answer to the engine, once.
    pub(super) async fn send(
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

    /// What the engine said becomes a step, or the end of the sign-in.
    async fn settle(
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

    /// Asks the engine whether what the step waits for has happened, if it is time to (protocol reference 5.5, 5.17). The
    /// caller holds the transaction's turn, so that there is one call however many ask. As long as nothing has happened
    /// the step stays the one that pages show.
    async fn poll(
        &self,
        visit: &Visit,
        mut transaction: Transaction,
        held: Held,
    ) -> Result<Progress, LoginError> {
        let step = Step::of(&held.document, &self.options);
        let pressed = step
            .poll()
            .filter(|_| self.now() >= held.poll_at)
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
            let later = self.now() + AFTER_TOO_MANY;
            let held = self.held.wait_until(transaction.id, &held, later);
            return stays(transaction, held);
        }
        let same = !document.is_terminal()
            && Step::of(&document, &self.options).fingerprint() == step.fingerprint();
        if same {
            let fresh = self.keep(&transaction, document);
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

    fn keep(&self, transaction: &Transaction, document: Document) -> Held {
        let step = Step::of(&document, &self.options);
        let refresh = step.refresh.unwrap_or(0).clamp(LEAST_REFRESH, MOST_REFRESH);
        let poll_at = self.now() + Duration::from_millis(refresh);
        self.held
            .put(transaction.id, transaction.step, document, poll_at)
    }

    fn ended(&self, transaction: Transaction, document: Document) -> Progress {
        self.held.put(
            transaction.id,
            transaction.step,
            document.clone(),
            Duration::MAX,
        );
        Progress::Ended(Box::new(transaction), Box::new(document))
    }

    fn expired(&self, transaction: Transaction) -> Progress {
        self.held.forget(transaction.id);
        Progress::Expired(Box::new(transaction))
    }

    pub(super) fn now(&self) -> Duration {
        self.parts
            .clock
            .now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default()
    }
}

/// The answer that the gateway gives by itself: `cancel-transaction` asks nobody anything.
fn silent(document: &Document) -> Option<Answered> {
    let first = document.remediations().first()?;
    if first.name != "cancel-transaction" || first.is_link() {
        return None;
    }
    let step = Step::of(document, &super::step::StepOptions::default());
    let pressed = [(answer::ACTION.to_owned(), "r0".to_owned())];
    answer::answer(document, &step, &pressed).ok()
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

fn is_limited(error: &IdxError) -> bool {
    matches!(error, IdxError::OAuth(OAuthError::RateLimited { .. }))
}

/// The engine's own budget (protocol reference 1.10): 429 asks for a minute's rest.
const AFTER_TOO_MANY: Duration = Duration::from_mins(1);
const AFTER_FAILURE: Duration = Duration::from_secs(15);
/// Between polls, in milliseconds, whatever a document says.
const LEAST_REFRESH: u64 = 2_000;
const MOST_REFRESH: u64 = 60_000;
/// Most forms that are answered one after the other without asking anybody.
const MOST_SILENT: usize = 3;

#[cfg(test)]
mod tests;
