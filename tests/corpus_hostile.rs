//! Documents that nobody friendly would send: markup, brackets, dots, emoji, enormous labels, deep nesting, duplicates.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that fails says where"
)]

use interlock::idx::ion::Document;
use interlock::login::Settings;
use interlock::login::answer::answer;
use interlock::login::pages::{Pages, StepContext};
use interlock::login::step::{Step, StepOptions};
use proptest::prelude::*;
use scraper::{Html, Selector};
use serde_json::{Value, json};

fn rendered(document: &Value) -> (Document, Step, String) {
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let step = Step::of(&document, &StepOptions::default());
    let context = StepContext::new("t");
    let html = Pages::new(&Settings::default())
        .unwrap()
        .step(&step, &context)
        .html;
    (document, step, html)
}

fn form(fields: Value) -> Value {
    json!({"stateHandle": "02secret", "remediation": {"value": [
        {"name": "unknown-form", "href": "https://idp.example/idp/idx/x", "method": "POST", "value": fields},
    ]}})
}

const MARKUP: &str =
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 987654*3 }}{% raw %}";

#[test]
fn markup_is_text_wherever_it_stands() {
    let document = json!({
        "messages": {"value": [{"message": MARKUP, "class": "ERROR", "links": [{"url": "javascript:alert(1)", "label": MARKUP}]}]},
        "user": {"value": {"identifier": MARKUP}},
        "app": {"value": {"label": MARKUP}},
        "remediation": {"value": [{"name": MARKUP, "href": "https://a/", "value": [
            {"name": MARKUP, "label": MARKUP, "value": MARKUP, "desc": MARKUP, "messages": {"value": [{"message": MARKUP}]}},
            {"name": "choice", "options": [{"label": MARKUP, "value": MARKUP}, {"label": "b", "value": "b"}]},
        ]}]},
    });
    let (_, _, html) = rendered(&document);
    let page = Html::parse_document(&html);
    let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
    assert_eq!(
        (
            count("script"),
            count("main img"),
            count("[onerror]"),
            count("h1")
        ),
        (0, 0, 0, 1)
    );
    assert!(!html.contains("javascript:"));
    assert!(!html.contains("2962962"), "nothing is evaluated");
}

#[test]
fn odd_names_come_back_as_they_were() {
    let names = [
        "a.b",
        "a[0]",
        "__proto__",
        "constructor",
        "csrf",
        "t",
        "rd",
        "stateHandle2",
        "🦀",
        "",
        " ",
        "f0",
    ];
    let fields: Vec<Value> = names.iter().map(|name| json!({"name": name})).collect();
    let (document, step, _) = rendered(&form(Value::Array(fields)));
    let posted: Vec<(String, String)> = (0..names.len())
        .map(|index| (format!("f{index}"), format!("v{index}")))
        .collect();
    let body = answer(&document, &step, &posted).unwrap().body.0;
    for (index, name) in names.iter().enumerate() {
        assert_eq!(body[*name], json!(format!("v{index}")), "{name:?}");
    }
    assert_eq!(body.as_object().unwrap().len(), names.len());
}

#[test]
fn a_label_of_a_megabyte_is_cut() {
    let long = "é".repeat(500_000);
    let (_, _, html) = rendered(&form(json!([{"name": "x", "label": long, "desc": long}])));
    assert!(html.len() < 64 * 1024, "{}", html.len());
}

#[test]
fn deep_nesting_is_bounded() {
    let mut field = json!({"name": "leaf", "label": "Leaf"});
    for level in 0..25 {
        field = json!({"name": format!("level{level}"), "form": {"value": [field]}});
    }
    let (document, step, html) = rendered(&form(json!([field, {"name": "flat", "label": "Flat"}])));
    assert!(html.contains("Flat"));
    assert!(answer(&document, &step, &[]).is_ok());
}

#[test]
fn pictures_are_small_pngs_or_nothing() {
    let page = |href: &str| {
        rendered(&json!({
            "currentAuthenticator": {"value": {"key": "google_otp", "contextualData": {"qrcode": {"href": href}, "sharedSecret": "ABC"}}},
            "remediation": {"value": [{"name": "enroll-authenticator", "href": "https://a/", "value": []}]},
        }))
        .2
    };
    assert!(page("data:image/png;base64,iVBORw0KGgo=").contains("<img"));
    for href in [
        "data:text/html;base64,iVBORw0KGgo=",
        "data:image/svg+xml;base64,iVBORw0KGgo=",
        "https://evil.example/x.png",
        "data:image/png;base64,PHN2Zz4=",
        &format!("data:image/png;base64,iVBORw0KGgo{}", "A".repeat(200_000)),
    ] {
        assert!(!page(href).contains("<img"));
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z.\\[\\]_$]{0,12}",
        Just(MARKUP.to_owned()),
        Just("\u{202e}🦀\u{0}ع".to_owned()),
        Just("authenticator".to_owned()),
        Just("credentials".to_owned()),
        Just("passcode".to_owned()),
    ]
}

fn any_field() -> impl Strategy<Value = Value> {
    let leaf =
        (any_text(), any_text(), any::<u8>(), any_text()).prop_map(|(name, label, flags, kind)| {
            let mut field = json!({"name": name, "label": label});
            if flags & 1 > 0 {
                field["type"] = json!(if flags & 2 > 0 {
                    "boolean".to_owned()
                } else {
                    kind.clone()
                });
            }
            if flags & 4 > 0 {
                field["required"] = json!("false");
            }
            if flags & 8 > 0 {
                field["mutable"] = json!(false);
            }
            if flags & 16 > 0 {
                field["visible"] = json!(flags & 32 > 0);
            }
            if flags & 64 > 0 {
                field["value"] = json!(kind);
            }
            if flags & 128 > 0 {
                field["secret"] = json!(true);
            }
            field
        });
    leaf.prop_recursive(4, 24, 4, |inner| {
        (any_text(), prop::collection::vec(inner, 0..4), any::<u8>()).prop_map(|(name, inner, shape)| match shape % 4 {
            0 => json!({"name": name, "form": {"value": inner}}),
            1 => json!({"name": name, "value": {"form": {"value": inner}}}),
            2 => json!({"name": name, "options": inner.iter().map(|field| json!({"label": name, "value": {"form": {"value": [field]}}})).collect::<Vec<_>>()}),
            _ => json!({"name": name, "options": inner, "form": {"value": []}}),
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any form gives a page with one heading and no script, and any answer gives JSON or a problem.
    #[test]
    fn any_document_becomes_a_page(fields in prop::collection::vec(any_field(), 0..6), name in any_text(), posted in prop::collection::vec(("f[0-9]{1,2}", "[0-9.]{0,3}"), 0..8)) {
        let document = json!({"stateHandle": "02secret", "remediation": {"value": [
            {"name": name, "href": "https://idp.example/idp/idx/x", "value": fields},
        ]}});
        let (document, step, html) = rendered(&document);
        let page = Html::parse_document(&html);
        prop_assert_eq!(page.select(&Selector::parse("h1").unwrap()).count(), 1);
        prop_assert_eq!(page.select(&Selector::parse("script, [onerror]").unwrap()).count(), 0);
        prop_assert!(!html.contains("02secret"));
        let _ = answer(&document, &step, &posted);
    }
}
