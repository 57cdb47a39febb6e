mod branches;
mod brand;
mod device;
mod duo;
mod notices;

use super::*;
use crate::idx::ion::Document;
use crate::login::answer::answer;
use crate::login::step::{Step, StepOptions};
use crate::login::view::brand::Picture;

fn pages() -> Pages {
    Pages::new(&Settings::default()).unwrap()
}

fn step(json: &str) -> (Document, Step) {
    let document = Document::parse(json.as_bytes()).unwrap();
    let step = Step::of(&document, &StepOptions::default());
    (document, step)
}

fn context<'a>() -> StepContext<'a> {
    StepContext {
        rd: Some("/a?b=1&c"),
        brand: Some("Example"),
        ..StepContext::new("t0ken")
    }
}

const SIGN_IN: &str = r#"{"remediation":{"value":[{"name":"identify","href":"https://a/idp/idx/identify","value":[
    {"name":"identifier","label":"Username","required":true},
    {"name":"credentials","required":true,"form":{"value":[{"name":"passcode","label":"Password","secret":true}]}},
    {"name":"rememberMe","type":"boolean"}]}]}}"#;

#[test]
fn what_was_wrong_is_said_and_what_was_typed_stays_but_secrets() {
    let (document, step) = step(SIGN_IN);
    let typed = [("f0", ""), ("f1", "hunter2"), ("f2", "1")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let problems = answer(&document, &step, &typed).unwrap_err();
    let html = pages()
        .step(
            &step,
            &StepContext {
                problems: &problems,
                typed: &typed,
                ..context()
            },
        )
        .html;
    assert!(
        html.contains("<title>Error: Sign in - Example</title>"),
        "{html}"
    );
    assert!(html.contains("id=\"problem\" tabindex=\"-1\" role=\"alert\""));
    assert!(html.contains("<a href=\"#r0-f0\""));
    assert!(html.contains("aria-invalid=\"true\" aria-describedby=\"r0-f0-e\""));
    assert!(html.contains("checked"));
    assert!(!html.contains("hunter2"));
    assert!(!html.contains("autofocus"), "the summary is read first");
}

#[test]
fn a_sign_in_page_is_light() {
    let pages = pages();
    let (_, step) = step(SIGN_IN);
    let page = pages.step(&step, &context());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, page.html.as_bytes()).unwrap();
    let assets = &pages.inner.assets;
    let all =
        encoder.finish().unwrap().len() + assets.style.gzip().len() + assets.icon.gzip().len();
    assert!(all <= 4096, "{all} octets");
    assert!(!page.html.contains("<script"));
    assert!(assets.webauthn.gzip().len() <= 2048 && assets.wait.gzip().len() <= 1024);
}

#[test]
fn a_waiting_page_looks_again_and_ends() {
    let (_, step) = step(
        r#"{"currentAuthenticator":{"value":{"key":"okta_verify","contextualData":{"correctAnswer":47}}},
            "remediation":{"value":[{"name":"challenge-poll","href":"https://a/","refresh":4000}]}}"#,
    );
    let page = |context: StepContext<'_>| pages().step(&step, &context).html;
    let first = page(context());
    assert!(first.contains(
        "<noscript><meta http-equiv=\"refresh\" content=\"5; url=/.interlock/sign-in?rd="
    ));
    assert!(
        first.contains("n=1") && first.contains(">47<") && first.contains("Your number is 47.")
    );
    assert!(first.contains("Check now"));
    assert!(
        !page(StepContext {
            poll_count: 18,
            ..context()
        })
        .contains("http-equiv")
    );
    assert!(
        !page(StepContext {
            auto_refresh: false,
            ..context()
        })
        .contains("http-equiv")
    );
    assert!(
        page(StepContext {
            status: Some("/.interlock/sign-in/status"),
            ..context()
        })
        .contains("data-wait=")
    );
}

#[test]
fn assets_are_found_by_their_hash() {
    let pages = pages();
    let path = pages.inner.assets.style.path.clone();
    assert_eq!(
        pages.asset(&path).unwrap().content_type,
        "text/css; charset=utf-8"
    );
    assert!(
        pages
            .asset("/.interlock/assets/0000000000000000.css")
            .is_none()
    );
}

#[test]
fn what_html_cannot_hold_is_replaced() {
    let (_, step) = step(
        r#"{"remediation":{"value":[{"name":"x","href":"https://a/","value":[
            {"name":"n","label":"a\u0000b\u0001c\u0085d\ufffe","value":"v\u0000"}]}]}}"#,
    );
    let html = pages().step(&step, &context()).html;
    assert!(
        html.contains("a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}</label>"),
        "{html}"
    );
    assert!(!html.contains('\0'));
}

#[test]
fn no_text_of_the_engine_is_longer_than_anyone_reads() {
    let long = "é".repeat(500_000);
    let (_, step) = step(
        &serde_json::json!({
            "user": {"value": {"identifier": long}}, "app": {"value": {"label": long}},
            "currentAuthenticator": {"value": {"key": "google_otp", "contextualData": {"sharedSecret": long}}},
            "messages": {"value": [{"message": long, "links": [{"url": format!("https://a/{long}"), "label": long}]}]},
            "remediation": {"value": [
                {"name": "enroll-authenticator", "href": "https://a/", "value": [
                    {"name": "o", "label": long, "form": {"value": [{"name": long, "label": long}]}}]},
                {"name": long, "href": "https://a/", "method": "GET"}]},
        })
        .to_string(),
    );
    let html = pages().step(&step, &context()).html;
    assert!(html.len() < 100_000, "{}", html.len());
}
