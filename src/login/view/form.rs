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
    /// The form that its button sends in its place, because that asks for the same (`Keep me signed in`).
    pub(crate) sends: Option<String>,
    /// Whether a button elsewhere sends it, so that it needs an id.
    pub(crate) lends: bool,
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
    /// The number of the branch whose form this is, where each branch has a form: all of them may hold the same control.
    pub(crate) branch: Option<usize>,
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
    match Shape::of(action) {
        Shape::Each(control, branches) => {
            let offered = branches
                .iter()
                .enumerate()
                .filter(|(_, branch)| !branch.hidden);
            offered
                .map(|(number, branch)| branch_form(action, control, number, branch, given))
                .collect()
        }
        Shape::Buttons(control, branches) => {
            let mut form = empty(action, given.words);
            form.controls = controls(beside(action), action, given);
            form.submits = branch_buttons(control, branches, given.words);
            form.methods = true;
            vec![form]
        }
        Shape::Within => {
            let mut form = empty(action, given.words);
            form.controls = controls(action.controls.iter(), action, given);
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
                form.username = identifier.map(|name| cut(name).to_owned());
            }
            vec![form]
        }
    }
}

/// How the branches of an action are drawn, of which a person chooses one.
enum Shape<'a> {
    /// A button for each.
    Buttons(&'a Control, &'a [Branch]),
    /// A form for each, with the controls beside them in all of these.
    Each(&'a Control, &'a [Branch]),
    /// In the action's one form, each under a radio button; also where there are none.
    Within,
}

impl<'a> Shape<'a> {
    fn of(action: &'a Action) -> Self {
        let mut branching = action
            .controls
            .iter()
            .filter_map(|control| Some((control, control.what.branches()?)));
        let (Some((control, branches)), None) = (branching.next(), branching.next()) else {
            return Self::Within;
        };
        let decides = beside(action).any(|control| control.what.deciding().is_some());
        if branches.iter().all(Branch::is_button) {
            return if decides {
                Self::Within
            } else {
                Self::Buttons(control, branches)
            };
        }
        let mut inner = branches.iter().flat_map(|branch| &branch.controls);
        let is_nested = inner.any(|control| control.what.branches().is_some());
        let repeated = branches.len() * beside(action).filter(|it| it.is_shown()).count();
        if is_nested || repeated > MOST_REPEATED {
            Self::Within
        } else {
            Self::Each(control, branches)
        }
    }
}

/// The controls that belong to no branch.
fn beside(action: &Action) -> impl Iterator<Item = &Control> {
    action
        .controls
        .iter()
        .filter(|control| control.what.branches().is_none())
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
        sends: None,
        lends: false,
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
    let new = |caption: &&str| !said.iter().any(|said| said.contains(*caption));
    let captions = action.captions.iter().map(|caption| cut(caption));
    captions.filter(new).map(str::to_owned).collect()
}

fn controls<'a>(
    controls: impl Iterator<Item = &'a Control>,
    action: &Action,
    given: Given<'_>,
) -> Vec<ControlView> {
    controls
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
        Some(chosen) if chosen == number.to_string() => Given {
            branch: Some(number),
            ..given
        },
        _ => Given {
            typed: &[],
            problems: &[],
            branch: Some(number),
            ..given
        },
    };
    form.heading = Some(given.words.say(&branch.label));
    form.notes
        .extend(branch.notes.iter().map(|text| given.words.say(text)));
    form.hidden = vec![(format!("f{}", control.index), number.to_string())];
    form.controls = controls(beside(action).chain(&branch.controls), action, given);
    form.submits = submits(action, given.words);
    form
}

/// Most controls that are drawn once for each branch, all branches together.
const MOST_REPEATED: usize = 40;
