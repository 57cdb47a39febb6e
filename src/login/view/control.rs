//! Controls, as templates see them.

use serde::Serialize;

use super::countries;
use super::form::Given;
use super::words::{Words, cut};
use crate::idx::ion::Class;
use crate::login::step::{Action, Branch, Control, Format, Item, Kind, Look, Note, Text, What};

/// One control.
#[derive(Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "flags for a template")]
pub(crate) struct ControlView {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) field: String,
    pub(crate) label: String,
    pub(crate) hints: Vec<String>,
    pub(crate) errors: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) described: String,
    pub(crate) value: String,
    pub(crate) ticked: bool,
    pub(crate) required: bool,
    pub(crate) autocomplete: &'static str,
    pub(crate) inputmode: &'static str,
    pub(crate) capitals: &'static str,
    pub(crate) least: Option<u64>,
    pub(crate) most: Option<u64>,
    pub(crate) autofocus: bool,
    pub(crate) options: Vec<OptionView>,
    pub(crate) branches: Vec<BranchView>,
    /// The second box of a new password.
    pub(crate) again: String,
    pub(crate) extension: bool,
    pub(crate) ltr: bool,
    /// Whether what is wrong is that a new password breaks the rules that the page lists.
    pub(crate) breaks_rules: bool,
    /// What the button says that shows what is typed, where a script puts one in.
    pub(crate) show: String,
}

/// One value to choose.
#[derive(Debug, Serialize)]
pub(crate) struct OptionView {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) note: String,
    pub(crate) chosen: bool,
}

impl ControlView {
    /// Where a link to it leads, as far as anybody can get there.
    pub(crate) fn target(&self) -> Option<String> {
        match (self.kind, self.options.first()) {
            ("script" | "stated", _) => None,
            ("radios", Some(first)) => Some(format!("#{}-{}", self.id, first.value)),
            _ => Some(format!("#{}", self.id)),
        }
    }
}

/// One form to choose within another form.
#[derive(Debug, Serialize)]
pub(crate) struct BranchView {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
    pub(crate) chosen: bool,
    pub(crate) controls: Vec<ControlView>,
}

/// Every control, those of branches too.
pub(crate) fn every(controls: &[ControlView]) -> Vec<&ControlView> {
    let mut all = Vec::new();
    for control in controls {
        all.push(control);
        for branch in &control.branches {
            all.extend(every(&branch.controls));
        }
    }
    all
}

/// The view of a control; `None` where nothing of it is drawn.
pub(crate) fn view(action: &Action, control: &Control, given: Given<'_>) -> Option<ControlView> {
    let name = format!("f{}", control.index);
    let id = match given.branch {
        Some(branch) => format!("{}-{branch}-{name}", action.id),
        None => format!("{}-{name}", action.id),
    };
    let mut view = ControlView {
        field: cut(&control.field()).to_owned(),
        label: label(action, control, given.words),
        hints: control
            .hints
            .iter()
            .map(|text| given.words.say(text))
            .collect(),
        required: control.required,
        autocomplete: control.autocomplete.unwrap_or_default(),
        inputmode: control.inputmode.unwrap_or_default(),
        least: control.length.0,
        most: control.length.1,
        ..ControlView::default()
    };
    view.breaks_rules = given.rules.is_some()
        && control.messages.iter().any(|note| {
            note.key
                .as_deref()
                .is_some_and(|key| key.ends_with("passwordRequirementsNotMet"))
        });
    for Note { class, text, .. } in &control.messages {
        let list = if *class == Class::Info {
            &mut view.notes
        } else {
            &mut view.errors
        };
        list.push(given.words.say(text));
    }
    let wrong = given
        .problems
        .iter()
        .filter(|problem| problem.index == Some(control.index));
    view.errors
        .extend(wrong.map(|problem| given.words.word(problem.text)));
    if !fill(&mut view, action, control, given) {
        return None;
    }
    view.described = described(&view, &id, given.rules);
    view.id = id;
    view.name = name;
    Some(view)
}

/// What describes the control, as a list of ids.
fn described(view: &ControlView, id: &str, rules: Option<&str>) -> String {
    let rules = rules.filter(|_| !view.again.is_empty()).map(str::to_owned);
    let hints = (!view.hints.is_empty()).then(|| format!("{id}-h"));
    let errors = (!view.errors.is_empty()).then(|| format!("{id}-e"));
    let all: Vec<String> = [rules, hints, errors].into_iter().flatten().collect();
    all.join(" ")
}

/// What depends on what a person does with it; `false` where nothing is drawn.
fn fill(view: &mut ControlView, action: &Action, control: &Control, given: Given<'_>) -> bool {
    let name = format!("f{}", control.index);
    let typed = given.typed(&name);
    match &control.what {
        What::Fixed(_)
        | What::Choice {
            look: Look::Buttons,
            ..
        } => return false,
        What::Branches(branches) => {
            view.kind = "branches";
            view.branches = within(branches, action, typed, given);
        }
        What::Script => view.kind = "script",
        What::Stated(sent) => {
            view.kind = "stated";
            view.value = if sent.0.is_boolean() {
                given.words.word("always")
            } else {
                sent.text()
            };
        }
        What::Checkbox { ticked, .. } => {
            view.kind = "checkbox";
            // A box that was not ticked posts nothing.
            view.ticked = if given.typed.is_empty() {
                *ticked
            } else {
                typed.is_some()
            };
        }
        What::Password => {
            view.kind = "password";
            if view.autocomplete == "off" {
                view.show = shows(view, given);
            }
        }
        What::NewPassword => {
            view.kind = "password";
            let key = if control.inputmode.is_some() {
                "field.again.pin"
            } else {
                "field.again"
            };
            view.again = given.words.word(key);
            view.show = shows(view, given);
        }
        What::Choice {
            options,
            chosen,
            look,
        } => {
            view.kind = if *look == Look::Select {
                "select"
            } else {
                "radios"
            };
            let chosen = typed.and_then(|typed| typed.parse().ok()).or(*chosen);
            let item = |(number, item): (usize, &Item)| OptionView {
                value: number.to_string(),
                text: given.words.say(&item.label),
                note: item
                    .note
                    .as_ref()
                    .map(|text| given.words.say(text))
                    .unwrap_or_default(),
                chosen: chosen == Some(number),
            };
            let offered = options.iter().enumerate().filter(|(_, item)| !item.hidden);
            view.options = offered.map(item).collect();
        }
        What::Phone { extension } => {
            view.kind = "phone";
            view.extension = *extension;
            typed.unwrap_or_default().clone_into(&mut view.value);
            view.ltr = true;
            view.options = countries::options(given.typed(&format!("{name}.country")));
        }
        What::Text { value, format } => {
            view.kind = "text";
            let keeps = *format != Format::Code;
            let value = typed.filter(|_| keeps).or(value.as_deref());
            value.unwrap_or_default().clone_into(&mut view.value);
            view.ltr = matches!(format, Format::Code | Format::UserCode)
                || matches!(view.autocomplete, "email" | "tel" | "url")
                || control.name() == "clientData";
            view.capitals = match format {
                Format::UserCode => "characters",
                Format::Code => "none",
                Format::Number | Format::Set | Format::Text | Format::Verbatim => {
                    match view.autocomplete {
                        "username" | "email" => "none",
                        _ => "",
                    }
                }
            };
        }
    }
    true
}

/// The branches that are offered, each with its controls.
fn within(
    branches: &[Branch],
    action: &Action,
    typed: Option<&str>,
    given: Given<'_>,
) -> Vec<BranchView> {
    let offered: Vec<_> = branches
        .iter()
        .enumerate()
        .filter(|(_, branch)| !branch.hidden)
        .collect();
    let is_only = offered.len() == 1;
    let each = offered.into_iter().map(|(number, branch)| BranchView {
        value: number.to_string(),
        text: given.words.say(&branch.label),
        notes: branch
            .notes
            .iter()
            .map(|text| given.words.say(text))
            .collect(),
        chosen: is_only || typed == Some(&number.to_string()),
        controls: branch
            .controls
            .iter()
            .filter_map(|control| view(action, control, given))
            .collect(),
    });
    each.collect()
}

/// "Show" and the label; only where a slip of the finger costs most, so that plain pages carry no script.
fn shows(view: &ControlView, given: Given<'_>) -> String {
    given
        .words
        .say(&Text::with("show.field", "label", view.label.clone()))
}

fn label(action: &Action, control: &Control, words: &Words) -> String {
    let label = words.say(&control.label);
    let typed = matches!(
        control.what,
        What::Text { .. } | What::Choice { .. } | What::Phone { .. } | What::Password
    );
    if !control.required && typed && matches!(action.kind, Kind::Profile | Kind::ProfileUpdate) {
        return words.say(&Text::with("field.optional", "label", label));
    }
    label
}
