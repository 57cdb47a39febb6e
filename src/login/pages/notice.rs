//! Pages without a step, and what each is about.

use http::StatusCode;
use minijinja::context;

use super::{Page, Pages};
use crate::login::view::policy::Needs;

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

impl NoticeKind {
    /// Every one of them.
    pub const ALL: [Self; 10] = [
        Self::AppAway,
        Self::Denied,
        Self::EmailCode,
        Self::Error,
        Self::Forbidden,
        Self::NotFound,
        Self::Refused,
        Self::SignedOut,
        Self::TooMany,
        Self::Unavailable,
    ];
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

impl Pages {
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
    pub(super) fn try_notice(&self, notice: &Notice<'_>) -> Result<String, minijinja::Error> {
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
}
