use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The sign-in pages.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct SignIn {
    /// Languages of the pages, best first.
    pub(in crate::config) languages: Vec<String>,
    /// How the pages look.
    pub(in crate::config) brand: Brand,
    /// Captchas of third parties that may be shown; one of our own origin always may.
    pub(in crate::config) captcha: Captcha,
    /// Whether Duo's frame, a page of a third party, may be shown.
    pub(in crate::config) duo: bool,
    /// Methods that are never offered, as `key` or `key.method`: `["okta_verify.signed_nonce"]`.
    pub(in crate::config) hide: Vec<String>,
    /// Whether a step that can't be done here may be finished at the server's own page.
    pub(in crate::config) hosted_page: HostedPage,
    /// Origins besides our own to which the app redirects right after a sign-in.
    pub(in crate::config) form_action: Vec<String>,
    /// How long a sign-in may take, at most 1h.
    pub(in crate::config) lifetime: String,
    /// Answers to steps that are taken from one address in a minute, and sign-ins that it may begin; from all together, a
    /// hundred times as many.
    pub(in crate::config) answers_per_minute: u32,
    /// Answers to steps that are taken for one account in a minute, from wherever they come.
    pub(in crate::config) answers_per_account: u32,
}

/// How the pages look.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Brand {
    /// The name shown on the pages; left out, the app's label at the authorization server.
    pub(in crate::config) name: Option<String>,
    /// The picture in the header, in place of the name: an SVG, PNG, JPEG or WebP file.
    pub(in crate::config) logo: Option<String>,
    /// The same on a dark ground.
    pub(in crate::config) logo_dark: Option<String>,
    /// What the picture says; left out, the name.
    pub(in crate::config) logo_alt: Option<String>,
    /// The icon of the tab.
    pub(in crate::config) icon: Option<String>,
    /// Links of every page.
    pub(in crate::config) links: Links,
    /// Colours in the light scheme, as `#rrggbb`: `background`, `card`, `text`, `soft`, `edge`, `field`, `primary`,
    /// `on_primary`, `link`, `error`.
    pub(in crate::config) colors: BTreeMap<String, String>,
    /// The same in the dark scheme.
    pub(in crate::config) dark_colors: BTreeMap<String, String>,
    /// A stylesheet, after ours.
    pub(in crate::config) css: Option<String>,
    /// Files of texts in place of ours, by language, in Fluent: `{ de = "texts/de.ftl" }`.
    pub(in crate::config) texts: BTreeMap<String, String>,
    /// Files of templates in place of ours, by step: `{ identify = "identify.html" }`.
    pub(in crate::config) templates: BTreeMap<String, String>,
}

/// Links of every page.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Links {
    /// Help.
    pub(in crate::config) help: Option<String>,
    /// The privacy policy.
    pub(in crate::config) privacy: Option<String>,
    /// The terms of use.
    pub(in crate::config) terms: Option<String>,
    /// Support.
    pub(in crate::config) support: Option<String>,
}

/// Captchas of third parties: the addresses of their scripts, which also say that they may be used.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Captcha {
    /// `https://js.hcaptcha.com/1/api.js`.
    pub(in crate::config) hcaptcha: Option<String>,
    /// `https://www.google.com/recaptcha/api.js`.
    pub(in crate::config) recaptcha: Option<String>,
}

/// Whether a step that can't be done here may be finished at the server's own page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum HostedPage {
    /// Never.
    #[default]
    Never,
    /// It is offered, where the app has the Authorization Code grant, too.
    Offer,
}

/// The headless flow (JSON) at `/.interlock/api/`.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Api {
    /// Whether native clients, which are no browsers, may end the flow with tokens.
    pub(in crate::config) native: bool,
}

/// The log, written to standard error.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::config) struct Log {
    /// How lines look.
    pub(in crate::config) format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`, also by room: `info,interlock::token=debug`. `RUST_LOG` comes first.
    pub(in crate::config) level: String,
    /// Whether there is a line for every request.
    pub(in crate::config) access: bool,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::config) enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            languages: vec!["en".to_owned()],
            brand: Brand::default(),
            captcha: Captcha::default(),
            duo: false,
            hide: Vec::new(),
            hosted_page: HostedPage::Never,
            form_action: Vec::new(),
            lifetime: "30m".to_owned(),
            answers_per_minute: 300,
            answers_per_account: 60,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: "info".to_owned(),
            access: true,
        }
    }
}
