//! What one response of the engine asks of a person, independent of HTML and of HTTP.
//!
//! In this order: which remediation is the page ([`action`]), what kind of step that is ([`Kind`]), what each form asks
//! for ([`Control`]), what the page says around it ([`Aid`], [`Note`]). All of it is a pure function of the document, so
//! that any replica sees the same numbers for the same document; [`Step::fingerprint`] says whether it is the same.

pub mod action;
mod aid;
mod beside;
mod control;
mod device;
mod dress;
mod facts;
mod fingerprint;
mod kind;
mod note;
mod passkey;
mod remedy;
mod rules;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

pub use action::{Action, ActionId, Role};
pub use aid::Aid;
pub use control::{Branch, Control, Due, Format, Item, Look, Sent, What};
pub use device::{Captcha, CaptchaKind, Device, Duo, Probe};
pub use kind::Kind;
pub use note::{Note, NoteLink};
pub use remedy::Remedy;
pub use text::Text;

use crate::idx::ion::{Class, Document};

/// What may be offered here.
#[derive(Clone, Debug, Default)]
pub struct StepOptions {
    /// Methods never offered, as `key` or `key.method` (`okta_verify.signed_nonce`).
    pub hide: BTreeSet<String>,
}

/// One step of a sign-in.
#[derive(Clone, Debug)]
pub struct Step {
    /// What kind of step the page's form is; [`Kind::Terminal`] where nothing can be answered.
    pub kind: Kind,
    /// Everything that can be done, in the order of the response; the embedded actions and `cancel` after it.
    pub actions: Vec<Action>,
    /// The action that is the page; `None` where the page is made of its side actions, or there is none.
    pub page: Option<usize>,
    /// What a page without any form shows.
    pub aids: Vec<Aid>,
    /// Messages that belong to no single control, each once.
    pub messages: Vec<Note>,
    /// The name the person claims.
    pub identifier: Option<String>,
    /// The app's name for people.
    pub app: Option<String>,
    /// Milliseconds between polls, where the step waits for something that happens elsewhere.
    pub refresh: Option<u64>,
    /// Options of the passkey ceremony, where the document holds one.
    pub passkey: Option<serde_json::Value>,
    /// What the browser itself is asked for.
    pub device: Device,
    /// Whether an error of the engine is on the page.
    pub is_error: bool,
    fingerprint: [u8; 8],
}

impl Step {
    /// What this document asks.
    pub fn of(document: &Document, options: &StepOptions) -> Self {
        let actions = action::all(document, options);
        let page = action::page(&actions);
        let kind = page.and_then(|page| actions.get(page)).map_or_else(
            || Self::without_page(document, &actions),
            |action| action.kind,
        );
        let messages = note::of_page(document, &actions);
        let refresh = actions.iter().find_map(|action| action.refresh);
        Self {
            kind,
            page,
            aids: if page.is_none() {
                aid::of_terminal(document)
            } else {
                Vec::new()
            },
            is_error: messages.iter().any(|note| note.class == Class::Error)
                || document
                    .messages()
                    .iter()
                    .any(|message| message.class == Class::Error),
            identifier: document.user_identifier().map(str::to_owned),
            app: document.app_label().map(str::to_owned),
            fingerprint: fingerprint::of(&actions),
            refresh,
            passkey: passkey::options(document),
            device: Device::of(document),
            messages,
            actions,
        }
    }

    fn without_page(document: &Document, actions: &[Action]) -> Kind {
        match actions
            .iter()
            .find(|action| matches!(action.id, ActionId::Remediation(_)))
        {
            Some(action) => action.kind,
            None if document.object("deviceEnrollment").is_some() => Kind::DeviceSetup,
            None => Kind::Terminal,
        }
    }

    /// Eight octets that differ where forms, fields or options differ; handles, values and messages do not count.
    pub fn fingerprint(&self) -> [u8; 8] {
        self.fingerprint
    }

    /// The action of this name, as pages post it.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions
            .iter()
            .find(|action| action.id.to_string() == id)
    }

    /// The action that the gateway sends by itself while it waits.
    pub fn poll(&self) -> Option<&Action> {
        self.actions.iter().find(|action| action.refresh.is_some())
    }

    /// Whether no page of ours brings this step to its end: its form is none that is known, Duo may not be shown (`duo`) or
    /// names no frame, it asks for a captcha that may not be (`captcha`), or every method that it offers is hidden.
    pub fn is_beyond_us(&self, duo: bool, captcha: impl Fn(CaptchaKind) -> bool) -> bool {
        let Some(page) = self.page.and_then(|page| self.actions.get(page)) else {
            return false;
        };
        let solvable = self
            .device
            .captcha
            .as_ref()
            .is_some_and(|asked| captcha(asked.kind));
        page.kind == Kind::Other
            || page.kind == Kind::Duo && !(duo && self.device.duo.is_some())
            || page.controls.iter().any(Control::is_exhausted)
            || page.controls.iter().any(Control::is_captcha) && !solvable
    }

    /// Where a link of this step leads (decision 7): `https`, or `http` on loopback; never called by us.
    pub fn hop(&self, document: &Document, id: &str) -> Option<url::Url> {
        let action = self.action(id).filter(|action| action.is_link)?;
        let url = url::Url::parse(&action.id.form(document)?.href).ok()?;
        is_web(&url).then_some(url)
    }
}

/// The address of a link that a page may show, where it is one that may become a link and is no longer than browsers take.
fn web_address(text: &str) -> Option<String> {
    let text = Some(text).filter(|text| text.len() <= MOST_ADDRESS)?;
    let url = url::Url::parse(text).ok().filter(is_web)?;
    Some(url.into())
}

/// Longest address of a link on a page, in octets. Okta Verify's own carry a signed challenge of a few kilobytes.
const MOST_ADDRESS: usize = 16 * 1024;

/// Whether an address from a response may become a link: `https`, or `http` on loopback, without userinfo.
pub fn is_web(url: &url::Url) -> bool {
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.username().is_empty()
        && url.password().is_none()
        && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}
