//! Questions that a button answers: whether to sign out, whether to begin anew with the link of a mail.

use http::StatusCode;
use minijinja::context;

use super::{Page, Pages};
use crate::login::view::policy::Needs;

/// What the question whether to sign out depends on.
#[derive(Clone, Copy, Debug)]
pub struct SignOut<'a> {
    /// Where the form goes: `/.interlock/sign-out`.
    pub action: &'a str,
    /// A token, posted as `t`, where there is one.
    pub token: Option<&'a str>,
    /// Where to go afterwards, posted as `rd`.
    pub rd: Option<&'a str>,
    /// Who is signed in.
    pub identifier: Option<&'a str>,
    /// Where "stay signed in" leads: on this origin.
    pub stay: &'a str,
}

/// What the question depends on whether a link of a mail is to take the place of the sign-in under way.
///
/// Its form goes where the page is, so that the token in the link stands on no page.
#[derive(Clone, Copy, Debug)]
pub struct Invited<'a> {
    /// A token bound to the sign-in under way, posted as `t`.
    pub token: &'a str,
    /// Where to go afterwards, posted as `rd`.
    pub rd: &'a str,
    /// Where going on with that sign-in leads: on this origin.
    pub stay: &'a str,
}

impl Pages {
    /// The question whether to sign out.
    pub fn sign_out(&self, question: &SignOut<'_>) -> Page {
        self.page(
            StatusCode::OK,
            &Needs::default(),
            self.render("sign-out.html", self.sign_out_context(question)),
        )
    }

    /// The same, saying why where the template fails.
    pub(super) fn try_sign_out(&self, question: &SignOut<'_>) -> Result<String, minijinja::Error> {
        self.try_render("sign-out.html", self.sign_out_context(question))
    }

    fn sign_out_context(&self, question: &SignOut<'_>) -> minijinja::Value {
        context! {
            frame => self.frame(None), action => question.action, token => question.token, rd => question.rd,
            identifier => question.identifier, stay => question.stay,
        }
    }

    /// The question whether to begin anew with the link of a mail.
    pub fn invited(&self, question: &Invited<'_>) -> Page {
        let html = self.render("invited.html", self.invited_context(question));
        Page {
            // The address holds the link's token, which is nobody's to learn where the page leads to.
            referrer_policy: "strict-origin",
            ..self.page(StatusCode::OK, &Needs::default(), html)
        }
    }

    /// The same, saying why where the template fails.
    pub(super) fn try_invited(&self, question: &Invited<'_>) -> Result<String, minijinja::Error> {
        self.try_render("invited.html", self.invited_context(question))
    }

    fn invited_context(&self, question: &Invited<'_>) -> minijinja::Value {
        context! {
            frame => self.frame(None), token => question.token, rd => question.rd, stay => question.stay,
        }
    }
}
