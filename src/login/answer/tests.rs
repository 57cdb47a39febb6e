use super::*;
use crate::login::step::StepOptions;
use serde_json::json;

/// What is sent when `fields` (beside the handle) are answered with `posted`.
fn sent(name: &str, fields: &Value, posted: &[(&str, &str)]) -> Result<Value, Vec<FieldProblem>> {
    let mut value = fields.as_array().unwrap().clone();
    value.push(json!({"name": "stateHandle", "value": "02h", "mutable": false, "visible": false, "required": true}));
    let raw = json!({"remediation": {"value": [{"name": name, "href": "https://a/idp/idx/x", "method": "POST", "value": value}]}});
    let document = Document::parse(raw.to_string().as_bytes()).unwrap();
    let step = Step::of(&document, &StepOptions::default());
    let posted: Vec<(String, String)> = posted
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    answer(&document, &step, &posted).map(|answered| answered.body.0)
}

#[test]
fn a_code_is_cleaned_and_a_password_is_not() {
    let code = json!([{"name": "credentials", "form": {"value": [{"name": "passcode", "required": true}]}}]);
    assert_eq!(
        sent("challenge-authenticator", &code, &[("f0", " 12 34-56 ")]).unwrap(),
        json!({"credentials": {"passcode": "123456"}, "stateHandle": "02h"})
    );
    let password =
        json!([{"name": "credentials", "form": {"value": [{"name": "passcode", "secret": true}]}}]);
    assert_eq!(
        sent("challenge-authenticator", &password, &[("f0", " a-b ")]).unwrap()["credentials"]["passcode"],
        json!(" a-b ")
    );
}

#[test]
fn what_is_required_and_empty_comes_back() {
    let fields = json!([{"name": "identifier", "required": true}]);
    let problems = sent("identify", &fields, &[("f0", "  ")]).unwrap_err();
    assert_eq!(
        problems,
        vec![FieldProblem {
            index: Some(0),
            text: "problem.required"
        }]
    );
}

#[test]
fn new_passwords_must_agree() {
    let fields = json!([{"name": "credentials", "required": true, "form": {"value": [{"name": "passcode", "secret": true}]}}]);
    let name = "reset-authenticator";
    assert_eq!(
        sent(name, &fields, &[("f0", "a"), ("f0.again", "b")]).unwrap_err()[0].text,
        "problem.again"
    );
    assert_eq!(
        sent(name, &fields, &[("f0", "a"), ("f0.again", "a")]).unwrap(),
        json!({"credentials": {"passcode": "a"}, "stateHandle": "02h"})
    );
}

#[test]
fn booleans_are_typed_and_required_ones_always_sent() {
    let fields = json!([
        {"name": "rememberMe", "type": "boolean"},
        {"name": "always", "type": "boolean", "required": true},
        {"name": "default", "type": "boolean", "value": true},
    ]);
    assert_eq!(
        sent("x", &fields, &[]).unwrap(),
        json!({"always": false, "default": false, "stateHandle": "02h"})
    );
    assert_eq!(
        sent("x", &fields, &[("f0", "1"), ("f1", "1"), ("f2", "1")]).unwrap(),
        json!({"rememberMe": true, "always": true, "default": true, "stateHandle": "02h"})
    );
}

#[test]
fn dotted_names_stay_one_name() {
    let fields = json!([{"name": "optedScopes", "form": {"value": [
        {"name": "custom1", "type": "boolean", "required": true},
        {"name": "custom1.custom2", "type": "boolean", "required": true},
        {"name": "openid", "type": "boolean", "value": true, "mutable": false, "visible": true},
    ]}}]);
    assert_eq!(
        sent("granular-consent", &fields, &[("f1", "1")]).unwrap()["optedScopes"],
        json!({"custom1": false, "custom1.custom2": true, "openid": true})
    );
}

#[test]
fn an_option_brings_its_constants_and_what_was_chosen_in_it() {
    let fields = json!([{"name": "authenticator", "type": "object", "options": [
        {"label": "Email", "value": {"form": {"value": [
            {"name": "id", "value": "autE", "mutable": false},
            {"name": "methodType", "value": "email", "mutable": false},
        ]}}},
        {"label": "Phone", "value": {"form": {"value": [
            {"name": "id", "value": "autP", "mutable": false},
            {"name": "methodType", "options": [{"label": "SMS", "value": "sms"}, {"label": "Call", "value": "voice"}]},
            {"name": "enrollmentId", "value": "paeX", "mutable": false},
        ]}}},
    ]}]);
    let name = "select-authenticator-authenticate";
    assert_eq!(
        sent(name, &fields, &[("f0", "0")]).unwrap()["authenticator"],
        json!({"id": "autE", "methodType": "email"})
    );
    assert_eq!(
        sent(name, &fields, &[("f0", "1.1")]).unwrap()["authenticator"],
        json!({"id": "autP", "methodType": "voice", "enrollmentId": "paeX"})
    );
    for wrong in ["", "2", "-1", "x", "authenticator"] {
        assert_eq!(
            sent(name, &fields, &[("f0", wrong)]).unwrap_err()[0].text,
            "problem.choose",
            "{wrong}"
        );
    }
}

#[test]
fn one_of_two_questions_is_sent_and_nothing_of_the_other() {
    let fields = json!([{"name": "credentials", "required": true, "type": "object", "options": [
        {"label": "Choose", "value": {"form": {"value": [
            {"name": "questionKey", "required": true, "options": [{"label": "Food?", "value": "food"}, {"label": "Toy?", "value": "toy"}]},
            {"name": "answer", "required": true},
        ]}}},
        {"label": "Own", "value": {"form": {"value": [
            {"name": "questionKey", "value": "custom", "mutable": false},
            {"name": "question", "required": true},
            {"name": "answer", "required": true},
        ]}}},
    ]}]);
    let name = "enroll-authenticator";
    assert_eq!(
        sent(name, &fields, &[("f0", "0"), ("f1", "1"), ("f2", "bear")]).unwrap()["credentials"],
        json!({"questionKey": "toy", "answer": "bear"})
    );
    assert_eq!(
        sent(
            name,
            &fields,
            &[("f0", "1"), ("f4", "Why?"), ("f5", "because")]
        )
        .unwrap()["credentials"],
        json!({"questionKey": "custom", "question": "Why?", "answer": "because"})
    );
}

#[test]
fn phone_numbers_are_joined() {
    let fields = json!([{"name": "phoneNumber", "required": true}]);
    let number = |posted: &[(&str, &str)]| {
        sent("enrollment-channel-data", &fields, posted).map(|body| body["phoneNumber"].clone())
    };
    assert_eq!(
        number(&[("f0", "(030) 12-34"), ("f0.country", "49")]).unwrap(),
        json!("+49301234")
    );
    assert_eq!(
        number(&[("f0", "+1 555 0100"), ("f0.country", "49")]).unwrap(),
        json!("+15550100")
    );
    assert_eq!(
        number(&[("f0", "555"), ("f0.country", "1"), ("f0.extension", "12")]).unwrap(),
        json!("+1555x12")
    );
    assert_eq!(
        number(&[("f0", "555")]).unwrap_err()[0].text,
        "problem.country"
    );
}

#[test]
fn a_phone_number_that_is_declared_a_number_or_a_list_is_sent_as_one() {
    let number = |kind: &str, typed: &str| {
        let fields = json!([{"name": "phoneNumber", "type": kind}]);
        sent("enroll-profile", &fields, &[("f0", typed)]).unwrap()["phoneNumber"].clone()
    };
    assert_eq!(number("integer", "5550100"), json!(5_550_100));
    assert_eq!(number("set", "+1555, +1556"), json!(["+1555", "+1556"]));
}

#[test]
fn a_secret_is_text_whatever_its_type() {
    for kind in ["integer", "set", "string"] {
        let fields = json!([{"name": "passcode", "type": kind, "secret": true}]);
        assert_eq!(
            sent("challenge-authenticator", &fields, &[("f0", "0012")]).unwrap()["passcode"],
            json!("0012"),
            "{kind}"
        );
    }
}

#[test]
fn names_that_the_form_does_not_declare_are_ignored() {
    let fields = json!([{"name": "__proto__"}, {"name": "csrf"}, {"name": "id", "value": "mine", "mutable": false}]);
    let posted = [
        ("f0", "p"),
        ("f1", "c"),
        ("f2", "evil"),
        ("id", "evil"),
        ("stateHandle", "evil"),
        ("csrf", "evil"),
        ("f3", "evil"),
    ];
    assert_eq!(
        sent("x", &fields, &posted).unwrap(),
        json!({"__proto__": "p", "csrf": "c", "id": "mine", "stateHandle": "02h"})
    );
}

#[test]
fn an_empty_second_address_is_sent_in_a_profile_update_only() {
    let fields = json!([{"name": "userProfile", "form": {"value": [{"name": "secondEmail", "required": false}]}}]);
    assert_eq!(
        sent("profile-update", &fields, &[]).unwrap()["userProfile"],
        json!({"secondEmail": ""})
    );
    assert_eq!(
        sent("enroll-profile", &fields, &[]).unwrap(),
        json!({"stateHandle": "02h"})
    );
}

#[test]
fn device_codes_get_their_hyphen() {
    let fields = json!([{"name": "userCode"}]);
    assert_eq!(
        sent("user-code", &fields, &[("f0", "abcd wxyz")]).unwrap()["userCode"],
        json!("ABCD-WXYZ")
    );
}

#[test]
fn an_action_that_is_not_there_is_a_problem_of_the_whole_form() {
    assert_eq!(
        sent("x", &json!([]), &[("a", "r7")]).unwrap_err()[0].index,
        None
    );
}

#[test]
fn a_button_that_sends_the_form_of_another_action_takes_over_what_both_ask_for() {
    let raw = json!({"remediation": {"value": [
        {"name": "identify", "href": "https://a/idp/idx/identify", "value": [
            {"name": "identifier", "required": true}, {"name": "rememberMe", "type": "boolean"}]},
        {"name": "launch-authenticator", "href": "https://a/idp/idx/launch", "value": [
            {"name": "rememberMe", "type": "boolean"},
            {"name": "stateHandle", "value": "02h", "mutable": false, "visible": false}]},
    ]}});
    let document = Document::parse(raw.to_string().as_bytes()).unwrap();
    let step = Step::of(&document, &StepOptions::default());
    let body = |posted: &[(&str, &str)]| {
        let posted = posted
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let pairs = instead(&step, &Pairs::of(posted.collect()));
        answer(&document, &step, pairs.all()).map(|answered| answered.body.0)
    };
    let ticked = [("a", "r0"), ("f0", ""), ("f1", "1"), ("b", "r1")];
    assert_eq!(
        body(&ticked).unwrap(),
        json!({"rememberMe": true, "stateHandle": "02h"})
    );
    assert_eq!(
        body(&[("a", "r0"), ("b", "r1")]).unwrap(),
        json!({"stateHandle": "02h"})
    );
    // Without that button, or with one that this step does not have, the form is what it is.
    assert!(body(&[("a", "r0"), ("f0", "")]).is_err());
    assert!(body(&[("a", "r0"), ("f0", ""), ("b", "r7")]).is_err());
}
