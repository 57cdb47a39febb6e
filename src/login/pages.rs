//! The pages: a step, a notice, the question whether to sign out.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{
    AutoEscape, Environment, Output, State, UndefinedBehavior, context, escape_formatter,
};
use serde::Serialize;

use super::Settings;
use super::answer::FieldProblem;
use super::step::Step;
use super::view::assets::{Asset, Assets};
use super::view::page;
use super::view::policy::{self, Needs};
use super::view::words::word;

/// Why the pages cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A template does not parse.
    #[error("template {name} is not valid")]
    Template {
        /// Which one.
        name: &'static str,
        /// Why.
        #[source]
        source: minijinja::Error,
    },
}

/// A page that is ready to be sent. It is never to be stored: `Cache-Control: no-store`.
#[derive(Clone, Debug)]
pub struct Page {
    /// The status that suits it.
    pub status: StatusCode,
    /// The document.
    pub html: String,
    /// The value of `Content-Security-Policy`.
    pub content_security_policy: String,
    /// The value of `Refresh`, where the page leads on by itself.
    pub refresh: Option<String>,
}

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

/// Something that happened between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNote {
    /// The sign-in expired and was begun anew.
    Expired,
    /// Another tab, or this one, has answered the step already.
    MovedOn,
    /// The browser sent no cookie with its answer.
    NoCookie,
    /// Too many answers in a short time.
    TooMany,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// The app behind the gateway is away.
    AppAway,
    /// The sign-in was declined at the authorization server.
    Denied,
    /// A code from an emailed link that was opened in another browser.
    EmailCode,
    /// Something failed.
    Error,
    /// Signed in, but not allowed.
    Forbidden,
    /// No such page.
    NotFound,
    /// A request that belongs to no sign-in of this browser, or came from elsewhere.
    Refused,
    /// Signed out.
    SignedOut,
    /// Too many requests.
    TooMany,
    /// The authorization server is away.
    Unavailable,
}

/// A page without a step.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// What it is about.
    pub kind: NoticeKind,
    /// What to quote to support.
    pub reference: Option<&'a str>,
    /// Where its button leads: on this origin.
    pub link: Option<&'a str>,
    /// The code of an emailed link.
    pub code: Option<&'a str>,
    /// The product's name, where the settings name none.
    pub brand: Option<&'a str>,
}

impl<'a> Notice<'a> {
    /// A notice without anything optional.
    pub fn new(kind: NoticeKind) -> Self {
        Self {
            kind,
            reference: None,
            link: None,
            code: None,
            brand: None,
        }
    }

    /// With a reference to quote.
    #[must_use]
    pub fn reference(mut self, reference: &'a str) -> Self {
        self.reference = Some(reference);
        self
    }

    /// With a button that leads on.
    #[must_use]
    pub fn link(mut self, link: &'a str) -> Self {
        self.link = Some(link);
        self
    }
}

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

/// All pages of the gateway. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    inner: Arc<Inner>,
}

struct Inner {
    environment: Environment<'static>,
    assets: Assets,
    language: String,
    brand: Option<String>,
    form_action: Vec<String>,
}

/// What stands around every page.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'a str,
    brand: &'a str,
    style: &'a str,
    icon: &'a str,
}

impl Pages {
    /// Reads the templates once.
    ///
    /// # Errors
    /// When a template does not parse.
    pub fn new(settings: &Settings) -> Result<Self, PagesError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.set_formatter(escape);
        let syntax = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build();
        environment.set_syntax(syntax.map_err(|source| PagesError::Template {
            name: "syntax",
            source,
        })?);
        environment.add_function("word", |key: &str| word(key));
        for (name, source) in TEMPLATES {
            environment
                .add_template(name, source)
                .map_err(|source| PagesError::Template { name, source })?;
        }
        Ok(Self {
            inner: Arc::new(Inner {
                environment,
                assets: Assets::new(),
                language: "en".to_owned(),
                brand: settings.brand_name.clone(),
                form_action: settings.form_action.clone(),
            }),
        })
    }

    /// The page of a step.
    pub fn step(&self, step: &Step, context: &StepContext<'_>) -> Page {
        let view = page::view(step, context, &self.inner.assets);
        let needs = Needs {
            image_data: view.has_image,
            script: view.script.is_some(),
        };
        let frame = self.frame(context.brand.or(step.app.as_deref()));
        self.page(
            StatusCode::OK,
            needs,
            self.render("step.html", context! { frame, page => Serde(&view) }),
        )
    }

    /// A page without a step.
    pub fn notice(&self, notice: &Notice<'_>) -> Page {
        let (status, key, button) = match notice.kind {
            NoticeKind::AppAway => (StatusCode::BAD_GATEWAY, "app-away", "notice.retry"),
            NoticeKind::Denied => (StatusCode::FORBIDDEN, "denied", "start-again"),
            NoticeKind::EmailCode => (StatusCode::OK, "email-code", "start-again"),
            NoticeKind::Error => (StatusCode::BAD_GATEWAY, "error", "start-again"),
            NoticeKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "notice.continue"),
            NoticeKind::NotFound => (StatusCode::NOT_FOUND, "not-found", "notice.continue"),
            NoticeKind::Refused => (StatusCode::BAD_REQUEST, "refused", "start-again"),
            NoticeKind::SignedOut => (StatusCode::OK, "signed-out", "notice.sign-in"),
            NoticeKind::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too-many", "notice.retry"),
            NoticeKind::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "notice.retry",
            ),
        };
        let frame = self.frame(notice.brand);
        let (title, text) = (
            word(&format!("notice.{key}.title")),
            word(&format!("notice.{key}.text")),
        );
        let context = context! {
            frame, title, text, reference => notice.reference, link => notice.link, code => notice.code,
            button => word(button), is_error => status.is_client_error() || status.is_server_error(),
        };
        self.page(
            status,
            Needs::default(),
            self.render("notice.html", context),
        )
    }

    /// The question whether to sign out.
    pub fn sign_out(&self, question: &SignOut<'_>) -> Page {
        let frame = self.frame(None);
        let context = context! {
            frame, action => question.action, token => question.token, rd => question.rd,
            identifier => question.identifier, stay => question.stay,
        };
        self.page(
            StatusCode::OK,
            Needs::default(),
            self.render("sign-out.html", context),
        )
    }

    /// A page that leads to another origin (decision 6). `target` must have been judged by the caller.
    pub fn leave(&self, target: &url::Url) -> Page {
        let frame = self.frame(None);
        let context = context! {
            frame, title => word("notice.leave.title"), text => word("notice.leave.text"), reference => None::<&str>,
            link => target.as_str(), code => None::<&str>, button => word("notice.continue"), is_error => false,
        };
        let mut page = self.page(
            StatusCode::OK,
            Needs::default(),
            self.render("notice.html", context),
        );
        page.refresh = Some(format!("0; url={target}"));
        page
    }

    /// The stylesheet, icon or script at this path.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        self.inner.assets.at(path)
    }

    fn frame(&self, brand: Option<&str>) -> minijinja::Value {
        minijinja::Value::from(Serde(Frame {
            lang: &self.inner.language,
            brand: self
                .inner
                .brand
                .as_deref()
                .or(brand)
                .unwrap_or_else(|| word("frame.brand")),
            style: &self.inner.assets.style.path,
            icon: &self.inner.assets.icon.path,
        }))
    }

    /// Renders; should a template fail after all, a plain page that still says something.
    fn render(&self, name: &str, context: minijinja::Value) -> String {
        let rendered = self
            .inner
            .environment
            .get_template(name)
            .and_then(|template| template.render(context));
        rendered.unwrap_or_else(|error| {
            tracing::error!(
                template = name,
                error = &error as &dyn std::error::Error,
                "a template failed"
            );
            debug_assert!(false, "{name}: {error:#}");
            format!(
                "<!doctype html><html lang=\"en\"><title>{0}</title><h1>{0}</h1><p>{1}",
                word("notice.error.title"),
                word("notice.error.text")
            )
        })
    }

    fn page(&self, status: StatusCode, needs: Needs, html: String) -> Page {
        Page {
            status,
            html,
            content_security_policy: policy::of(needs, &self.inner.form_action),
            refresh: None,
        }
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// Writes a value, its markup escaped for text and for quoted attributes. Only what macros made is markup already.
fn escape(
    output: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &minijinja::Value,
) -> Result<(), minijinja::Error> {
    let text = match value.as_str() {
        Some(text) if !value.is_safe() => text,
        _ => return escape_formatter(output, state, value),
    };
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        output.write_str(plain)?;
        let mut characters = special.chars();
        output.write_str(match characters.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&#34;",
            _ => "&#39;",
        })?;
        rest = characters.as_str();
    }
    output.write_str(rest)?;
    Ok(())
}

/// Every template, compiled in.
const TEMPLATES: [(&str, &str); 5] = [
    ("base.html", include_str!("view/templates/base.html")),
    (
        "controls.html",
        include_str!("view/templates/controls.html"),
    ),
    ("step.html", include_str!("view/templates/step.html")),
    ("notice.html", include_str!("view/templates/notice.html")),
    (
        "sign-out.html",
        include_str!("view/templates/sign-out.html"),
    ),
];

#[cfg(test)]
mod tests;
