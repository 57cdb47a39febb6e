//! What the engine answers has the shape that was recorded: the form's address and fields, what it is about, what is told of it.

use std::collections::BTreeSet;

use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::support::{browser::Browser, engine::Engine, person::PASSWORD, recording};

const CHOICE: &str = "select-authenticator-authenticate";
const NEW: &str = "select-authenticator-enroll";

/// By which list, and what is chosen there.
type Choice = Option<(&'static str, &'static str)>;

/// Recording, form, and how somebody comes to it at the engine.
const STEPS: &[(&str, &str, &str, Choice)] = &[
    (
        "authenticator-enroll-duo",
        "enroll-authenticator",
        "emmy",
        Some((NEW, "Duo Security")),
    ),
    (
        "error-authenticator-duo-verification-failed",
        "challenge-authenticator",
        "lise",
        Some((CHOICE, "Duo Security")),
    ),
    (
        "authenticator-enroll-symantec-vip",
        "enroll-authenticator",
        "emmy",
        Some((NEW, "Symantec VIP")),
    ),
    (
        "authenticator-enroll-on-prem",
        "enroll-authenticator",
        "emmy",
        Some((NEW, "Example On-Prem")),
    ),
    (
        "authenticator-enroll-yubikey",
        "enroll-authenticator",
        "emmy",
        Some((NEW, "Yubikey Authenticator")),
    ),
    (
        "authenticator-verification-yubikey",
        "challenge-authenticator",
        "maria",
        Some((CHOICE, "Yubikey Authenticator")),
    ),
    (
        "authenticator-verification-symantec-vip",
        "challenge-authenticator",
        "maria",
        Some((CHOICE, "Symantec VIP")),
    ),
    (
        "authenticator-verification-tac",
        "challenge-authenticator",
        "maria",
        Some((CHOICE, "Temporary Access Code")),
    ),
    (
        "error-authenticator-verification-rsa",
        "challenge-authenticator",
        "maria",
        Some((CHOICE, "RSA SecurID")),
    ),
    (
        "authenticator-verification-custom-app-push",
        "challenge-poll",
        "maria",
        Some((CHOICE, "Example App")),
    ),
    (
        "authenticator-enroll-nfc-pin-device-challenge",
        "enroll-poll",
        "emmy",
        Some((NEW, "NFC")),
    ),
    (
        "authenticator-verification-okta-verify-signed-nonce-loopback",
        "challenge-poll",
        "grete",
        Some((CHOICE, "Okta Verify")),
    ),
    (
        "authenticator-verification-idp-with-customIDV",
        "redirect-idverify",
        "rosalind",
        None,
    ),
];

/// What of a document is compared.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    members: BTreeSet<String>,
    method: String,
    fields: BTreeSet<String>,
    about: Option<(Value, Value)>,
    told: BTreeSet<String>,
}

impl Shape {
    #[track_caller]
    fn of(document: &Value, name: &str) -> Self {
        let forms = recording::list(document.get("remediation"));
        let form = forms.iter().find(|form| form["name"] == name);
        let form = form.unwrap_or_else(|| panic!("no {name} in {document}"));
        let about = ["currentAuthenticator", "currentAuthenticatorEnrollment"]
            .iter()
            .map(|place| &document[place]["value"])
            .find(|about| about.is_object());
        let mut fields = BTreeSet::new();
        flatten("", &recording::list(form.get("value")), &mut fields);
        Self {
            members: names(form),
            method: form["method"].as_str().unwrap().to_owned(),
            fields,
            about: about.map(|about| (about["key"].clone(), about["type"].clone())),
            told: about
                .map(|about| names(&about["contextualData"]))
                .unwrap_or_default(),
        }
    }
}

/// Names of an object's members. The recordings do not agree on those that are left out here, and a script of Duo's own is
/// nothing that the engine could serve.
fn names(value: &Value) -> BTreeSet<String> {
    let left_out = ["produces", "accepts", "relatesTo", "script", "value"];
    let members = value.as_object().into_iter().flat_map(Map::keys);
    members
        .filter(|name| !left_out.contains(&name.as_str()))
        .cloned()
        .collect()
}

fn flatten(place: &str, fields: &[Value], found: &mut BTreeSet<String>) {
    for field in fields {
        let name = format!("{place}{}", field["name"].as_str().unwrap());
        let nested = recording::nested(field);
        if nested.is_empty() {
            found.insert(name);
        } else {
            flatten(&format!("{name}."), &nested, found);
        }
    }
}

/// A client that knows nothing of pages.
struct Client {
    browser: Browser,
    document: Value,
}

impl Client {
    async fn begin(engine: &Engine) -> Self {
        let mut browser = Browser::at(engine.org_issuer());
        let pairs = [
            ("client_id", "interlock-demo"),
            ("scope", "openid"),
            ("redirect_uri", "http://127.0.0.1:8080/.interlock/callback"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ),
            ("code_challenge_method", "S256"),
            ("state", "state-1"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let begun = browser
            .post_pairs("/oauth2/default/v1/interact", &pairs)
            .await;
        let handle = begun.expect(StatusCode::OK).json()["interaction_handle"].clone();
        let mut client = Self {
            browser,
            document: Value::Null,
        };
        let body = json!({ "interactionHandle": handle });
        client.post("/idp/idx/introspect", &body).await;
        client
    }

    async fn post(&mut self, path: &str, body: &Value) {
        let mut fields = HeaderMap::new();
        fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        let body = body.to_string().into();
        let reply = self.browser.send(Method::POST, path, fields, body).await;
        self.document = reply.json();
    }

    /// Answers a form of the document at its own address.
    async fn answer(&mut self, name: &str, mut body: Value) {
        let forms = recording::list(self.document.get("remediation"));
        let form = forms.iter().find(|form| form["name"] == name);
        let form = form.unwrap_or_else(|| panic!("no {name} in {}", self.document));
        let path = form["href"]
            .as_str()
            .unwrap()
            .strip_prefix(&self.browser.origin);
        let path = path.unwrap().to_owned();
        body["stateHandle"] = self.document["stateHandle"].clone();
        self.post(&path, &body).await;
    }

    /// Chooses from a list, by the label; the last of several methods.
    async fn choose(&mut self, list: &str, label: &str) {
        let forms = recording::list(self.document.get("remediation"));
        let form = forms.iter().find(|form| form["name"] == list).unwrap();
        let options = form["value"][0]["options"].as_array().unwrap();
        let option = options.iter().find(|option| option["label"] == label);
        let fields = recording::list(option.unwrap()["value"].get("form"));
        let mut chosen = Map::new();
        for field in fields {
            let name = field["name"].as_str().unwrap().to_owned();
            let methods = field["options"].as_array();
            let value = methods.map_or(&field["value"], |all| &all.last().unwrap()["value"]);
            chosen.insert(name, value.clone());
        }
        self.answer(list, json!({ "authenticator": chosen })).await;
    }

    async fn named(&mut self, person: &str) {
        let identifier = format!("{person}@example.com");
        self.answer("identify", json!({ "identifier": identifier }))
            .await;
        let body = json!({"credentials": {"passcode": PASSWORD}});
        self.answer("challenge-authenticator", body).await;
    }
}

#[tokio::test]
async fn each_step_has_the_shape_that_was_recorded() {
    let recordings = recording::recordings();
    let engine = Engine::start();
    for (name, form, person, choice) in STEPS {
        let Some((_, recorded)) = recordings.iter().find(|(known, _)| known == name) else {
            assert!(recordings.is_empty(), "{name} is recorded");
            continue;
        };
        let recorded: Value = serde_json::from_slice(recorded).unwrap();
        let mut client = Client::begin(&engine).await;
        client.named(person).await;
        if let Some((list, label)) = choice {
            client.choose(list, label).await;
        }
        assert_eq!(
            Shape::of(&client.document, form),
            Shape::of(&recorded, form),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_device_is_refused_in_the_words_that_were_recorded() {
    let recordings = recording::recordings();
    let name = "end-user-remediation-adp-remediation-app-link-fallback-with-multiple-options";
    let Some((_, recorded)) = recordings.iter().find(|(known, _)| known == name) else {
        assert!(recordings.is_empty(), "{name} is recorded");
        return;
    };
    let recorded: Value = serde_json::from_slice(recorded).unwrap();
    let engine = Engine::start();
    let mut client = Client::begin(&engine).await;
    client.named("hertha").await;
    assert!(client.document.get("remediation").is_none());
    let said = |document: &Value| -> BTreeSet<String> {
        let messages = recording::list(document.get("messages")).into_iter();
        messages
            .map(|message| message["i18n"]["key"].to_string())
            .collect()
    };
    let (served, known) = (said(&client.document), said(&recorded));
    let more: Vec<_> = served.difference(&known).collect();
    // Disk encryption was recorded elsewhere.
    assert_eq!(more.len(), 1, "{more:?}");
    let mending = |document: &Value| {
        let messages = recording::list(document.get("messages")).into_iter();
        let mut mending = messages.map(|message| message["deviceRemediation"]["value"].clone());
        names(&mending.find(Value::is_object).unwrap())
    };
    assert_eq!(mending(&client.document), mending(&recorded));
}
