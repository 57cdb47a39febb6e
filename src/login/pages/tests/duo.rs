//! Where Duo is not shown.

use super::*;

/// Verification by Duo, and these remediations beside it.
fn duo(beside: &str) -> Step {
    let json = format!(
        r#"{{"currentAuthenticator":{{"value":{{"key":"duo","contextualData":{{"host":"api-1.duosecurity.com","signedToken":"TX|a|b:APP|c"}}}}}},
            "remediation":{{"value":[{{"name":"challenge-authenticator","href":"https://a/","relatesTo":["$.currentAuthenticator"],
            "value":[{{"name":"credentials","form":{{"value":[{{"name":"signatureData","required":true,"visible":false}}]}}}}]}}{beside}]}}}}"#
    );
    step(&json).1
}

#[test]
fn where_duo_cannot_be_shown_no_form_is_there_to_be_filled_in_vain() {
    let other = r#",{"name":"select-authenticator-authenticate","href":"https://a/","value":[{"name":"authenticator","type":"object",
        "options":[{"label":"Email","value":{"form":{"value":[{"name":"id","value":"e","mutable":false}]}}}]}]}"#;
    let step = duo(other);
    let html = pages().step(&step, &context()).html;
    assert!(html.contains("can’t be shown here"), "{html}");
    for never in [
        "data-remediation=\"challenge-authenticator\"",
        "<details",
        "<button class=\"primary\"",
        "Duo will ask you",
    ] {
        assert!(!html.contains(never), "{never}: {html}");
    }
    // The other way is what stands out.
    let way = html.find("class=\"button primary\"").unwrap();
    assert!(
        html[way..].starts_with("class=\"button primary\">Verify with something else<"),
        "{html}"
    );

    let settings = Settings {
        duo: true,
        ..Settings::default()
    };
    let html = Pages::new(&settings).unwrap().step(&step, &context()).html;
    assert!(html.contains("data-remediation=\"challenge-authenticator\""));
    assert!(html.contains("data-duo=\"https://api-1.duosecurity.com\""));
}

#[test]
fn where_duo_cannot_be_shown_and_nothing_else_is_left_one_begins_again() {
    let html = pages().step(&duo(""), &context()).html;
    assert!(html.contains("can’t be shown here"), "{html}");
    assert!(html.contains("start=1"), "{html}");
}
