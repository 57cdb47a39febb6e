//! Pages without a step, and what each is about.

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
