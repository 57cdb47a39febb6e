use super::*;

fn step(json: &str, hide: &[&str]) -> Step {
    let options = StepOptions {
        hide: hide.iter().map(|name| (*name).to_owned()).collect(),
    };
    Step::of(&Document::parse(json.as_bytes()).unwrap(), &options)
}

#[test]
fn a_side_action_is_not_the_page() {
    let step = step(
        r#"{"remediation":{"value":[{"name":"skip","href":"https://a/"},{"name":"identify","href":"https://a/"}]}}"#,
        &[],
    );
    assert_eq!(step.page, Some(1));
    assert_eq!(step.kind, Kind::Identify);
}

#[test]
fn where_all_are_side_actions_the_first_is_the_step() {
    let step = step(
        r#"{"remediation":{"value":[{"name":"skip","href":"https://a/"}]}}"#,
        &[],
    );
    assert_eq!((step.page, step.kind), (Some(0), Kind::Skip));
}

#[test]
fn a_hidden_method_is_not_offered() {
    let json = r#"{"authenticators":{"value":[{"key":"okta_verify"}]},"remediation":{"value":[{
        "name":"select-authenticator-authenticate","href":"https://a/","value":[{"name":"authenticator","options":[
        {"label":"Okta Verify","relatesTo":"$.authenticators.value[0]","value":{"form":{"value":[{"name":"methodType",
        "options":[{"label":"a","value":"push"},{"label":"b","value":"signed_nonce"}]}]}}}]}]}]}}"#;
    let hidden = |hide: &[&str]| {
        let step = step(json, hide);
        let branch = step.actions[0].controls[0].what.branches().unwrap()[0].clone();
        let items = branch
            .choice()
            .unwrap()
            .1
            .iter()
            .map(|item| item.hidden)
            .collect::<Vec<_>>();
        (branch.hidden, items)
    };
    assert_eq!(hidden(&[]), (false, vec![false, false]));
    assert_eq!(
        hidden(&["okta_verify.signed_nonce"]),
        (false, vec![false, true])
    );
    assert!(hidden(&["okta_verify"]).0);
}

#[test]
fn a_branch_is_a_button_unless_a_script_must_fill_something_in_it() {
    let is_button = |field: &str| {
        let json = format!(
            r#"{{"remediation":{{"value":[{{"name":"select-authenticator-authenticate","href":"https://a/","value":[
            {{"name":"authenticator","options":[{{"label":"Key","value":{{"form":{{"value":[{field}]}}}}}}]}}]}}]}}}}"#
        );
        let step = step(&json, &[]);
        step.actions[0].controls[0].what.branches().unwrap()[0].is_button()
    };
    assert!(is_button(r#"{"name":"id","value":"aut1","mutable":false}"#));
    assert!(is_button(r#"{"name":"signed","visible":false}"#));
    assert!(!is_button(
        r#"{"name":"signed","visible":false,"required":true}"#
    ));
}

#[test]
fn only_the_web_is_hopped_to() {
    let hop = |href: &str| {
        let json = format!(
            r#"{{"remediation":{{"value":[{{"name":"redirect-idp","method":"GET","href":"{href}"}}]}}}}"#
        );
        let document = Document::parse(json.as_bytes()).unwrap();
        Step::of(&document, &StepOptions::default())
            .hop(&document, "r0")
            .is_some()
    };
    assert!(hop("https://idp.example/authorize?x=1"));
    assert!(hop("http://127.0.0.1:9400/idp"));
    for refused in [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://idp.example/",
        "https://user@idp.example/",
        "/local",
        "//x",
    ] {
        assert!(!hop(refused), "{refused}");
    }
}

#[test]
fn the_fingerprint_is_that_of_the_question() {
    let with = |name: &str, value: &str| {
        let json = format!(
            r#"{{"remediation":{{"value":[{{"name":"x","href":"https://a/","value":[{{"name":"{name}","value":"{value}"}}]}}]}}}}"#
        );
        step(&json, &[]).fingerprint()
    };
    assert_eq!(with("a", "1"), with("a", "2"));
    assert_ne!(with("a", "1"), with("b", "1"));
}

#[test]
fn steps_that_are_beyond_us_are_told_from_the_others() {
    let form = |name: &str, rest: &str| {
        format!(r#"{{"remediation":{{"value":[{{"name":"{name}","href":"https://a/"{rest}}}]}}}}"#)
    };
    let known = form("identify", r#","value":[{"name":"identifier"}]"#);
    assert!(!step(&known, &[]).is_beyond_us(false, |_| true));
    let unknown = form("prove-you-are-a-cat", r#","value":[{"name":"whiskers"}]"#);
    assert!(step(&unknown, &[]).is_beyond_us(true, |_| true));

    let duo = |host: &str| {
        format!(
            r#"{{"currentAuthenticator":{{"value":{{"key":"duo","contextualData":{{"host":"{host}","signedToken":"TX|a|b:APP|c"}}}}}},
                "remediation":{{"value":[{{"name":"challenge-authenticator","href":"https://a/","relatesTo":["$.currentAuthenticator"],
                "value":[{{"name":"credentials","form":{{"value":[{{"name":"signatureData"}}]}}}}]}}]}}}}"#
        )
    };
    let framed = step(&duo("api-1.duosecurity.com"), &[]);
    assert_eq!(framed.kind, Kind::Duo);
    assert!(framed.is_beyond_us(false, |_| true));
    assert!(!framed.is_beyond_us(true, |_| true));
    assert!(step(&duo("evil.example"), &[]).is_beyond_us(true, |_| true));

    let choice = r#"{"authenticators":{"value":[{"id":"a","key":"okta_email"},{"id":"b","key":"google_otp"}]},
        "remediation":{"value":[{"name":"select-authenticator-authenticate","href":"https://a/","value":[{"name":"authenticator",
        "type":"object","options":[
        {"label":"Email","relatesTo":"$.authenticators.value[0]","value":{"form":{"value":[{"name":"id","value":"a","mutable":false}]}}},
        {"label":"App","relatesTo":"$.authenticators.value[1]","value":{"form":{"value":[{"name":"id","value":"b","mutable":false}]}}}
        ]}]}]}}"#;
    assert!(!step(choice, &["okta_email"]).is_beyond_us(false, |_| true));
    assert!(step(choice, &["okta_email", "google_otp"]).is_beyond_us(false, |_| true));

    let push = r#"{"currentAuthenticator":{"value":{"key":"okta_verify","id":"a"}},"remediation":{"value":[{"name":"authenticator-verification-data",
        "href":"https://a/","relatesTo":["$.currentAuthenticator"],"value":[{"name":"authenticator","type":"object","form":{"value":[
        {"name":"id","required":true,"value":"a","mutable":false,"visible":false},
        {"name":"methodType","type":"string","required":false,"options":[{"label":"Send a push","value":"push"}]}]}}]}]}}"#;
    assert!(!step(push, &[]).is_beyond_us(false, |_| true));
    assert!(step(push, &["okta_verify.push"]).is_beyond_us(false, |_| true));

    let captcha = r#"{"captcha":{"value":{"type":"HCAPTCHA","siteKey":"k","id":"c"}},"remediation":{"value":[{"name":"enroll-profile",
        "href":"https://a/","value":[{"name":"captchaVerify","form":{"value":[{"name":"captchaToken","required":true,"visible":false}]}}]}]}}"#;
    assert!(!step(captcha, &[]).is_beyond_us(false, |kind| kind == CaptchaKind::Hcaptcha));
    assert!(step(captcha, &[]).is_beyond_us(false, |kind| kind == CaptchaKind::Recaptcha));
    let unnamed = captcha.replace("HCAPTCHA", "A_RIDDLE");
    assert!(step(&unnamed, &[]).is_beyond_us(false, |_| true));
}

#[test]
fn a_default_is_filled_in_only_where_it_would_be_taken_back() {
    let filled = |kind: &str, value: &str| {
        let json = format!(
            r#"{{"remediation":{{"value":[{{"name":"x","href":"https://a/","value":[{{"name":"n","type":"{kind}","value":{value}}}]}}]}}}}"#
        );
        let step = step(&json, &[]);
        let What::Text { value, .. } = &step.actions[0].controls[0].what else {
            panic!("{kind} is typed");
        };
        value.clone()
    };
    for (kind, value, expected) in [
        ("number", "5", Some("5")),
        ("number", "\"5\"", Some("5")),
        ("number", "\"five\"", None),
        ("set", "[\"a\",\"b\"]", Some("a, b")),
        ("set", "[\"a\",\"b, c\"]", Some("")),
        ("string", "\"five\"", Some("five")),
    ] {
        assert_eq!(filled(kind, value).as_deref(), expected, "{kind} {value}");
    }
}

/// What the action that skips is called, beside a page of this form.
fn put_off(form: &str, more: &str) -> String {
    let json = format!(
        r#"{{"remediation":{{"value":[{form},{{"name":"skip","href":"https://a/"}}]}}{more}}}"#
    );
    let skip = step(&json, &[]).actions.pop().unwrap();
    assert_eq!((skip.name.as_str(), skip.role), ("skip", Role::Skip));
    match skip.label {
        Text::Word(key, _) => key.into_owned(),
        Text::Said(said) => said,
    }
}

#[test]
fn what_puts_a_step_off_says_for_how_long() {
    let enroll = r#"{"name":"select-authenticator-enroll","href":"https://a/","value":[{"name":"authenticator","options":[
        {"label":"Email","relatesTo":"$.authenticators.value[0]","value":{"form":{"value":[{"name":"id","value":"1","mutable":false}]}}}]}]}"#;
    let grace = r#","authenticators":{"value":[{"key":"okta_email","gracePeriod":{"expiry":"2030-01-31T00:00:00.000Z"}}]}"#;
    let warning = r#"{"name":"reenroll-authenticator-warning","href":"https://a/","value":[
        {"name":"credentials","form":{"value":[{"name":"passcode","secret":true}]}}]}"#;
    let promotion = r#"{"name":"enroll-authenticator-promotion","href":"https://a/"}"#;
    let profile = r#"{"name":"profile-update","href":"https://a/","value":[{"name":"nick"}]}"#;
    assert_eq!(put_off(enroll, ""), "skip.submit");
    assert_eq!(put_off(enroll, grace), "link.skip");
    assert_eq!(put_off(warning, ""), "link.skip");
    assert_eq!(put_off(promotion, ""), "link.skip.perhaps");
    assert_eq!(put_off(profile, ""), "link.skip.now");
}

#[test]
fn a_profile_that_must_be_completed_is_not_skipped() {
    let json = r#"{"remediation":{"value":[
        {"name":"profile-update","href":"https://a/","value":[{"name":"nick","required":true}]},
        {"name":"skip","href":"https://a/"}]}}"#;
    assert_eq!(step(json, &[]).actions[1].role, Role::Idle);
}

#[test]
fn another_way_is_one_that_is_not_this_one() {
    let role = |options: &str, hide: &[&str]| {
        let json = format!(
            r#"{{"currentAuthenticator":{{"value":{{"key":"okta_email"}}}},
            "authenticators":{{"value":[{{"key":"okta_email"}},{{"key":"okta_password"}},{{"key":"okta_verify"}}]}},
            "remediation":{{"value":[{{"name":"challenge-authenticator","href":"https://a/"}},
            {{"name":"select-authenticator-authenticate","href":"https://a/","value":[{{"name":"authenticator","options":[{options}]}}]}}]}}}}"#
        );
        step(&json, hide).actions[1].role
    };
    let option = |number: usize| {
        format!(
            r#"{{"label":"x","relatesTo":"$.authenticators.value[{number}]","value":{{"form":{{"value":[{{"name":"id","value":"1","mutable":false}}]}}}}}}"#
        )
    };
    let (email, password) = (option(0), option(1));
    assert_eq!(role(&email, &[]), Role::Idle);
    assert_eq!(role(&password, &[]), Role::Other);
    assert_eq!(role(&format!("{email},{password}"), &[]), Role::Other);
    assert_eq!(
        role(&format!("{email},{password}"), &["okta_password"]),
        Role::Idle
    );
}

#[test]
fn an_app_is_asked_where_a_message_says_so_and_nowhere_else() {
    let remedy = |remedy: &str| {
        let json = format!(
            r#"{{"messages":{{"value":[{{"message":"Install it","class":"ERROR","deviceRemediation":{{"value":{remedy}}}}}]}}}}"#
        );
        step(&json, &[]).messages.remove(0)
    };
    let note = remedy(
        r#"{"remediationType":"LOOPBACK","remediationPath":"azt","action":"install-it","domain":"https://x.example","ports":["2000",2001],
        "probeTimeoutMillis":10,"fallback":{"type":"MESSAGE","message":{"message":"By hand"}}}"#,
    );
    assert_eq!(note.text, Text::said("Install it. By hand"));
    let found = note.remedy.unwrap();
    assert_eq!(
        found,
        Remedy {
            label: Text::said("Install it"),
            origins: vec![
                "https://x.example:2000".to_owned(),
                "https://x.example:2001".to_owned()
            ],
            timeout: 50,
            path: "/azt/install-it".to_owned(),
        }
    );
    for strange in [
        r#"{"remediationType":"OTHER","remediationPath":"a","action":"b","domain":"https://x.example","ports":[1]}"#,
        r#"{"remediationType":"LOOPBACK","remediationPath":"..","action":"b","domain":"https://x.example","ports":[1]}"#,
        r#"{"remediationType":"LOOPBACK","remediationPath":"a","action":"b?c","domain":"https://x.example","ports":[1]}"#,
        r#"{"remediationType":"LOOPBACK","remediationPath":"a","action":"b","domain":"http://x.example","ports":[1]}"#,
        r#"{"remediationType":"LOOPBACK","remediationPath":"a","action":"b","domain":"https://x.example","ports":[]}"#,
    ] {
        assert!(remedy(strange).remedy.is_none(), "{strange}");
    }
}
