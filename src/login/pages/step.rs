//! The page of a step.

use http::StatusCode;
use minijinja::{context, value::Serde};

use super::{Page, Pages};
use crate::login::{SIGN_IN, answer::FieldProblem, step::Step, view::page};

/// What a step's page depends on beside the step.
#[derive(Clone, Copy, Debug)]
pub struct StepContext<'a> {
    /// Where forms go: `/.interlock/sign-in`. Links of this step go to the same path, hops to `…/go`.
    pub action: &'a str,
    /// The token that binds an answer to this step, posted as `t`.
    pub step_token: &'a str,
    /// Where this tab is going, posted as `rd`.
    pub rd: Option<&'a str>,
    /// The action whose page is asked for (`?show=`), instead of the step's own.
    pub show: Option<&'a str>,
    /// Where the server's own page is offered (`sign_in.hosted_page`).
    pub hosted: Option<&'a str>,
    /// Something that happened in between.
    pub note: Option<StepNote>,
    /// What was wrong with the last answer.
    pub problems: &'a [FieldProblem],
    /// What was posted last, to fill in again; secrets and codes are left out here, whoever passes them.
    pub typed: &'a [(String, String)],
    /// The product's name, where the settings name none.
    pub brand: Option<&'a str>,
    /// How often this page has looked again by itself (`?n=`).
    pub poll_count: u32,
    /// Whether it may look again by itself (not with `?auto=off`).
    pub auto_refresh: bool,
    /// Where the waiting script asks; `None`: no script.
    pub status: Option<&'a str>,
}

impl<'a> StepContext<'a> {
    /// At the sign-in's own address, with nothing optional, and free to look again by itself.
    pub fn new(step_token: &'a str) -> Self {
        Self {
            action: SIGN_IN,
            step_token,
            rd: None,
            show: None,
            hosted: None,
            note: None,
            problems: &[],
            typed: &[],
            brand: None,
            poll_count: 0,
            auto_refresh: true,
            status: None,
        }
    }
}

/// Something that happened between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNote {
    /// The sign-in expired and was begun anew.
    Expired,
    /// The server's own page signed nobody in.
    HostedPage,
    /// Another tab, or this one, has answered the step already.
    MovedOn,
    /// The browser sent no cookie with its answer.
    NoCookie,
    /// Too many answers in a short time.
    TooMany,
}

impl Pages {
    /// The page of a step.
    pub fn step(&self, step: &Step, context: &StepContext<'_>) -> Page {
        self.step_by(step, context, &format!("{}.html", step.kind.key()))
    }

    /// The page of a step, by this template where the operator has it.
    pub(super) fn step_by(&self, step: &Step, context: &StepContext<'_>, template: &str) -> Page {
        let means = page::Means {
            words: &self.tongue.words,
            assets: &self.inner.assets,
            captcha: &self.inner.captcha,
            duo: self.inner.duo,
        };
        let (view, needs) = page::view(step, context, means);
        let own = self.tongue.environment.get_template(template).is_ok();
        let template = if own { template } else { "step.html" };
        let frame = self.frame(context.brand.or(step.app.as_deref()));
        self.page(
            StatusCode::OK,
            &needs,
            self.render(template, context! { frame, page => Serde(&view) }),
        )
    }

    /// The same, saying why where the template fails.
    pub(super) fn try_step(
        &self,
        step: &Step,
        context: &StepContext<'_>,
        template: &str,
    ) -> Result<String, minijinja::Error> {
        let means = page::Means {
            words: &self.tongue.words,
            assets: &self.inner.assets,
            captcha: &self.inner.captcha,
            duo: self.inner.duo,
        };
        let (view, _) = page::view(step, context, means);
        let frame = self.frame(None);
        self.try_render(template, context! { frame, page => Serde(&view) })
    }
}
