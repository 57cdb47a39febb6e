//! A transaction: what was asked at `interact`, what has been proven since, and what somebody is in the middle of.

use std::collections::{BTreeSet, VecDeque};

use super::messages::Message;
use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        org::Server,
        settings::GrantType,
    },
    secret::Secret,
};

/// What `interact` was asked for.
#[derive(Clone, Debug)]
pub(crate) struct AuthorizeRequest {
    /// By which its code is redeemed.
    pub(crate) grant: GrantType,
    pub(crate) server: Server,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) code_challenge: String,
    pub(crate) state: String,
    pub(crate) nonce: Option<String>,
    pub(crate) acr_values: Vec<String>,
    pub(crate) login_hint: Option<String>,
}

/// How a transaction begins.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    SignIn,
    /// With an activation token of this user.
    Activation(String),
    /// With an activation token of this user that has expired.
    ActivationExpired(String),
    /// With the link of a mail that belongs to this transaction.
    EmailLink(String),
    /// With a recovery token of this user.
    Recovery(String),
}

/// What the person is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Wants another link to activate the account with.
    Activation,
    /// Followed a link in a mail.
    EmailLink,
    Recovery,
    Registration,
    SignIn,
    Unlock,
}

/// Who it claims to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Nobody of that name; it must not show (user enumeration prevention).
    Decoy,
    /// A user id.
    Known(String),
    Nobody,
}

/// Something proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) authenticator: Authenticator,
    pub(crate) method: Method,
    pub(crate) at: u64,
}

/// A code that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Passcode {
    pub(crate) code: Secret,
    pub(crate) expires_at: u64,
    pub(crate) link_token: Option<String>,
}

/// What somebody is in the middle of.
#[derive(Clone, Debug)]
pub(crate) enum Focus {
    Enroll(Enrolling),
    Verify {
        authenticator: Authenticator,
        method: Option<Method>,
        passcode: Option<Passcode>,
    },
}

/// An authenticator that is being set up.
#[derive(Clone, Debug)]
pub(crate) struct Enrolling {
    pub(crate) authenticator: Authenticator,
    pub(crate) method: Option<Method>,
    pub(crate) phone: Option<String>,
    pub(crate) totp: Option<Secret>,
    pub(crate) channel: Channel,
    pub(crate) passcode: Option<Passcode>,
}

/// By which way Okta Verify gets to know of its enrolment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Channel {
    #[default]
    Qr,
    Email(Option<String>),
    Sms(Option<String>),
}

impl Channel {
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "qrcode" => Some(Self::Qr),
            "email" => Some(Self::Email(None)),
            "sms" => Some(Self::Sms(None)),
            _ => None,
        }
    }

    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Qr => "qrcode",
            Self::Email(_) => "email",
            Self::Sms(_) => "sms",
        }
    }

    pub(crate) fn lacks_address(&self) -> bool {
        matches!(self, Self::Email(None) | Self::Sms(None))
    }
}

/// The device that is asked to sign.
#[derive(Clone, Debug)]
pub(crate) struct DeviceStep {
    /// The challenge's id.
    pub(crate) id: String,
    /// What its app must sign.
    pub(crate) request: String,
    /// It was reached for in a way that never reaches the app.
    pub(crate) missing: bool,
}

/// How it ended.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    Code(String),
    Terminal(Message, http::StatusCode),
}

/// Where one sign-in stands.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each was said or done by itself"
)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) request: AuthorizeRequest,
    /// State handles, each with the step that it was issued for.
    pub(super) handles: VecDeque<(String, u64)>,
    /// Counts steps: an answer belongs to the step it was shown for.
    pub(crate) step: u64,
    pub(crate) expires_at: u64,
    pub(crate) purpose: Purpose,
    pub(crate) subject: Subject,
    pub(crate) identifier: Option<String>,
    pub(crate) remember_me: bool,
    pub(crate) proofs: Vec<Proof>,
    pub(crate) focus: Option<Focus>,
    /// What a security key must sign.
    pub(crate) challenge: Option<String>,
    pub(crate) password_changed: bool,
    /// Began as a registration: what is optional is offered.
    pub(crate) registering: bool,
    pub(crate) skipped: bool,
    pub(crate) consented: Option<BTreeSet<String>>,
    pub(crate) kept_signed_in: Option<bool>,
    /// The password's end was told of, and left for later.
    pub(crate) warned: bool,
    /// What the device lacks was told.
    pub(crate) device_seen: bool,
    /// What the profile lacks was asked for.
    pub(crate) profiled: bool,
    /// How often somebody must ask before the org is ready.
    pub(crate) waits: u32,
    pub(crate) user_code_wanted: bool,
    /// The device that is being connected, by its user code.
    pub(crate) user_code: Option<String>,
    /// A device is being asked.
    pub(crate) device: Option<DeviceStep>,
    /// The request that was pushed for an identity provider.
    pub(crate) pushed: Option<String>,
    /// What is to be said once, at the next step.
    pub(crate) remark: Option<Message>,
    /// The transaction that sent the mail whose link was followed.
    pub(crate) sender: Option<String>,
    pub(crate) ending: Option<Ending>,
}

impl Transaction {
    pub(super) fn new(
        id: String,
        request: AuthorizeRequest,
        start: Start,
        expires_at: u64,
    ) -> Self {
        let mut transaction = Self {
            id,
            request,
            handles: VecDeque::new(),
            step: 0,
            expires_at,
            purpose: Purpose::SignIn,
            subject: Subject::Nobody,
            identifier: None,
            remember_me: false,
            proofs: Vec::new(),
            focus: None,
            challenge: None,
            password_changed: false,
            registering: false,
            skipped: false,
            consented: None,
            kept_signed_in: None,
            warned: false,
            device_seen: false,
            profiled: false,
            waits: 0,
            user_code_wanted: false,
            user_code: None,
            device: None,
            pushed: None,
            remark: None,
            sender: None,
            ending: None,
        };
        match start {
            Start::SignIn => {}
            Start::Activation(person) => {
                transaction.subject = Subject::Known(person);
                transaction.registering = true;
            }
            Start::ActivationExpired(person) => {
                transaction.purpose = Purpose::Activation;
                transaction.subject = Subject::Known(person);
            }
            Start::EmailLink(sender) => {
                transaction.purpose = Purpose::EmailLink;
                transaction.sender = Some(sender);
            }
            Start::Recovery(person) => {
                transaction.purpose = Purpose::Recovery;
                transaction.subject = Subject::Known(person);
            }
        }
        transaction
    }

    /// Back to the first step; the interaction handle and the request stay.
    pub(crate) fn restart(&mut self) {
        let fresh = Self::new(
            std::mem::take(&mut self.id),
            self.request.clone(),
            Start::SignIn,
            self.expires_at,
        );
        let (handles, step) = (std::mem::take(&mut self.handles), self.step);
        *self = Self {
            handles,
            step: step + 1,
            user_code_wanted: self.user_code.is_some() || self.user_code_wanted,
            ..fresh
        };
    }

    pub(crate) fn person(&self) -> Option<&str> {
        match &self.subject {
            Subject::Known(id) => Some(id),
            Subject::Decoy | Subject::Nobody => None,
        }
    }

    pub(crate) fn has_proven(&self, authenticator: Authenticator) -> bool {
        self.proofs
            .iter()
            .any(|proof| proof.authenticator == authenticator)
    }

    pub(crate) fn prove(&mut self, authenticator: Authenticator, method: Method, at: u64) {
        self.proofs.push(Proof {
            authenticator,
            method,
            at,
        });
        self.focus = None;
    }

    /// Whether a handle was given out for the step that is due.
    pub(crate) fn is_due(&self, handle: &str) -> bool {
        self.handles
            .iter()
            .any(|(known, step)| known == handle && *step == self.step)
    }

    /// The code that was last sent.
    pub(crate) fn passcode(&self) -> Option<&Passcode> {
        match self.focus.as_ref()? {
            Focus::Verify { passcode, .. } => passcode.as_ref(),
            Focus::Enroll(enrolling) => enrolling.passcode.as_ref(),
        }
    }
}
