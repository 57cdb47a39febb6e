//! A transaction: what was asked at `interact`, what has been proven since, and what somebody is in the middle of.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::messages::Message;
use crate::{
    engine::{
        authenticator::{Authenticator, Method},
        org::{Org, Server},
        settings::GrantType,
    },
    secret::Secret,
};

/// How many state handles of a transaction are remembered.
const HANDLES: usize = 64;

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

/// One of them.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each was said or done by itself"
)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) request: AuthorizeRequest,
    handles: VecDeque<(String, u64)>,
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
    fn new(id: String, request: AuthorizeRequest, start: Start, expires_at: u64) -> Self {
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

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    running: HashMap<String, Transaction>,
    by_handle: HashMap<String, String>,
    /// Recovery tokens: user id and expiry.
    recovery: BTreeMap<String, (String, u64)>,
    /// Activation tokens: user id and expiry.
    activation: BTreeMap<String, (String, u64)>,
    /// What links in mails lead to: transaction, code, expiry.
    links: HashMap<String, (String, Secret, u64)>,
}

impl Transactions {
    /// Opens one and names it by its interaction handle; there is no state handle yet.
    pub(crate) fn begin(
        &mut self,
        org: &Org,
        request: AuthorizeRequest,
        start: Start,
        waits: u32,
    ) -> String {
        let now = org.now();
        let id = org.token();
        let expires_at = now + org.settings.windows.idle.as_secs();
        let connects = org
            .client(&request.client_id)
            .is_some_and(|client| client.device_activation);
        let transaction = Transaction {
            waits,
            user_code_wanted: connects && matches!(start, Start::SignIn),
            ..Transaction::new(id.clone(), request, start, expires_at)
        };
        self.running.insert(id.clone(), transaction);
        id
    }

    /// Takes one out to work on it; what has expired is gone.
    pub(crate) fn take(&mut self, id: &str, now: u64) -> Option<Transaction> {
        let transaction = self.running.remove(id)?;
        if transaction.expires_at > now {
            return Some(transaction);
        }
        self.forget(&transaction);
        None
    }

    pub(crate) fn put(&mut self, transaction: Transaction) {
        self.running.insert(transaction.id.clone(), transaction);
    }

    /// Which transaction a state handle belongs to.
    pub(crate) fn named_by(&self, handle: &str) -> Option<&str> {
        self.by_handle.get(handle).map(String::as_str)
    }

    pub(crate) fn look(&self, id: &str) -> Option<&Transaction> {
        self.running.get(id)
    }

    /// A fresh state handle for the step that is due.
    pub(crate) fn issue_handle(&mut self, org: &Org, transaction: &mut Transaction) -> String {
        let handle = if org.settings.org.long_state_handle {
            let filler: Vec<String> = (0..24).map(|_| org.token()).collect();
            format!("02.id.{}~c.{}", org.token(), filler.concat())
        } else {
            let name = org.token();
            format!("02{}", name.get(..40).unwrap_or(&name))
        };
        let issued = (handle.clone(), transaction.step);
        transaction.handles.push_back(issued);
        if transaction.handles.len() > HANDLES
            && let Some((oldest, _)) = transaction.handles.pop_front()
        {
            self.by_handle.remove(&oldest);
        }
        self.by_handle
            .insert(handle.clone(), transaction.id.clone());
        handle
    }

    pub(crate) fn add_recovery_token(&mut self, token: String, person: String, expires_at: u64) {
        self.recovery.insert(token, (person, expires_at));
    }

    /// Spends a recovery token.
    pub(crate) fn take_recovery_token(&mut self, token: &str, now: u64) -> Option<String> {
        let (person, expires_at) = self.recovery.remove(token)?;
        (expires_at > now).then_some(person)
    }

    pub(crate) fn add_activation_token(&mut self, token: String, person: String, expires_at: u64) {
        self.activation.insert(token, (person, expires_at));
    }

    /// Whose activation token it is, and whether it is still good. It stays until the account is active.
    pub(crate) fn activation_token(&self, token: &str, now: u64) -> Option<(String, bool)> {
        let (person, expires_at) = self.activation.get(token)?;
        Some((person.clone(), *expires_at > now))
    }

    pub(crate) fn look_mut(&mut self, id: &str) -> Option<&mut Transaction> {
        self.running.get_mut(id)
    }

    pub(crate) fn add_link(&mut self, token: String, transaction: &str, passcode: &Passcode) {
        let link = (
            transaction.to_owned(),
            passcode.code.clone(),
            passcode.expires_at,
        );
        self.links.insert(token, link);
    }

    /// The transaction, code and expiry that a link in a mail stands for.
    pub(crate) fn link(&self, token: &str) -> Option<&(String, Secret, u64)> {
        self.links.get(token)
    }

    fn forget(&mut self, transaction: &Transaction) {
        for (handle, _) in &transaction.handles {
            self.by_handle.remove(handle);
        }
    }

    /// Forgets what has expired.
    pub(crate) fn sweep(&mut self, now: u64) {
        let running = &mut self.running;
        running.retain(|_, transaction| transaction.expires_at > now);
        self.by_handle.retain(|_, id| running.contains_key(id));
        self.links
            .retain(|_, (_, _, expires_at)| *expires_at + 3600 > now);
        self.recovery.retain(|_, (_, expires_at)| *expires_at > now);
    }
}
