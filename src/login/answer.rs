//! Posted pairs become exactly the JSON body that a form asks for.
//!
//! What goes in, in this order: the defaults of the form, what the person chose and typed, the constants. Names that the
//! form does not declare are ignored, whatever they are; nothing from the browser decides an address or a handle.

use serde_json::{Map, Value};

use super::{
    step::{Action, Branch, Control, Format, Step, What},
    visit::Pairs,
};
use crate::idx::ion::{Document, Form};

/// The posted name that says which action is answered.
pub const ACTION: &str = "a";

/// The posted name of a button that sends the form of one action for another, which asks for some of the same.
pub const INSTEAD: &str = "b";

/// What was posted, as an answer to the action whose button was pressed: where that sent another action's form, what both
/// ask for is taken over.
pub(super) fn instead(step: &Step, posted: &Pairs) -> Pairs {
    let sent = pressed(step, posted.all());
    let meant = value(posted.all(), INSTEAD).and_then(|id| step.action(id));
    let (Some(sent), Some(meant)) = (sent, meant) else {
        return posted.clone();
    };
    if sent.id == meant.id {
        return posted.clone();
    }
    let mut pairs = vec![(ACTION.to_owned(), meant.id.to_string())];
    for control in meant.shown() {
        let twin = sent.shown().find(|twin| twin.path == control.path);
        let typed = twin.and_then(|twin| value(posted.all(), &format!("f{}", twin.index)));
        pairs.extend(typed.map(|typed| (format!("f{}", control.index), typed.to_owned())));
    }
    Pairs::of(pairs)
}

/// What is to be sent.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The form that is answered, with its address.
    pub form: Form,
    /// The body. It holds the state handle and what was typed: never log it.
    pub body: Body,
}

/// A body to send; hidden from `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Body(pub Value);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}

/// Something that is wrong before the engine is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldProblem {
    /// The control's number, as in [`Control::index`]; `None`: the form as a whole.
    pub index: Option<usize>,
    /// A key of the words.
    pub text: &'static str,
}

/// Composes the body for the action that `posted` names, else for the page's.
///
/// # Errors
/// What a person must change first: a required control left empty, two new passwords that differ, a choice not made.
pub fn answer(
    document: &Document,
    step: &Step,
    posted: &[(String, String)],
) -> Result<Answered, Vec<FieldProblem>> {
    let whole = |text| vec![FieldProblem { index: None, text }];
    let action = pressed(step, posted).ok_or_else(|| whole("problem.action"))?;
    let form = action
        .id
        .form(document)
        .filter(|form| !form.is_link())
        .ok_or_else(|| whole("problem.action"))?;
    let mut body = Map::new();
    let mut problems = Vec::new();
    Composer {
        posted,
        action,
        problems: &mut problems,
    }
    .all(&action.controls, &mut body, None);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Answered {
        form: form.clone(),
        body: Body(Value::Object(body)),
    })
}

/// The action that `posted` names, else the page's; `None` for one that the step does not have.
pub(super) fn pressed<'a>(step: &'a Step, posted: &[(String, String)]) -> Option<&'a Action> {
    match value(posted, ACTION) {
        Some(id) => step.action(id),
        None => step.page.and_then(|page| step.actions.get(page)),
    }
}

/// What was typed as the name of an account, where the action asks for one.
pub(super) fn named<'a>(step: &Step, posted: &'a [(String, String)]) -> Option<&'a str> {
    let asks = |control: &&Control| {
        control.field() == "identifier" && matches!(control.what, What::Text { .. })
    };
    let control = pressed(step, posted)?.controls.iter().find(asks)?;
    value(posted, &format!("f{}", control.index)).filter(|name| !name.trim().is_empty())
}

/// The last value posted under this name.
fn value<'a>(posted: &'a [(String, String)], name: &str) -> Option<&'a str> {
    posted
        .iter()
        .rev()
        .find(|(posted, _)| posted == name)
        .map(|(_, value)| value.as_str())
}

struct Composer<'a> {
    posted: &'a [(String, String)],
    action: &'a Action,
    problems: &'a mut Vec<FieldProblem>,
}

impl Composer<'_> {
    fn all(
        &mut self,
        controls: &[Control],
        body: &mut Map<String, Value>,
        pressed: Option<(usize, &str)>,
    ) {
        for control in controls {
            let pressed = pressed
                .filter(|(index, _)| *index == control.index)
                .map(|(_, value)| value);
            if let Some(value) = self.one(control, body, pressed) {
                put(body, &control.path, value);
            }
        }
    }

    /// What the control sends, if anything; `pressed` is what the button said that chose its branch.
    fn one(
        &mut self,
        control: &Control,
        body: &mut Map<String, Value>,
        pressed: Option<&str>,
    ) -> Option<Value> {
        let name = format!("f{}", control.index);
        let typed = pressed
            .or_else(|| value(self.posted, &name))
            .unwrap_or_default();
        match &control.what {
            What::Fixed(sent) | What::Stated(sent) => Some(sent.0.clone()),
            What::Checkbox { always, .. } => match typed {
                "" => always.then_some(Value::Bool(false)),
                _ => Some(Value::Bool(true)),
            },
            What::Choice { options, .. } => self.chosen(control, options, typed),
            What::Branches(branches) => {
                self.branch(control, branches, typed, body);
                None
            }
            What::Password => self.text(control, typed.to_owned()),
            What::NewPassword => {
                let again = value(self.posted, &format!("{name}.again")).unwrap_or_default();
                if again != typed {
                    self.problem(control, "problem.again");
                }
                self.text(control, typed.to_owned())
            }
            What::Script => self.scripted(control, &name, typed),
            What::Phone { .. } => {
                let number = self.phone(control, &name, typed);
                self.text(control, number)
            }
            What::Text { format, .. } => self.formatted(control, *format, typed),
        }
    }

    /// What a script filled; an optional value may be empty (`userHandle`, ui-guide section 8).
    fn scripted(&mut self, control: &Control, name: &str, typed: &str) -> Option<Value> {
        if self.action.name.starts_with("cancel-polling") {
            match control.name() {
                "reason" => return Some(Value::from(reason(typed))),
                "statusCode" => return Some(typed.parse::<u16>().map_or(Value::Null, Value::from)),
                _ => {}
            }
        }
        if typed.is_empty() && control.required {
            self.problem(control, "problem.script");
            return None;
        }
        value(self.posted, name).map(Value::from)
    }

    fn chosen(
        &mut self,
        control: &Control,
        options: &[super::step::Item],
        typed: &str,
    ) -> Option<Value> {
        let number = typed.parse::<usize>().ok();
        let item = number
            .and_then(|number| options.get(number))
            .filter(|item| !item.hidden);
        if item.is_none() && control.required {
            self.problem(control, "problem.choose");
        }
        item.map(|item| item.value.0.clone())
    }

    fn branch(
        &mut self,
        control: &Control,
        branches: &[Branch],
        typed: &str,
        body: &mut Map<String, Value>,
    ) {
        let (number, rest) = typed
            .split_once('.')
            .map_or((typed, None), |(number, rest)| (number, Some(rest)));
        match number
            .parse::<usize>()
            .ok()
            .and_then(|number| branches.get(number))
            .filter(|branch| !branch.hidden)
        {
            Some(branch) => {
                let pressed =
                    rest.and_then(|rest| branch.choice().map(|(control, _)| (control.index, rest)));
                self.all(&branch.controls, body, pressed);
            }
            None if control.required => self.problem(control, "problem.choose"),
            None => {}
        }
    }

    fn formatted(&mut self, control: &Control, format: Format, typed: &str) -> Option<Value> {
        match format {
            Format::Verbatim => self.text(control, typed.to_owned()),
            Format::Text => self.text(control, typed.trim().to_owned()),
            Format::Code => self.text(control, code(typed)),
            Format::UserCode => self.text(control, user_code(typed)),
            Format::Number => match typed.trim() {
                "" => self.text(control, String::new()),
                digits => {
                    let number = serde_json::from_str::<serde_json::Number>(digits).ok();
                    if number.is_none() {
                        self.problem(control, "problem.number");
                    }
                    number.map(Value::Number)
                }
            },
            Format::Set => {
                let list: Vec<Value> = typed
                    .split([',', '\n'])
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(Value::from)
                    .collect();
                if list.is_empty() {
                    self.text(control, String::new())
                } else {
                    Some(Value::Array(list))
                }
            }
        }
    }

    /// Text as it goes out; nothing where an optional control is empty.
    fn text(&mut self, control: &Control, text: String) -> Option<Value> {
        if !text.is_empty() {
            return Some(Value::String(text));
        }
        if control.required {
            self.problem(control, "problem.required");
        }
        // The one member that the engine wants even where it is empty.
        (self.action.name == "profile-update" && control.name() == "secondEmail")
            .then_some(Value::String(text))
    }

    /// `+CC` and digits, `x` and the extension; a number that begins with `+` says its country itself.
    fn phone(&mut self, control: &Control, name: &str, typed: &str) -> String {
        let digits = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let number = digits(typed);
        if number.is_empty() {
            return String::new();
        }
        let country = digits(value(self.posted, &format!("{name}.country")).unwrap_or_default());
        let international = typed.trim_start().starts_with('+');
        if !international && country.is_empty() {
            self.problem(control, "problem.country");
        }
        let extension =
            digits(value(self.posted, &format!("{name}.extension")).unwrap_or_default());
        let country = if international {
            String::new()
        } else {
            country
        };
        // The leading zero is dialled within a country only, but for Italy and its neighbours.
        let number = match country.as_str() {
            "" | "39" | "378" | "379" => number,
            _ => number
                .strip_prefix('0')
                .map(str::to_owned)
                .unwrap_or(number),
        };
        let extension = if extension.is_empty() {
            extension
        } else {
            format!("x{extension}")
        };
        format!("+{country}{number}{extension}")
    }

    fn problem(&mut self, control: &Control, text: &'static str) {
        if !self
            .problems
            .iter()
            .any(|problem| problem.index == Some(control.index))
        {
            self.problems.push(FieldProblem {
                index: Some(control.index),
                text,
            });
        }
    }
}

/// Blanks and hyphens are how people group a code; they are no part of it.
fn code(typed: &str) -> String {
    typed
        .chars()
        .filter(|character| {
            !character.is_whitespace() && !matches!(character, '-' | '\u{2010}'..='\u{2015}')
        })
        .collect()
}

/// Why a device was not asked; where no script could say, because nothing answered.
fn reason(told: &str) -> &'static str {
    let known = ["OV_RETURNED_ERROR", "USER_CANCELED"];
    known
        .into_iter()
        .find(|reason| *reason == told)
        .unwrap_or("OV_UNREACHABLE_BY_LOOPBACK")
}

/// `ABCD-WXYZ`, however it was typed.
fn user_code(typed: &str) -> String {
    let code = code(typed).to_uppercase();
    match code.char_indices().nth(4) {
        Some((middle, _)) if code.chars().count() == 8 => {
            let (left, right) = code.split_at(middle);
            format!("{left}-{right}")
        }
        _ => code,
    }
}

/// Sets a nested member; a name may hold dots. What stands in the way gives way.
fn put(body: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [name] => {
            body.insert(name.clone(), value);
        }
        [name, rest @ ..] => {
            let inner = body
                .entry(name.clone())
                .or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests;
