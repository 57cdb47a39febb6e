//! The pages: a step, a notice, a question.

mod error;
mod frame;
mod notice;
mod question;
mod samples;
mod step;
mod templates;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use minijinja::Environment;

use super::Settings;
use super::view::assets::{Asset, Assets};
use super::view::brand::CaptchaScripts;
use super::view::policy::{self, Needs};
use super::view::words::{Catalogue, LanguageTag, TextsError, Words};
pub use error::PagesError;
use frame::Look;
pub use notice::{Notice, NoticeKind};
pub use question::{Invited, SignOut};
pub use step::{StepContext, StepNote};
use templates::environment;

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

    /// The stylesheet, icon or script at this path.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        let own = self.inner.own.iter().find(|asset| asset.path == path);
        own.or_else(|| self.inner.assets.at(path))
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
