//! The words of the pages, by key and language.
//!
//! A key is the same everywhere (`email-code.title`); its words are messages of Fluent files under `texts/`, where a dot is
//! an underscore. A key that a language lacks falls back one by one: region → language → English; what even English lacks
//! is a general sentence, never a raw key. What is put in is text: it is not read again, and it is escaped later.

mod catalogue;
mod pseudo;
mod tag;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

pub use catalogue::{Catalogue, TextsError};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
pub use tag::LanguageTag;

use crate::login::step::Text;

type Bundle = FluentBundle<Arc<FluentResource>>;

/// Texts that are read when somebody first looks for one of them.
type Texts = LazyLock<Bundle, Box<dyn FnOnce() -> Bundle + Send>>;

/// The words of one language, and of those it falls back to.
pub struct Words {
    tag: LanguageTag,
    bundles: Vec<Texts>,
}

impl Words {
    /// English, whatever is configured: for the terminal.
    ///
    /// # Errors
    /// When our own texts can't be used, which tests rule out.
    pub fn english() -> Result<Arc<Self>, TextsError> {
        let catalogue = Catalogue::new(&[], &std::collections::BTreeMap::new())?;
        Ok(Arc::clone(catalogue.of(None)))
    }

    /// The language.
    pub fn tag(&self) -> &LanguageTag {
        &self.tag
    }

    /// Puts a text into words.
    pub fn say(&self, text: &Text) -> String {
        match text {
            Text::Said(said) => cut(said).to_owned(),
            Text::Word(key, parameters) => self.fill(key, parameters),
        }
    }

    /// The words of a key without parameters.
    pub fn word(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    fn fill(&self, key: &str, parameters: &[(&'static str, String)]) -> String {
        let id = id(key);
        let found = self
            .bundles
            .iter()
            .find_map(|bundle| Some((bundle, bundle.get_message(&id)?.value()?)));
        let Some((bundle, pattern)) = found else {
            return match general(key) {
                "" => String::new(),
                general => self.word(general),
            };
        };
        let mut arguments = FluentArgs::with_capacity(parameters.len());
        for (name, value) in parameters {
            match self.date(value) {
                Some(date) => arguments.set(*name, date),
                None => arguments.set(*name, argument(name, value)),
            }
        }
        // A parameter that is missing leaves a gap; tests hold keys and callers together.
        let mut gaps = Vec::new();
        bundle
            .format_pattern(pattern, Some(&arguments), &mut gaps)
            .into_owned()
    }

    /// The day of `2024-09-05` or `2024-09-05T00:00:00.000Z` in words: the engine's parameters come so.
    fn date(&self, value: &str) -> Option<String> {
        let (day, rest) = value.split_at_checked("2024-09-05".len())?;
        let parts: Vec<&str> = day.split('-').collect();
        let [year, month, day] = parts.as_slice() else {
            return None;
        };
        let number = |text: &str| text.parse::<u32>().ok();
        let (month, day) = (number(month)?, number(day)?);
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day) && number(year)? > 999;
        if !is_date || !(rest.is_empty() || rest.starts_with('T')) {
            return None;
        }
        let parts = [
            ("year", (*year).to_owned()),
            ("month", month.to_string()),
            ("day", day.to_string()),
        ];
        Some(self.fill("date", &parts))
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Words").field(&self.tag).finish()
    }
}

/// Whether there are words for the key.
pub fn exists(key: &str) -> bool {
    ENGLISH.contains(id(key).as_str())
}

/// The beginning of a text that is longer than anyone reads.
pub(crate) fn cut(text: &str) -> &str {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// Counts are numbers, so that plurals are chosen by them; everything else is text.
fn argument<'a>(name: &str, value: &'a str) -> FluentValue<'a> {
    match value.parse::<u32>() {
        Ok(count) if COUNTS.contains(&name) => FluentValue::from(count),
        _ => FluentValue::from(cut(value)),
    }
}

/// The key that stands in for one without words.
fn general(key: &str) -> &'static str {
    match key.rsplit('.').next().unwrap_or_default() {
        _ if key.starts_with("message.") => "message",
        "title" => "other.title.unnamed",
        "submit" => "other.submit",
        _ => "",
    }
}

/// The message of a key.
fn id(key: &str) -> String {
    key.replace('.', "_")
}

/// Parameters that count something.
const COUNTS: [&str; 5] = ["n", "days", "least", "month", "most"];
/// Longest text of the engine that is shown, in characters.
const MOST_CHARACTERS: usize = 2000;
/// The messages of the English file: every key there is.
static ENGLISH: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| catalogue::ids(catalogue::ENGLISH).collect());
