//! How an operator makes the pages their own: pictures, links, colours, styles, texts, templates.

use std::collections::BTreeMap;

use bytes::Bytes;
use url::Url;

use super::colors::Colors;
use crate::login::step::CaptchaKind;

/// What is the operator's own. Everything in it has been judged.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// The picture in the header, in place of the name.
    pub logo: Option<Picture>,
    /// The same on a dark ground.
    pub logo_dark: Option<Picture>,
    /// What the picture says; the product's name where it is left out.
    pub logo_alt: Option<String>,
    /// The icon of the tab.
    pub icon: Option<Picture>,
    /// Links of every page: the key of their words, and where they lead.
    pub links: Vec<(&'static str, String)>,
    /// Colours in place of ours.
    pub colors: Colors,
    /// A stylesheet, after ours.
    pub css: Option<String>,
    /// Texts in place of ours, as Fluent, by language.
    pub texts: BTreeMap<String, String>,
    /// Templates in place of ours, by name (`identify.html`); checked by [`crate::login::pages::Pages::new`].
    pub templates: BTreeMap<String, String>,
}

/// A picture that pages show.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its content.
    pub content: Bytes,
    /// Its file extension.
    pub extension: &'static str,
    /// Its media type.
    pub content_type: &'static str,
}

impl Picture {
    /// A picture by its file's name; `None` where the format is not one that pages show, or where an SVG could run
    /// something if it were opened by itself.
    pub fn new(name: &str, content: Vec<u8>) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        let (extension, content_type) = match extension.as_str() {
            "svg" => ("svg", "image/svg+xml"),
            "png" => ("png", "image/png"),
            "jpg" | "jpeg" => ("jpg", "image/jpeg"),
            "webp" => ("webp", "image/webp"),
            "ico" => ("ico", "image/x-icon"),
            _ => return None,
        };
        if extension == "svg" && !is_still(&content) {
            return None;
        }
        Some(Self {
            content: content.into(),
            extension,
            content_type,
        })
    }
}

/// Whether an SVG is a picture and nothing more.
fn is_still(content: &[u8]) -> bool {
    let text = String::from_utf8_lossy(content).to_lowercase();
    ![
        "<script",
        "<foreignobject",
        "javascript:",
        " on",
        "<!entity",
    ]
    .iter()
    .any(|mark| text.contains(mark))
}

/// Scripts of third parties that solve a captcha, where they may be used.
#[derive(Clone, Debug, Default)]
pub struct CaptchaScripts {
    /// hCaptcha's.
    pub hcaptcha: Option<Url>,
    /// reCAPTCHA's.
    pub recaptcha: Option<Url>,
}

impl CaptchaScripts {
    /// Whether pages may show such a captcha.
    pub fn may_show(&self, kind: CaptchaKind) -> bool {
        match kind {
            CaptchaKind::Altcha => true,
            CaptchaKind::Hcaptcha => self.hcaptcha.is_some(),
            CaptchaKind::Recaptcha => self.recaptcha.is_some(),
        }
    }
}
