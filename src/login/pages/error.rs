use crate::login::view::words::TextsError;

/// Why the pages cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// A template's page has something that the policy of pages forbids.
    #[error(
        "template {name} has {what} in its page, which browsers would refuse; move it to a file"
    )]
    Inline {
        /// Which one.
        name: String,
        /// What.
        what: &'static str,
    },
    /// A template does not parse, or fails on a sample.
    #[error("template {name} is not valid")]
    Template {
        /// Which one.
        name: String,
        /// Why.
        #[source]
        source: minijinja::Error,
    },
    /// A template in place of no page.
    #[error("template {0} stands for no page; name it after a step, such as identify.html")]
    TemplateName(String),
    /// The texts cannot be used.
    #[error("the texts of the pages can't be used")]
    Texts(#[from] TextsError),
}
