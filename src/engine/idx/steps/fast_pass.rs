//! Okta FastPass: the device proves whose it is, without a name being typed (protocol reference 3.5, 5.11).

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::engine::{
    authenticator::{Authenticator, Method},
    call::Call,
    idx::{
        flow::{Flow, Notes},
        ion::{self, Forms},
        policy::Due,
        transaction::{DeviceStep, Subject},
    },
    org::Org,
    reply::Reply,
    settings::{DeviceReach, FastPassSettings},
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
        let request = self.state.device.ask(self.org, &self.transaction.id);
        self.transaction.device = Some(DeviceStep {
            request,
            missing: false,
        });
        Notes::default()
    }

    /// What only Apple's extension could have answered came without its word.
    pub(crate) fn device_missing(&mut self, path: &str) -> Notes {
        let Some(device) = &mut self.transaction.device else {
            return Notes::unfit();
        };
        if path != format!("{SSO}{}/verify", device.request) {
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
        self.transaction.device = None;
        Notes::default()
    }

    /// Takes in what the app has signed. `true`: it has.
    pub(crate) fn hear_device(&mut self, due: &Due) -> bool {
        let signed = |device: &DeviceStep| self.state.device.is_signed(&device.request);
        if *due != Due::DeviceChallenge || !self.transaction.device.as_ref().is_some_and(signed) {
            return false;
        }
        self.transaction.device = None;
        let owner = fast_pass(self.org).and_then(|fast_pass| fast_pass.owner.as_deref());
        let owner = owner.and_then(|login| self.state.people.by_login(login));
        if let Some(owner) = owner {
            self.transaction.subject = Subject::Known(owner.id.clone());
            self.transaction.identifier = Some(owner.login.clone());
            self.transaction
                .prove(Authenticator::OktaVerify, Method::SignedNonce, self.now);
        }
        true
    }

    /// The form of a challenge that is out.
    pub(crate) fn device_form(&self, forms: &Forms<'_>) -> Value {
        let request = self.request();
        match fast_pass(self.org).map(|fast_pass| fast_pass.reach) {
            Some(DeviceReach::SsoGet) => {
                let href = format!(
                    "{}/idp/idx/{SSO}{request}/verify?challengeRequest={request}",
                    self.host
                );
                json!({"rel": ["create-form"], "name": "device-apple-sso-extension", "href": href, "method": "GET",
                    "value": [{"name": "challengeRequest", "required": true, "value": request, "visible": false}]})
            }
            Some(DeviceReach::SsoPost) => {
                let path = format!("{SSO}{request}/verify");
                forms.form("device-apple-sso-extension", &path, Vec::new())
            }
            Some(
                DeviceReach::AppLink
                | DeviceReach::CustomUri
                | DeviceReach::Loopback
                | DeviceReach::UniversalLink,
            )
            | None => {
                let poll = forms.form("device-challenge-poll", "authenticators/poll", Vec::new());
                let poll = ion::with(poll, "relatesTo", json!(["authenticatorChallenge"]));
                ion::with(poll, "refresh", REFRESH)
            }
        }
    }

    /// What a client sends by itself where the extension did not answer.
    pub(crate) fn device_cancel(&self, forms: &Forms<'_>) -> Value {
        let path = format!("{SSO}{}/verify/cancel", self.request());
        forms.form("cancel-transaction", &path, Vec::new())
    }

    /// What the form points at; `None`: it points at nothing.
    pub(crate) fn device_challenge(&self, forms: &Forms<'_>) -> Option<Value> {
        let fast_pass = fast_pass(self.org)?;
        let request = self.request();
        let link = format!("{}/okta-verify?challengeRequest={request}", self.host);
        let challenge = match fast_pass.reach {
            DeviceReach::SsoGet | DeviceReach::SsoPost => return None,
            DeviceReach::AppLink => json!({"challengeMethod": "APP_LINK", "href": link}),
            DeviceReach::UniversalLink => {
                json!({"challengeMethod": "UNIVERSAL_LINK", "href": link})
            }
            DeviceReach::CustomUri => json!({"challengeMethod": "CUSTOM_URI",
                "href": format!("com-okta-authenticator:/deviceChallenge?challengeRequest={request}"),
                "downloadHref": format!("{}/okta-verify", self.host)}),
            DeviceReach::Loopback => {
                json!({"challengeMethod": "LOOPBACK", "domain": "http://localhost",
                "ports": ports(self.org, fast_pass), "probeTimeoutMillis": PROBE_TIMEOUT})
            }
        };
        let challenge = ion::with(challenge, "challengeRequest", request);
        let cancel = forms.form("cancel-polling", "authenticators/poll/cancel", Vec::new());
        Some(ion::with(challenge, "cancel", cancel))
    }

    fn request(&self) -> &str {
        let device = self.transaction.device.as_ref();
        device.map_or("", |device| device.request.as_str())
    }
}

/// `GET …/sso_extension/transactions/{id}/verify`: the browser itself came, so that the extension could answer. It goes
/// back to the app, signed in or to sign in otherwise.
pub(crate) fn visited(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    let fast_pass = fast_pass(org).filter(|fast_pass| fast_pass.reach == DeviceReach::SsoGet)?;
    let request = path.strip_prefix(SSO)?.strip_suffix("/verify")?;
    let mut state = org.state();
    let state = &mut *state;
    let now = org.now();
    let id = state.device.transaction_of(request, now)?.to_owned();
    let mut transaction = state.transactions.take(&id, now)?;
    if fast_pass.owner.is_some() {
        state.device.sign(request, now);
    } else {
        transaction.device = None;
        transaction.step += 1;
    }
    let mut flow = Flow {
        org,
        state,
        transaction: &mut transaction,
        host: &call.host,
        now,
    };
    let reply = flow.send_back();
    state.transactions.put(transaction);
    Some(reply)
}

fn fast_pass(org: &Org) -> Option<&FastPassSettings> {
    org.settings.org.fast_pass.as_ref()
}

fn ports(org: &Org, fast_pass: &FastPassSettings) -> Vec<u16> {
    if !fast_pass.ports.is_empty() {
        return fast_pass.ports.clone();
    }
    let own = Url::parse(org.origin()).ok();
    let own = own.and_then(|url| url.port_or_known_default());
    own.into_iter().collect()
}
