//! All languages of the pages, and which of them somebody gets.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fluent_bundle::FluentResource;
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

use super::{Bundle, LanguageTag, Texts, Words, exists, pseudo};

/// Why the texts cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TextsError {
    /// A language that nobody has written.
    #[error("there are no texts in {0}; remove it, or name a file of texts for it")]
    Language(String),
    /// Texts for a language that is not offered.
    #[error("there are texts in {0}, which is not among the languages; add it or remove the texts")]
    NotOffered(String),
    /// A tag that is none.
    #[error("{0:?} is no language tag")]
    Tag(String),
    /// A file that is not Fluent.
    #[error("the texts in {language} can't be read: {says}")]
    Syntax {
        /// Whose.
        language: String,
        /// What is wrong.
        says: String,
    },
    /// A text that no page says.
    #[error("the texts in {language} have {key:?}, which no page says; remove it")]
    Unknown {
        /// Whose.
        language: String,
        /// Which.
        key: String,
    },
    /// Markup in a text.
    #[error("the texts in {language} have markup in {key:?}; texts are plain, so remove < and >")]
    Markup {
        /// Whose.
        language: String,
        /// Which.
        key: String,
    },
}

/// Every language that is offered, best first.
#[derive(Debug)]
pub struct Catalogue {
    all: Vec<(LanguageIdentifier, Arc<Words>)>,
    default: Arc<Words>,
}

impl Catalogue {
    /// Reads the texts of these languages; `own` are Fluent files of the operator by language, which come first.
    ///
    /// # Errors
    /// A language without texts, or texts that cannot be used.
    pub fn new(languages: &[String], own: &BTreeMap<String, String>) -> Result<Self, TextsError> {
        let fallback = ["en".to_owned()];
        let languages = if languages.is_empty() {
            &fallback
        } else {
            languages
        };
        let mut own = own
            .iter()
            .map(|(language, source)| Ok((identifier(language)?, checked(language, source)?)))
            .collect::<Result<BTreeMap<_, _>, TextsError>>()?;
        let offered = languages
            .iter()
            .map(|language| identifier(language))
            .collect::<Result<Vec<_>, _>>()?;
        if let Some(language) = own.keys().find(|language| !offered.contains(language)) {
            return Err(TextsError::NotOffered(language.to_string()));
        }
        let all = offered
            .into_iter()
            .map(|language| {
                let words = Arc::new(words(&language, own.remove(&language))?);
                Ok((language, words))
            })
            .collect::<Result<Vec<_>, TextsError>>()?;
        let default = match all.first() {
            Some((_, words)) => Arc::clone(words),
            None => Arc::new(words(&LanguageIdentifier::default(), None)?),
        };
        Ok(Self { all, default })
    }

    /// Every language, best first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Words>> {
        self.all.iter().map(|(_, words)| words)
    }

    /// The language of this tag; the default where it is not offered.
    pub fn of(&self, tag: Option<&LanguageTag>) -> &Arc<Words> {
        tag.and_then(|tag| self.all().find(|words| words.tag() == tag))
            .unwrap_or(&self.default)
    }

    /// The language that suits a person best (`Accept-Language`, RFC 9110 §12.5.4).
    pub fn negotiate(&self, accept_language: Option<&str>) -> &Arc<Words> {
        let wanted = accepted(accept_language.unwrap_or_default());
        let offered: Vec<&LanguageIdentifier> = self.all.iter().map(|(tag, _)| tag).collect();
        let chosen = negotiate_languages(&wanted, &offered, None, NegotiationStrategy::Filtering);
        let found = chosen
            .first()
            .and_then(|chosen| self.all.iter().find(|(tag, _)| tag == **chosen));
        found.map_or(&self.default, |(_, words)| words)
    }
}

/// The languages of the header, most wanted first; what is unreadable or refused (`q=0`) is left out.
fn accepted(header: &str) -> Vec<LanguageIdentifier> {
    let mut wanted: Vec<(LanguageIdentifier, u16)> = header
        .split(',')
        .take(MOST_WANTED)
        .filter_map(|entry| {
            let (tag, rest) = entry.split_once(';').unwrap_or((entry, "q=1"));
            let quality = rest.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
            // Thousandths are all that the header can say.
            let quality = (0..=1000_u16)
                .rev()
                .find(|q| f32::from(*q) <= quality * 1000.0)?;
            Some((tag.trim().parse().ok()?, quality))
        })
        .filter(|(_, quality)| *quality > 0)
        .collect();
    wanted.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
    wanted.into_iter().map(|(tag, _)| tag).collect()
}

/// The words of one language: the operator's, ours, those of the language without its region, English.
fn words(language: &LanguageIdentifier, own: Option<FluentResource>) -> Result<Words, TextsError> {
    let tag = language.to_string();
    let base = language.language.to_string();
    let mut bundles = Vec::new();
    if let Some(own) = own {
        let language = language.clone();
        bundles.push(Texts::new(Box::new(move || bundle(language, own))));
    }
    if tag == pseudo::TAG {
        let english = identifier("en")?;
        bundles.push(Texts::new(Box::new(move || {
            let mut accented = bundle(english, resource(ENGLISH));
            accented.set_transform(Some(pseudo::accented));
            accented
        })));
    }
    let written = TEXTS
        .iter()
        .filter(|(name, _)| *name == tag || *name == base);
    for (name, source) in written {
        bundles.push(ours(identifier(name)?, source));
    }
    if bundles.is_empty() {
        return Err(TextsError::Language(tag));
    }
    if base != "en" {
        bundles.push(ours(identifier("en")?, ENGLISH));
    }
    Ok(Words {
        tag: LanguageTag::new(language),
        bundles,
    })
}

fn ours(language: LanguageIdentifier, source: &'static str) -> Texts {
    Texts::new(Box::new(move || bundle(language, resource(source))))
}

fn bundle(language: LanguageIdentifier, texts: FluentResource) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Isolation marks are characters; where text needs isolating, templates use `bdi`.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(Arc::new(texts));
    bundle
}

/// A file of ours; tests hold that each can be read.
fn resource(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(read, _)| read)
}

/// A file of the operator's: Fluent, of known keys, and plain text.
fn checked(language: &str, source: &str) -> Result<FluentResource, TextsError> {
    let language = language.to_owned();
    let read = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
        let says = errors.first().map(ToString::to_string).unwrap_or_default();
        TextsError::Syntax {
            language: language.clone(),
            says,
        }
    })?;
    let keys: BTreeSet<&str> = ids(source).collect();
    if let Some(key) = keys.into_iter().find(|key| !exists(key)) {
        let key = key.to_owned();
        return Err(TextsError::Unknown { language, key });
    }
    let mut key = "";
    for line in source.lines() {
        key = ids(line).next().unwrap_or(key);
        if !line.starts_with('#') && line.replace("->", "").contains(['<', '>']) {
            let key = key.to_owned();
            return Err(TextsError::Markup { language, key });
        }
    }
    Ok(read)
}

/// The messages of a Fluent file: each begins its line, and ` =` follows.
pub(super) fn ids(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let (id, _) = line.split_once('=')?;
        let id = id.trim_end();
        id.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .then_some(id)
            .filter(|id| id.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

fn identifier(tag: &str) -> Result<LanguageIdentifier, TextsError> {
    tag.parse().map_err(|_| TextsError::Tag(tag.to_owned()))
}

/// The English texts, to which all fall back.
pub(super) const ENGLISH: &str = include_str!("../texts/en.ftl");
/// Every language that is written, by its tag.
pub(super) const TEXTS: [(&str, &str); 6] = [
    ("en", ENGLISH),
    ("ar", include_str!("../texts/ar.ftl")),
    ("de", include_str!("../texts/de.ftl")),
    ("es", include_str!("../texts/es.ftl")),
    ("fr", include_str!("../texts/fr.ftl")),
    ("ja", include_str!("../texts/ja.ftl")),
];
/// Most languages of a header that are looked at.
const MOST_WANTED: usize = 16;
