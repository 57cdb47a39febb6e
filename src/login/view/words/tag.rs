//! The name of a language.

use std::fmt;
use std::sync::Arc;

use unic_langid::LanguageIdentifier;

/// The tag of a language that pages are written in (RFC 5646), such as `en` or `pt-BR`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(Arc<str>);

impl LanguageTag {
    pub(super) fn new(identifier: &LanguageIdentifier) -> Self {
        Self(identifier.to_string().into())
    }

    /// As `lang` and `Accept-Language` write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `rtl` or `ltr`.
    pub fn direction(&self) -> &'static str {
        let language = self.0.split('-').next().unwrap_or_default();
        if RIGHT_TO_LEFT.contains(&language) {
            "rtl"
        } else {
            "ltr"
        }
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Languages written from right to left.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "ckb", "dv", "fa", "he", "ps", "ur", "yi"];
