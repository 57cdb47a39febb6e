//! What a browser posts: the successful controls of a form, each with a value that can be told from all others.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{ElementRef, Selector};

use super::asked::meet;

/// How a form is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// Everything typed anew, boxes ticked, the last of all choices.
    Anew,
    /// What stands there is left, boxes too, the first of all choices.
    AsFound,
}

/// What is posted, and which text must arrive at which field.
pub(crate) struct Typed {
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) expected: Vec<(String, String)>,
}

impl Filling {
    pub(crate) const ALL: [Self; 2] = [Self::Anew, Self::AsFound];

    pub(crate) fn fill(self, form: ElementRef<'_>, button: ElementRef<'_>) -> Typed {
        let (mut pairs, mut expected) = (Vec::new(), Vec::new());
        let mut radios: BTreeMap<String, String> = BTreeMap::new();
        for (number, control) in form.select(&CONTROLS).enumerate() {
            let Some(name) = control.attr("name") else {
                continue;
            };
            let value = control.attr("value").unwrap_or_default();
            let kind = control.attr("type").unwrap_or("text");
            let typed = match (control.value().name(), kind) {
                ("select", _) => self.selected(control),
                (_, "hidden") if control.attr("data-field").is_some() => "from-script".to_owned(),
                (_, "hidden") => value.to_owned(),
                (_, "checkbox") => {
                    if self == Self::Anew || control.attr("checked").is_some() {
                        pairs.push((name.to_owned(), value.to_owned()));
                    }
                    continue;
                }
                (_, "radio") => {
                    let is_first = !radios.contains_key(name);
                    if is_first || self == Self::Anew || control.attr("checked").is_some() {
                        radios.insert(name.to_owned(), value.to_owned());
                    }
                    continue;
                }
                _ if name.strip_suffix(".again").is_some() => {
                    let first = name.trim_end_matches(".again");
                    let typed = pairs
                        .iter()
                        .find(|(name, _): &&(String, String)| name == first);
                    typed.map(|(_, typed)| typed.clone()).unwrap_or_default()
                }
                _ if name.ends_with(".extension") => String::new(),
                _ if self == Self::AsFound && !value.is_empty() => as_sent(value),
                _ => {
                    let typed = (7_000_000 + number).to_string();
                    expected.push((
                        control.attr("data-field").unwrap().to_owned(),
                        typed.clone(),
                    ));
                    typed
                }
            };
            pairs.push((name.to_owned(), typed));
        }
        pairs.extend(radios.clone());
        let pressed = button.attr("name").zip(button.attr("value"));
        pairs.extend(pressed.map(|(name, value)| (name.to_owned(), value.to_owned())));
        // Where two controls answer one field, the later stands; what stands in a branch that is not chosen goes nowhere.
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for control in form.select(&ANSWERING) {
            let field = control.attr("data-field").unwrap().to_owned();
            *times.entry(field).or_default() += 1;
        }
        let unchosen: BTreeSet<String> = form
            .select(&ANSWERING)
            .filter(|control| !is_chosen(*control, &radios))
            .filter_map(|control| control.attr("data-field").map(str::to_owned))
            .collect();
        expected.retain(|(field, _)| {
            times.get(field) == Some(&1) && !unchosen.contains(field) && !covered(&times, field)
        });
        Typed { pairs, expected }
    }

    fn selected(self, control: ElementRef<'_>) -> String {
        let options: Vec<_> = control
            .select(&OPTION)
            .filter(|option| option.attr("value") != Some(""))
            .collect();
        let chosen = options
            .iter()
            .find(|option| option.attr("selected").is_some());
        let option = match self {
            Self::Anew => options.last(),
            Self::AsFound => chosen.or(options.first()),
        };
        option
            .and_then(|option| option.attr("value"))
            .unwrap_or_default()
            .to_owned()
    }
}

/// Whether every branch that the control stands in is the one that its radio button chooses.
fn is_chosen(control: ElementRef<'_>, radios: &BTreeMap<String, String>) -> bool {
    let branches = control.ancestors().filter_map(ElementRef::wrap);
    let mut branches = branches.filter(|element| element.attr("class") == Some("branch"));
    branches.all(|branch| {
        let radio = branch.select(&RADIO).next().unwrap();
        let (name, value) = (radio.attr("name").unwrap(), radio.attr("value").unwrap());
        radios.get(name).is_some_and(|chosen| chosen == value)
    })
}

/// Whether another field is an object where this one is a value, or the reverse.
fn covered(times: &BTreeMap<String, usize>, field: &str) -> bool {
    times
        .keys()
        .any(|other| other != field && meet(other, field))
}

/// A box of one line holds no line breaks.
fn as_sent(value: &str) -> String {
    value.replace(['\r', '\n'], "")
}

pub(crate) fn buttons(form: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let buttons: Vec<_> = form.select(&BUTTON).collect();
    assert!(
        !buttons.is_empty(),
        "a form without a button: {}",
        form.html()
    );
    buttons
}

/// Which action the form answers.
pub(crate) fn posted_id(form: ElementRef<'_>) -> String {
    let mut named = form
        .select(&CONTROLS)
        .filter(|control| control.attr("name") == Some("a"));
    named
        .next()
        .and_then(|control| control.attr("value"))
        .unwrap()
        .to_owned()
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

static CONTROLS: std::sync::LazyLock<Selector> =
    std::sync::LazyLock::new(|| selector("input, select"));
static ANSWERING: std::sync::LazyLock<Selector> = std::sync::LazyLock::new(|| {
    selector("input[data-field]:not([type=radio]), select[data-field]")
});
static OPTION: std::sync::LazyLock<Selector> = std::sync::LazyLock::new(|| selector("option"));
static BUTTON: std::sync::LazyLock<Selector> = std::sync::LazyLock::new(|| selector("button"));
static RADIO: std::sync::LazyLock<Selector> =
    std::sync::LazyLock::new(|| selector("input[type=radio]"));
