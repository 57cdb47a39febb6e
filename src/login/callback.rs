//! Leaving for a provider, and coming back: `GET /.interlock/sign-in/go` and `GET /.interlock/callback`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

use std::ops::ControlFlow;

use subtle::ConstantTimeEq;
use tokio::sync::OwnedMutexGuard;

use super::{
    Failure, Login, LoginError, Reply, answer,
    complete::Code,
    flow::Issued,
    pages::{Notice, NoticeKind},
    progress::{Due, How, Progress},
    return_to::ReturnTo,
    sign_in::rd_of,
    sign_in_address,
    step::{Control, Format, Kind, Step, What},
    transaction::{Hosted, Transaction},
    visit::Visit,
};
use crate::{secret::Secret, session::SetCookies};

impl Login {
    /// `GET /.interlock/sign-in/go?a=…`: 303 to the address of a step that only the browser can visit (decision 7).
    /// Where the person was going is sealed into the transaction before it leaves (decision 8).
    ///
    /// # Errors
    /// The step has no such address, or one that no person may be sent to.
    pub async fn go(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let rd = rd_of(&visit.query)?;
        let action = visit.query.one("a")?.unwrap_or_default().to_owned();
        let (_turn, mut due) = match self.leaving(visit, &rd).await? {
            ControlFlow::Break(reply) => return Ok(reply),
            ControlFlow::Continue(leaving) => leaving,
        };
        let (held, transaction) = (due.held.clone(), &mut due.transaction);
        let step = Step::of(&held.document, &self.options);
        let Some(href) = step.hop(&held.document, &action) else {
            due.how = How::MovedOn;
            return self.after(visit, Progress::Due(due), &rd).await;
        };
        transaction.left_for = Some(rd);
        // The provider moves the transaction on: what is held is not to be believed when the person comes back.
        self.held.forget(transaction.id);
        Ok(Reply::see_other(href.as_str(), self.seal(transaction)?))
    }

    /// The step that is due in the sign-in of a browser that wants to leave; or, where there is none, where it goes instead.
    pub(super) async fn leaving(
        &self,
        visit: &Visit,
        rd: &ReturnTo,
    ) -> Result<ControlFlow<Reply, (OwnedMutexGuard<()>, Box<Due>)>, LoginError> {
        let turn = match self.parts.transactions.open(&visit.headers) {
            Some(transaction) => self.turn(transaction).await,
            None => None,
        };
        let Some((turn, transaction)) = turn else {
            let reply = self.gone(visit, Progress::Finished, rd).await?;
            return Ok(ControlFlow::Break(reply));
        };
        match self.due(visit, transaction).await? {
            Progress::Due(due) => Ok(ControlFlow::Continue((turn, due))),
            other => Ok(ControlFlow::Break(self.gone(visit, other, rd).await?)),
        }
    }

    /// `GET /.interlock/callback`: a provider or an emailed link returns.
    ///
    /// # Errors
    /// Parameters that stand twice, a `state` that is not this browser's, an error of the provider.
    pub async fn callback(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let query = &visit.query;
        let (code, error, otp) = (
            query.one("interaction_code")?,
            query.one("error")?,
            query.one("otp")?,
        );
        let state = query.one("state")?.unwrap_or_default();
        let said_by = query.one("iss")?;
        let opened = self.parts.transactions.open(&visit.headers);
        if let Some((transaction, hosted)) = opened.as_ref().and_then(|tx| left_hosted(tx, state)) {
            return self.back_from_hosted_page(visit, transaction, hosted).await;
        }
        let ours = opened.filter(|tx| same(&tx.state, state));
        let Some(transaction) = ours else {
            // A link from a mail, opened where the sign-in was not begun: its code is shown, nobody is signed in
            // (security T6).
            return match otp.filter(|otp| is_passcode(otp)) {
                Some(otp) if code.is_none() && error.is_none() => {
                    let notice = Notice {
                        code: Some(otp),
                        ..Notice::new(NoticeKind::EmailCode)
                    };
                    let page = self.pages_for(visit).notice(&notice);
                    Ok(Reply::page(page, SetCookies::none()))
                }
                _ => Err(Failure::Callback.into()),
            };
        };
        if said_by.is_some_and(|issuer| issuer != self.parts.oauth.settings().issuer.as_str()) {
            return Err(Failure::Callback.into());
        }
        let rd = transaction.left_for.clone().unwrap_or_default();
        match (code, error, otp) {
            (Some(code), None, None) => {
                let issued = Issued {
                    interaction_code: Secret::new(code),
                    client_id: None,
                };
                let _turn = self.held.turn(transaction.id).await;
                let code = Code::Interaction(issued);
                let progress = self.complete(visit, &transaction, code).await?;
                self.gone(visit, progress, &rd).await
            }
            (None, Some("interaction_required"), None) => {
                self.held.forget(transaction.id);
                Ok(Reply::see_other(
                    sign_in_address(&rd, None),
                    SetCookies::none(),
                ))
            }
            (None, Some(error), None) => {
                self.held.forget(transaction.id);
                let error = LoginError::from(Failure::Provider(known_code(error)));
                Err(error.with(self.parts.transactions.clear()))
            }
            (None, None, Some(otp)) => self.emailed_code(visit, transaction, otp, &rd).await,
            _ => Err(Failure::Callback.into()),
        }
    }

    /// The emailed link was opened in the browser that began: its code answers the step that waits for it, and is one
    /// answer like any that is typed (security E2).
    async fn emailed_code(
        &self,
        visit: &Visit,
        transaction: Transaction,
        otp: &str,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let Some((_turn, transaction)) = self.turn(transaction).await else {
            return self.gone(visit, Progress::Finished, rd).await;
        };
        let mut due = match self.due(visit, transaction).await? {
            Progress::Due(due) => due,
            other => return self.gone(visit, other, rd).await,
        };
        let document = &due.held.document;
        let step = Step::of(document, &self.options);
        let answered =
            passcode(&step, otp).and_then(|posted| answer::answer(document, &step, &posted).ok());
        let Some(answered) = answered else {
            due.how = How::MovedOn;
            return self.after(visit, Progress::Due(due), rd).await;
        };
        let account = document.user_identifier();
        if let Err(wait) = self.limit.answer(visit.client.ip, account, self.now()) {
            due.how = How::TooMany(wait);
            return self.after(visit, Progress::Due(due), rd).await;
        }
        let progress = self
            .send(visit, due.transaction, answered, Vec::new())
            .await?;
        self.after(visit, progress, rd).await
    }
}

/// Whether it may be a code from a mail: nothing else of an address is shown (security X2).
fn is_passcode(otp: &str) -> bool {
    (4..=12).contains(&otp.len()) && otp.bytes().all(|octet| octet.is_ascii_alphanumeric())
}

/// The answer to a step whose page asks for the code of a mail; no other code comes by a link.
fn passcode(step: &Step, otp: &str) -> Option<Vec<(String, String)>> {
    let action = step
        .page
        .and_then(|page| step.actions.get(page))
        .filter(|page| page.kind == Kind::EmailCode)?;
    let is_code = |control: &&Control| {
        matches!(
            control.what,
            What::Text {
                format: Format::Code,
                ..
            }
        )
    };
    let mut codes = action.controls.iter().filter(is_code);
    let (code, None) = (codes.next()?, codes.next()) else {
        return None;
    };
    Some(vec![
        (answer::ACTION.to_owned(), action.id.to_string()),
        (format!("f{}", code.index), otp.to_owned()),
    ])
}

/// The sign-in that left for the server's own page with this `state`.
fn left_hosted(transaction: &Transaction, state: &str) -> Option<(Transaction, Hosted)> {
    let hosted = transaction.hosted.as_ref()?;
    same(&hosted.state, state).then(|| (transaction.clone(), hosted.clone()))
}

fn same(state: &str, given: &str) -> bool {
    !given.is_empty() && state.as_bytes().ct_eq(given.as_bytes()).into()
}

/// An error code of the callback's query, for the log alone; whatever is no code is not repeated.
pub(super) fn known_code(error: &str) -> String {
    let code = error.len() <= 64 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if code {
        error.to_owned()
    } else {
        "an unreadable error".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_repeated() {
        assert_eq!(known_code("access_denied"), "access_denied");
        assert_eq!(known_code("<script>"), "an unreadable error");
    }
}
