//! The pages: a step, a notice, a question.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;

use super::Settings;
use super::answer::FieldProblem;
use super::step::Step;
use super::view::assets::{Asset, Assets};
use super::view::brand::{Brand, CaptchaScripts, Picture};
use super::view::page;
use super::view::policy::{self, Needs};
use super::view::words::{Catalogue, LanguageTag, TextsError, Words, cut};
pub use notice::{Notice, NoticeKind};
pub use question::{Invited, SignOut};
use templates::environment;

/// Why the pages cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A template's page has something that the policy of pages forbids.
    #[error(
        "template {name} has {what} in its page, which browsers would refuse; move it to a file"
    )]
    Inline {
        /// Which one.
        name: String,
        /// What.
        what: &'static str,
    },
    /// A template does not parse, or fails on a sample.
    #[error("template {name} is not valid")]
    Template {
        /// Which one.
        name: String,
        /// Why.
        #[source]
        source: minijinja::Error,
    },
    /// A template in place of no page.
    #[error("template {0} stands for no page; name it after a step, such as identify.html")]
    TemplateName(String),
    /// The texts cannot be used.
    #[error("the texts of the pages can't be used")]
    Texts(#[from] TextsError),
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
    /// The value of `Referrer-Policy`. Never `no-referrer`, which turns the `Origin` of a form into `null` (decision 2).
    pub referrer_policy: &'static str,
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

/// All pages of the gateway, in one language. Cheap to clone.
#[derive(Clone)]
pub struct Pages {
    inner: Arc<Inner>,
    tongue: Arc<Tongue>,
    site: Option<Arc<str>>,
}

struct Inner {
    catalogue: Catalogue,
    tongues: Vec<Arc<Tongue>>,
    assets: Assets,
    own: Vec<Asset>,
    brand: Option<String>,
    look: Look,
    captcha: CaptchaScripts,
    duo: bool,
    form_action: Vec<String>,
}

/// One language: its words, and the templates that say them.
struct Tongue {
    words: Arc<Words>,
    environment: Environment<'static>,
}

/// What the operator's brand puts around every page.
#[derive(Clone, Debug, Default)]
struct Look {
    style: Option<String>,
    icon: Option<String>,
    logo: Option<String>,
    logo_dark: Option<String>,
    logo_alt: Option<String>,
    links: Vec<(&'static str, String)>,
}

impl Look {
    fn new(brand: &Brand, assets: &mut Vec<Asset>) -> Self {
        let mut picture = |picture: &Option<Picture>| {
            let Picture {
                content,
                extension,
                content_type,
            } = picture.clone()?;
            let asset = Asset::new(content, extension, content_type);
            let path = asset.path.clone();
            assets.push(asset);
            Some(path)
        };
        let (icon, logo, logo_dark) = (
            picture(&brand.icon),
            picture(&brand.logo),
            picture(&brand.logo_dark),
        );
        let css = [brand.colors.css(), brand.css.as_deref().unwrap_or_default()].concat();
        let style = (!css.is_empty()).then(|| Asset::new(css, "css", "text/css; charset=utf-8"));
        let path = style.as_ref().map(|style| style.path.clone());
        assets.extend(style);
        Self {
            style: path,
            icon,
            logo,
            logo_dark,
            logo_alt: brand.logo_alt.clone(),
            links: brand.links.clone(),
        }
    }
}

/// What stands around every page.
#[derive(Serialize)]
struct Frame<'a> {
    lang: &'a str,
    dir: &'a str,
    brand: &'a str,
    style: &'a str,
    brand_style: Option<&'a str>,
    icon: &'a str,
    logo: Option<&'a str>,
    logo_dark: Option<&'a str>,
    logo_alt: &'a str,
    links: &'a [(&'static str, String)],
}

impl Pages {
    /// Reads texts and templates once, and renders the operator's own templates against samples.
    ///
    /// # Errors
    /// When a language has no texts, or a template does not parse, fails, or makes a page that browsers would refuse.
    pub fn new(settings: &Settings) -> Result<Self, PagesError> {
        let catalogue = Catalogue::new(&settings.languages, &settings.brand.texts)?;
        let tongues = catalogue
            .all()
            .map(|words| {
                let environment = environment(words, &settings.brand)?;
                let words = Arc::clone(words);
                Ok(Arc::new(Tongue { words, environment }))
            })
            .collect::<Result<Vec<_>, PagesError>>()?;
        let Some(tongue) = tongues.first().map(Arc::clone) else {
            return Err(TextsError::Language(String::new()).into());
        };
        let mut own = Vec::new();
        let look = Look::new(&settings.brand, &mut own);
        let pages = Self {
            inner: Arc::new(Inner {
                catalogue,
                tongues,
                assets: Assets::new(),
                own,
                brand: settings.brand_name.clone(),
                look,
                captcha: settings.captcha.clone(),
                duo: settings.duo,
                form_action: settings.form_action.clone(),
            }),
            tongue,
            site: None,
        };
        samples::judge(&pages, settings.brand.templates.keys())?;
        Ok(pages)
    }

    /// The same pages, named by the public host where neither the settings nor the engine name a product.
    #[must_use]
    pub fn at(mut self, authority: &str) -> Self {
        self.site = Some(authority.into());
        self
    }

    /// The language that suits a person best, by their `Accept-Language`; also what the engine is to be asked in.
    pub fn language_for(&self, accept_language: Option<&str>) -> LanguageTag {
        self.inner
            .catalogue
            .negotiate(accept_language)
            .tag()
            .clone()
    }

    /// The same pages in this language; in the default where it is not offered.
    #[must_use]
    pub fn in_language(&self, language: &LanguageTag) -> Self {
        let mut pages = self.clone();
        let found = self
            .inner
            .tongues
            .iter()
            .find(|tongue| tongue.words.tag() == language);
        if let Some(tongue) = found.or(self.inner.tongues.first()) {
            pages.tongue = Arc::clone(tongue);
        }
        pages
    }

    /// The words of this language.
    pub fn words(&self) -> &Words {
        &self.tongue.words
    }

    fn word(&self, key: &str) -> String {
        self.tongue.words.word(key)
    }

    /// The page of a step.
    pub fn step(&self, step: &Step, context: &StepContext<'_>) -> Page {
        self.step_by(step, context, &format!("{}.html", step.kind.key()))
    }

    /// The page of a step, by this template where the operator has it.
    fn step_by(&self, step: &Step, context: &StepContext<'_>, template: &str) -> Page {
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
    fn try_step(
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

    /// A page without a step.
    pub fn notice(&self, notice: &Notice<'_>) -> Page {
        let (status, context) = self.notice_context(notice);
        self.page(
            status,
            &Needs::default(),
            self.render("notice.html", context),
        )
    }

    /// The same, saying why where the template fails.
    fn try_notice(&self, notice: &Notice<'_>) -> Result<String, minijinja::Error> {
        self.try_render("notice.html", self.notice_context(notice).1)
    }

    fn notice_context(&self, notice: &Notice<'_>) -> (StatusCode, minijinja::Value) {
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
            self.word(&format!("notice.{key}.title")),
            self.word(&format!("notice.{key}.text")),
        );
        let context = context! {
            frame, title, text, reference => notice.reference, link => notice.link, code => notice.code,
            button => self.word(button), is_error => status.is_client_error() || status.is_server_error(),
        };
        (status, context)
    }

    /// A page that leads to another origin (decision 6). `target` must have been judged by the caller.
    pub fn leave(&self, target: &url::Url) -> Page {
        let frame = self.frame(None);
        let context = context! {
            frame, title => self.word("notice.leave.title"), text => self.word("notice.leave.text"), reference => None::<&str>,
            link => target.as_str(), code => None::<&str>, button => self.word("notice.continue"), is_error => false,
        };
        let mut page = self.page(
            StatusCode::OK,
            &Needs::default(),
            self.render("notice.html", context),
        );
        page.refresh = Some(format!("0; url={target}"));
        page
    }

    /// The stylesheet, icon or script at this path.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        let own = self.inner.own.iter().find(|asset| asset.path == path);
        own.or_else(|| self.inner.assets.at(path))
    }

    fn frame(&self, brand: Option<&str>) -> minijinja::Value {
        let Inner { look, assets, .. } = &*self.inner;
        let general = self.word("frame.brand");
        let brand = self.inner.brand.as_deref().or(brand.map(cut));
        let brand = brand.or(self.site.as_deref()).unwrap_or(&general);
        minijinja::Value::from(Serde(Frame {
            lang: self.tongue.words.tag().as_str(),
            dir: self.tongue.words.tag().direction(),
            brand,
            style: &assets.style.path,
            brand_style: look.style.as_deref(),
            icon: look.icon.as_deref().unwrap_or(&assets.icon.path),
            logo: look.logo.as_deref(),
            logo_dark: look.logo_dark.as_deref(),
            logo_alt: look.logo_alt.as_deref().unwrap_or(brand),
            links: &look.links,
        }))
    }

    /// Renders; should a template fail after all, a plain page that still says something.
    fn render(&self, name: &str, context: minijinja::Value) -> String {
        self.try_render(name, context).unwrap_or_else(|error| {
            tracing::error!(
                template = name,
                error = &error as &dyn std::error::Error,
                "a template failed"
            );
            debug_assert!(false, "{name}: {error:#}");
            format!(
                "<!doctype html><html lang=\"en\"><title>{0}</title><h1>{0}</h1><p>{1}",
                self.word("notice.error.title"),
                self.word("notice.error.text")
            )
        })
    }

    fn try_render(
        &self,
        name: &str,
        context: minijinja::Value,
    ) -> Result<String, minijinja::Error> {
        self.tongue.environment.get_template(name)?.render(context)
    }

    fn page(&self, status: StatusCode, needs: &Needs, html: String) -> Page {
        Page {
            status,
            html,
            content_security_policy: policy::of(needs, &self.inner.form_action),
            refresh: None,
            referrer_policy: "same-origin",
        }
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

mod notice;
mod question;
mod samples;
mod templates;
#[cfg(test)]
mod tests;
