//! From a step to HTML: typed contexts, templates, words, assets.
//!
//! Templates escape everything; nothing here marks text as safe. What a template sees is made in `page` and is text,
//! lists and flags, so that a template decides looks and nothing else.

pub mod assets;
pub mod brand;
pub mod colors;
pub(crate) mod control;
pub(crate) mod countries;
pub(crate) mod form;
pub(crate) mod model;
pub(crate) mod page;
pub mod policy;
pub mod words;
