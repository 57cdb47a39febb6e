//! Controls, as templates see them.

use serde::Serialize;

use super::countries;
use super::form::Before;
use super::words::{cut, say, word};
use crate::idx::ion::Class;
use crate::login::step::{Action, Control, Format, Item, Kind, Look, Note, Text, What};

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
    /// The second box of a new password.
    pub(crate) again: String,
    pub(crate) extension: bool,
    pub(crate) ltr: bool,
}

/// One value to choose.
#[derive(Debug, Serialize)]
pub(crate) struct OptionView {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) note: String,
    pub(crate) chosen: bool,
}

/// The view of a control; `None` where nothing of it is drawn.
pub(crate) fn view(action: &Action, control: &Control, before: Before<'_>) -> Option<ControlView> {
    let name = format!("f{}", control.index);
    let id = format!("{}-{name}", action.id);
    let mut view = ControlView {
        field: cut(&control.field()).to_owned(),
        label: label(action, control),
        hints: control.hints.iter().map(say).collect(),
        required: control.required,
        autocomplete: control.autocomplete.unwrap_or_default(),
        inputmode: control.inputmode.unwrap_or_default(),
        least: control.length.0,
        most: control.length.1,
        ..ControlView::default()
    };
    for Note { class, text, .. } in &control.messages {
        let list = if *class == Class::Info {
            &mut view.notes
        } else {
            &mut view.errors
        };
        list.push(say(text));
    }
    let wrong = before
        .problems
        .iter()
        .filter(|problem| problem.index == Some(control.index));
    view.errors
        .extend(wrong.map(|problem| word(problem.text).to_owned()));
    if !fill(&mut view, control, &name, before) {
        return None;
    }
    view.described = described(&view, &id, before.rules);
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
fn fill(view: &mut ControlView, control: &Control, name: &str, before: Before<'_>) -> bool {
    let typed = before.typed(name);
    match &control.what {
        What::Branches(_)
        | What::Fixed(_)
        | What::Choice {
            look: Look::Buttons,
            ..
        } => return false,
        What::Script => view.kind = "script",
        What::Stated(sent) => {
            view.kind = "stated";
            view.value = if sent.0.is_boolean() {
                word("always").to_owned()
            } else {
                sent.text()
            };
        }
        What::Checkbox { ticked, .. } => {
            view.kind = "checkbox";
            // A box that was not ticked posts nothing.
            view.ticked = if before.typed.is_empty() {
                *ticked
            } else {
                typed.is_some()
            };
        }
        What::Password => view.kind = "password",
        What::NewPassword => {
            view.kind = "password";
            let key = if control.inputmode.is_some() {
                "field.again.pin"
            } else {
                "field.again"
            };
            word(key).clone_into(&mut view.again);
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
                text: say(&item.label),
                note: item.note.as_ref().map(say).unwrap_or_default(),
                chosen: chosen == Some(number),
            };
            view.options = options.iter().enumerate().map(item).collect();
        }
        What::Phone { extension } => {
            view.kind = "phone";
            view.extension = *extension;
            typed.unwrap_or_default().clone_into(&mut view.value);
            view.ltr = true;
            view.options = countries::options(before.typed(&format!("{name}.country")));
        }
        What::Text { value, format } => {
            view.kind = "text";
            let keeps = *format != Format::Code;
            let value = typed.filter(|_| keeps).or(value.as_deref());
            value.unwrap_or_default().clone_into(&mut view.value);
            view.ltr = matches!(format, Format::Code | Format::UserCode);
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

fn label(action: &Action, control: &Control) -> String {
    let label = say(&control.label);
    let typed = matches!(
        control.what,
        What::Text { .. } | What::Choice { .. } | What::Phone { .. } | What::Password
    );
    if !control.required && typed && matches!(action.kind, Kind::Profile | Kind::ProfileUpdate) {
        return say(&Text::with("field.optional", "label", label));
    }
    label
}
