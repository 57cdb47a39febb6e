//! What can be done in a step, and which of it is the page (ui-guide section 3, decision 10).

use std::fmt;

use super::{Aid, Control, Kind, StepOptions, Text, What, aid, beside, facts, table};
use crate::idx::ion::{Document, Embedded, Field, Form};

/// Names an action within its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionId {
    /// The top-level `cancel`.
    Cancel,
    /// An action outside `remediation`, by its number.
    Embedded(usize),
    /// A remediation, by its number.
    Remediation(usize),
}

impl ActionId {
    /// The form itself.
    pub fn form(self, document: &Document) -> Option<&Form> {
        match self {
            Self::Cancel => document.cancel(),
            Self::Embedded(number) => document
                .embedded()
                .get(number)
                .map(|embedded| &embedded.form),
            Self::Remediation(number) => document.remediations().get(number),
        }
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancel => f.write_str("c"),
            Self::Embedded(number) => write!(f, "e{number}"),
            Self::Remediation(number) => write!(f, "r{number}"),
        }
    }
}

/// What an action is to its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The page's own form, or one that could be it.
    Main,
    /// Forgot password.
    Recover,
    /// Send it again.
    Resend,
    /// Ask whether something has happened elsewhere.
    Check,
    /// Another way.
    Other,
    /// An identity provider.
    Provider,
    /// Put it off.
    Skip,
    /// Unlock the account.
    Unlock,
    /// Register, or sign in instead.
    Account,
    /// Give up and start again.
    Cancel,
    /// Nothing to offer beside this page: it leads nowhere else.
    Idle,
    /// Nothing for a person: a script or the gateway sends it.
    Silent,
}

/// One form of the response.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name within the step.
    pub id: ActionId,
    /// The Ion form's name; `data-remediation`.
    pub name: String,
    /// What kind of step it is.
    pub kind: Kind,
    /// What it is to the page.
    pub role: Role,
    /// Whether a browser goes there by `GET`.
    pub is_link: bool,
    /// Milliseconds between polls.
    pub refresh: Option<u64>,
    /// What its page is called.
    pub title: Text,
    /// What its page says first.
    pub intro: Vec<Text>,
    /// What its button says on its own page.
    pub submit: Text,
    /// What its button or link says on another page.
    pub label: Text,
    /// Labels of the objects it is made of, which no control carries.
    pub captions: Vec<String>,
    /// What it asks for and sends.
    pub controls: Vec<Control>,
    /// What its page shows beside the form.
    pub aids: Vec<Aid>,
}

impl Action {
    /// The controls a person sees.
    pub fn shown(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(|control| control.is_shown())
    }

    /// Whether a script must fill something.
    pub fn needs_script(&self) -> bool {
        self.controls
            .iter()
            .any(|control| matches!(control.what, What::Script) && control.required)
    }
}

/// Every action of the document.
pub(super) fn all(document: &Document, options: &StepOptions) -> Vec<Action> {
    let names: Vec<&str> = document
        .remediations()
        .iter()
        .map(|form| form.name.as_str())
        .collect();
    let mut actions: Vec<Action> = Vec::new();
    for (number, form) in document.remediations().iter().enumerate() {
        let role = role(&names, number, form);
        actions.push(read(
            document,
            options,
            ActionId::Remediation(number),
            form,
            role,
        ));
    }
    for (number, Embedded { key, form, .. }) in document.embedded().iter().enumerate() {
        let role = match *key {
            "recover" => Role::Recover,
            "resend" | "send" => Role::Resend,
            "poll" => Role::Check,
            _ => Role::Other,
        };
        let mut action = read(document, options, ActionId::Embedded(number), form, role);
        let about = document
            .current_authenticator()
            .and_then(|about| about.key());
        action.label = match (*key, about) {
            ("recover", Some("nfc_pin")) => Text::word("embedded.recover.pin"),
            _ => Text::word(format!("embedded.{key}")),
        };
        actions.push(action);
    }
    if let Some(form) = document.cancel() {
        let mut action = read(document, options, ActionId::Cancel, form, Role::Cancel);
        action.label = Text::word("cancel.link");
        actions.push(action);
    }
    beside::settle(document, &mut actions);
    actions
}

/// The first form that is not a side action; where all are, the first form (decision 10).
pub(super) fn page(actions: &[Action]) -> Option<usize> {
    let own = |action: &Action| matches!(action.id, ActionId::Remediation(_));
    let main = actions
        .iter()
        .position(|action| own(action) && action.role == Role::Main);
    main.or_else(|| actions.iter().position(own))
}

fn read(
    document: &Document,
    options: &StepOptions,
    id: ActionId,
    form: &Form,
    role: Role,
) -> Action {
    let kind = Kind::of(document, form);
    let facts = facts::Facts::of(document, form);
    let controls = table::of(document, form, kind, options);
    Action {
        id,
        name: form.name.clone(),
        kind,
        role,
        is_link: form.is_link(),
        refresh: form.refresh,
        title: facts.title(kind, form),
        intro: facts.intro(kind, form),
        submit: facts.submit(kind, form),
        label: facts.label(kind, form),
        aids: if matches!(id, ActionId::Remediation(_)) {
            aid::of(document, form, kind)
        } else {
            Vec::new()
        },
        captions: captions(&form.value),
        controls,
    }
}

fn captions(fields: &[Field]) -> Vec<String> {
    let objects = fields
        .iter()
        .filter(|field| field.is_shown() && (!field.form.is_empty() || field.branches()));
    objects
        .filter_map(|field| field.label.clone())
        .filter(|label| !label.trim().is_empty())
        .collect()
}

/// Whether the form is a side action here, and which.
fn role(names: &[&str], number: usize, form: &Form) -> Role {
    let beside = |others: &[&str]| names.iter().any(|name| others.contains(name));
    match form.name.as_str() {
        "select-authenticator-authenticate"
        | "select-authenticator-enroll"
        | "select-authenticator-enroll-data"
        | "select-authenticator-unlock-account"
            if number > 0 =>
        {
            Role::Other
        }
        "skip" => Role::Skip,
        "unlock-account" if beside(&["identify"]) || number > 0 => Role::Unlock,
        "select-enroll-profile" | "select-identify" => Role::Account,
        "select-enrollment-channel" if beside(&["enroll-poll", "enrollment-channel-data"]) => {
            Role::Other
        }
        "redirect-idp"
            if beside(&["identify", "enroll-profile"])
                || number > 0
                || names.get(1) == Some(&"redirect-idp") =>
        {
            Role::Provider
        }
        "redirect-idp" if form.relates_to.is_empty() => Role::Provider,
        "piv-idp" => Role::Provider,
        "challenge-webauthn-autofillui-authenticator" => Role::Silent,
        "launch-passkeys-authenticator"
        | "launch-authenticator"
        | "launch-nfc-authenticator"
        | "launch-webauthn-authenticator"
        | "enroll-webauthn-residentkey" => Role::Other,
        _ => Role::Main,
    }
}
