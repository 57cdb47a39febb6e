//! `GET /oauth2/v1/authorize/callback`: somebody comes back from an identity provider (protocol reference 5.12).

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::{
    flow::Flow,
    ion, messages,
    policy::Due,
    transaction::{Ending, Focus, Subject},
};
use crate::engine::{
    authenticator::{Authenticator, Method},
    call::Call,
    idp::{URN, Verdict},
    inbox,
    org::Org,
    reply::Reply,
    settings::IdpSettings,
};

/// Takes what the provider said into the transaction, and sends the browser to the app.
pub(crate) fn come_back(org: &Org, call: &Call) -> Reply {
    let mut state = org.state();
    let state = &mut *state;
    let verdict = call
        .query_field("code")
        .and_then(|code| state.idp.take_verdict(&code, org.now()));
    let reply = verdict.and_then(|verdict| {
        Flow::of(org, state, call, &verdict.transaction, |flow| {
            flow.come_back(&verdict)
        })
    });
    reply.unwrap_or_else(lost)
}

pub(super) fn lost() -> Reply {
    let text = "<p>Nobody waits for this any more. Go back to the app and sign in again.</p>";
    Reply::html(
        StatusCode::BAD_REQUEST,
        inbox::document("400 Bad Request", text),
    )
}

impl Flow<'_> {
    fn come_back(&mut self, verdict: &Verdict) -> Reply {
        let Some(account) = &verdict.account else {
            return self.denied();
        };
        self.transaction.remark = None;
        if self.accept(verdict.proves, account) {
            self.transaction.step += 1;
        } else {
            self.transaction.remark = Some(if verdict.proves == Authenticator::SmartCard {
                messages::card_refused()
            } else {
                messages::identity_provider_failed()
            });
        }
        self.send_back()
    }

    /// To the app: the person went away without a word.
    pub(super) fn denied(&self) -> Reply {
        self.leave(&[
            ("error", "access_denied"),
            (
                "error_description",
                "The resource owner or authorization server denied the request.",
            ),
        ])
    }

    /// To the app, with the code if all is proven, else to go on there.
    pub(crate) fn send_back(&mut self) -> Reply {
        self.settle();
        if let Some(Ending::Code(code)) = &self.transaction.ending {
            let code = code.clone();
            return self.leave(&[("interaction_code", &code)]);
        }
        self.leave(&[
            ("error", "interaction_required"),
            ("error_description", "Your client is configured to use the interaction code flow and user interaction is required to complete the request."),
        ])
    }

    /// Whether an account elsewhere, or a card, is what the step wants.
    fn accept(&mut self, proves: Authenticator, account: &str) -> bool {
        let person = self.state.people.by_login(account);
        let linked = person.filter(|person| person.has(proves) && !person.inactive);
        let (id, login) = match linked {
            Some(person) => (Some(person.id.clone()), person.login.clone()),
            None => (None, account.to_owned()),
        };
        match (self.due(), &self.transaction.focus) {
            (Due::Identify, None) => {
                let Some(id) = id else { return false };
                self.transaction.subject = Subject::Known(id);
                self.transaction.identifier = Some(login);
            }
            (Due::Challenge(known), _) if known == proves => {
                if id.as_deref() != self.transaction.person() {
                    return false;
                }
            }
            (Due::Enroll(known), Some(Focus::Enroll(_))) if known == proves => {
                let Some(person) = self.person_mut().filter(|person| person.login == login) else {
                    return false;
                };
                if proves == Authenticator::SmartCard {
                    person.equipment.smart_card = true;
                } else {
                    person.external_idp = true;
                }
            }
            _ => return false,
        }
        let method = proves.methods().first().copied().unwrap_or(Method::Idp);
        self.transaction.prove(proves, method, self.now);
        true
    }

    /// To the app's redirect URI.
    fn leave(&self, parameters: &[(&str, &str)]) -> Reply {
        let request = &self.transaction.request;
        let Ok(mut target) = Url::parse(&request.redirect_uri) else {
            return lost();
        };
        target
            .query_pairs_mut()
            .extend_pairs(parameters)
            .append_pair("state", &request.state);
        Reply::redirect(target.as_str())
    }

    /// Whether the step has links to elsewhere.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few steps are meant, and a new one is not among them"
    )]
    pub(crate) fn offers_providers(&self, due: &Due) -> bool {
        match due {
            Due::Identify => Authenticator::ELSEWHERE
                .iter()
                .any(|known| self.identifies(*known)),
            Due::Challenge(known) | Due::Enroll(known) => Authenticator::ELSEWHERE.contains(known),
            Due::ProveIdentity => true,
            _ => false,
        }
    }

    /// Whether `identify` offers it.
    fn identifies(&self, known: Authenticator) -> bool {
        let org = &self.org.settings.org;
        if known == Authenticator::SmartCard {
            org.smart_card_on_identify
        } else {
            org.idp_on_identify
        }
    }

    /// The links at `identify`.
    pub(crate) fn identifying_links(&self) -> Vec<Value> {
        let offered = Authenticator::ELSEWHERE.into_iter();
        let offered = offered.filter(|known| self.identifies(*known));
        offered
            .flat_map(|known| self.provider_links(known))
            .map(|link| {
                let card = link.get("type").and_then(Value::as_str) == Some("X509");
                if card {
                    ion::with(link, "name", "piv-idp")
                } else {
                    link
                }
            })
            .collect()
    }

    /// The links, one for each provider that proves this.
    pub(crate) fn provider_links(&self, known: Authenticator) -> Vec<Value> {
        let providers = self.org.settings.identity_providers.iter();
        providers
            .filter(|provider| provider.proves() == known)
            .map(|provider| self.provider_link(provider))
            .collect()
    }

    fn provider_link(&self, provider: &IdpSettings) -> Value {
        let request = &self.transaction.request;
        let base = self.org.oauth_base(request.server, self.host);
        let name = self.transaction.pushed.as_deref().unwrap_or_default();
        let href = format!(
            "{base}/v1/authorize?client_id={}&request_uri={URN}{name}:{}",
            request.client_id, provider.id
        );
        json!({"name": "redirect-idp", "type": provider.kind, "idp": {"id": provider.id, "name": provider.name},
            "href": href, "method": "GET"})
    }
}
