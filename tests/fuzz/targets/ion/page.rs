//! Whether a page is valid, made of templates alone, and no larger than it need be.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use interlock::{idx::ion::Document, login::pages::Page};
use scraper::Html;
use serde_json::Value;

use super::super::recording::select;

/// Judges a page; hands it on as it was read.
pub(crate) fn judge(json: &[u8], page: &Page) -> Html {
    let html = Html::parse_document(&page.html);
    let about = || format!("{}\n{}", String::from_utf8_lossy(json), page.html);
    assert!(html.errors.is_empty(), "{:?}\n{}", html.errors, about());
    assert_eq!(select(&html, "h1").len(), 1, "one h1\n{}", about());
    assert_eq!(select(&html, "main").len(), 1, "one main\n{}", about());
    assert!(
        !page.html.contains("handle~secret"),
        "a handle\n{}",
        about()
    );
    assert!(
        page.content_security_policy
            .starts_with("default-src 'none'")
    );
    assert!(
        page.content_security_policy
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
    );
    nothing_inline(&html, &about);
    identified(&html, &about);
    legible(&html, &about);
    for link in select(&html, "[href], [src], [action], [srcset]") {
        for attribute in ["href", "src", "action", "srcset"] {
            let target = link.attr(attribute).unwrap_or("/");
            let fine = [
                "/",
                "#",
                "https://",
                "http://127.0.0.1",
                "http://localhost",
                "data:image/png;base64,",
                "com-okta-authenticator:/",
                "okta-verify:/",
            ];
            assert!(
                fine.iter().any(|fine| target.starts_with(fine)) && !target.starts_with("//"),
                "{target}\n{}",
                about()
            );
        }
    }
    bounded(json, page, &html);
    html
}

fn nothing_inline(html: &Html, about: &dyn Fn() -> String) {
    for element in select(html, "*") {
        let element = element.value();
        let name = element.name();
        assert!(
            TAGS.contains(name),
            "<{name}> is no template's\n{}",
            about()
        );
        assert!(
            name != "style" && (name != "script" || element.attr("src").is_some()),
            "inline <{name}>"
        );
        for (attribute, _) in element.attrs() {
            let known = ATTRIBUTES.contains(attribute);
            assert!(
                known && !attribute.starts_with("on") && attribute != "style",
                "{attribute} at <{name}>\n{}",
                about()
            );
        }
    }
}

/// Ids are unique, and whatever is pointed at is there; every control has a label.
fn identified(html: &Html, about: &dyn Fn() -> String) {
    let mut ids = BTreeSet::new();
    for element in select(html, "[id]") {
        let id = element.attr("id").unwrap();
        assert!(
            ids.insert(id.to_owned()),
            "id {id} is there twice\n{}",
            about()
        );
    }
    let mut labelled = BTreeSet::new();
    for element in select(
        html,
        "[aria-describedby], label[for], [aria-labelledby], a[href^='#']",
    ) {
        let (described, label) = (element.attr("aria-describedby"), element.attr("for"));
        let local = element
            .attr("href")
            .map(|href| href.trim_start_matches('#'));
        for target in [described, label, local]
            .into_iter()
            .flatten()
            .flat_map(|all| all.split(' '))
        {
            assert!(ids.contains(target), "#{target} is nowhere\n{}", about());
        }
        labelled.extend(label.map(str::to_owned));
    }
    for control in select(html, "input:not([type=hidden]):not([hidden]), select") {
        let id = control.attr("id").unwrap_or_default();
        assert!(
            labelled.contains(id),
            "no label for {}\n{}",
            control.html(),
            about()
        );
    }
}

/// No text is longer than anyone reads, but for what a person gets back or a script needs.
fn legible(html: &Html, about: &dyn Fn() -> String) {
    for element in select(html, "*") {
        for (name, value) in element.value().attrs() {
            let whole = [
                "value",
                "data-options",
                "data-probe",
                "data-remedy",
                "src",
                "href",
                "aria-describedby",
            ]
            .contains(&name);
            assert!(
                whole || value.chars().count() <= 2100,
                "{name} is long\n{}",
                about()
            );
        }
        let own = element
            .children()
            .filter_map(|child| child.value().as_text());
        for text in own {
            assert!(text.chars().count() <= 5 * 2100, "a long text\n{}", about());
        }
    }
}

/// A small document makes a small page; a large one none that its size does not explain.
fn bounded(json: &[u8], page: &Page, html: &Html) {
    let phones = select(html, "select[autocomplete=tel-country-code]").len();
    let most = 16 * 1024 + json.len() * 16 + phones * 32 * 1024;
    assert!(
        page.html.len() <= most,
        "{} octets of page for {} of {}",
        page.html.len(),
        json.len(),
        String::from_utf8_lossy(json)
    );
    if json.len() <= 2048 && phones == 0 {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(page.html.as_bytes()).unwrap();
        let size = packed.finish().unwrap().len();
        assert!(
            size <= 4 * 3072,
            "{size} octets packed for {}",
            String::from_utf8_lossy(json)
        );
    }
}

/// The same document without any markup in its texts makes a page of just the same elements.
pub(crate) fn same_without_markup(raw: &Value, page: &Html) {
    let plain = without_markup(raw).to_string();
    let document = Document::parse(plain.as_bytes()).unwrap();
    let (_, other) = super::timed(&document, None);
    let (ours, plain) = (skeleton(page), skeleton(&Html::parse_document(&other.html)));
    let differs = ours.iter().zip(&plain).find(|(one, other)| one != other);
    assert!(
        differs.is_none() && ours.len() == plain.len(),
        "markup made a difference: {differs:?}\n{raw}\n{}",
        page.html()
    );
}

fn without_markup(value: &Value) -> Value {
    match value {
        Value::String(text) if !text.contains(':') => {
            let swap = |character| match character {
                '<' => '(',
                '>' => ')',
                '&' => '+',
                '"' => '^',
                '\'' => '`',
                other => other,
            };
            text.chars().map(swap).collect::<String>().into()
        }
        Value::Array(list) => list.iter().map(without_markup).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.clone(), without_markup(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Elements with the names of their attributes, in order.
fn skeleton(html: &Html) -> Vec<String> {
    let bare = |element: scraper::ElementRef<'_>| {
        let attributes: BTreeMap<_, _> = element.value().attrs().collect();
        format!(
            "{} {}",
            element.value().name(),
            attributes.into_keys().collect::<Vec<_>>().join(" ")
        )
    };
    select(html, "*").into_iter().map(bare).collect()
}

const TEMPLATES: [&str; 3] = [
    include_str!("../../../../src/login/view/templates/base.html"),
    include_str!("../../../../src/login/view/templates/controls.html"),
    include_str!("../../../../src/login/view/templates/step.html"),
];

/// Every element that a template has.
static TAGS: std::sync::LazyLock<BTreeSet<String>> = std::sync::LazyLock::new(|| {
    let begun = |template: &'static str| {
        template
            .split('<')
            .skip(1)
            .map(word)
            .filter(|name| !name.is_empty())
    };
    TEMPLATES.into_iter().flat_map(begun).collect()
});

/// Every attribute that a template has.
static ATTRIBUTES: std::sync::LazyLock<BTreeSet<String>> = std::sync::LazyLock::new(|| {
    let words = |template: &'static str| {
        template
            .split([' ', '}', '\n'])
            .map(word)
            .filter(|name| !name.is_empty())
    };
    TEMPLATES.into_iter().flat_map(words).collect()
});

/// The name at the beginning.
fn word(text: &str) -> String {
    text.chars()
        .take_while(|character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || *character == '-'
        })
        .collect()
}
