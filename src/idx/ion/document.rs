//! A whole response.

use std::fmt;

use serde_json::{Map, Value};

use super::authenticator::form_in;
use super::{Authenticator, Class, Field, Form, Message, read};
use crate::secret::Secret;

/// Why bytes are no Ion document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotIon {
    /// There is nothing at all.
    #[error("the answer is empty")]
    Empty,
    /// It is no JSON object, or nested too deeply.
    #[error("the answer is no JSON object")]
    NotJson,
    /// It is a JSON object, but neither Ion nor an error that can be shown.
    #[error("the answer is no Ion document")]
    Unknown,
}

/// Where an action outside `remediation` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// `authenticatorChallenge`.
    AuthenticatorChallenge,
    /// `contextualData.challenge` of the current authenticator.
    ContextualChallenge,
    /// `currentAuthenticator`.
    CurrentAuthenticator,
    /// `currentAuthenticatorEnrollment`.
    CurrentAuthenticatorEnrollment,
}

/// An action outside `remediation`: `resend`, `poll`, `recover`, `send` or `cancel`.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// Where it stands.
    pub place: Place,
    /// The member that holds it; the form's own name may differ (`cancel-polling`).
    pub key: &'static str,
    /// The form.
    pub form: Form,
}

/// What `successWithInteractionCode` hands out.
#[derive(Clone, Debug)]
pub struct InteractionCode {
    /// The code, good once.
    pub code: Secret,
    /// The client it was issued to, where said.
    pub client_id: Option<String>,
    /// The token endpoint it names; to be compared, never followed.
    pub href: String,
}

/// One response of the Identity Engine.
#[derive(Clone)]
pub struct Document {
    root: Map<String, Value>,
    remediation: Vec<Form>,
    messages: Vec<Message>,
    cancel: Option<Form>,
    embedded: Vec<Embedded>,
    octets: usize,
}

impl Document {
    /// Reads a response. Nesting is bounded by the JSON reader (128 levels) and by the form reader (12 levels).
    ///
    /// # Errors
    /// Where it is empty, no JSON object, or an object that says nothing a person could be shown.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotIon> {
        if bytes.trim_ascii().is_empty() {
            return Err(NotIon::Empty);
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(root)) => Self::read(root, bytes.len()),
            _ => Err(NotIon::NotJson),
        }
    }

    fn read(root: Map<String, Value>, octets: usize) -> Result<Self, NotIon> {
        if !KNOWN.iter().any(|key| root.contains_key(*key)) {
            return Err(NotIon::Unknown);
        }
        let remediation = read::list(root.get("remediation"))
            .iter()
            .take(MOST_FORMS)
            .filter_map(Form::read)
            .collect();
        let messages = Message::read_list(root.get("messages"));
        let cancel = form_in(&root, "cancel");
        let mut document = Self {
            root,
            remediation,
            messages,
            cancel,
            embedded: Vec::new(),
            octets,
        };
        document.embedded = document.find_embedded();
        Ok(document)
    }

    /// How many octets it came in.
    pub fn octets(&self) -> usize {
        self.octets
    }

    /// The forms of `remediation`, in order.
    pub fn remediations(&self) -> &[Form] {
        &self.remediation
    }

    /// The form that gives up and starts again.
    pub fn cancel(&self) -> Option<&Form> {
        self.cancel.as_ref()
    }

    /// Actions outside `remediation`, each once.
    pub fn embedded(&self) -> &[Embedded] {
        &self.embedded
    }

    /// The embedded action of this key, preferring the enrolment's.
    pub fn action(&self, key: &str) -> Option<&Form> {
        self.embedded
            .iter()
            .rev()
            .find(|action| action.key == key)
            .map(|action| &action.form)
    }

    /// Messages of the page, as sent.
    pub fn page_messages(&self) -> &[Message] {
        &self.messages
    }

    /// Every message, wherever it stands; the same key and text once.
    pub fn messages(&self) -> Vec<&Message> {
        let mut all: Vec<&Message> = self.messages.iter().collect();
        for form in &self.remediation {
            collect(&form.value, &mut all);
        }
        let mut seen = std::collections::HashSet::new();
        all.retain(|message| seen.insert((message.key.as_deref(), message.text.as_str())));
        all
    }

    /// Whether a message with this key stands on the page or at a field.
    pub fn says(&self, key: &str) -> bool {
        self.messages()
            .iter()
            .any(|message| message.key.as_deref() == Some(key))
    }

    /// The newest state handle. It goes into requests only.
    pub fn state_handle(&self) -> Option<Secret> {
        self.text("stateHandle").map(Secret::from)
    }

    /// When the handle expires: ISO 8601, only for hints.
    pub fn expires_at(&self) -> Option<&str> {
        self.text("expiresAt")
    }

    /// What the transaction is for, upper case (`LOGIN`, `CREDENTIAL_RECOVERY`, …).
    pub fn intent(&self) -> Option<String> {
        self.text("intent").map(str::to_ascii_uppercase)
    }

    /// The name the person claims; not proven.
    pub fn user_identifier(&self) -> Option<&str> {
        self.object("user")?
            .get("identifier")?
            .as_str()
            .filter(|name| !name.is_empty())
    }

    /// The app's name for people.
    pub fn app_label(&self) -> Option<&str> {
        let app = self.object("app")?;
        app.get("label")
            .or_else(|| app.get("name"))?
            .as_str()
            .filter(|label| !label.is_empty())
    }

    /// The code at the end of the flow. Where it is there, nothing else in the document counts.
    pub fn interaction_code(&self) -> Option<InteractionCode> {
        let form = form_in(&self.root, "successWithInteractionCode")?;
        let text = |name: &str| {
            let field = form
                .value
                .iter()
                .find(|field| field.name.as_deref() == Some(name))?;
            field.value.as_ref()?.as_str().map(str::to_owned)
        };
        Some(InteractionCode {
            code: text("interaction_code")
                .filter(|code| !code.is_empty())?
                .into(),
            client_id: text("client_id"),
            href: form.href,
        })
    }

    /// Whether nothing can be answered any more: no form and no code.
    pub fn is_terminal(&self) -> bool {
        self.remediation.is_empty() && self.interaction_code().is_none()
    }

    /// Whether the engine has forgotten the transaction, so that a new one must begin.
    pub fn is_session_expired(&self) -> bool {
        self.remediation.is_empty()
            && self.cancel.is_none()
            && EXPIRED.iter().any(|key| self.says(key))
    }

    /// `href` of `success` or `failure`: the end of a hosted session, which is none of this grant's.
    pub fn hosted_end(&self) -> Option<&str> {
        self.object("success")
            .or_else(|| self.object("failure"))?
            .get("href")?
            .as_str()
    }

    /// `errorSummary` and its causes, of an answer that is no Ion.
    pub fn error_summary(&self) -> Option<&str> {
        self.text("errorSummary")
    }

    /// `error` of an OAuth answer.
    pub fn oauth_error(&self) -> Option<&str> {
        self.text("error")
    }

    /// What a form is about: its `relatesTo`, else the current authenticator.
    pub fn authenticator_of(&self, form: &Form) -> Option<Authenticator<'_>> {
        self.related(&form.relates_to)
            .or_else(|| self.current_authenticator())
    }

    /// What pointers lead to, where they lead to something.
    pub fn related(&self, pointers: &[Vec<String>]) -> Option<Authenticator<'_>> {
        pointers
            .iter()
            .find_map(|path| read::resolve(&self.root, path))
            .map(Authenticator::new)
    }

    /// The authenticator that is being used or set up.
    pub fn current_authenticator(&self) -> Option<Authenticator<'_>> {
        [
            "currentAuthenticatorEnrollment",
            "currentAuthenticator",
            "enrollmentAuthenticator",
            "recoveryAuthenticator",
        ]
        .iter()
        .find_map(|key| self.object(key))
        .map(Authenticator::new)
    }

    /// An authenticator under a member of its own (`recoveryAuthenticator`, …).
    pub fn authenticator_at(&self, key: &str) -> Option<Authenticator<'_>> {
        self.object(key).map(Authenticator::new)
    }

    /// Everything the person has enrolled.
    pub fn enrolled(&self) -> impl Iterator<Item = Authenticator<'_>> {
        read::list(self.root.get("authenticatorEnrollments"))
            .iter()
            .filter_map(read::unwrapped)
            .map(Authenticator::new)
    }

    /// The device challenge: `authenticatorChallenge`, or the current authenticator's.
    pub fn device_challenge(&self) -> Option<&Map<String, Value>> {
        self.object("authenticatorChallenge")
            .or_else(|| Authenticator::new(self.object("currentAuthenticator")?).challenge())
            .or_else(|| {
                Authenticator::new(self.object("currentAuthenticatorEnrollment")?).challenge()
            })
    }

    /// Where the problem of the org's own CAPTCHA is set.
    pub fn captcha_challenge(&self) -> Option<Form> {
        form_in(self.object("captcha")?, "challengeUrlForm")
    }

    /// Any other object of the top level, its `{type, value}` wrapper opened.
    pub fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        read::unwrapped(self.root.get(key)?)
    }

    /// The raw document, for what this model does not know.
    pub fn raw(&self) -> &Map<String, Value> {
        &self.root
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.root.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    fn find_embedded(&self) -> Vec<Embedded> {
        let mut found = Vec::new();
        for (place, member) in [
            (Place::CurrentAuthenticator, "currentAuthenticator"),
            (
                Place::CurrentAuthenticatorEnrollment,
                "currentAuthenticatorEnrollment",
            ),
        ] {
            let Some(authenticator) = self.authenticator_at(member) else {
                continue;
            };
            for key in EMBEDDED {
                found.extend(
                    authenticator
                        .form(key)
                        .map(|form| Embedded { place, key, form }),
                );
            }
            let challenge = authenticator
                .challenge()
                .and_then(|challenge| form_in(challenge, "cancel"));
            found.extend(challenge.map(|form| Embedded {
                place: Place::ContextualChallenge,
                key: "cancel",
                form,
            }));
        }
        let challenge = self
            .object("authenticatorChallenge")
            .and_then(|challenge| form_in(challenge, "cancel"));
        found.extend(challenge.map(|form| Embedded {
            place: Place::AuthenticatorChallenge,
            key: "cancel",
            form,
        }));
        // The same action under two members, as the engine often sends it, is one.
        let mut seen = std::collections::HashSet::new();
        found.retain(|action: &Embedded| seen.insert((action.key, action.form.href.clone())));
        found
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("remediation", &self.remediation)
            .field(
                "errors",
                &self
                    .messages
                    .iter()
                    .filter(|message| message.class == Class::Error)
                    .count(),
            )
            .finish_non_exhaustive()
    }
}

fn collect<'a>(fields: &'a [Field], all: &mut Vec<&'a Message>) {
    for field in fields {
        all.extend(&field.messages);
        collect(&field.form, all);
        for choice in &field.options {
            if let super::Chosen::Form(fields) = &choice.value {
                collect(fields, all);
            }
        }
    }
}

/// A member that makes an object an answer of the engine, good or bad.
const KNOWN: [&str; 13] = [
    "version",
    "stateHandle",
    "remediation",
    "messages",
    "successWithInteractionCode",
    "success",
    "failure",
    "intent",
    "cancel",
    "deviceEnrollment",
    "error",
    "errorCode",
    "errorSummary",
];
const EMBEDDED: [&str; 5] = ["resend", "poll", "recover", "send", "cancel"];
const EXPIRED: [&str; 3] = [
    "idx.session.expired",
    "error.expired.session",
    "core.system.transaction_resource_not_found",
];
/// Most forms read from one response.
const MOST_FORMS: usize = 100;
