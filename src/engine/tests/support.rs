//! A running engine, and a client that knows the protocol's shapes and nothing else.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    clock::ManualClock,
    engine::{Control, Engine, Settings},
    random::SystemRandom,
};

pub(super) const PASSWORD: &str = "correct horse battery staple";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const REDIRECT: &str = "http://127.0.0.1:8080/.interlock/callback";

/// An engine on a port of its own; [`Running::stop`] joins it.
pub(super) struct Running {
    pub(super) control: Control,
    pub(super) clock: ManualClock,
    pub(super) origin: String,
    pub(super) issuer: String,
    http: Client<HttpConnector, Full<Bytes>>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// An OAuth error of this status and code.
    #[track_caller]
    pub(super) fn expect_error(self, status: u16, error: &str) {
        let answer = self.expect(status);
        assert_eq!(answer.json()["error"], error, "{}", answer.text);
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Running {
    pub(super) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    #[expect(clippy::unused_async, reason = "must run inside a runtime: it spawns")]
    pub(super) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::on_any_port();
        change(&mut settings);
        let clock = ManualClock::new();
        let engine =
            Engine::bind(settings, Arc::new(clock.clone()), Arc::new(SystemRandom)).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (control, issuer) = (engine.control(), engine.issuer());
        let origin = engine.org_issuer();
        let served = tokio::spawn(engine.serve(async {
            let _ = stopped.await;
        }));
        let http = Client::builder(TokioExecutor::new()).build_http();
        Self {
            control,
            clock,
            origin,
            issuer,
            http,
            stop,
            served,
        }
    }

    pub(super) async fn stop(self) {
        drop(self.http);
        self.stop.send(()).unwrap();
        self.served.await.unwrap().unwrap();
    }

    pub(super) async fn try_send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let call = async {
            let response: Response<_> = self
                .http
                .request(request)
                .await
                .map_err(|e| e.to_string())?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
            Ok(Answer {
                status: parts.status,
                headers: parts.headers,
                text: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        tokio::time::timeout(Duration::from_secs(10), call)
            .await
            .map_err(|_| "timed out".to_owned())?
    }

    pub(super) async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        self.try_send(method, url, headers, body).await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        let url = format!("{}{path}", self.origin);
        self.send(Method::GET, &url, &[], String::new()).await
    }

    /// Posts a form to `{issuer}/v1/{name}` of the custom server.
    pub(super) async fn form(&self, name: &str, fields: &[(&str, &str)]) -> Answer {
        self.form_with(name, fields, &[]).await
    }

    pub(super) async fn form_with(
        &self,
        name: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let url = format!("{}/v1/{name}", self.issuer);
        let body = encode(fields);
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, &url, &all, body).await
    }

    pub(super) async fn control_post(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}/control/{path}", self.origin);
        self.send(Method::POST, &url, &[], body.to_string()).await
    }

    /// What an `interact` of the public client sends.
    pub(super) fn interact_fields() -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("client_id", "interlock-demo".to_owned()),
            (
                "scope",
                "openid profile email offline_access groups".to_owned(),
            ),
            ("redirect_uri", REDIRECT.to_owned()),
            (
                "code_challenge",
                URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
            ),
            ("code_challenge_method", "S256".to_owned()),
            ("state", "state-1".to_owned()),
            ("nonce", "nonce-1".to_owned()),
        ])
    }

    pub(super) async fn interact(&self, change: &[(&'static str, &str)]) -> Answer {
        let mut fields = Self::interact_fields();
        for (name, value) in change {
            if value.is_empty() {
                fields.remove(name);
            } else {
                fields.insert(name, (*value).to_owned());
            }
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.form("interact", &fields).await
    }

    /// A transaction at its first step.
    pub(super) async fn begin(&self) -> Transaction<'_> {
        self.begin_with(&[]).await
    }

    pub(super) async fn begin_with(&self, change: &[(&'static str, &str)]) -> Transaction<'_> {
        let answer = self.interact(change).await.expect(200).json();
        let handle = answer["interaction_handle"].as_str().unwrap().to_owned();
        self.resume(&handle).await
    }

    pub(super) async fn resume(&self, handle: &str) -> Transaction<'_> {
        let mut transaction = Transaction {
            engine: self,
            handle: handle.to_owned(),
            status: StatusCode::OK,
            document: Value::Null,
        };
        transaction.introspect().await;
        transaction
    }

    pub(super) async fn idx(&self, path: &str, body: &Value) -> Answer {
        let url = format!("{}/idp/idx/{path}", self.origin);
        let headers = [
            ("content-type", "application/ion+json; okta-version=1.0.0"),
            ("accept", "application/ion+json; okta-version=1.0.0"),
        ];
        self.send(Method::POST, &url, &headers, body.to_string())
            .await
    }

    /// The newest code sent to somebody.
    #[track_caller]
    pub(super) fn passcode(&self, to: &str) -> String {
        self.control.passcode(to).expect("a code was sent")
    }

    /// Ada's tokens.
    pub(super) async fn ada(&self) -> Value {
        let mut transaction = self.begin().await;
        transaction.identify("ada@example.com").await;
        transaction.password(PASSWORD).await;
        transaction.tokens().await
    }
}

/// What somebody's app with this base32 secret shows.
pub(super) fn totp_at(secret: &str, now: u64) -> String {
    crate::engine::idx::totp_at(&secret.into(), now).unwrap()
}

pub(super) fn encode(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// One sign-in, step by step.
pub(super) struct Transaction<'a> {
    engine: &'a Running,
    pub(super) handle: String,
    pub(super) status: StatusCode,
    pub(super) document: Value,
}

impl Transaction<'_> {
    pub(super) async fn introspect(&mut self) {
        let body = json!({ "interactionHandle": self.handle });
        let answer = self.engine.idx("introspect", &body).await;
        self.take(&answer);
    }

    fn take(&mut self, answer: &Answer) {
        assert!(
            answer
                .header("content-type")
                .starts_with("application/ion+json")
        );
        assert!(!answer.header("x-okta-request-id").is_empty());
        assert!(!answer.header("date").is_empty());
        self.status = answer.status;
        self.document = answer.json();
    }

    /// Names of the remediation's forms, in order.
    pub(super) fn forms(&self) -> Vec<&str> {
        let forms = self.document["remediation"]["value"].as_array();
        forms
            .into_iter()
            .flatten()
            .map(|form| form["name"].as_str().unwrap())
            .collect()
    }

    /// A form of the remediation, or an action embedded in what is current.
    #[track_caller]
    pub(super) fn form(&self, name: &str) -> Value {
        let forms = self.document["remediation"]["value"].as_array().cloned();
        let embedded = ["currentAuthenticator", "currentAuthenticatorEnrollment"]
            .map(|place| self.document[place]["value"][name].clone());
        let leave = self.document["currentAuthenticator"]["value"]["cancel"].clone();
        forms
            .into_iter()
            .flatten()
            .chain(embedded)
            .chain([leave])
            .chain([self.document["authenticatorChallenge"]["value"]["cancel"].clone()])
            .chain([self.document["cancel"].clone()])
            .find(|form| form["name"] == name)
            .unwrap_or_else(|| panic!("no form {name} in {}", self.document))
    }

    /// The field at a path of names in a form.
    #[track_caller]
    pub(super) fn field(&self, form: &str, path: &[&str]) -> Value {
        let mut value = self.form(form)["value"].clone();
        let mut found = Value::Null;
        for name in path {
            let fields = value.as_array().cloned().unwrap_or_default();
            found = fields
                .into_iter()
                .find(|f| f["name"] == *name)
                .expect("a field");
            value = found["form"]["value"].clone();
        }
        found
    }

    /// Answers a form as the protocol says: at its href, with its own handle.
    pub(super) async fn submit(&mut self, form: &str, body: Value) {
        let form = self.form(form);
        let Value::Object(mut body) = body else {
            panic!("an object")
        };
        let fields = form["value"].as_array().unwrap();
        let handle = fields
            .iter()
            .find(|field| field["name"] == "stateHandle")
            .unwrap();
        body.insert("stateHandle".to_owned(), handle["value"].clone());
        let url = form["href"].as_str().unwrap();
        let headers = [("content-type", "application/json; okta-version=1.0.0")];
        let answer = self
            .engine
            .send(Method::POST, url, &headers, Value::Object(body).to_string())
            .await;
        self.take(&answer);
    }

    pub(super) async fn identify(&mut self, who: &str) {
        self.submit("identify", json!({ "identifier": who })).await;
    }

    pub(super) async fn password(&mut self, password: &str) {
        self.passcode(password).await;
    }

    pub(super) async fn passcode(&mut self, code: &str) {
        let body = json!({ "credentials": { "passcode": code } });
        self.submit(self.forms_first().clone().as_str(), body).await;
    }

    fn forms_first(&self) -> String {
        (*self.forms().first().expect("a form")).to_owned()
    }

    /// Chooses an option of a selecting form by its label; `more` is added to what it fixes.
    pub(super) async fn choose(&mut self, form: &str, label: &str, more: Value) {
        let option = self
            .options(form)
            .remove(label)
            .unwrap_or_else(|| panic!("no option {label}"));
        let mut chosen = Map::new();
        for field in option["value"]["form"]["value"].as_array().unwrap() {
            if field["mutable"] == false {
                chosen.insert(
                    field["name"].as_str().unwrap().to_owned(),
                    field["value"].clone(),
                );
            }
        }
        chosen.extend(more.as_object().cloned().unwrap_or_default());
        self.submit(form, json!({ "authenticator": chosen })).await;
    }

    /// Options of a selecting form, by label.
    pub(super) fn options(&self, form: &str) -> BTreeMap<String, Value> {
        let field = self.field(form, &["authenticator"]);
        let options = field["options"].as_array().unwrap();
        options
            .iter()
            .map(|option| (option["label"].as_str().unwrap().to_owned(), option.clone()))
            .collect()
    }

    /// Keys of top-level messages.
    pub(super) fn messages(&self) -> Vec<&str> {
        let messages = self.document["messages"]["value"].as_array();
        messages
            .into_iter()
            .flatten()
            .map(|message| message["i18n"]["key"].as_str().unwrap())
            .collect()
    }

    #[track_caller]
    pub(super) fn expect(&self, status: u16, first: &str) -> &Self {
        assert_eq!(self.status, status, "{}", self.document);
        assert_eq!(self.forms().first(), Some(&first), "{}", self.document);
        self
    }

    /// The end, with this message.
    #[track_caller]
    pub(super) fn expect_terminal(&self, status: u16, key: &str) {
        assert_eq!(self.status, status, "{}", self.document);
        assert_eq!(
            (self.forms(), self.messages()),
            (vec![], vec![key]),
            "{}",
            self.document
        );
    }

    /// The interaction code of a transaction that is done.
    #[track_caller]
    pub(super) fn code(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.document);
        let fields = self.document["successWithInteractionCode"]["value"].as_array();
        let fields = fields.unwrap_or_else(|| panic!("no success: {}", self.document));
        let code = fields
            .iter()
            .find(|field| field["name"] == "interaction_code")
            .unwrap();
        code["value"].as_str().unwrap().to_owned()
    }

    pub(super) async fn redeem(&self) -> Answer {
        redeem(self.engine, &self.code()).await
    }

    pub(super) async fn tokens(&self) -> Value {
        self.redeem().await.expect(200).json()
    }
}

/// Redeems a code as the public client.
pub(super) async fn redeem(engine: &Running, code: &str) -> Answer {
    let fields = [
        ("grant_type", "interaction_code"),
        ("interaction_code", code),
        ("client_id", "interlock-demo"),
        ("code_verifier", VERIFIER),
    ];
    engine.form("token", &fields).await
}

/// The claims of a JWT, unverified.
pub(super) fn claims(token: &Value) -> Value {
    part(token, 1)
}

pub(super) fn header(token: &Value) -> Value {
    part(token, 0)
}

fn part(token: &Value, index: usize) -> Value {
    let part = token.as_str().unwrap().split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
