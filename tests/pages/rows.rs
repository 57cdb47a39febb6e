//! The rows of the page guide: of each step, its title, its fields with type, `autocomplete` and `inputmode`, what
//! stands around them, its buttons, and what can be done beside it, in order. `rows.txt` says what is expected; it was
//! written with the guide at hand, row by row.

use interlock::{
    idx::ion::Document,
    login::{
        Settings,
        pages::{Pages, StepContext},
        step::{Step, StepOptions},
    },
};
use scraper::{ElementRef, Html, Selector};

use crate::support::recording::{folded, recordings, select};

const ROWS: &str = include_str!("rows.txt");

/// Everything of a page that a row can speak of.
const PARTS: &str = "h1, .problem, .note, .rules, .steps, .qr, .secret, .number, dl, details, \
    input:not([type=hidden]), select, main button, main a.button, .providers, .sides li";

#[test]
fn every_step_is_dressed_as_its_row_says() {
    let recordings = recordings();
    if recordings.is_empty() {
        return;
    }
    let pages = Pages::new(&Settings::default()).unwrap();
    let mut wrong = Vec::new();
    for row in ROWS.split("\n\n").map(str::trim) {
        let (name, expected) = row.split_once('\n').unwrap_or((row, ""));
        let (_, bytes) = recordings
            .iter()
            .find(|(recording, _)| recording == name)
            .unwrap_or_else(|| panic!("no recording {name}"));
        let step = Step::of(&Document::parse(bytes).unwrap(), &StepOptions::default());
        let html = pages.step(&step, &StepContext::new("opaque")).html;
        let outline = outline(&Html::parse_document(&html));
        if outline != expected {
            wrong.push(format!("{name}\n{outline}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n\n"));
}

/// A line each.
fn outline(page: &Html) -> String {
    let mut lines = Vec::new();
    let mut methods = 0;
    for element in select(page, PARTS) {
        if within(element, "methods") {
            methods += 1;
            continue;
        }
        if methods > 0 {
            lines.push(format!("+ {methods} methods"));
            methods = 0;
        }
        lines.extend(line(element));
    }
    if methods > 0 {
        lines.push(format!("+ {methods} methods"));
    }
    lines.join("\n")
}

fn line(element: ElementRef<'_>) -> Option<String> {
    let text = folded(&element.text().collect::<String>());
    let said = Selector::parse("span").unwrap();
    let text = match element.select(&said).next() {
        Some(span) if element.value().name() == "button" => {
            folded(&span.text().collect::<String>())
        }
        _ => text,
    };
    let class = |name: &str| element.value().classes().any(|class| class == name);
    Some(match element.value().name() {
        "h1" => format!("# {text}"),
        "section" => "! problem".to_owned(),
        "dl" => "* facts".to_owned(),
        "details" => "* folded".to_owned(),
        "input" | "select" => field(element),
        "li" => format!("- {text}"),
        "button" | "a"
            if ["chip", "sides", "providers"]
                .iter()
                .any(|outer| within(element, outer)) =>
        {
            return None;
        }
        "button" | "a" if class("primary") => format!("> {text}"),
        "button" | "a" => format!("+ {text}"),
        _ if class("providers") => {
            let links = Selector::parse("li").unwrap();
            format!("+ {} providers", element.select(&links).count())
        }
        _ => format!("* {}", element.value().classes().next()?),
    })
}

fn field(element: ElementRef<'_>) -> String {
    let value = element.value();
    let attribute = |name: &str| value.attr(name).unwrap_or_default();
    let name = match (value.attr("data-field"), attribute("name")) {
        (Some(field), _) => field.to_owned(),
        (None, "") if value.attr("data-copy").is_some() => "(address)".to_owned(),
        (None, "") => "(username)".to_owned(),
        (None, name) => name
            .split_once('.')
            .map_or(name, |(_, part)| part)
            .to_owned(),
    };
    let kind = if value.name() == "select" {
        "select"
    } else {
        attribute("type")
    };
    let required = if value.attr("required").is_some() {
        "required"
    } else {
        ""
    };
    folded(&format!(
        "{name}: {kind} {} {} {required}",
        attribute("autocomplete"),
        attribute("inputmode")
    ))
}

fn within(element: ElementRef<'_>, class: &str) -> bool {
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|ancestor| ancestor.value().classes().any(|own| own == class))
}
