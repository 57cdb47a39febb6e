//! `/idp/identity-verification`: the vendor that checks who somebody is by their papers (protocol reference 3.1,
//! `redirect-idverify`). The engine plays it: the person says how the check ends.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{flow::Flow, identity_provider::lost, messages, policy::Due};
use crate::engine::{
    call::Call,
    form::Form,
    inbox::{document, escape},
    org::Org,
    reply::Reply,
};

/// What people call the vendor.
const VENDOR: &str = "Example Identity Check";
/// Carries the name of the request; the vendor learns nothing else.
const REQUEST: &str = "stateTokenExternalId";

/// Serves it.
pub(crate) fn serve(org: &Org, call: &Call) -> Option<Reply> {
    match call.method {
        Method::GET => Some(page(org, call)),
        Method::POST => Some(posted(org, call)),
        _ => None,
    }
}

fn page(org: &Org, call: &Call) -> Reply {
    let request = call.query_field(REQUEST).unwrap_or_default();
    if org.state().idp.request(&request, org.now()).is_none() {
        return lost();
    }
    let body = format!(
        "<article><p>Show your papers to the camera. There is none here: say how the check ends.</p><form method=post>\
<input type=hidden name={REQUEST} value=\"{}\"><p><button name=answer value=pass>They are in order</button></p>\
<p><button name=answer value=fail>They are not</button></p><p><button name=answer value=cancel>Cancel</button></p></form></article>",
        escape(&request)
    );
    Reply::html(StatusCode::OK, document(VENDOR, &body))
}

/// Takes the verdict into the transaction, and sends the browser back to the app.
fn posted(org: &Org, call: &Call) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let mut state = org.state();
    let state = &mut *state;
    let request = form.field(REQUEST).unwrap_or_default();
    let id = state.idp.request(request, org.now()).map(str::to_owned);
    let verdict = form.field("answer").unwrap_or_default();
    let reply = id.and_then(|id| Flow::of(org, state, call, &id, |flow| flow.judged(verdict)));
    reply.unwrap_or_else(lost)
}

impl Flow<'_> {
    fn judged(&mut self, answer: &str) -> Reply {
        if self.due() != Due::ProveIdentity {
            return lost();
        }
        self.transaction.remark = None;
        match answer {
            "pass" => {
                if let Some(person) = self.person_mut() {
                    person.equipment.identity_proven = true;
                }
                self.transaction.step += 1;
            }
            "fail" => self.transaction.remark = Some(messages::identity_not_proven()),
            _ => return self.denied(),
        }
        self.send_back()
    }

    /// The link to the vendor.
    pub(crate) fn proofing_link(&self) -> Value {
        let name = self.transaction.pushed.as_deref().unwrap_or_default();
        json!({"name": "redirect-idverify", "type": "ID_PROOFING", "idp": {"id": "IDV_STANDARD", "name": VENDOR},
            "idvMetadata": {"termsOfUse": "https://help.example/terms", "privacyPolicy": "https://help.example/privacy"},
            "href": format!("{}/idp/identity-verification?{REQUEST}={name}", self.host), "method": "GET"})
    }
}
