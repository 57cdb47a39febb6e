//! Forms and controls, as templates see them.

use serde::Serialize;

use super::control::{ControlView, view};
use super::words::{Words, cut};
use crate::login::answer::FieldProblem;
use crate::login::step::{Action, Branch, Control, Kind, What};

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
    /// Whether its buttons are a list of methods.
    pub(crate) methods: bool,
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
    /// Whether a PIN, finger or face will be asked for.
    pub(crate) verifies: bool,
    pub(crate) options: String,
}

/// What a form is drawn with besides its action: the words, what was typed before, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'a> {
    pub(crate) words: &'a Words,
    pub(crate) typed: &'a [(String, String)],
    pub(crate) problems: &'a [FieldProblem],
    /// What a list of password rules is called, where there is one on the page.
    pub(crate) rules: Option<&'a str>,
}

impl Given<'_> {
    pub(super) fn typed(&self, name: &str) -> Option<&str> {
        self.typed
            .iter()
            .rev()
            .find(|(typed, _)| typed == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The forms of one action: one, or one for each branch that must be filled.
pub(crate) fn forms(action: &Action, identifier: Option<&str>, given: Given<'_>) -> Vec<FormView> {
    let branching = action
        .controls
        .iter()
        .find_map(|control| Some((control, control.what.branches()?)));
    match branching {
        Some((control, branches)) if !branches.iter().all(Branch::is_button) => {
            let offered = branches
                .iter()
                .enumerate()
                .filter(|(_, branch)| !branch.hidden);
            offered
                .map(|(number, branch)| branch_form(action, control, number, branch, given))
                .collect()
        }
        Some((control, branches)) => {
            let mut form = empty(action, given.words);
            form.controls = controls(action, given);
            form.submits = branch_buttons(control, branches, given.words);
            form.methods = true;
            vec![form]
        }
        None => {
            let mut form = empty(action, given.words);
            form.controls = controls(action, given);
            form.submits = submits(action, given.words);
            let secret =
                |control: &Control| matches!(control.what, What::Password | What::NewPassword);
            let named = action.shown().any(|control| {
                control
                    .autocomplete
                    .is_some_and(|tokens| tokens.starts_with("username"))
            });
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

fn empty(action: &Action, words: &Words) -> FormView {
    FormView {
        id: action.id.to_string(),
        name: cut(&action.name).to_owned(),
        heading: None,
        notes: captions(action, words),
        controls: Vec::new(),
        submits: Vec::new(),
        hidden: Vec::new(),
        username: None,
        passkey: None,
        methods: false,
    }
}

/// The captions that the heading and the first sentences do not say already.
fn captions(action: &Action, words: &Words) -> Vec<String> {
    let said: Vec<String> = action
        .intro
        .iter()
        .chain([&action.title])
        .map(|text| words.say(text))
        .collect();
    let new = |caption: &&String| !said.iter().any(|said| said.contains(caption.as_str()));
    action.captions.iter().filter(new).cloned().collect()
}

fn controls(action: &Action, given: Given<'_>) -> Vec<ControlView> {
    action
        .controls
        .iter()
        .filter_map(|control| view(action, control, given))
        .collect()
}

/// One button, or one for each value that decides.
fn submits(action: &Action, words: &Words) -> Vec<SubmitView> {
    let deciding = action
        .controls
        .iter()
        .find_map(|control| Some((control, control.what.deciding()?)));
    let Some((control, options)) = deciding else {
        return vec![SubmitView {
            text: words.say(&action.submit),
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
    let buttons = options
        .iter()
        .enumerate()
        .filter(|(_, item)| !item.hidden)
        .map(|(number, item)| SubmitView {
            text: words.say(&item.label),
            notes: item.note.iter().map(|text| words.say(text)).collect(),
            name: Some(format!("f{}", control.index)),
            value: number.to_string(),
            field: Some(control.field()),
            primary: number == 0 && !equal,
            group: None,
        });
    buttons.collect()
}

/// The buttons of the branches, most urgent first; where that tells them apart, each group under its name.
fn branch_buttons(control: &Control, branches: &[Branch], words: &Words) -> Vec<SubmitView> {
    let mut offered: Vec<(usize, &Branch)> = branches
        .iter()
        .enumerate()
        .filter(|(_, branch)| !branch.hidden)
        .collect();
    offered.sort_by_key(|(_, branch)| branch.due);
    let named = offered.first().map(|(_, branch)| branch.due)
        != offered.last().map(|(_, branch)| branch.due);
    let mut last = None;
    let mut buttons = Vec::new();
    for (number, branch) in offered {
        let mut own = branch_submits(control, number, branch, words);
        if let (true, Some(due), Some(first)) =
            (named && last != branch.due, branch.due, own.first_mut())
        {
            first.group = Some(words.word(due.key()));
        }
        last = branch.due;
        buttons.extend(own);
    }
    buttons
}

fn branch_submits(
    control: &Control,
    number: usize,
    branch: &Branch,
    words: &Words,
) -> Vec<SubmitView> {
    let notes: Vec<String> = branch
        .notes
        .iter()
        .map(|text| words.say(text))
        .filter(|note| !note.is_empty())
        .collect();
    let name = words.say(&branch.label);
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
            let each = items
                .iter()
                .enumerate()
                .filter(|(_, item)| !item.hidden)
                .map(|(item, choice)| {
                    let mut said = vec![words.say(&choice.label)];
                    said.extend(choice.note.iter().map(|text| words.say(text)));
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
    given: Given<'_>,
) -> FormView {
    let mut form = empty(action, given.words);
    let given = match given.typed(&format!("f{}", control.index)) {
        Some(chosen) if chosen == number.to_string() => given,
        _ => Given {
            typed: &[],
            problems: &[],
            ..given
        },
    };
    form.heading = Some(given.words.say(&branch.label));
    form.notes
        .extend(branch.notes.iter().map(|text| given.words.say(text)));
    form.hidden = vec![(format!("f{}", control.index), number.to_string())];
    let beside = action
        .controls
        .iter()
        .filter(|control| !matches!(control.what, What::Branches(_)));
    form.controls = beside
        .chain(&branch.controls)
        .filter_map(|control| view(action, control, given))
        .collect();
    form.submits = submits(action, given.words);
    form
}
