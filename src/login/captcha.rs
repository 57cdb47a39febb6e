//! `GET /.interlock/sign-in/captcha`: the problem that a CAPTCHA of the org's own sets, fetched for the page. The page asks
//! its own origin alone; what the engine is told of the sign-in stays with the gateway.

use super::{Failure, Login, LoginError, Reply, ReplyKind, progress::Progress, visit::Visit};
use crate::session::SetCookies;

impl Login {
    /// Has a problem set, for a step that asks for one. It counts as an answer to the step: each is a call of the engine.
    ///
    /// # Errors
    /// The step asks for none, too many were asked for, or the engine can't be asked.
    pub async fn captcha(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let opened = self.parts.transactions.open(&visit.headers);
        let turn = match opened {
            Some(transaction) => self.turn(transaction).await,
            None => None,
        };
        let (_turn, transaction) = turn.ok_or(Failure::NoCaptcha)?;
        let Progress::Due(due) = self.due(visit, transaction).await? else {
            return Err(Failure::NoCaptcha.into());
        };
        let form = due.held.document.captcha_challenge();
        let form = form.ok_or(Failure::NoCaptcha)?;
        if let Err(retry_after) = self.limit.answer(visit.client.ip, None, self.now()) {
            return Err(Failure::TooMany { retry_after }.into());
        }
        let browser = self.browser(visit, due.transaction.device_token.clone());
        let problem = self.parts.idx.captcha_challenge(&form, &browser).await?;
        Ok(Reply {
            kind: ReplyKind::Json(serde_json::json!(problem)),
            cookies: SetCookies::none(),
            retry_after: None,
        })
    }
}
