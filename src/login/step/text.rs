//! Text that is still to be put into words: a key with parameters, or what the engine said.

use std::borrow::Cow;

/// A piece of text of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// As the engine or the person said it: data, never markup.
    Said(String),
    /// A key of [`crate::login::view::words`], with what stands in its braces.
    Word(Cow<'static, str>, Vec<(&'static str, String)>),
}

impl Text {
    /// A text by its key.
    pub fn word(key: impl Into<Cow<'static, str>>) -> Self {
        Self::Word(key.into(), Vec::new())
    }

    /// A text by its key, with one parameter.
    pub fn with(
        key: impl Into<Cow<'static, str>>,
        name: &'static str,
        value: impl Into<String>,
    ) -> Self {
        Self::Word(key.into(), vec![(name, value.into())])
    }

    /// Text as it was said.
    pub fn said(text: impl Into<String>) -> Self {
        Self::Said(text.into())
    }
}
