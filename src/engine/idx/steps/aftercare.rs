//! What is told or asked once somebody is known: a password that ends soon, a device that needs attention, a profile that
//! lacks something, an org that is not ready, an activation link that has expired.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        policy::{self, Due},
    },
    inbox::Mail,
};

/// How long an activation link works.
const ACTIVATION: u64 = 3600;

impl Flow<'_> {
    /// "Remind me later", whatever of.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few steps are meant, and a new one is not among them"
    )]
    pub(crate) fn put_off(&mut self, due: &Due) -> Notes {
        match due {
            Due::SelectEnroll { optional: true, .. } => return self.skip(),
            Due::PasswordWarning | Due::PasswordElsewhere { expired: false } => {
                self.transaction.warned = true;
            }
            Due::DeviceGrace => self.transaction.device_seen = true,
            Due::UpdateProfile { optional: true } => self.transaction.profiled = true,
            _ => return Notes::unfit(),
        }
        Notes::default()
    }

    /// One wait less.
    pub(crate) fn ask_again(&mut self) -> Notes {
        self.transaction.waits = self.transaction.waits.saturating_sub(1);
        Notes::default()
    }

    /// `profile-update`: what is given is kept; what is required must be.
    pub(crate) fn update_profile(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(person) = self.person() else {
            return Notes::unfit();
        };
        let policy = self.org.policy(&person.policy);
        let given: Vec<(String, String)> = policy::lacking(person, &policy)
            .into_iter()
            .filter_map(|attribute| {
                let text = ion::text(body, &["userProfile", &attribute.name])?;
                Some((attribute.name.clone(), text.to_owned()))
            })
            .collect();
        if given.iter().any(|(_, text)| text.contains(['<', '>'])) {
            return Notes::saying(StatusCode::BAD_REQUEST, messages::tags_not_allowed());
        }
        let missing = policy::lacking(person, &policy)
            .into_iter()
            .filter(|attribute| attribute.required)
            .find(|attribute| given.iter().all(|(name, _)| *name != attribute.name));
        if let Some(missing) = missing {
            let message = messages::field_required(&missing.label);
            return Notes::saying(StatusCode::BAD_REQUEST, message);
        }
        if let Some(person) = self.person_mut() {
            person.claims.extend(given);
        }
        self.transaction.profiled = true;
        Notes::default()
    }

    /// The fields of `profile-update`, one object each as real orgs write it.
    pub(crate) fn profile_fields(&self) -> Vec<Value> {
        let Some(person) = self.person() else {
            return Vec::new();
        };
        let policy = self.org.policy(&person.policy);
        let fields: Vec<Value> = policy::lacking(person, &policy)
            .into_iter()
            .map(|attribute| {
                json!({"name": attribute.name, "label": attribute.label, "required": attribute.required,
                    "minLength": 1, "maxLength": 100})
            })
            .collect();
        vec![
            json!({"name": "userProfile", "type": "object", "required": true, "form": {"value": fields}}),
        ]
    }

    /// `request-activation-email`: another link is sent.
    pub(crate) fn request_activation(&mut self) -> Notes {
        let Some(person) = self.person() else {
            return Notes::unfit();
        };
        let (id, login) = (person.id.clone(), person.login.clone());
        let token = self.org.token();
        let link = activation_link(&self.transaction.request.redirect_uri, &token);
        let transactions = &mut self.state.transactions;
        transactions.add_activation_token(token, id, self.now + ACTIVATION);
        self.state.inbox.deliver(Mail {
            to: login,
            channel: "email",
            subject: "Activate your account".to_owned(),
            code: None,
            link,
            sent_at: self.now,
        });
        self.end(messages::activation_requested(), StatusCode::OK);
        Notes::default()
    }
}

/// The app's own address; it takes the token to `interact`.
fn activation_link(redirect_uri: &str, token: &str) -> Option<String> {
    let mut link = url::Url::parse(redirect_uri).ok()?;
    link.set_path("/");
    link.set_query(None);
    link.query_pairs_mut()
        .append_pair("activation_token", token);
    Some(link.into())
}
