//! Every recorded response: document, step, page, and the answer that a person without scripts would send.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says where"
)]

#[cfg(test)]
#[path = "support/recording.rs"]
mod recording;

use interlock::idx::ion::{Document, NotIon};
use interlock::login::Settings;
use interlock::login::answer::answer;
use interlock::login::pages::{Notice, NoticeKind, Page, Pages, StepContext};
use interlock::login::step::{Step, StepOptions};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use recording::{conforms, filled, folded, labels, list, messages, recordings, select, text};

const ACTION: &str = "/.interlock/sign-in";

fn pages() -> Pages {
    Pages::new(&Settings::default()).unwrap()
}

fn context(show: Option<&str>) -> StepContext<'_> {
    StepContext {
        action: ACTION,
        step_token: "opaque",
        rd: Some("/reports?year=2024&q=a b"),
        show,
        note: None,
        problems: &[],
        typed: &[],
        brand: None,
        poll_count: 0,
        auto_refresh: true,
        status: None,
    }
}

fn check_page(name: &str, page: &Page) {
    recording::check_page(name, &page.html, &page.content_security_policy);
}

/// A step's page and the pages one link away.
fn reachable(name: &str, pages: &Pages, step: &Step) -> Vec<Html> {
    let main = pages.step(step, &context(None));
    check_page(name, &main);
    let main = Html::parse_document(&main.html);
    let mut all = Vec::new();
    for link in select(&main, "a[href]") {
        let href = link.attr("href").unwrap();
        let query = href
            .strip_prefix(ACTION)
            .and_then(|rest| rest.strip_prefix('?'));
        let shown = query.and_then(|query| {
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "show")
        });
        if let Some((_, id)) = shown {
            let page = pages.step(step, &context(Some(&id)));
            check_page(name, &page);
            all.push(Html::parse_document(&page.html));
        }
    }
    all.insert(0, main);
    all
}

/// Presses every button of every form of this action and judges what would be sent.
fn answers(
    name: &str,
    document: &Document,
    step: &Step,
    form: ElementRef<'_>,
    raw: &Value,
) -> usize {
    let buttons: Vec<_> = form.select(&Selector::parse("button").unwrap()).collect();
    assert!(!buttons.is_empty(), "{name}: a form has a button");
    let mut sent = 0;
    for button in &buttons {
        for tick in [false, true] {
            let posted = filled(form, Some(*button), tick);
            let answered = answer(document, step, &posted).unwrap_or_else(|problems| {
                panic!("{name}: {} {posted:?}: {problems:?}", raw["name"])
            });
            let body = answered.body.0.as_object().unwrap();
            let fields = list(raw.get("value"));
            if let Err(error) = conforms(&fields, body, false) {
                panic!("{name}: {}: {error} in {:?}", raw["name"], answered.body.0);
            }
            let handle = fields
                .iter()
                .find(|field| field["name"] == "stateHandle")
                .map(|field| &field["value"]);
            assert_eq!(
                body.get("stateHandle"),
                handle,
                "{name}: the handle of the form itself"
            );
            assert_eq!(
                answered.form.href, raw["href"],
                "{name}: the address of the form"
            );
            assert!(
                !answered.body.0.to_string().contains("evil"),
                "{name}: nothing from outside"
            );
            sent += 1;
        }
    }
    sent
}

#[test]
fn every_recording_becomes_a_page_that_can_be_answered() {
    let pages = pages();
    let mut sent = 0;
    for (name, bytes) in recordings() {
        let document = match Document::parse(&bytes) {
            Ok(document) => document,
            Err(NotIon::Empty)
                if name == "error-empty-response" || bytes.trim_ascii().is_empty() =>
            {
                let page =
                    pages.notice(&Notice::new(NoticeKind::Error).reference("r-1").link(ACTION));
                check_page(&name, &page);
                assert!(page.html.contains("r-1") && page.html.contains(ACTION));
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let raw: Value = serde_json::from_slice(&bytes).unwrap();
        let step = Step::of(&document, &StepOptions::default());
        let reachable = reachable(&name, &pages, &step);
        let all: String = reachable.iter().map(text).collect::<Vec<_>>().join("\n");
        if let Some(handle) = raw["stateHandle"].as_str() {
            for page in &reachable {
                assert!(!page.html().contains(handle), "{name}: no handle on a page");
            }
        }
        let mut said = Vec::new();
        messages(&raw, &mut said);
        for message in said
            .iter()
            .map(|message| folded(message))
            .filter(|message| message.contains(' '))
        {
            assert!(all.contains(&message), "{name}: says {message:?}\n{all}");
        }
        for (number, form) in list(raw.get("remediation")).iter().enumerate() {
            let remediation = form["name"].as_str().unwrap();
            let mut wanted = Vec::new();
            labels(&list(form.get("value")), &mut wanted);
            for label in wanted
                .iter()
                .map(|label| folded(label))
                .filter(|label| label != "identifier")
            {
                assert!(
                    all.contains(&label),
                    "{name}: {remediation}: label {label:?}\n{all}"
                );
            }
            let id = format!("r{number}");
            if form["method"] == "GET" || form["method"].is_null() && form.get("value").is_none() {
                let link = reachable
                    .iter()
                    .flat_map(|page| select(page, "a[data-remediation]"));
                let mut link =
                    link.filter(|link| link.attr("href").unwrap().contains(&format!("a={id}")));
                let found = link
                    .next()
                    .unwrap_or_else(|| panic!("{name}: a link for {remediation}"));
                assert_eq!(found.attr("data-remediation"), Some(remediation));
                assert!(
                    step.hop(&document, &id).is_some(),
                    "{name}: {remediation} leads somewhere"
                );
                continue;
            }
            let mut forms = 0;
            for page in &reachable {
                for candidate in select(page, "form[data-remediation][method=post]") {
                    let answers_it = candidate
                        .select(&Selector::parse("input[name=a]").unwrap())
                        .any(|input| input.attr("value") == Some(&id));
                    if answers_it {
                        assert_eq!(
                            candidate.attr("data-remediation"),
                            Some(remediation),
                            "{name}"
                        );
                        forms += 1;
                        sent += answers(&name, &document, &step, candidate, form);
                    }
                }
            }
            assert!(forms > 0, "{name}: a form for {remediation}");
        }
    }
    eprintln!("{sent} answers judged");
}

#[test]
fn the_same_document_has_the_same_fingerprint_under_another_handle() {
    for (name, bytes) in recordings() {
        let (Ok(document), Ok(text)) = (Document::parse(&bytes), std::str::from_utf8(&bytes))
        else {
            continue;
        };
        let Some(handle) = document.state_handle() else {
            continue;
        };
        let other = Document::parse(text.replace(handle.expose(), "02other").as_bytes()).unwrap();
        let fingerprint =
            |document: &Document| Step::of(document, &StepOptions::default()).fingerprint();
        assert_eq!(fingerprint(&document), fingerprint(&other), "{name}");
    }
}
