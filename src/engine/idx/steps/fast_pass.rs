//! Okta FastPass: the device proves whose it is, before a name is typed or as a factor (protocol reference 3.5, 5.11).

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::engine::{
    authenticator::{Authenticator, Method},
    call::Call,
    device::{self, Answered, Standing},
    idx::{
        flow::{Flow, Notes},
        ion::{self, Forms},
        messages,
        policy::Due,
        transaction::{Focus, Subject},
    },
    org::Org,
    reply::Reply,
    settings::DeviceReach,
};

/// Where Apple's extension is asked; the name of the challenge follows.
const SSO: &str = "authenticators/sso_extension/transactions/";
/// Milliseconds between two polls.
const REFRESH: u64 = 2000;
/// How long a page waits for each port, in milliseconds.
const PROBE_TIMEOUT: u64 = 2000;

impl Flow<'_> {
    /// "Sign in with Okta FastPass."
    pub(crate) fn launch_device(&mut self) -> Notes {
        if self.org.settings.org.fast_pass.is_none() {
            return Notes::unfit();
        }
        self.ask_device()
    }

    /// Has the device sign: as whoever signs in, or where nobody is named yet, as its owner.
    pub(crate) fn ask_device(&mut self) -> Notes {
        let person = self.transaction.person().map(str::to_owned);
        let transaction = &self.transaction.id;
        let step = self
            .state
            .device
            .ask(self.org, transaction, person.as_deref());
        if step.is_none() {
            return Notes::unfit();
        }
        self.transaction.device = step;
        Notes::default()
    }

    /// Whether what is being proven is the device.
    pub(crate) fn signs(&self) -> bool {
        matches!(
            self.transaction.focus,
            Some(Focus::Verify {
                method: Some(Method::SignedNonce),
                ..
            })
        )
    }

    /// What only Apple's extension could have answered came without its word.
    pub(crate) fn device_missing(&mut self, path: &str) -> Notes {
        let Some(device) = &mut self.transaction.device else {
            return Notes::unfit();
        };
        if path != format!("{SSO}{}/verify", device.id) {
            return Notes::unfit();
        }
        device.missing = true;
        Notes {
            status: StatusCode::UNAUTHORIZED,
            ..Notes::default()
        }
    }

    /// The page found no app, or the person goes on without it.
    pub(crate) fn leave_device(&mut self) -> Notes {
        if self.transaction.device.take().is_none() {
            return Notes::unfit();
        }
        self.transaction.focus = None;
        Notes::default()
    }

    /// Takes in what became of a challenge. `true`: something did.
    pub(crate) fn hear_device(&mut self, due: &Due) -> bool {
        let factor = matches!(due, Due::Challenge(_) | Due::Enroll(_))
            && (self.signs() || self.reads_card());
        let step = self.transaction.device.as_ref();
        let Some(step) = step.filter(|_| factor || *due == Due::DeviceChallenge) else {
            return false;
        };
        let standing = self.state.device.standing(&step.id, self.now);
        if standing == Standing::Pending {
            return false;
        }
        if matches!(standing, Standing::Signed(_)) && self.reads_card() {
            self.card_read();
            return true;
        }
        self.leave_device();
        match standing {
            Standing::Signed(person) => self.signed_by(&person),
            Standing::Refused => self.transaction.remark = Some(messages::device_refused()),
            Standing::Expired | Standing::Pending => {
                self.transaction.remark = Some(messages::device_timed_out());
            }
        }
        true
    }

    fn signed_by(&mut self, id: &str) {
        let Some(person) = self.state.people.by_id(id) else {
            return;
        };
        self.transaction.subject = Subject::Known(person.id.clone());
        self.transaction.identifier = Some(person.login.clone());
        self.transaction
            .prove(Authenticator::OktaVerify, Method::SignedNonce, self.now);
    }

    /// The form of a challenge that is out.
    pub(crate) fn device_form(&self, forms: &Forms<'_>) -> Value {
        let (id, request) = self.asked();
        match reach(self.org) {
            DeviceReach::SsoGet => {
                let href = format!(
                    "{}/idp/idx/{SSO}{id}/verify?challengeRequest={request}",
                    self.host
                );
                json!({"rel": ["create-form"], "name": "device-apple-sso-extension", "href": href, "method": "GET",
                    "value": [{"name": "challengeRequest", "required": true, "value": request, "visible": false}]})
            }
            DeviceReach::SsoPost => {
                let path = format!("{SSO}{id}/verify");
                forms.form("device-apple-sso-extension", &path, Vec::new())
            }
            DeviceReach::AppLink
            | DeviceReach::ChromeDtc
            | DeviceReach::CustomUri
            | DeviceReach::Loopback
            | DeviceReach::UniversalLink => {
                let poll = forms.form("device-challenge-poll", "authenticators/poll", Vec::new());
                let poll = ion::with(poll, "relatesTo", json!(["authenticatorChallenge"]));
                ion::with(poll, "refresh", REFRESH)
            }
        }
    }

    /// What a client sends by itself where the extension did not answer.
    pub(crate) fn device_cancel(&self, forms: &Forms<'_>) -> Value {
        let path = format!("{SSO}{}/verify/cancel", self.asked().0);
        forms.form("cancel-transaction", &path, Vec::new())
    }

    /// Whether the app is asked through Apple's extension, which shows no challenge.
    pub(crate) fn asks_extension(&self) -> bool {
        matches!(reach(self.org), DeviceReach::SsoGet | DeviceReach::SsoPost)
    }

    /// How the page reaches the app. Apple's extension is asked before anybody is named, never as a factor.
    pub(crate) fn device_challenge(&self) -> Value {
        let (_, request) = self.asked();
        let at = |path: &str| format!("{}/{path}?challengeRequest={request}", self.host);
        let challenge = match reach(self.org) {
            DeviceReach::AppLink => {
                json!({"challengeMethod": "APP_LINK", "href": at("okta-verify")})
            }
            DeviceReach::ChromeDtc => {
                json!({"challengeMethod": "CHROME_DTC", "href": at("device-check")})
            }
            DeviceReach::UniversalLink => {
                json!({"challengeMethod": "UNIVERSAL_LINK", "href": at("okta-verify")})
            }
            DeviceReach::CustomUri => json!({"challengeMethod": "CUSTOM_URI",
                "href": format!("com-okta-authenticator:/deviceChallenge?challengeRequest={request}"),
                "downloadHref": format!("{}/okta-verify", self.host)}),
            DeviceReach::Loopback | DeviceReach::SsoGet | DeviceReach::SsoPost => {
                json!({"challengeMethod": "LOOPBACK", "domain": "http://localhost",
                    "ports": ports(self.org), "probeTimeoutMillis": PROBE_TIMEOUT})
            }
        };
        ion::with(challenge, "challengeRequest", request)
    }

    /// Id and request of the challenge that is out.
    fn asked(&self) -> (&str, &str) {
        let device = self.transaction.device.as_ref();
        device.map_or(("", ""), |device| (&device.id, &device.request))
    }
}

/// `GET …/sso_extension/transactions/{id}/verify`: the browser itself came, so that the extension could answer. It goes
/// back to the app, signed in or to sign in otherwise.
pub(crate) fn visited(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    if reach(org) != DeviceReach::SsoGet {
        return None;
    }
    let challenge = path.strip_prefix(SSO)?.strip_suffix("/verify")?;
    let mut state = org.state();
    let state = &mut *state;
    let now = org.now();
    let (request, id) = state.device.challenge(challenge, now)?;
    let (request, id) = (request.to_owned(), id.to_owned());
    Flow::of(org, state, call, &id, |flow| {
        if device::answered(flow.state, &request, now) != Answered::Taken {
            flow.transaction.device = None;
            flow.transaction.step += 1;
        }
        flow.send_back()
    })
}

/// Where a page tells that it goes on without the app.
pub(crate) fn leave_form(forms: &Forms<'_>) -> Value {
    forms.form("cancel-polling", "authenticators/poll/cancel", Vec::new())
}

fn reach(org: &Org) -> DeviceReach {
    let fast_pass = org.settings.org.fast_pass.as_ref();
    fast_pass.map_or_else(DeviceReach::default, |fast_pass| fast_pass.reach)
}

/// Where the app is looked for: where the config says, else where it is.
pub(crate) fn ports(org: &Org) -> Vec<u16> {
    let configured = org.settings.org.fast_pass.iter();
    let configured: Vec<u16> = configured.flat_map(|it| it.ports.clone()).collect();
    if !configured.is_empty() {
        return configured;
    }
    let own = Url::parse(org.origin()).ok();
    let own = own.and_then(|url| url.port_or_known_default());
    own.into_iter().collect()
}
