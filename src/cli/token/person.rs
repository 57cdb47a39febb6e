//! Who answers, and how what they say becomes a form.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{
    TokenError,
    show::{eprint_line, say, word},
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
            if !control.required {
                return Ok(String::new());
            }
            return Err(TokenError::Unanswered {
                step: action.name.clone(),
                field: control.field(),
            });
        }
        let mut err = io::stderr().lock();
        write!(err, "{prompt}: ")?;
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

    /// The place of what is chosen: by number, by label, or by what the engine calls it.
    fn choose(
        &mut self,
        control: &Control,
        action: &Action,
        names: &[[String; 2]],
    ) -> Result<usize, TokenError> {
        if names.len() == 1 {
            return Ok(0);
        }
        for (at, [label, _]) in names.iter().enumerate() {
            eprint_line(&format!("  {}. {label}", at + 1))?;
        }
        loop {
            let said = self.ask(control, action, &say(&control.label))?;
            let said = said.trim();
            let by_name = names.iter().position(|[label, key]| {
                label.eq_ignore_ascii_case(said) || key.eq_ignore_ascii_case(said)
            });
            let by_number = said.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            match by_name.or(by_number.filter(|at| *at < names.len())) {
                Some(at) => return Ok(at),
                None => eprint_line(&format!("! {}", word("problem.choose")))?,
            }
        }
    }
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
                if let Some((number, branch)) = offered.get(at) {
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
                    offered
                        .get(at)
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
