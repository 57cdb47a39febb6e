//! A step as lines on standard error.

use std::{
    io::{self, Write},
    sync::{Arc, LazyLock},
};

use super::qr;
use crate::login::{
    step::{Action, Aid, Step, Text},
    view::words::Words,
};

/// The terminal speaks English.
static WORDS: LazyLock<Option<Arc<Words>>> = LazyLock::new(|| Words::english().ok());

pub(super) fn say(text: &Text) -> String {
    WORDS
        .as_ref()
        .map(|words| words.say(text))
        .unwrap_or_default()
}

pub(super) fn word(key: &str) -> String {
    WORDS
        .as_ref()
        .map_or_else(|| key.to_owned(), |words| words.word(key))
}

/// What the step says: all of it where it is `new`, else what is wrong.
pub(super) fn show(step: &Step, action: &Action, new: bool) -> io::Result<()> {
    if new {
        eprint_line(&format!("\n{}", say(&action.title)))?;
        for line in action.intro.iter().map(say).filter(|line| !line.is_empty()) {
            eprint_line(&line)?;
        }
        for aid in &action.aids {
            match aid {
                Aid::Code(text) | Aid::Number(text) | Aid::SharedSecret(text) => {
                    eprint_line(&format!("  {text}"))?;
                }
                Aid::Address { label, address } => {
                    eprint_line(&format!("  {}: {address}", say(label)))?;
                }
                Aid::Facts(facts) => {
                    for (name, value) in facts {
                        eprint_line(&format!("  {}: {value}", say(name)))?;
                    }
                }
                Aid::Link { text, url } => eprint_line(&format!("  {}: {url}", say(text)))?,
                Aid::List { items, .. } => {
                    for item in items {
                        eprint_line(&format!("  - {}", say(item)))?;
                    }
                }
                Aid::Qr { data } => {
                    if let Some(code) = qr::text(data) {
                        eprint_line(&code)?;
                    }
                }
            }
        }
    }
    let notes = step
        .messages
        .iter()
        .chain(action.controls.iter().flat_map(|control| &control.messages));
    for note in notes.filter(|_| new || action.refresh.is_none()) {
        eprint_line(&format!("! {}", say(&note.text)))?;
    }
    Ok(())
}

/// A line to standard error.
pub(super) fn eprint_line(text: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", plain(text))
}

/// What the engine says never drives the terminal.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| *character == '\n' || !character.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_drives_the_terminal() {
        let hostile = "a\u{1b}[2Jb\u{9b}31mc\rd\u{7}e\u{8}\nf";
        assert_eq!(plain(hostile), "a[2Jb31mcde\nf");
    }
}
