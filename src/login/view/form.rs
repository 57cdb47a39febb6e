//! Forms and controls, as templates see them.

use serde::Serialize;

use super::countries;
use super::words::{say, word};
use crate::login::answer::FieldProblem;
use crate::login::step::{Action, Branch, Control, Format, Kind, Look, Note, Text, What};

/// A form on a page.
#[derive(Debug, Serialize)]
pub(crate) struct FormView {
    /// The action's id.
    pub(crate) id: String,
    /// `data-remediation`.
    pub(crate) name: String,
    pub(crate) heading: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) controls: Vec<ControlView>,
    pub(crate) submits: Vec<SubmitView>,
    /// Further posted pairs.
    pub(crate) hidden: Vec<(String, String)>,
    /// The name a password manager files the password under.
    pub(crate) username: Option<String>,
    pub(crate) passkey: Option<PasskeyView>,
}

/// A button that submits.
#[derive(Debug, Serialize)]
pub(crate) struct SubmitView {
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
    /// What it posts, if anything.
    pub(crate) name: Option<String>,
    pub(crate) value: String,
    pub(crate) field: Option<String>,
    pub(crate) primary: bool,
    /// The group it stands in, named where the group begins.
    pub(crate) group: Option<String>,
}

/// What the passkey script needs.
#[derive(Debug, Serialize)]
pub(crate) struct PasskeyView {
    pub(crate) ceremony: &'static str,
    pub(crate) options: String,
}

/// One control.
#[derive(Debug, Default, Serialize)]
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

/// What was typed before, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before<'a> {
    pub(crate) typed: &'a [(String, String)],
    pub(crate) problems: &'a [FieldProblem],
    /// What a list of password rules is called, where there is one on the page.
    pub(crate) rules: Option<&'a str>,
}

impl Before<'_> {
    fn typed(&self, name: &str) -> Option<&str> {
        self.typed
            .iter()
            .rev()
            .find(|(typed, _)| typed == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The forms of one action: one, or one for each branch that must be filled.
pub(crate) fn forms(
    action: &Action,
    identifier: Option<&str>,
    before: Before<'_>,
) -> Vec<FormView> {
    let branching = action
        .controls
        .iter()
        .find_map(|control| match &control.what {
            What::Branches(branches) => Some((control, branches)),
            _ => None,
        });
    match branching {
        Some((control, branches)) if !branches.iter().all(Branch::is_button) => {
            let offered = branches
                .iter()
                .enumerate()
                .filter(|(_, branch)| !branch.hidden);
            offered
                .map(|(number, branch)| branch_form(action, control, number, branch, before))
                .collect()
        }
        Some((control, branches)) => {
            let mut form = empty(action);
            form.controls = controls(action, before);
            form.submits = branches
                .iter()
                .enumerate()
                .filter(|(_, branch)| !branch.hidden)
                .flat_map(|(number, branch)| branch_submits(control, number, branch))
                .collect();
            vec![form]
        }
        None => {
            let mut form = empty(action);
            form.controls = controls(action, before);
            form.submits = submits(action);
            let secret =
                |control: &Control| matches!(control.what, What::Password | What::NewPassword);
            let named = action
                .shown()
                .any(|control| control.autocomplete == Some("username"));
            if action.controls.iter().any(secret)
                && !named
                && !matches!(
                    action.kind,
                    Kind::Question | Kind::QuestionEnroll | Kind::NfcPin
                )
            {
                form.username = identifier.map(str::to_owned);
            }
            vec![form]
        }
    }
}

fn empty(action: &Action) -> FormView {
    FormView {
        id: action.id.to_string(),
        name: action.name.clone(),
        heading: None,
        notes: Vec::new(),
        controls: Vec::new(),
        submits: Vec::new(),
        hidden: Vec::new(),
        username: None,
        passkey: None,
    }
}

fn controls(action: &Action, before: Before<'_>) -> Vec<ControlView> {
    action
        .controls
        .iter()
        .filter_map(|control| view(action, control, before))
        .collect()
}

/// One button, or one for each value that decides.
fn submits(action: &Action) -> Vec<SubmitView> {
    let deciding = action
        .controls
        .iter()
        .find_map(|control| match &control.what {
            What::Choice {
                options,
                look: Look::Buttons,
                ..
            } => Some((control, options)),
            _ => None,
        });
    let Some((control, options)) = deciding else {
        return vec![SubmitView {
            text: say(&action.submit),
            notes: Vec::new(),
            name: None,
            value: String::new(),
            field: None,
            primary: true,
            group: None,
        }];
    };
    let equal = matches!(
        action.kind,
        Kind::Consent | Kind::EmailConsent | Kind::KeepSignedIn | Kind::SelectChannel
    );
    let buttons = options.iter().enumerate().map(|(number, item)| SubmitView {
        text: say(&item.label),
        notes: item.note.iter().map(say).collect(),
        name: Some(format!("f{}", control.index)),
        value: number.to_string(),
        field: Some(control.field()),
        primary: number == 0 && !equal,
        group: None,
    });
    buttons.collect()
}

fn branch_submits(control: &Control, number: usize, branch: &Branch) -> Vec<SubmitView> {
    let notes: Vec<String> = branch
        .notes
        .iter()
        .map(say)
        .filter(|note| !note.is_empty())
        .collect();
    let name = say(&branch.label);
    let button = |text: String, notes: Vec<String>, value: String| SubmitView {
        text,
        notes,
        name: Some(format!("f{}", control.index)),
        value,
        field: Some(control.field()),
        primary: false,
        group: None,
    };
    match branch.choice() {
        None => vec![button(name, notes, number.to_string())],
        Some((_, items)) => {
            let each = items.iter().enumerate().map(|(item, choice)| {
                let mut said = vec![say(&choice.label)];
                said.extend(choice.note.iter().map(say));
                said.extend(notes.iter().cloned());
                button(name.clone(), said, format!("{number}.{item}"))
            });
            each.collect()
        }
    }
}

fn branch_form(
    action: &Action,
    control: &Control,
    number: usize,
    branch: &Branch,
    before: Before<'_>,
) -> FormView {
    let mut form = empty(action);
    let before = match before.typed(&format!("f{}", control.index)) {
        Some(chosen) if chosen == number.to_string() => before,
        _ => Before {
            typed: &[],
            problems: &[],
            ..before
        },
    };
    form.heading = Some(say(&branch.label));
    form.notes = branch.notes.iter().map(say).collect();
    form.hidden = vec![(format!("f{}", control.index), number.to_string())];
    let beside = action
        .controls
        .iter()
        .filter(|control| !matches!(control.what, What::Branches(_)));
    form.controls = beside
        .chain(&branch.controls)
        .filter_map(|control| view(action, control, before))
        .collect();
    form.submits = submits(action);
    form
}

fn view(action: &Action, control: &Control, before: Before<'_>) -> Option<ControlView> {
    let name = format!("f{}", control.index);
    let id = format!("{}-{name}", action.id);
    let typed = before.typed(&name);
    let mut view = ControlView {
        field: control.field(),
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
        let list = if *class == crate::idx::ion::Class::Info {
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
    match &control.what {
        What::Fixed(_) | What::Branches(_) => return None,
        What::Script => view.kind = "script",
        What::Stated(sent) => {
            view.kind = "stated";
            view.value = match sent.0 {
                serde_json::Value::Bool(_) => word("always").to_owned(),
                _ => sent.text(),
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
            view.again = say(&Text::with("field.again", "label", view.label.clone()));
        }
        What::Choice {
            look: Look::Buttons,
            ..
        } => return None,
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
            let item = |(number, item): (usize, &crate::login::step::Item)| OptionView {
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
            view.value = typed.unwrap_or_default().to_owned();
            view.ltr = true;
            view.options = countries::options(before.typed(&format!("{name}.country")));
        }
        What::Text { value, format } => {
            view.kind = "text";
            let keeps = *format != Format::Code;
            view.value = typed
                .filter(|_| keeps)
                .or(value.as_deref())
                .unwrap_or_default()
                .to_owned();
            view.ltr = matches!(format, Format::Code | Format::UserCode);
            view.capitals = match format {
                Format::UserCode => "characters",
                Format::Code => "none",
                _ if matches!(view.autocomplete, "username" | "email") => "none",
                _ => "",
            };
        }
    }
    let mut described: Vec<String> = Vec::new();
    if let (Some(rules), true) = (before.rules, !view.again.is_empty()) {
        described.push(rules.to_owned());
    }
    if !view.hints.is_empty() {
        described.push(format!("{id}-h"));
    }
    if !view.errors.is_empty() {
        described.push(format!("{id}-e"));
    }
    view.described = described.join(" ");
    view.id = id;
    view.name = name;
    Some(view)
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
