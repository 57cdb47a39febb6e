//! What comes after authentication: consent, and "stay signed in?".

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    idx::{
        flow::{Flow, Notes},
        ion, messages,
    },
    settings::ConsentMode,
};

impl Flow<'_> {
    pub(crate) fn consent(&mut self, mode: ConsentMode, body: &Map<String, Value>) -> Notes {
        match body.get("consent") {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => {
                if self.disconnected() {
                    return Notes::default();
                }
                self.end(messages::access_denied(), StatusCode::FORBIDDEN);
                return Notes::default();
            }
            _ => return Notes::unfit(),
        }
        let asked = self.transaction.request.scopes.clone();
        let granted = match mode {
            ConsentMode::Granular => match opted(&asked, body) {
                Some(opted) => opted,
                None => return Notes::unfit(),
            },
            ConsentMode::None | ConsentMode::Simple => asked,
        };
        if let Some(person) = self.transaction.person() {
            let key = (
                person.to_owned(),
                self.transaction.request.client_id.clone(),
            );
            self.state.consents.insert(key, granted.clone());
        }
        self.transaction.consented = Some(granted);
        Notes::default()
    }

    pub(crate) fn keep_signed_in(&mut self, body: &Map<String, Value>) -> Notes {
        let Some(Value::Bool(keep)) = body.get("keepMeSignedIn") else {
            return Notes::unfit();
        };
        self.transaction.kept_signed_in = Some(*keep);
        Notes::default()
    }

    /// The form, with what is asked for.
    pub(crate) fn consent_form(&self, mode: ConsentMode, forms: &ion::Forms<'_>) -> Value {
        let scopes = &self.transaction.request.scopes;
        if mode == ConsentMode::Granular {
            let fields: Vec<Value> = scopes
                .iter()
                .map(|scope| {
                    json!({"name": scope, "label": describe(scope), "type": "boolean", "required": true,
                        "value": true, "visible": true, "mutable": !is_fixed(scope)})
                })
                .collect();
            return forms.form(
                "granular-consent",
                "consent",
                vec![
                    json!({"name": "consent", "type": "boolean", "required": true, "visible": false}),
                    json!({"name": "optedScopes", "form": {"value": fields}}),
                ],
            );
        }
        let listed: Vec<Value> = scopes
            .iter()
            .map(|scope| json!({"name": scope, "label": describe(scope), "value": scope}))
            .collect();
        let field = json!({"name": "consent", "type": "boolean", "required": true, "options": [
            {"label": "Allow Access", "value": true}, {"label": "Don't Allow", "value": false},
        ]});
        ion::with(
            forms.form("consent", "consent", vec![field]),
            "scopes",
            listed,
        )
    }
}

/// The scopes left ticked; those that are fixed must be.
fn opted(asked: &BTreeSet<String>, body: &Map<String, Value>) -> Option<BTreeSet<String>> {
    let choices = body.get("optedScopes")?.as_object()?;
    let mut granted = BTreeSet::new();
    for scope in asked {
        let ticked = choices.get(scope)?.as_bool()?;
        if is_fixed(scope) && !ticked {
            return None;
        }
        if ticked {
            granted.insert(scope.clone());
        }
    }
    Some(granted)
}

fn is_fixed(scope: &str) -> bool {
    scope == "openid"
}

fn describe(scope: &str) -> String {
    match scope {
        "openid" => "Sign you in.".to_owned(),
        "profile" => "View your profile information.".to_owned(),
        "email" => "View your email address.".to_owned(),
        "phone" => "View your phone number.".to_owned(),
        "address" => "View your address.".to_owned(),
        "groups" => "View your groups.".to_owned(),
        "offline_access" => "Keep access while you are away.".to_owned(),
        other => format!("Use {other}."),
    }
}
