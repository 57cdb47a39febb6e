//! Recorded responses of the engine, and a judge of what is shown of them and sent for them that knows nothing of `src`:
//! it reads the raw JSON and the HTML.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use scraper::{ElementRef, Html, Selector};
use serde_json::{Map, Value};

/// The recordings, or nothing, said aloud, where they are not.
pub fn recordings() -> Vec<(String, Vec<u8>)> {
    let given = std::env::vars().find(|(name, _)| name == "IDX_CORPUS");
    let directory = given.map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/idx-corpus"),
        |(_, directory)| PathBuf::from(directory),
    );
    let Ok(entries) = std::fs::read_dir(&directory) else {
        eprintln!(
            "SKIPPED: no recordings at {}; set IDX_CORPUS",
            directory.display()
        );
        return Vec::new();
    };
    let files = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert_eq!(files.len(), 216, "all recordings are there");
    files
        .into_iter()
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect()
}

pub fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

/// All text of a page, blanks folded.
pub fn text(html: &Html) -> String {
    folded(&html.root_element().text().collect::<String>())
}

pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What holds for every page of a sign-in, whatever it shows.
#[track_caller]
pub fn check_page(name: &str, text: &str, policy: &str) {
    let html = Html::parse_document(text);
    assert_eq!(
        select(&html, "html")[0].attr("lang"),
        Some("en"),
        "{name}: lang"
    );
    assert_eq!(select(&html, "h1").len(), 1, "{name}: one h1");
    assert!(
        !select(&html, "h1")[0]
            .text()
            .collect::<String>()
            .trim()
            .is_empty(),
        "{name}: h1 says something"
    );
    assert_eq!(select(&html, "main").len(), 1, "{name}: one main");
    assert!(select(&html, "[autofocus]").len() <= 1, "{name}: autofocus");
    assert!(
        select(&html, "style, script:not([src]), [style]").is_empty(),
        "{name}: nothing inline"
    );
    for element in select(&html, "*") {
        assert!(
            !element
                .value()
                .attrs()
                .any(|(attribute, _)| attribute.starts_with("on")),
            "{name}: handlers"
        );
    }
    let ids: Vec<&str> = select(&html, "[id]")
        .iter()
        .map(|element| element.attr("id").unwrap())
        .collect();
    assert_eq!(
        ids.len(),
        ids.iter().collect::<BTreeSet<_>>().len(),
        "{name}: ids are unique"
    );
    for element in select(&html, "[aria-describedby], label[for]") {
        let targets = element
            .attr("aria-describedby")
            .or(element.attr("for"))
            .unwrap();
        for target in targets.split(' ') {
            assert!(ids.contains(&target), "{name}: #{target} exists");
        }
    }
    for control in select(&html, "input:not([type=hidden]):not([hidden]), select") {
        let id = control
            .attr("id")
            .unwrap_or_else(|| panic!("{name}: {} has an id", control.html()));
        assert!(
            !select(&html, &format!("label[for='{id}']")).is_empty(),
            "{name}: #{id} has a label"
        );
    }
    assert!(policy.starts_with("default-src 'none'"), "{name}: {policy}");
    assert!(
        !text.contains("/idp/idx"),
        "{name}: no address of the engine"
    );
}

/// What a browser posts for this form when `button` is pressed.
pub fn filled(
    form: ElementRef<'_>,
    button: Option<ElementRef<'_>>,
    tick: bool,
) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut radios = BTreeSet::new();
    for control in form.select(&Selector::parse("input, select").unwrap()) {
        let Some(name) = control.attr("name") else {
            continue;
        };
        let value = control.attr("value").unwrap_or_default();
        let typed = match (
            control.value().name(),
            control.attr("type").unwrap_or("text"),
        ) {
            ("select", _) => {
                let options: Vec<_> = control
                    .select(&Selector::parse("option").unwrap())
                    .collect();
                options
                    .iter()
                    .map(|option| option.attr("value").unwrap())
                    .find(|value| !value.is_empty())
                    .unwrap_or_default()
                    .to_owned()
            }
            (_, "hidden") if control.attr("data-field").is_some() => "from-script".to_owned(),
            (_, "hidden") => value.to_owned(),
            (_, "checkbox") => {
                if !tick {
                    continue;
                }
                value.to_owned()
            }
            (_, "radio") => {
                if !radios.insert(name.to_owned()) {
                    continue;
                }
                value.to_owned()
            }
            (_, "password") => " pass-word 1 ".to_owned(),
            _ if control.attr("autocomplete") == Some("one-time-code") => "12 34-56".to_owned(),
            _ if control.attr("autocomplete") == Some("tel-national") => "(0)555 123".to_owned(),
            _ if control.attr("autocomplete") == Some("tel-extension") => String::new(),
            _ => " Ada Lovelace".to_owned(),
        };
        pairs.push((name.to_owned(), typed));
    }
    let pressed = button.and_then(|button| Some((button.attr("name")?, button.attr("value")?)));
    pairs.extend(pressed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // What an attacker adds must not matter.
    for name in [
        "stateHandle",
        "href",
        "__proto__",
        "f99",
        "credentials.passcode",
        "authenticator.id",
    ] {
        pairs.push((name.to_owned(), "evil".to_owned()));
    }
    pairs
}

pub fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list.clone(),
        Some(Value::Object(map)) => list(map.get("value")),
        _ => Vec::new(),
    }
}

pub fn nested(field: &Value) -> Vec<Value> {
    let own = list(field.get("form"));
    if own.is_empty() {
        list(field.get("value").and_then(|value| value.get("form")))
    } else {
        own
    }
}

pub fn flag(field: &Value, key: &str) -> Option<bool> {
    match field.get(key) {
        Some(Value::Bool(is)) => Some(*is),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    }
}

pub fn shown(field: &Value) -> bool {
    flag(field, "visible").unwrap_or(flag(field, "mutable") != Some(false))
}

/// Whether the body is what the fields ask for.
pub fn conforms(fields: &[Value], body: &Map<String, Value>, required: bool) -> Result<(), String> {
    for name in body.keys() {
        if !fields.iter().any(|field| field["name"] == name.as_str()) {
            return Err(format!("{name} is not declared"));
        }
    }
    let mut result = Ok(());
    for field in fields {
        let Some(name) = field["name"].as_str() else {
            continue;
        };
        let required = flag(field, "required").unwrap_or(required);
        let one = one_conforms(field, body.get(name), required)
            .map_err(|error| format!("{name}: {error}"));
        // Fields of one name together make one member; each is judged by its own part below.
        if fields.iter().filter(|other| other["name"] == name).count() == 1 {
            result = result.and(one);
        }
    }
    result
}

fn one_conforms(field: &Value, value: Option<&Value>, required: bool) -> Result<(), String> {
    let inner = nested(field);
    let constant = field
        .get("value")
        .filter(|value| value.get("form").is_none() && !value.is_null());
    let Some(value) = value else {
        let optional = !required || (inner.is_empty() && !shown(field) && constant.is_none());
        return if optional {
            Ok(())
        } else {
            Err("is missing".to_owned())
        };
    };
    let options = list(field.get("options"));
    let branches: Vec<Vec<Value>> = options
        .iter()
        .map(nested)
        .filter(|branch| !branch.is_empty())
        .collect();
    if !branches.is_empty() {
        let body = value.as_object().ok_or("is no object")?;
        let tried: Vec<_> = branches
            .iter()
            .map(|branch| conforms(branch, body, false))
            .collect();
        return if tried.iter().any(Result::is_ok) {
            Ok(())
        } else {
            Err(format!("fits no option: {tried:?}"))
        };
    }
    if !inner.is_empty() {
        return conforms(&inner, value.as_object().ok_or("is no object")?, required);
    }
    if flag(field, "mutable") == Some(false)
        && let Some(constant) = constant
    {
        return if value == constant {
            Ok(())
        } else {
            Err("an immutable value was changed".to_owned())
        };
    }
    let scalars: Vec<&Value> = options
        .iter()
        .filter_map(|option| option.get("value"))
        .filter(|value| !value.is_object())
        .collect();
    if !scalars.is_empty() {
        return if scalars.contains(&value) {
            Ok(())
        } else {
            Err("is none of the options".to_owned())
        };
    }
    match (field["type"].as_str(), value) {
        (Some("boolean"), Value::Bool(_)) | (Some("object"), Value::Object(_)) => Ok(()),
        (Some("boolean"), _) => Err("is no boolean".to_owned()),
        (_, Value::String(_) | Value::Bool(_) | Value::Number(_)) => Ok(()),
        _ => Err("has another type".to_owned()),
    }
}

/// Labels of visible fields and of every option.
pub fn labels(fields: &[Value], found: &mut Vec<String>) {
    for field in fields {
        if field["name"] == "stateHandle" {
            continue;
        }
        if shown(field) {
            found.extend(field["label"].as_str().map(str::to_owned));
        }
        for option in list(field.get("options")) {
            found.extend(
                option["label"]
                    .as_str()
                    .filter(|label| *label != "display")
                    .map(str::to_owned),
            );
            labels(&nested(&option), found);
        }
        labels(&nested(field), found);
    }
}

fn is_duos(remediation: &Value) -> bool {
    let fields = list(remediation.get("value"));
    let credentials = fields.iter().find(|field| field["name"] == "credentials");
    let filled = credentials.map(nested).unwrap_or_default();
    filled.len() == 1 && filled[0]["name"] == "signatureData"
}

/// Whether a remediation is not offered: the choice among nothing but the method that the page asks for already (ui-guide
/// section 4, "verify with something else"), and what Duo's frame would fill, which is shown where it is configured.
pub fn leads_nowhere(raw: &Value, number: usize) -> bool {
    let remediation = &list(raw.get("remediation"))[number];
    if is_duos(remediation) {
        return true;
    }
    if number == 0 || remediation["name"] != "select-authenticator-authenticate" {
        return false;
    }
    let fields = list(remediation.get("value"));
    let choices = fields.iter().find(|field| field["name"] == "authenticator");
    let choices = choices.map(|field| list(field.get("options")));
    let Some([only]) = choices.as_deref() else {
        return false;
    };
    let methods = nested(only)
        .iter()
        .find(|field| field["name"] == "methodType")
        .map_or(1, |field| list(field.get("options")).len().max(1));
    let about = only["relatesTo"].as_str().and_then(|path| {
        let (member, number) = path.strip_prefix("$.")?.split_once(".value[")?;
        let number: usize = number.strip_suffix(']')?.parse().ok()?;
        list(raw.get(member)).get(number)?["key"]
            .as_str()
            .map(str::to_owned)
    });
    let current = ["currentAuthenticator", "currentAuthenticatorEnrollment"]
        .iter()
        .find_map(|member| raw[*member]["value"]["key"].as_str());
    methods == 1 && about.is_some() && about.as_deref() == current
}

/// Texts of every message, wherever it stands.
pub fn messages(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for message in list(map.get("messages")) {
                found.extend(message["message"].as_str().map(str::to_owned));
            }
            map.values().for_each(|value| messages(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| messages(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
