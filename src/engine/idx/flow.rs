//! A transaction at work: an answer comes in, the next due step goes out.

use http::StatusCode;
use serde_json::{Map, Value};

use super::{
    document,
    messages::{self, Message},
    policy::{self, Due},
    transaction::{Ending, Subject, Transaction},
    work::Worked,
};
use crate::engine::{
    authenticator::Authenticator,
    call::Call,
    oauth::{CodeRecord, Identity},
    org::{Org, State},
    people::Person,
    reply::Reply,
};

/// What is said beside the next step.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) status: StatusCode,
    pub(crate) messages: Vec<Message>,
    /// Messages at fields of the first form, by the names on the way.
    pub(crate) at_fields: Vec<(&'static [&'static str], Message)>,
    /// Messages alone, without any form.
    pub(crate) bare: bool,
}

impl Notes {
    pub(crate) fn saying(status: StatusCode, message: Message) -> Self {
        Self {
            status,
            messages: vec![message],
            ..Self::default()
        }
    }

    pub(crate) fn at(status: StatusCode, path: &'static [&'static str], message: Message) -> Self {
        Self {
            status,
            at_fields: vec![(path, message)],
            ..Self::default()
        }
    }

    /// The answer does not fit the step.
    pub(crate) fn unfit() -> Self {
        Self::saying(StatusCode::BAD_REQUEST, messages::not_well_formed())
    }
}

/// One call on one transaction.
#[derive(Debug)]
pub(crate) struct Flow<'a> {
    pub(crate) org: &'a Org,
    pub(crate) state: &'a mut State,
    pub(crate) transaction: &'a mut Transaction,
    pub(crate) host: &'a str,
    pub(crate) now: u64,
}

impl Flow<'_> {
    /// Has a transaction answer a call, and keeps what becomes of it; `None` where there is no such transaction any more.
    pub(crate) fn of(
        org: &Org,
        state: &mut State,
        call: &Call,
        id: &str,
        answer: impl FnOnce(&mut Flow<'_>) -> Reply,
    ) -> Option<Reply> {
        let now = org.now();
        let mut transaction = state.transactions.take(id, now)?;
        let reply = answer(&mut Flow {
            org,
            state,
            transaction: &mut transaction,
            host: &call.host,
            now,
        });
        state.transactions.put(transaction);
        Some(reply)
    }

    /// Carries out an answer, where it belongs to the step that is due.
    pub(crate) fn act(
        &mut self,
        path: &str,
        handle: &str,
        body: &Map<String, Value>,
        worked: Worked,
    ) -> Notes {
        self.keep_hash(&worked);
        match path {
            // What has happened elsewhere is taken in when the step is shown.
            "context" | "challenge/poll" | "authenticators/poll" => return Notes::default(),
            "cancel" => {
                self.cancel();
                return Notes::default();
            }
            _ => {}
        }
        if !self.transaction.is_due(handle) {
            return Notes::unfit();
        }
        self.transaction.remark = None;
        let before = self.due();
        if let Some(refused) = self.captcha_missing(path, &before, body) {
            return refused;
        }
        let notes = match (path, &before) {
            ("poll", Due::Busy) => self.ask_again(),
            ("device/activate", Due::UserCode) => self.connect(body),
            ("request-activation", Due::ActivationExpired) => self.request_activation(),
            ("consent", Due::EmailConsent) => self.consent_to_mail(body),
            ("challenge/answer/webauthn-autofillui", Due::Identify) => self.passkey(body),
            ("authenticators/okta-verify/launch", Due::Identify) => self.launch_device(),
            (
                "authenticators/poll/cancel",
                Due::DeviceChallenge | Due::Challenge(_) | Due::Enroll(_),
            ) => self.leave_device(),
            (path, Due::DeviceMissing) if path.ends_with("/verify/cancel") => self.leave_device(),
            (path, Due::DeviceChallenge) => self.device_missing(path),
            ("identify", Due::Identify | Due::IdentifyRecovery) => self.identify(body, &worked),
            ("identify/select", Due::EnrollProfile) => self.select_identify(),
            ("enroll", Due::Identify) => self.select_enroll_profile(),
            ("enroll/new", Due::EnrollProfile) => self.enroll_profile(body, worked),
            ("unlock-account", Due::Identify) => self.select_unlock(),
            ("recover", Due::Identify | Due::Challenge(Authenticator::Password)) => self.recover(),
            ("challenge", Due::SelectUnlock) => self.choose_unlock(body),
            (
                "challenge",
                Due::SelectVerify(_) | Due::VerifyData(_) | Due::Challenge(_) | Due::PushRefused,
            ) => self.choose(body),
            ("challenge/send", Due::EnrollData(Authenticator::OktaVerify)) => {
                self.send_pairing(body)
            }
            ("enroll/new" | "enroll/update", Due::UpdateProfile { .. }) => {
                self.update_profile(body)
            }
            ("challenge/answer", Due::Challenge(authenticator)) => {
                self.answer_challenge(*authenticator, body, &worked)
            }
            ("challenge/answer", Due::Enroll(authenticator)) => {
                self.answer_enrollment(*authenticator, body, worked)
            }
            (
                "challenge/answer",
                Due::ChangePassword | Due::PasswordWarning | Due::ResetPassword,
            ) => self.replace_password(&before, body, worked),
            ("challenge/resend", Due::Challenge(_) | Due::Enroll(_)) => self.resend(),
            (
                "credential/enroll",
                Due::SelectEnroll { .. } | Due::EnrollData(_) | Due::Enroll(_),
            ) => self.choose_enrollment(body),
            ("skip", due) => self.put_off(due),
            ("consent", Due::Consent(mode)) => self.consent(*mode, body),
            ("keep-me-signed-in", Due::KeepSignedIn) => self.keep_signed_in(body),
            _ => Notes::unfit(),
        };
        if self.due() != before {
            self.transaction.step += 1;
        }
        notes
    }

    /// The document of the step that is due; `None` where there is nothing more to come.
    pub(crate) fn show(&mut self, notes: &Notes) -> Option<Reply> {
        let due = self.settle();
        if self.offers_passkeys(&due) && self.transaction.challenge.is_none() {
            self.transaction.challenge = Some(self.org.token());
        }
        if self.offers_providers(&due) {
            let name = self.transaction.pushed.take();
            let name = self.state.idp.open(self.org, &self.transaction.id, name);
            self.transaction.pushed = Some(name);
        }
        let handle = self
            .state
            .transactions
            .issue_handle(self.org, self.transaction);
        match &self.transaction.ending {
            Some(Ending::Code(code)) => {
                let record = self.state.grants.code(code)?;
                if record.used || record.expires_at <= self.now {
                    return None;
                }
                self.transaction.expires_at = record.expires_at;
            }
            Some(Ending::Terminal(..)) | None => self.slide(),
        }
        let status = match &self.transaction.ending {
            Some(Ending::Terminal(_, status)) => *status,
            Some(Ending::Code(_)) | None => notes.status,
        };
        let body = document::of(self, &due, &handle, notes);
        Some(Reply::ion(status, &body))
    }

    /// The window slides with every response (protocol reference 5.19).
    fn slide(&mut self) {
        let windows = &self.org.settings.windows;
        let window = match self.transaction.subject {
            Subject::Nobody => windows.idle,
            Subject::Decoy | Subject::Known(_) => windows.challenge,
        };
        self.transaction.expires_at = self.now + window.as_secs();
    }

    pub(crate) fn due(&self) -> Due {
        policy::due(self.org, self.state, self.transaction)
    }

    /// Takes the steps that need nobody's answer.
    pub(crate) fn settle(&mut self) -> Due {
        self.state.phone.tick(self.now);
        loop {
            let due = self.due();
            if self.hear_phone(&due) || self.hear_device(&due) {
                self.transaction.step += 1;
                continue;
            }
            match &due {
                Due::SelectVerify(options) if options.len() == 1 => {
                    let only = options.first().copied();
                    self.begin_verify(only.unwrap_or(Authenticator::Password), None);
                }
                // Only a decoy is challenged without having been asked: from here on it looks like anybody.
                Due::Challenge(known) if self.transaction.focus.is_none() => {
                    self.begin_verify(*known, None);
                }
                Due::Success if self.transaction.ending.is_none() => self.succeed(),
                Due::Unsatisfiable => {
                    self.end(messages::unsatisfiable(), StatusCode::FORBIDDEN);
                }
                Due::LockedOut => self.end(messages::locked_out(), StatusCode::FORBIDDEN),
                Due::Unlocked => self.unlocked(),
                Due::ActivationExpired
                | Due::Busy
                | Due::Challenge(_)
                | Due::ChangePassword
                | Due::Consent(_)
                | Due::DeviceChallenge
                | Due::DeviceGrace
                | Due::DeviceMissing
                | Due::DeviceUnfit
                | Due::EmailConsent
                | Due::Enroll(_)
                | Due::EnrollData(_)
                | Due::EnrollProfile
                | Due::Identify
                | Due::IdentifyRecovery
                | Due::KeepSignedIn
                | Due::PasswordElsewhere { .. }
                | Due::PasswordWarning
                | Due::ProveIdentity
                | Due::PushRefused
                | Due::ResetPassword
                | Due::SelectEnroll { .. }
                | Due::SelectUnlock
                | Due::SelectVerify(_)
                | Due::Success
                | Due::Terminal
                | Due::UpdateProfile { .. }
                | Due::UserCode
                | Due::VerifyData(_) => return due,
            }
            self.transaction.step += 1;
        }
    }

    pub(crate) fn end(&mut self, message: Message, status: StatusCode) {
        self.transaction.focus = None;
        self.transaction.ending = Some(Ending::Terminal(message, status));
    }

    pub(crate) fn person(&self) -> Option<&Person> {
        self.transaction
            .person()
            .and_then(|id| self.state.people.by_id(id))
    }

    pub(crate) fn person_mut(&mut self) -> Option<&mut Person> {
        let id = self.transaction.person()?;
        self.state.people.by_id_mut(id)
    }

    fn keep_hash(&mut self, worked: &Worked) {
        if let Some((id, hashed)) = &worked.hashed
            && let Some(person) = self.state.people.by_id_mut(id)
        {
            person.password = Some(hashed.clone());
        }
    }

    /// Back to the beginning; somebody who was half registered is forgotten.
    fn cancel(&mut self) {
        self.forget_staged();
        self.transaction.restart();
    }

    pub(crate) fn forget_staged(&mut self) {
        if self.person().is_some_and(|person| person.staged)
            && let Some(id) = self.transaction.person()
        {
            self.state.people.remove(id);
        }
    }

    /// Issues the interaction code.
    fn succeed(&mut self) {
        if let Some(person) = self.person_mut() {
            person.staged = false;
            person.inactive = false;
        }
        let transaction = &*self.transaction;
        let request = &transaction.request;
        let mut amr: Vec<&'static str> = Vec::new();
        for proof in &transaction.proofs {
            if !amr.contains(&proof.method.amr()) {
                amr.push(proof.method.amr());
            }
        }
        if transaction.proofs.len() > 1 {
            amr.push("mfa");
        }
        let auth_time = transaction.proofs.iter().map(|proof| proof.at).max();
        let identity = Identity {
            person: transaction.person().unwrap_or_default().to_owned(),
            client_id: request.client_id.clone(),
            server: request.server,
            scopes: transaction
                .consented
                .clone()
                .unwrap_or_else(|| request.scopes.clone()),
            nonce: request.nonce.clone(),
            auth_time: auth_time.unwrap_or(self.now),
            amr,
            acr: policy::acr(transaction),
            acr_asked: !request.acr_values.is_empty(),
        };
        if self.connected(&identity) {
            return;
        }
        let request = &self.transaction.request;
        let code = self.org.token();
        let record = CodeRecord {
            grant: request.grant,
            identity,
            code_challenge: request.code_challenge.clone(),
            redirect_uri: request.redirect_uri.clone(),
            expires_at: self.now + self.org.settings.windows.code.as_secs(),
            used: false,
        };
        self.state.grants.issue_code(code.clone(), record);
        self.transaction.ending = Some(Ending::Code(code));
    }
}
