//! Who answers, and how what they say becomes a form.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{
    TokenError,
    show::{eprint_line, plain, say, word},
};
use crate::login::step::{Action, Branch, Control, Item, Step, What};

/// Who answers: what the command line says, then whoever sits at the terminal.
pub(super) struct Person {
    answers: Vec<(String, String)>,
    shown: Option<[u8; 8]>,
}

impl Person {
    pub(super) fn new(answers: &[String]) -> Self {
        let pairs = answers.iter().filter_map(|pair| pair.split_once('='));
        Self {
            answers: pairs
                .map(|(field, value)| (field.to_owned(), value.to_owned()))
                .collect(),
            shown: None,
        }
    }

    /// Whether the step is another one than was shown last.
    pub(super) fn has_not_seen(&mut self, step: &Step) -> bool {
        let new = self.shown != Some(step.fingerprint());
        self.shown = Some(step.fingerprint());
        new
    }

    /// Each answer is given once, so that a wrong one is not given for ever.
    fn given(&mut self, control: &Control) -> Option<String> {
        let field = control.field();
        let at = self
            .answers
            .iter()
            .position(|(named, _)| *named == field || named == control.name())?;
        Some(self.answers.remove(at).1)
    }

    fn ask(
        &mut self,
        control: &Control,
        action: &Action,
        prompt: &str,
    ) -> Result<String, TokenError> {
        if let Some(given) = self.given(control) {
            return Ok(given);
        }
        if !io::stdin().is_terminal() {
            // What is chosen is never left to chance, nor asked for again and again.
            let choice = control.what.is_choice() || control.what.branches().is_some();
            if !control.required && !choice {
                return Ok(String::new());
            }
            return Err(TokenError::Unanswered {
                step: plain(&action.name),
                field: plain(&control.field()),
            });
        }
        let mut err = io::stderr().lock();
        write!(err, "{}: ", plain(prompt))?;
        err.flush()?;
        if matches!(control.what, What::Password | What::NewPassword) {
            return Ok(rpassword::read_password()?);
        }
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The place of what is chosen: by number, by label, or by what the engine calls it; `None` where nothing need be.
    fn choose(
        &mut self,
        control: &Control,
        action: &Action,
        names: &[[String; 2]],
    ) -> Result<Option<usize>, TokenError> {
        if names.len() <= 1 {
            return Ok((!names.is_empty()).then_some(0));
        }
        for (at, [label, _]) in names.iter().enumerate() {
            eprint_line(&format!("  {}. {label}", at + 1))?;
        }
        loop {
            let said = self.ask(control, action, &say(&control.label))?;
            match chosen(said.trim(), names) {
                None if said.trim().is_empty() && !control.required => return Ok(None),
                None => eprint_line(&format!("! {}", word("problem.choose")))?,
                at => return Ok(at),
            }
        }
    }
}

/// Which of the names was said, or its number. Nothing names none, also where one has no key.
fn chosen(said: &str, names: &[[String; 2]]) -> Option<usize> {
    let is_said = |name: &String| !said.is_empty() && name.eq_ignore_ascii_case(said);
    let by_number = || said.parse::<usize>().ok()?.checked_sub(1);
    names
        .iter()
        .position(|names| names.iter().any(is_said))
        .or_else(|| by_number().filter(|at| *at < names.len()))
}

/// Asks for everything that the form's controls want.
pub(super) fn fill(
    controls: &[Control],
    action: &Action,
    person: &mut Person,
    posted: &mut Vec<(String, String)>,
) -> Result<(), TokenError> {
    for control in controls.iter().filter(|control| control.is_shown()) {
        let name = format!("f{}", control.index);
        match &control.what {
            What::Fixed(_) | What::Stated(_) | What::Script => {}
            What::Branches(branches) => {
                let offered: Vec<(usize, &Branch)> = branches
                    .iter()
                    .enumerate()
                    .filter(|(_, branch)| !branch.hidden)
                    .collect();
                let names: Vec<[String; 2]> = offered
                    .iter()
                    .map(|(_, branch)| [say(&branch.label), branch.key.clone().unwrap_or_default()])
                    .collect();
                let at = person.choose(control, action, &names)?;
                if let Some((number, branch)) = at.and_then(|at| offered.get(at)) {
                    posted.push((name, number.to_string()));
                    fill(&branch.controls, action, person, posted)?;
                }
            }
            What::Choice { options, .. } => {
                let offered: Vec<(usize, &Item)> = options
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| !item.hidden)
                    .collect();
                let names: Vec<[String; 2]> = offered
                    .iter()
                    .map(|(_, item)| [say(&item.label), item.value.text()])
                    .collect();
                let at = person.choose(control, action, &names)?;
                posted.extend(
                    at.and_then(|at| offered.get(at))
                        .map(|(number, _)| (name, number.to_string())),
                );
            }
            What::Checkbox { .. } => {
                let text =
                    person.ask(control, action, &format!("{} [y/N]", say(&control.label)))?;
                if matches!(text.trim(), "y" | "Y" | "yes" | "true" | "on") {
                    posted.push((name, "on".to_owned()));
                }
            }
            What::NewPassword => {
                let text = person.ask(control, action, &say(&control.label))?;
                posted.push((format!("{name}.again"), text.clone()));
                posted.push((name, text));
            }
            What::Password | What::Phone { .. } => {
                posted.push((name, person.ask(control, action, &say(&control.label))?));
            }
            What::Text { value, .. } => {
                let text = person.ask(control, action, &say(&control.label))?;
                let text = match value {
                    Some(value) if text.is_empty() => value.clone(),
                    _ => text,
                };
                posted.push((name, text));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_chosen_by_saying_nothing() {
        let names = [
            ["Email".to_owned(), "okta_email".to_owned()],
            ["Something new".to_owned(), String::new()],
        ];
        for (said, at) in [
            ("", None),
            ("0", None),
            ("3", None),
            ("sms", None),
            ("2", Some(1)),
            ("EMAIL", Some(0)),
            ("okta_email", Some(0)),
            ("something new", Some(1)),
        ] {
            assert_eq!(chosen(said, &names), at, "{said}");
        }
    }
}
