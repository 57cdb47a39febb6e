//! Leaving for a provider, and coming back: `GET /.interlock/sign-in/go` and `GET /.interlock/callback`.

use subtle::ConstantTimeEq;
use url::Url;

use super::{
    Failure, Login, LoginError, Reply,
    flow::Issued,
    pages::Notice,
    return_to::ReturnTo,
    sign_in_address,
    step::Step,
    transaction::Transaction,
    visit::Visit,
};
use crate::{public_url::is_loopback, secret::Secret, session::SetCookies};

impl Login {
    /// `GET /.interlock/sign-in/go?a=…`: 303 to the address of a step that only the browser can visit (decision 7).
    /// Where the person was going is sealed into the transaction before it leaves (decision 8).
    ///
    /// # Errors
    /// The step has no such address, or one that no person may be sent to.
    pub async fn go(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let rd = visit.query.one("rd")?.map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd)));
        let action = visit.query.one("a")?.unwrap_or_default().to_owned();
        let Some(transaction) = self.parts.transactions.open(&visit.headers) else {
            return Ok(Reply::see_other(sign_in_address(&rd, None), SetCookies::none()));
        };
        let Some((_turn, mut transaction)) = self.turn(visit, transaction.id).await else {
            return Ok(Reply::see_other(sign_in_address(&rd, None), SetCookies::none()));
        };
        let held = match self.held.get(transaction.id, transaction.step) {
            Some(held) => held,
            None => match self.due(visit, &transaction, &rd).await? {
                Ok(held) => held,
                Err(reply) => return Ok(reply),
            },
        };
        let step = Step::of(&held.document, &self.step_options());
        let href = step.hop(&held.document, &action).filter(|href| may_visit(href)).ok_or(Failure::NoHop)?;
        transaction.left_for = Some(rd);
        // The provider moves the transaction on: what is held is not to be believed when the person comes back.
        self.held.forget(transaction.id);
        Ok(Reply::see_other(href, self.seal(&transaction)?))
    }

    /// `GET /.interlock/callback`: a provider or an emailed link returns.
    ///
    /// # Errors
    /// Parameters that stand twice, a `state` that is not this browser's, an error of the provider.
    pub async fn callback(&self, visit: &Visit) -> Result<Reply, LoginError> {
        let query = &visit.query;
        let (code, error, otp) = (query.one("interaction_code")?, query.one("error")?, query.one("otp")?);
        let state = query.one("state")?.unwrap_or_default();
        let issuer = query.one("iss")?;
        let ours = self.parts.transactions.open(&visit.headers).filter(|tx| same_state(tx, state));
        let Some(transaction) = ours else {
            // A link from a mail, opened where the sign-in was not begun: its code is shown, nobody is signed in
            // (security T6).
            return match otp {
                Some(otp) if code.is_none() && error.is_none() => {
                    let page = self.pages.notice(&Notice::OneTimeCode { code: otp.to_owned() });
                    Ok(Reply::page(page, SetCookies::none()))
                }
                _ => Err(Failure::Callback.into()),
            };
        };
        if issuer.is_some_and(|issuer| issuer != self.parts.oauth.settings().issuer.as_str()) {
            return Err(Failure::Callback.into());
        }
        let rd = transaction.left_for.clone().unwrap_or_default();
        match (code, error, otp) {
            (Some(code), None, None) => {
                let issued = Issued { interaction_code: Secret::new(code), client_id: None };
                let _turn = self.held.turn(transaction.id).await;
                self.complete(visit, &transaction, issued, &rd).await
            }
            (None, Some("interaction_required"), None) => {
                self.held.forget(transaction.id);
                Ok(Reply::see_other(sign_in_address(&rd, None), SetCookies::none()))
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

    /// The emailed link was opened in the browser that began: its code answers the step that waits for it.
    async fn emailed_code(
        &self,
        visit: &Visit,
        transaction: Transaction,
        otp: &str,
        rd: &ReturnTo,
    ) -> Result<Reply, LoginError> {
        let Some((_turn, transaction)) = self.turn(visit, transaction.id).await else {
            return Ok(Reply::see_other(sign_in_address(rd, None), SetCookies::none()));
        };
        let held = match self.due(visit, &transaction, rd).await? {
            Ok(held) => held,
            Err(reply) => return Ok(reply),
        };
        let step = Step::of(&held.document, &self.step_options());
        match step.with_passcode(&held.document, otp) {
            Some(answered) => self.send(visit, transaction, answered, Vec::new(), rd).await,
            None => self.moved(visit, &transaction, rd),
        }
    }
}

fn same_state(transaction: &Transaction, state: &str) -> bool {
    !state.is_empty() && transaction.state.as_bytes().ct_eq(state.as_bytes()).into()
}

/// Where a person may be sent: `https`, or `http` on loopback; never `javascript:` and its cousins (security IDP-04).
fn may_visit(href: &str) -> bool {
    let Ok(url) = Url::parse(href) else { return false };
    let plain = url.username().is_empty() && url.password().is_none();
    plain && match url.scheme() {
        "https" => url.host().is_some(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    }
}

/// An error code of the callback's query, for the log alone; whatever is no code is not repeated.
fn known_code(error: &str) -> String {
    let code = error.len() <= 64 && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if code { error.to_owned() } else { "an unreadable error".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_to_https_alone() {
        for (href, may) in [
            ("https://idp.example/authorize?x=1", true),
            ("http://127.0.0.1:9400/sso/idps/1", true),
            ("http://localhost:9400/sso", true),
            ("http://idp.example/", false),
            ("https://user@idp.example/", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("//idp.example/", false),
            ("/relative", false),
            ("", false),
        ] {
            assert_eq!(may_visit(href), may, "{href}");
        }
    }

    #[test]
    fn only_codes_are_repeated() {
        assert_eq!(known_code("access_denied"), "access_denied");
        assert_eq!(known_code("<script>"), "an unreadable error");
    }
}
