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
        action: "/.interlock/sign-in",
        step_token: "t0ken",
        rd: Some("/a?b=1&c"),
        show: None,
        hosted: None,
        note: None,
        problems: &[],
        typed: &[],
        brand: Some("Example"),
        poll_count: 0,
        auto_refresh: true,
        status: None,
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
fn every_notice_renders() {
    for kind in NoticeKind::ALL {
        let page = pages().notice(&Notice::new(kind).reference("r-1").link("/x"));
        assert!(
            page.html.contains("<h1>") && page.html.contains("r-1"),
            "{kind:?}"
        );
    }
    let question = SignOut {
        action: "/o",
        token: Some("t"),
        rd: None,
        identifier: Some("<ada>"),
        stay: "/",
    };
    assert!(pages().sign_out(&question).html.contains("&lt;ada&gt;"));
}

#[test]
fn leaving_for_another_origin_is_a_page_that_refreshes() {
    let page = pages().leave(&url::Url::parse("https://app.example/x?y=1&z").unwrap());
    assert_eq!(
        page.refresh.as_deref(),
        Some("0; url=https://app.example/x?y=1&z")
    );
    assert!(
        page.html
            .contains("href=\"https://app.example/x?y=1&amp;z\"")
    );
}

fn with_template(name: &str, source: &str) -> Result<Pages, PagesError> {
    let mut settings = Settings::default();
    let template = (name.to_owned(), source.to_owned());
    settings.brand.templates.extend([template]);
    Pages::new(&settings)
}

#[test]
fn a_template_of_the_operator_is_tried_at_start() {
    let broken = |source: &str| with_template("identify.html", source).unwrap_err();
    assert!(matches!(broken("{% if %}"), PagesError::Template { .. }));
    assert!(matches!(
        broken("{{ page.tittle }}"),
        PagesError::Template { .. }
    ));
    assert!(matches!(
        broken("{{ page.title|safe }}"),
        PagesError::Template { .. }
    ));
    assert!(matches!(
        broken("<script>1</script>"),
        PagesError::Inline { .. }
    ));
    assert!(matches!(broken("<p style='x'>"), PagesError::Inline { .. }));
    assert!(matches!(
        with_template("nothing.html", "").unwrap_err(),
        PagesError::TemplateName(_)
    ));
    let own = "{% extends \"step.html\" %}{% block title %}Ours{% endblock %}";
    let pages = with_template("identify-password.html", own).unwrap();
    let (_, step) = step(SIGN_IN);
    assert!(
        pages
            .step(&step, &context())
            .html
            .contains("<title>Ours - Example")
    );
}

#[test]
fn a_template_that_breaks_on_one_page_alone_stops_the_start() {
    let rare = |name: &str, condition: &str| {
        let source = format!("{{% if {condition} %}}{{{{ nothing.at.all }}}}{{% endif %}}");
        let error = with_template(name, &source).unwrap_err();
        assert!(
            matches!(&error, PagesError::Template { name: broken, .. } if broken == name),
            "{name}: {condition}: {error}"
        );
    };
    for condition in [
        "page.scripts.probe",
        "page.scripts.captcha",
        "page.rules",
        "page.providers",
        "page.aids|selectattr('kind', 'equalto', 'qr')|list",
        "page.aids|selectattr('kind', 'equalto', 'code')|list",
        "page.forms|selectattr('passkey')|list",
        "page.title == 'Set up this device first'",
    ] {
        rare("email-code.html", condition);
        rare("step.html", condition);
    }
    rare("notice.html", "code");
    rare("sign-out.html", "identifier");
    rare("base.html", "identifier is defined");
}

#[test]
fn without_a_product_the_host_names_the_page() {
    let (_, step) = step(SIGN_IN);
    let bare = StepContext {
        brand: None,
        ..context()
    };
    let html = pages().at("app.example:8443").step(&step, &bare).html;
    assert!(
        html.contains("<title>Sign in - app.example:8443</title>"),
        "{html}"
    );
}

#[test]
fn the_look_of_the_operator_is_served_as_files_of_their_own() {
    let mut settings = Settings::default();
    settings.brand.css = Some("h1{color:red}".to_owned());
    settings.brand.links = vec![("link.help", "https://help.example/?a=1&b".to_owned())];
    settings.brand.logo = Picture::new(
        "logo.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>".into(),
    );
    assert!(Picture::new("x.svg", b"<svg onload='1'/>".into()).is_none());
    let pages = Pages::new(&settings).unwrap();
    let (_, step) = step(SIGN_IN);
    let html = pages.step(&step, &context()).html;
    assert!(html.contains("href=\"https://help.example/?a=1&amp;b\""));
    assert!(html.contains("alt=\"Example\""));
    let own: Vec<&Asset> = pages.inner.own.iter().collect();
    assert_eq!(own.len(), 2);
    assert!(
        own.iter()
            .all(|asset| html.contains(&asset.path) && pages.asset(&asset.path).is_some())
    );
    assert!(!html.contains("color:red"));
}

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
