//! `GET` shows the step that is due, `POST` answers it.

use std::collections::BTreeSet;

use super::{
    Login, LoginError, Reply, SIGN_IN, Wanted,
    answer::{self, Answered},
    flow::Stage,
    held::Held,
    note_from,
    pages::{StepContext, StepNote},
    return_to::ReturnTo,
    sign_in_address,
    step::{Control, Format, Step, What},
    step_token::StepCheck,
    transaction::{Spent, Transaction},
    visit::{Pairs, Visit, same_origin},
};
use crate::{
    idx::{
        IdxError, InteractRequest, InteractionHandle,
        ion::{Class, Document},
    },
    login::{CALLBACK, Failure},
    oauth::CodeVerifier,
    random,
    session::SetCookies,
};

/// What is done when the engine no longer knows a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnExpiry {
    Restart,
    GiveUp,
}

impl Login {
    /// `GET /.interlock/sign-in`: starts a sign-in, or goes on with the browser's own. `signed_in` says that the browser
    /// has a session that is enough for where it is going.
    ///
    /// # Errors
    /// The engine can't be asked, or the sign-in ended badly.
    pub async fn show(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        signed_in: bool,
    ) -> Result<Reply, LoginError> {
        let rd = visit
            .query
            .one("rd")?
            .map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd)));
        let note = visit.query.one("note")?.and_then(note_from);
        if signed_in {
            return Ok(Reply::see_other(rd.as_str(), SetCookies::none()));
        }
        if visit.query.one("start")?.is_some() {
            return Ok(Reply::see_other(
                sign_in_address(&rd, None),
                self.parts.transactions.clear(),
            ));
        }
        match self
            .parts
            .transactions
            .open(&visit.headers)
            .filter(|transaction| wanted_by(transaction) == *wanted)
        {
            Some(transaction) => self.resume(visit, transaction, &rd, note).await,
            None => self.start(visit, wanted, &rd, note, None).await,
        }
    }

    /// Opens an interaction and shows its first step.
    async fn start(
        &self,
        visit: &Visit,
        wanted: &Wanted,
        rd: &ReturnTo,
        note: Option<StepNote>,
        login_hint: Option<String>,
    ) -> Result<Reply, LoginError> {
        let random = &*self.parts.random;
        let browser = visit.browser(None);
        let code_verifier = CodeVerifier::generate(random);
        let request = InteractRequest {
            redirect_uri: self.parts.public_url.join(CALLBACK),
            code_challenge: code_verifier.challenge(),
            state: random::token(random),
            nonce: random::token(random),
            login_hint,
            acr_values: wanted.acr_values.clone(),
            max_age: wanted.max_age,
            ..InteractRequest::default()
        };
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
            device_token: None,
        };
        let document = self.introspect(visit, &transaction).await?;
        self.present(visit, transaction, document, rd, note, OnExpiry::GiveUp)
            .await
    }

    /// Shows the step that is due, from memory or by asking the engine again.
    async fn resume(
        &self,
        visit: &Visit,
        transaction: Transaction,
        rd: &ReturnTo,
        note: Option<StepNote>,
    ) -> Result<Reply, LoginError> {
        let Some((_turn, transaction)) = self.turn(visit, transaction.id).await else {
            return Ok(Reply::see_other(
                sign_in_address(rd, None),
                SetCookies::none(),
            ));
        };
        if let Some(held) = self.held.get(transaction.id, transaction.step) {
            return self.step_page(visit, &transaction, &held, rd, note);
        }
        let document = match self.introspect(visit, &transaction).await {
            Ok(document) => document,
            Err(error) if starts_over(&error) => {
                return Box::pin(self.start_over(visit, &transaction, rd, None)).await;
            }
            Err(error) => return Err(error.into()),
        };
        self.present(visit, transaction, document, rd, note, OnExpiry::Restart)
            .await
    }

    async fn introspect(
        &self,
        visit: &Visit,
        transaction: &Transaction,
    ) -> Result<Document, IdxError> {
        let handle = InteractionHandle::new(transaction.interaction_handle.clone());
        let browser = visit.browser(transaction.device_token.clone());
        Ok(self.parts.idx.introspect(&handle, &browser).await?.document)
    }

    /// What the engine said becomes a page, or the end of the sign-in.
    async fn present(
        &self,
        visit: &Visit,
        transaction: Transaction,
        document: Document,
        rd: &ReturnTo,
        note: Option<StepNote>,
        on_expiry: OnExpiry,
    ) -> Result<Reply, LoginError> {
        match Stage::of(document) {
            Stage::Due(document) => {
                let held = self.held.put(transaction.id, transaction.step, document);
                self.step_page(visit, &transaction, &held, rd, note)
            }
            Stage::Issued(issued) => self.complete(visit, &transaction, issued, rd).await,
            Stage::Expired(_) if on_expiry == OnExpiry::Restart => {
                Box::pin(self.start_over(visit, &transaction, rd, None)).await
            }
            // Another new one would end the same way: the person says when to try again.
            Stage::Expired(document) | Stage::Ended(document) => {
                Ok(self.ended(&transaction, &document, rd))
            }
        }
    }

    /// A new interaction in place of one that ran out; who was signing in is not asked again.
    async fn start_over(
        &self,
        visit: &Visit,
        old: &Transaction,
        rd: &ReturnTo,
        login_hint: Option<String>,
    ) -> Result<Reply, LoginError> {
        self.held.forget(old.id);
        self.start(
            visit,
            &wanted_by(old),
            rd,
            Some(StepNote::Expired),
            login_hint,
        )
        .await
    }

    /// Nothing more can be done: the engine's last words, and a way to start again.
    fn ended(&self, transaction: &Transaction, document: &Document, rd: &ReturnTo) -> Reply {
        self.held.forget(transaction.id);
        let step = Step::of(document, &self.options);
        let context = StepContext {
            rd: Some(rd.as_str()),
            ..blank_context()
        };
        Reply::page(
            self.pages.step(&step, &context),
            self.parts.transactions.clear(),
        )
    }

    fn step_page(
        &self,
        visit: &Visit,
        transaction: &Transaction,
        held: &Held,
        rd: &ReturnTo,
        note: Option<StepNote>,
    ) -> Result<Reply, LoginError> {
        let step = Step::of(&held.document, &self.options);
        let token =
            self.parts
                .step_tokens
                .issue(transaction, step.fingerprint(), &*self.parts.random);
        let context = StepContext {
            step_token: &token,
            rd: Some(rd.as_str()),
            show: visit.query.one("show")?,
            note,
            problems: &held.problems,
            typed: &held.typed,
            poll_count: visit
                .query
                .one("n")?
                .and_then(|n| n.parse().ok())
                .unwrap_or(0),
            auto_refresh: visit.query.one("auto")? != Some("off"),
            ..blank_context()
        };
        let page = self.pages.step(&step, &context);
        Ok(Reply::page(page, self.seal(transaction)?))
    }

    /// `POST /.interlock/sign-in`: answers the step that the page showed.
    ///
    /// # Errors
    /// The request comes from elsewhere, or the engine can't be asked.
    pub async fn answer(
        &self,
        visit: &Visit,
        posted: &Pairs,
        signed_in: bool,
    ) -> Result<Reply, LoginError> {
        if !same_origin(&visit.headers, &self.parts.public_url) {
            return Err(Failure::CrossOrigin.into());
        }
        let rd = posted
            .one("rd")?
            .map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd)));
        let Some(transaction) = self.parts.transactions.open(&visit.headers) else {
            let location = if signed_in {
                rd.as_str().to_owned()
            } else {
                let late = self.parts.transactions.is_presented(&visit.headers);
                sign_in_address(
                    &rd,
                    Some(if late {
                        StepNote::Expired
                    } else {
                        StepNote::NoCookie
                    }),
                )
            };
            return Ok(Reply::see_other(location, SetCookies::none()));
        };
        let Some((_turn, transaction)) = self.turn(visit, transaction.id).await else {
            return Ok(Reply::see_other(
                sign_in_address(&rd, None),
                SetCookies::none(),
            ));
        };
        let held = match self.held.get(transaction.id, transaction.step) {
            Some(held) => held,
            None => match self.due(visit, &transaction, &rd).await? {
                Ok(held) => held,
                Err(reply) => return Ok(reply),
            },
        };
        let step = Step::of(&held.document, &self.options);
        let token = posted.one("t")?.unwrap_or_default();
        match self
            .parts
            .step_tokens
            .check(&transaction, step.fingerprint(), token)
        {
            StepCheck::Valid => {}
            StepCheck::Foreign | StepCheck::Stale => return self.moved(&transaction, &rd),
        }
        match answer::answer(&held.document, &step, posted.all()) {
            Err(problems) => {
                self.held
                    .put_problems(transaction.id, &held, problems, typed(&step, posted));
                let location = format!("{}#problem", sign_in_address(&rd, None));
                Ok(Reply::see_other(location, self.seal(&transaction)?))
            }
            Ok(answered) => {
                self.send(visit, transaction, answered, typed(&step, posted), &rd)
                    .await
            }
        }
    }

    /// The step that is due, asked for anew: this replica has not seen the transaction, or has forgotten it.
    pub(super) async fn due(
        &self,
        visit: &Visit,
        transaction: &Transaction,
        rd: &ReturnTo,
    ) -> Result<Result<Held, Reply>, LoginError> {
        let document = match self.introspect(visit, transaction).await {
            Ok(document) => document,
            Err(error) if starts_over(&error) => {
                return Ok(Err(self.expired(transaction, rd)));
            }
            Err(error) => return Err(error.into()),
        };
        match Stage::of(document) {
            Stage::Due(document) => Ok(Ok(self.held.put(
                transaction.id,
                transaction.step,
                document,
            ))),
            Stage::Issued(issued) => self.complete(visit, transaction, issued, rd).await.map(Err),
            Stage::Expired(_) => Ok(Err(self.expired(transaction, rd))),
            Stage::Ended(document) => Ok(Err(self.ended(transaction, &document, rd))),
        }
    }

    fn expired(&self, transaction: &Transaction, rd: &ReturnTo) -> Reply {
        self.held.forget(transaction.id);
        Reply::see_other(
            sign_in_address(rd, Some(StepNote::Expired)),
            self.parts.transactions.clear(),
        )
    }

    /// The answer is to another step than the one that is due: it is not sent on (decision 9).
    pub(super) fn moved(
        &self,
        transaction: &Transaction,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let cookies = self.seal(transaction)?;
        Ok(Reply::see_other(
            sign_in_address(rd, Some(StepNote::MovedOn)),
            cookies,
        ))
    }

    /// Sends an answer to the engine, once.
    pub(super) async fn send(
        &self,
        visit: &Visit,
        mut transaction: Transaction,
        answered: Answered,
        typed: Vec<(String, String)>,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        if self
            .parts
            .transactions
            .spend(&transaction.id, transaction.step)
            == Spent::Already
        {
            return self.moved(&transaction, rd);
        }
        transaction.step = transaction.step.saturating_add(1);
        let browser = visit.browser(transaction.device_token.clone());
        let result = self
            .parts
            .idx
            .proceed(&answered.form, &answered.body.0, &browser)
            .await;
        let document = match result {
            Ok(answer) => answer.document,
            Err(error) if starts_over(&error) => return Ok(self.expired(&transaction, rd)),
            Err(error) => {
                // Whether the engine took the answer is not known: the next page asks it.
                self.held.forget(transaction.id);
                return Err(LoginError::from(error).with(self.seal(&transaction)?));
            }
        };
        match Stage::of(document) {
            Stage::Due(document) => {
                let (failed, again) = (
                    has_errors(&document),
                    asks_again(&document, &answered.form.name),
                );
                let held = self.held.put(transaction.id, transaction.step, document);
                if failed || again {
                    self.held
                        .put_problems(transaction.id, &held, Vec::new(), typed);
                }
                let fragment = if failed { "#problem" } else { "" };
                let location = format!("{}{fragment}", sign_in_address(rd, None));
                Ok(Reply::see_other(location, self.seal(&transaction)?))
            }
            Stage::Issued(issued) => self.complete(visit, &transaction, issued, rd).await,
            Stage::Expired(_) => Ok(self.expired(&transaction, rd)),
            Stage::Ended(document) => Ok(self.ended(&transaction, &document, rd)),
        }
    }
}

/// Whether an error means that the interaction is gone, so that a new one is begun.
fn starts_over(error: &IdxError) -> bool {
    error.interaction_is_gone()
}

/// A context with nothing in it yet.
fn blank_context() -> StepContext<'static> {
    StepContext {
        action: SIGN_IN,
        step_token: "",
        rd: None,
        show: None,
        note: None,
        problems: &[],
        typed: &[],
        brand: None,
        poll_count: 0,
        auto_refresh: true,
        status: None,
    }
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

/// What may be shown again after a failed answer: neither passwords nor codes nor answers, which are not even kept.
fn typed(step: &Step, posted: &Pairs) -> Vec<(String, String)> {
    let action = posted
        .all()
        .iter()
        .rev()
        .find(|(name, _)| name == answer::ACTION);
    let action = match action {
        Some((_, id)) => step.action(id),
        None => step.page.and_then(|page| step.actions.get(page)),
    };
    let Some(action) = action else {
        return Vec::new();
    };
    let shown_again = |control: &Control| match &control.what {
        What::Checkbox { .. } | What::Choice { .. } | What::Phone { .. } => true,
        What::Text { format, .. } => matches!(format, Format::Text | Format::Number | Format::Set),
        What::Branches(_)
        | What::Fixed(_)
        | What::NewPassword
        | What::Password
        | What::Script
        | What::Stated(_) => false,
    };
    let names: BTreeSet<String> = action
        .controls
        .iter()
        .filter(|control| shown_again(control))
        .map(|control| format!("f{}", control.index))
        .collect();
    let keeps = |name: &str| {
        let control = name.split_once('.').map_or(name, |(control, _)| control);
        name == answer::ACTION || names.contains(control)
    };
    posted
        .all()
        .iter()
        .filter(|(name, _)| keeps(name))
        .cloned()
        .collect()
}

/// What the transaction asked the engine for.
fn wanted_by(transaction: &Transaction) -> Wanted {
    Wanted {
        acr_values: transaction.acr_values.clone(),
        max_age: transaction.max_age,
    }
}
