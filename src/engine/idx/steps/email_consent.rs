//! `email-challenge-consent`: was it you who asked for this mail? (protocol reference 3.4, 5.7)

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::{
        flow::{Flow, Notes},
        ion, messages,
        transaction::{Ending, Focus},
    },
};

impl Flow<'_> {
    /// Yes: the sign-in that sent the mail goes on, where it began. No: it ends there.
    pub(crate) fn consent_to_mail(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(Value::Bool(agreed)) = body.get("consent") else {
            return Notes::unfit();
        };
        let now = self.now;
        let sender = self.transaction.sender.clone().unwrap_or_default();
        let Some(sender) = self.state.transactions.look_mut(&sender) else {
            self.end(messages::session_expired(), StatusCode::UNAUTHORIZED);
            return Notes::default();
        };
        sender.step += 1;
        if !agreed {
            sender.focus = None;
            sender.ending = Some(Ending::Terminal(
                messages::cancelled_elsewhere(),
                StatusCode::FORBIDDEN,
            ));
            self.end(messages::cancelled_by_user(), StatusCode::OK);
            return Notes::default();
        }
        let person = sender.person().map(str::to_owned);
        let enrolls = matches!(sender.focus, Some(Focus::Enroll(_)));
        sender.prove(Authenticator::Email, Method::Email, now);
        if let Some(person) = person.and_then(|id| self.state.people.by_id_mut(&id))
            && enrolls
        {
            person.email = true;
        }
        self.end(messages::return_to_original_tab(), StatusCode::OK);
        Notes::default()
    }

    pub(crate) fn mail_consent_form(&self, forms: &ion::Forms<'_>) -> Value {
        let client = self.org.client(&self.transaction.request.client_id);
        let app = client.map_or("", |client| client.label.as_str());
        let field = json!({"name": "consent", "type": "boolean", "required": true, "options": [
            {"label": "Yes, it's me", "value": true}, {"label": "No, it's not me", "value": false},
        ]});
        ion::with(
            forms.form("email-challenge-consent", "consent", vec![field]),
            "requestInfo",
            json!([
                {"name": "browser", "type": "string", "label": "Browser", "value": "Unknown"},
                {"name": "appName", "type": "string", "label": "App name", "value": app},
            ]),
        )
    }
}
