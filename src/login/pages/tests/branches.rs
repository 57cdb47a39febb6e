//! Forms with choices that have fields of their own.

use super::*;

/// A form with a name beside a choice between two filled forms.
const BRANCHING: &str = r#"{"remediation":{"value":[{"name":"x","href":"https://a/","value":[
    {"name":"name","label":"Name","required":true},
    {"name":"way","required":true,"options":[
        {"label":"Mail","value":{"form":{"value":[{"name":"address","label":"Address","required":true}]}}},
        {"label":"Call","value":{"form":{"value":[{"name":"number","label":"Number","required":true}]}}}]}]}]}}"#;

#[test]
fn forms_of_branches_share_no_id() {
    let (_, step) = step(BRANCHING);
    let html = pages().step(&step, &context()).html;
    for id in ["r0-0-f0", "r0-1-f0", "r0-0-f2", "r0-1-f3"] {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{html}");
    }
}

#[test]
fn what_was_wrong_in_a_branch_is_said_in_its_form() {
    let (document, step) = step(BRANCHING);
    let posted = [("a", "r0"), ("f0", "Ada"), ("f1", "1"), ("f3", "")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let problems = answer(&document, &step, &posted).unwrap_err();
    let typed = crate::login::typed::typed(&step, &posted);
    let context = StepContext {
        problems: &problems,
        typed: &typed,
        ..context()
    };
    let html = pages().step(&step, &context).html;
    assert!(html.contains("<a href=\"#r0-1-f3\""), "{html}");
    assert_eq!(html.matches("value=\"Ada\"").count(), 1, "{html}");
}

#[test]
fn choices_between_forms_that_no_button_can_make_are_made_in_the_form() {
    let (document, step) = step(
        r#"{"remediation":{"value":[{"name":"x","href":"https://a/","value":[
            {"name":"first","options":[{"label":"A","value":{"form":{"value":[
                {"name":"inner","options":[{"label":"B","value":{"form":{"value":[{"name":"deep","label":"Deep"}]}}}]}]}}}]},
            {"name":"second","required":true,"options":[{"label":"C","value":{"form":{"value":[{"name":"id","value":"c","mutable":false}]}}}]}]}]}}"#,
    );
    let html = pages().step(&step, &context()).html;
    assert_eq!(html.matches("<form data-remediation=\"x\"").count(), 1);
    assert_eq!(html.matches("type=\"radio\"").count(), 3, "{html}");
    let posted = [
        ("a", "r0"),
        ("f0", "0"),
        ("f1", "0"),
        ("f2", "typed"),
        ("f3", "0"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let body = answer(&document, &step, &posted).unwrap().body.0;
    let expected =
        serde_json::json!({"first": {"inner": {"deep": "typed"}}, "second": {"id": "c"}});
    assert_eq!(body, expected);
}

#[test]
fn a_method_that_is_hidden_is_no_choice() {
    let json = r#"{"currentAuthenticator":{"value":{"key":"phone_number"}},
        "remediation":{"value":[{"name":"authenticator-enrollment-data","href":"https://a/","value":[
            {"name":"authenticator","form":{"value":[{"name":"methodType","required":true,"options":[
                {"label":"SMS","value":"sms"},{"label":"Voice call","value":"voice"}]}]}}]}]}}"#;
    let document = Document::parse(json.as_bytes()).unwrap();
    let options = StepOptions {
        hide: ["phone_number.voice".to_owned()].into(),
    };
    let html = pages()
        .step(&Step::of(&document, &options), &context())
        .html;
    assert!(
        html.contains("SMS") && !html.contains("Voice call"),
        "{html}"
    );
}
