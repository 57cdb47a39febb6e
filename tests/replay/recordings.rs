//! The recordings, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use http::{StatusCode, header};
use interlock::clock::ManualClock;
use serde_json::{Map, Value};

use crate::{
    paper::{Form, Paper, fill},
    support::{
        app::App,
        browser::{Browser, Reply},
        gateway::Gateway,
        logs::logs,
        recording::{
            check_page, conforms, folded, labels, leads_nowhere, list, messages, recordings,
        },
        replay::{INTERACTION_HANDLE, Replay},
    },
};

const SIGN_IN: &str = "/.interlock/sign-in";
const TARGET: &str = "/reports?year=2024&q=a%20b";

#[derive(Debug, Default)]
struct Count {
    recordings: usize,
    pages: usize,
    answers: usize,
    hops: usize,
    ended: usize,
    errors: usize,
}

/// One recording being played to one browser.
struct Session<'a> {
    name: &'a str,
    raw: Value,
    handles: BTreeSet<String>,
    replay: &'a Replay,
    browser: Browser,
}

#[tokio::test]
async fn every_recording_is_a_page_and_every_answer_conforms_to_its_form() {
    let recordings = recordings();
    if recordings.is_empty() {
        return;
    }
    let (app, replay) = (App::echo().await, Replay::start().await);
    let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
        .more("[sign_in]\nanswers_per_minute = 1000000\nanswers_per_account = 1000000")
        .start()
        .await;
    let mut count = Count::default();
    let mut handles = BTreeSet::from([INTERACTION_HANDLE.to_owned()]);
    for (name, bytes) in &recordings {
        let sent = replay.play(name, bytes);
        let raw: Value = serde_json::from_slice(&sent).unwrap_or(Value::Null);
        let mut session = Session {
            name,
            handles: handles_of(&raw),
            raw,
            replay: &replay,
            browser: gateway.browser(),
        };
        session.play(&mut count).await;
        handles.extend(session.handles);
        count.recordings += 1;
    }
    assert_eq!(count.recordings, 216, "every recording was played");
    assert_eq!(app.requests(), 0, "nobody reached the app");
    assert_eq!(replay.strangers(), [""; 0], "no other address was called");
    for handle in &handles {
        logs().assert_without(handle);
    }
    eprintln!("{count:?}");
    gateway.stop().await;
}

/// The whole of an answer is missing: nobody's fault here, and no dead end.
#[tokio::test]
async fn an_empty_answer_is_a_plain_page_with_a_way_to_start_again() {
    let (app, replay) = (App::echo().await, Replay::start().await);
    let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
        .start()
        .await;
    for (name, body) in [
        ("error-empty-response", &b""[..]),
        ("blanks", b" \n"),
        ("no JSON", b"<html>"),
        (
            "cut off",
            b"{\"version\":\"1.0.0\",\"remediation\":{\"value\":[",
        ),
        ("another thing", b"[1,2]"),
    ] {
        replay.play(name, body);
        let mut browser = gateway.browser();
        let shown = browser.visit(TARGET).await;
        check_error_page(name, &shown);
        assert_eq!(shown.status, StatusCode::BAD_GATEWAY, "{name}");
    }
}

impl Session<'_> {
    async fn play(&mut self, count: &mut Count) {
        let name = self.name;
        let first = self.browser.visit(TARGET).await;
        self.harmless(&first);
        if self.raw.get("version").is_none() && self.raw.get("remediation").is_none() {
            count.errors += 1;
            check_error_page(name, &first);
            return;
        }
        assert_eq!(first.status, StatusCode::OK, "{name}: {}", first.text());
        assert!(first.url.starts_with(SIGN_IN), "{name}: {}", first.url);
        let papers = self.reachable(&first).await;
        count.pages += papers.len();
        let all = papers
            .iter()
            .map(|paper| paper.text.clone())
            .collect::<Vec<_>>()
            .join("\n");
        let mut said = Vec::new();
        messages(&self.raw, &mut said);
        for message in said.iter().map(|message| folded(message)) {
            // A key that came in place of a text is not for people.
            if message.contains(' ') {
                assert!(all.contains(&message), "{name}: says {message:?}\n{all}");
            }
        }
        let remediations = list(self.raw.get("remediation"));
        if remediations.is_empty() {
            count.ended += 1;
        }
        for (number, raw) in remediations.iter().enumerate() {
            if leads_nowhere(&self.raw, number) {
                continue;
            }
            let remediation = raw["name"].as_str().unwrap();
            let mut wanted = Vec::new();
            labels(&list(raw.get("value")), &mut wanted);
            for label in wanted.iter().map(|label| folded(label)) {
                if label != "identifier" {
                    assert!(
                        all.contains(&label),
                        "{name}: {remediation}: label {label:?}\n{all}"
                    );
                }
            }
            let id = format!("r{number}");
            if raw["method"] == "GET" || raw["method"].is_null() && raw.get("value").is_none() {
                self.hop(&papers, &id, raw).await;
                count.hops += 1;
            } else {
                assert!(
                    papers
                        .iter()
                        .flat_map(|paper| &paper.forms)
                        .any(|form| form.id.as_ref() == Some(&id)
                            && form.remediation.as_deref() == Some(remediation)),
                    "{name}: a form for {remediation} ({id}): {papers:#?}"
                );
            }
        }
        // What an ended sign-in offers still is for a fresh one.
        if remediations.is_empty() {
            return;
        }
        for paper in &papers {
            for (position, form) in paper.forms.iter().enumerate() {
                let raw = self.asked_by(form);
                assert!(form.buttons > 0, "{name}: {form:?} has a button");
                for button in 0..form.buttons {
                    let ways: &[bool] = if form.boxes > 0 {
                        &[false, true]
                    } else {
                        &[false]
                    };
                    for &tick in ways {
                        self.answer(&paper.url, position, form, (button, tick), &raw)
                            .await;
                        count.answers += 1;
                    }
                }
            }
        }
    }

    /// The first page and those one link away.
    async fn reachable(&mut self, first: &Reply) -> Vec<Paper> {
        let main = self.read(first);
        let mut seen = BTreeSet::from([main.url.clone()]);
        let asides: Vec<_> = main
            .links
            .iter()
            .filter(|link| {
                link.href.starts_with(&format!("{SIGN_IN}?")) && link.href.contains("show=")
            })
            .map(|link| link.href.clone())
            .filter(|href| seen.insert(href.clone()))
            .collect();
        let mut papers = vec![main];
        for href in asides {
            let reply = self.browser.get(&href).await;
            assert_eq!(reply.status, StatusCode::OK, "{}: {href}", self.name);
            self.harmless(&reply);
            papers.push(self.read(&reply));
        }
        papers
    }

    fn read(&self, reply: &Reply) -> Paper {
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        check_page(self.name, &reply.text(), policy);
        let paper = Paper::read(&reply.url, &reply.text());
        for link in &paper.links {
            assert!(!link.text.is_empty(), "{}: {link:?} says what", self.name);
        }
        paper
    }

    /// No failure of our own, and no handle in the answer, be it a page or an address.
    fn harmless(&self, reply: &Reply) {
        let name = self.name;
        assert_ne!(
            reply.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{name}: {}",
            reply.text()
        );
        let mut fields = String::new();
        for (field, value) in &reply.headers {
            // The cookie is sealed; its own tests say so.
            fields.extend([field.as_str(), ": ", value.to_str().unwrap(), "\n"]);
        }
        for handle in self
            .handles
            .iter()
            .map(String::as_str)
            .chain([INTERACTION_HANDLE])
        {
            assert!(!reply.text().contains(handle), "{name}: a handle on a page");
            assert!(!fields.contains(handle), "{name}: a handle in {fields}");
            assert!(
                !reply.url.contains(handle),
                "{name}: a handle in an address"
            );
        }
    }

    /// A link of the page leads, through a redirect of ours, to where the recording sends a person.
    async fn hop(&mut self, papers: &[Paper], id: &str, raw: &Value) {
        let name = self.name;
        let link = papers
            .iter()
            .flat_map(|paper| &paper.links)
            .find(|link| {
                link.href.starts_with(&format!("{SIGN_IN}/go?"))
                    && url::form_urlencoded::parse(link.href.split_once('?').unwrap().1.as_bytes())
                        .any(|(key, value)| key == "a" && value == id)
            })
            .unwrap_or_else(|| panic!("{name}: a link for {} ({id})", raw["name"]));
        assert_eq!(link.remediation.as_deref(), raw["name"].as_str(), "{name}");
        let reply = self.browser.get(&link.href).await;
        reply.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.location(), raw["href"].as_str().unwrap(), "{name}");
    }

    /// What the recording says of the form on the page: one of its remediations, or an action embedded elsewhere.
    fn asked_by(&self, form: &Form) -> Vec<Value> {
        let id = form.id.as_deref().unwrap_or_default();
        let number = id.strip_prefix('r').and_then(|number| number.parse().ok());
        if let Some(number) = number {
            let raw = list(self.raw.get("remediation")).into_iter().nth(number);
            return raw.into_iter().collect();
        }
        let mut found = Vec::new();
        forms_in(&self.raw, &mut found);
        found.retain(|raw| raw["name"].as_str() == form.remediation.as_deref());
        found
    }

    /// Fills the form in, sends it, and judges what reached the server.
    async fn answer(
        &mut self,
        url: &str,
        position: usize,
        form: &Form,
        (button, tick): (usize, bool),
        raw: &[Value],
    ) {
        let name = self.name;
        let page = self.browser.get(url).await;
        let page = self.browser.follow(page).await;
        let again = Paper::read(&page.url, &page.text());
        assert_eq!(
            again.forms.get(position),
            Some(form),
            "{name}: the same page again"
        );
        let pairs = fill(&page.text(), position, button, tick);
        // What the gateway asks by itself while a page waits is no answer to this form.
        drop(self.replay.posted());
        let reply = self.browser.post_pairs(&form.action, &pairs).await;
        self.harmless(&reply);
        let posted = self.replay.posted();
        if !raw.iter().any(leads_to_the_engine) {
            // Not sent, wherever it leads; the person is told, and can go on.
            assert!(posted.is_empty(), "{name}: {posted:?}");
            check_error_page(name, &reply);
            return;
        }
        let what = format!("{name}: {form:?} button {button}, {pairs:?}");
        if posted.is_empty() && raw.iter().any(|raw| raw["refresh"].is_number()) {
            // Who presses "check now" asks no more often than the gateway does by itself, which was a moment ago.
            let next = self.browser.follow(reply).await;
            return self.harmless(&next);
        }
        // After the answer the gateway may send what no person is asked for; each recording comes again and again.
        let (posted, silent) = posted
            .split_first()
            .unwrap_or_else(|| panic!("{what}: {reply:?}"));
        let cancels: Vec<Value> = list(self.raw.get("remediation"))
            .into_iter()
            .filter(|form| form["name"] == "cancel-transaction")
            .collect();
        for sent in silent {
            let body = sent.body.as_object().unwrap();
            let conforms = |form: &Value| judge(form, &sent.href, body).is_ok();
            assert!(cancels.iter().any(conforms), "{what}: {sent:?}");
        }
        let body = posted
            .body
            .as_object()
            .unwrap_or_else(|| panic!("{what}: {posted:?}"));
        let verdicts: Vec<_> = raw
            .iter()
            .map(|raw| judge(raw, &posted.href, body))
            .collect();
        assert!(
            verdicts.iter().any(Result::is_ok),
            "{what}: {verdicts:?}: {posted:?}"
        );
        assert!(
            !posted.body.to_string().contains("evil"),
            "{what}: nothing that the form does not hold"
        );
        if !self.rests() {
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{what}");
            assert!(reply.location().starts_with(SIGN_IN), "{what}");
        }
        let next = self.browser.follow(reply).await;
        self.harmless(&next);
    }

    /// Whether the recording asks for nothing more.
    fn rests(&self) -> bool {
        list(self.raw.get("remediation")).is_empty()
    }
}

/// Sent to where the form leads, with the handle of that form, and all its fields as it wants them.
fn judge(raw: &Value, href: &str, body: &Map<String, Value>) -> Result<(), String> {
    if raw["href"] != href {
        return Err(format!("sent to {href} instead of {}", raw["href"]));
    }
    let mut fields = list(raw.get("value"));
    let handle = fields.iter().find(|field| field["name"] == "stateHandle");
    if body.get("stateHandle") != handle.map(|field| &field["value"]) {
        return Err("the handle is not the form's own".to_owned());
    }
    let mut body = body.clone();
    if raw["name"]
        .as_str()
        .is_some_and(|name| name.starts_with("cancel-polling"))
    {
        // The engine wants to know why, though the form seldom says so; the status is a number or null (protocol
        // reference 1.7, 2.5).
        if body
            .remove("statusCode")
            .is_some_and(|status| !status.is_null() && !status.is_number())
        {
            return Err("statusCode is neither a number nor null".to_owned());
        }
        fields.retain(|field| field["name"] != "statusCode");
        fields.push(serde_json::json!({ "name": "reason" }));
    }
    conforms(&fields, &body, false)
}

/// Below the engine's path: nowhere else is anything sent (invariant 4).
fn leads_to_the_engine(raw: &Value) -> bool {
    raw["href"]
        .as_str()
        .is_some_and(|href| href.starts_with("http://127.0.0.1:") && href.contains("/idp/idx/"))
}

/// Everything in a document that is a form.
fn forms_in(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("href") && map.contains_key("name") {
                found.push(value.clone());
            }
            map.values().for_each(|value| forms_in(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| forms_in(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every state handle of a document.
fn handles_of(value: &Value) -> BTreeSet<String> {
    let mut handles = BTreeSet::new();
    collect_handles(value, &mut handles);
    // `mockValue` and its like stand for a handle, but also elsewhere.
    // What Okta Verify is asked to sign is for the page's script; a recording or two have a handle's text in its place.
    let asked = value.to_string();
    handles.retain(|handle| {
        handle.len() >= 12 && !asked.contains(&format!(r#""challengeRequest":"{handle}""#))
    });
    handles
}

fn collect_handles(value: &Value, handles: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            handles.extend(
                map.get("stateHandle")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            if map.get("name").is_some_and(|name| name == "stateHandle") {
                handles.extend(map.get("value").and_then(Value::as_str).map(str::to_owned));
            }
            map.values()
                .for_each(|value| collect_handles(value, handles));
        }
        Value::Array(list) => list
            .iter()
            .for_each(|value| collect_handles(value, handles)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A plain page that is nobody's dead end.
fn check_error_page(name: &str, reply: &Reply) {
    assert!(
        reply.status != StatusCode::INTERNAL_SERVER_ERROR
            && (reply.status.is_client_error() || reply.status.is_server_error()),
        "{name}: {} {}",
        reply.status,
        reply.text()
    );
    let policy = reply.headers[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    check_page(name, &reply.text(), policy);
    let paper = Paper::read(&reply.url, &reply.text());
    let again: BTreeMap<_, _> = paper
        .links
        .iter()
        .filter(|link| link.href.starts_with('/'))
        .map(|link| (&link.href, &link.text))
        .collect();
    assert!(
        !again.is_empty(),
        "{name}: a way to start again on\n{}",
        reply.text()
    );
}
