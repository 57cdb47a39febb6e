//! The pages of a sign-in: `GET` shows the step that is due, `POST` answers it.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

use serde_json::json;

use super::{
    Failure, Login, LoginError, Reply, ReplyKind, STATUS, Wanted, answer,
    invited::invitation,
    note_from,
    pages::{StepContext, StepNote},
    progress::{Due, How, Poll, Progress, Signed},
    return_to::ReturnTo,
    sign_in_address,
    step::{ActionId, Step},
    transaction::Transaction,
    visit::{Pairs, Visit, same_origin},
};
use crate::{
    idx::ion::Document,
    session::{SessionError, SetCookies},
};

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
        let rd = rd_of(&visit.query)?;
        let note = visit.query.one("note")?.and_then(note_from);
        // Before any link in a mail: whoever is signed in is not led into another account.
        if signed_in {
            return Ok(Reply::see_other(rd.as_str(), SetCookies::none()));
        }
        if let Some(invitation) = invitation(&visit.query)? {
            return self.invited(visit, wanted, invitation, &rd).await;
        }
        if visit.query.one("start")?.is_some() {
            return Ok(Reply::see_other(
                sign_in_address(&rd, None),
                self.parts.transactions.clear(),
            ));
        }
        // The answer that finished the sign-in is on its way, or was lost.
        if let Some(signed) = self.just_finished(visit).await {
            return self.gone(visit, signed, &rd).await;
        }
        // Who looks at other methods is not waiting (ui-guide section 7).
        let poll = match visit.query.one("show")? {
            None => Poll::WhenDue,
            Some(_) => Poll::Never,
        };
        let progress = match self.under_way(visit, wanted) {
            Some(transaction) => self.resume(visit, transaction, poll).await?,
            None => self.begin(visit, wanted, None).await?,
        };
        match progress {
            Progress::Due(due) => self.step_page(visit, &due, &rd, note),
            // Who was signing in begins anew, and is told so.
            Progress::Expired(old) => match self.begin(visit, &wanted_by(&old), None).await? {
                Progress::Due(due) => self.step_page(visit, &due, &rd, Some(StepNote::Expired)),
                other => self.gone(visit, other, &rd).await,
            },
            other => self.gone(visit, other, &rd).await,
        }
    }

    /// What the browser's sign-in brought, where another of its requests has finished it a moment ago or is about to.
    async fn just_finished(&self, visit: &Visit) -> Option<Progress> {
        let id = self.parts.transactions.finished(&visit.headers)?;
        let _turn = self.held.turn(id).await;
        let progress = self.brought(id);
        matches!(progress, Progress::Signed(_)).then_some(progress)
    }

    /// The browser's sign-in, where it asks the engine for what is wanted.
    pub(crate) fn under_way(&self, visit: &Visit, wanted: &Wanted) -> Option<Transaction> {
        self.parts
            .transactions
            .open(&visit.headers)
            .filter(|transaction| covers(transaction, wanted))
    }

    /// `POST /.interlock/sign-in`: answers the step that the page showed, or begins anew as `wanted`, where the link of a
    /// mail was confirmed.
    ///
    /// # Errors
    /// The request comes from elsewhere, or the engine can't be asked.
    pub async fn answer(
        &self,
        visit: &Visit,
        posted: &Pairs,
        wanted: &Wanted,
        signed_in: bool,
    ) -> Result<Reply, LoginError> {
        if !same_origin(&visit.headers, &self.parts.public_url) {
            return Err(Failure::CrossOrigin.into());
        }
        let rd = rd_of(posted)?;
        if let Some(invitation) = invitation(&visit.query)?
            && !signed_in
        {
            return self.confirmed(visit, posted, wanted, invitation, &rd).await;
        }
        let Some(transaction) = self.parts.transactions.open(&visit.headers) else {
            if !signed_in && let Some(signed) = self.just_finished(visit).await {
                return self.gone(visit, signed, &rd).await;
            }
            let gives_up =
                posted.one(answer::ACTION)? == Some(ActionId::Cancel.to_string().as_str());
            let location = if signed_in {
                rd.as_str().to_owned()
            } else if gives_up {
                // The last page of a sign-in has left no cookie behind, and none is needed to start again.
                sign_in_address(&rd, None)
            } else {
                let late = self.parts.transactions.is_presented(&visit.headers);
                let note = if late {
                    StepNote::Expired
                } else {
                    StepNote::NoCookie
                };
                sign_in_address(&rd, Some(note))
            };
            return Ok(Reply::see_other(location, SetCookies::none()));
        };
        let token = posted.one("t")?.unwrap_or_default();
        let progress = self
            .proceed(visit, transaction, token, |step| {
                answer::instead(step, posted)
            })
            .await?;
        self.after(visit, progress, &rd).await
    }

    /// Where an answer leads: to the page of the step that is due, or out of the sign-in.
    pub(super) async fn after(
        &self,
        visit: &Visit,
        progress: Progress,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let due = match progress {
            Progress::Due(due) => due,
            other => return self.gone(visit, other, rd).await,
        };
        let location = match due.how {
            How::TooMany(wait) => return self.slow_down(visit, &due, rd, wait),
            How::MovedOn => sign_in_address(rd, Some(StepNote::MovedOn)),
            How::Unsent | How::Answered { failed: true } => {
                format!("{}#problem", sign_in_address(rd, None))
            }
            How::Answered { failed: false } | How::Shown => sign_in_address(rd, None),
        };
        Ok(Reply::see_other(location, self.seal(&due.transaction)?))
    }

    /// Everything but a step.
    pub(super) async fn gone(
        &self,
        visit: &Visit,
        progress: Progress,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        match progress {
            Progress::Due(due) => self.step_page(visit, &due, rd, None),
            Progress::Ended(transaction, document) => {
                Ok(self.end_page(visit, &transaction, &document, rd))
            }
            Progress::Expired(_) => Ok(Reply::see_other(
                sign_in_address(rd, Some(StepNote::Expired)),
                self.parts.transactions.clear(),
            )),
            Progress::Finished => Ok(Reply::see_other(
                sign_in_address(rd, None),
                SetCookies::none(),
            )),
            Progress::Signed(signed) => Ok(Reply::see_other(
                rd.as_str(),
                self.begin_session(visit, &signed).await?,
            )),
        }
    }

    /// The session's cookies in place of the sign-in's. Who comes late gets the same session, unless it has ended.
    pub(crate) async fn begin_session(
        &self,
        visit: &Visit,
        signed: &Signed,
    ) -> Result<SetCookies, LoginError> {
        let clear = self.parts.transactions.clear();
        match signed.hand_out(&self.parts.sessions, &visit.headers).await {
            Ok(cookies) => Ok(cookies.and(clear)),
            Err(SessionError::Ended) => Ok(clear),
            Err(error) => Err(LoginError::from(error).with(clear)),
        }
    }

    /// `GET /.interlock/sign-in/status?s=STEP[&signed=1]`: whether the page that shows this step is still the one to
    /// show, asked as often as the engine says, or because an app on the device has signed.
    ///
    /// # Errors
    /// The engine can't be asked, or the sign-in ended badly.
    pub async fn status(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let shown: Option<u32> = visit.query.one("s")?.and_then(|step| step.parse().ok());
        let go = |cookies| Reply {
            kind: ReplyKind::Json(json!({ "state": "go" })),
            cookies,
            retry_after: None,
        };
        let Some(transaction) = self
            .parts
            .transactions
            .open(&visit.headers)
            .filter(|transaction| Some(transaction.step) == shown)
        else {
            return Ok(go(SetCookies::none()));
        };
        let poll = match visit.query.one("signed")? {
            None => Poll::WhenDue,
            Some(_) => Poll::Signed,
        };
        match self.resume(visit, transaction, poll).await? {
            Progress::Due(due) => {
                let cookies = self.seal(&due.transaction)?;
                let step = Step::of(&due.held.document, &self.options);
                match self.waits(&step, &due.held) {
                    Some(wait) if Some(due.transaction.step) == shown => {
                        let after = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                        Ok(Reply {
                            kind: ReplyKind::Json(json!({ "state": "wait", "after": after })),
                            cookies: SetCookies::none(),
                            retry_after: None,
                        })
                    }
                    _ => Ok(go(cookies)),
                }
            }
            Progress::Ended(transaction, _) => Ok(go(self.seal(&transaction)?)),
            Progress::Expired(_) | Progress::Finished => Ok(go(SetCookies::none())),
            Progress::Signed(signed) => Ok(go(self.begin_session(visit, &signed).await?)),
        }
    }

    /// Nothing more can be done: the engine's last words, and a way to start again.
    fn end_page(
        &self,
        visit: &Visit,
        transaction: &Transaction,
        document: &Document,
        rd: &ReturnTo,
    ) -> Reply {
        self.held.forget(transaction.id);
        let step = Step::of(document, &self.options);
        let context = StepContext {
            rd: Some(rd.as_str()),
            ..StepContext::new("")
        };
        Reply::page(
            self.pages_for(visit).step(&step, &context),
            self.parts.transactions.clear(),
        )
    }

    /// Our own limit: the step's page with 429 (decision 15).
    fn slow_down(
        &self,
        visit: &Visit,
        due: &Due,
        rd: &ReturnTo,
        wait: std::time::Duration,
    ) -> Result<Reply, LoginError> {
        let mut reply = self.step_page(visit, due, rd, Some(StepNote::TooMany))?;
        if let ReplyKind::Page(page) = &mut reply.kind {
            page.status = http::StatusCode::TOO_MANY_REQUESTS;
        }
        reply.retry_after = Some(wait);
        Ok(reply)
    }

    fn step_page(
        &self,
        visit: &Visit,
        due: &Due,
        rd: &ReturnTo,
        note: Option<StepNote>,
    ) -> Result<Reply, LoginError> {
        let Due {
            transaction, held, ..
        } = due;
        let step = Step::of(&held.document, &self.options);
        let token = self.step_token(transaction, &step);
        let status = step
            .refresh
            .map(|_| format!("{STATUS}?s={}", transaction.step));
        let hosted = self.hosted_page(&step, rd);
        let context = StepContext {
            rd: Some(rd.as_str()),
            hosted: hosted.as_deref(),
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
            status: status.as_deref(),
            ..StepContext::new(&token)
        };
        let page = self.pages_for(visit).step(&step, &context);
        Ok(Reply::page(page, self.seal(transaction)?))
    }

    /// What an answer to this step must bring back.
    pub(crate) fn step_token(&self, transaction: &Transaction, step: &Step) -> String {
        self.parts
            .step_tokens
            .issue(transaction, step.fingerprint(), &*self.parts.random)
    }
}

/// Where a tab is going.
pub(super) fn rd_of(pairs: &Pairs) -> Result<ReturnTo, LoginError> {
    Ok(pairs
        .one("rd")?
        .map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd))))
}

/// What the transaction asked the engine for.
fn wanted_by(transaction: &Transaction) -> Wanted {
    Wanted {
        acr_values: transaction.acr_values.clone(),
        max_age: transaction.max_age,
    }
}

/// Whether what the transaction brings is enough for a tab: tabs that need less share it, instead of taking it from one
/// another.
fn covers(transaction: &Transaction, wanted: &Wanted) -> bool {
    let acr = wanted.acr_values.is_none() || wanted.acr_values == transaction.acr_values;
    let age = wanted
        .max_age
        .is_none_or(|wanted| transaction.max_age.is_some_and(|asked| asked <= wanted));
    acr && age
}
