//! What the device is asked.

use super::*;

#[test]
fn an_app_that_is_opened_takes_over_the_box_beside_the_name() {
    let launching = |fields: &str| {
        format!(
            r#"{{"remediation":{{"value":[{{"name":"identify","href":"https://a/idp/idx/identify","value":[
            {{"name":"identifier","required":true}}{fields}]}},
            {{"name":"launch-authenticator","href":"https://a/idp/idx/launch","value":[{{"name":"rememberMe","type":"boolean"}}]}}]}}}}"#
        )
    };
    let html = |fields: &str| pages().step(&step(&launching(fields)).1, &context()).html;
    let shared = html(r#",{"name":"rememberMe","type":"boolean"}"#);
    assert_eq!(shared.matches("type=\"checkbox\"").count(), 1, "{shared}");
    assert!(shared.contains("<form id=\"r0\" data-remediation=\"identify\""));
    assert!(shared.contains("<button form=\"r0\" name=\"b\" value=\"r1\""));
    // Where the name's form has none, the app's own has it.
    let own = html("");
    assert_eq!(own.matches("type=\"checkbox\"").count(), 1, "{own}");
    assert!(!own.contains("form=\"r0\""));
}

#[test]
fn an_app_of_the_device_is_asked_by_a_button_and_by_nothing_else() {
    let (_, step) = step(
        r#"{"messages":{"value":[{"message":"Install it","class":"ERROR","deviceRemediation":{"value":{
            "remediationType":"LOOPBACK","remediationPath":"azt","action":"install","domain":"https://x.example","ports":[2000],
            "fallback":{"type":"APP_LINK","href":"https://app.example/install"}}}}]}}"#,
    );
    let page = pages().step(&step, &context());
    assert!(page.html.contains("data-remedy="), "{}", page.html);
    assert!(page.html.contains("data-label=\"Install it\""));
    assert!(
        page.html
            .contains("<a href=\"https://app.example/install\"")
    );
    assert!(
        page.content_security_policy
            .contains("connect-src 'self' https://x.example:2000;")
    );
    assert!(pages().inner.assets.remedy.gzip().len() <= 1024);
}

#[test]
fn the_address_of_a_device_management_can_be_copied() {
    let (_, step) = step(
        r#"{"deviceEnrollment":{"value":{"name":"mdm","vendor":"Acme","enrollmentLink":"https://mdm.example/enroll"}}}"#,
    );
    let html = pages().step(&step, &context()).html;
    assert!(
        html.contains("value=\"https://mdm.example/enroll\" readonly"),
        "{html}"
    );
    assert!(html.contains("<label for=\"address\">Address</label>"));
}
