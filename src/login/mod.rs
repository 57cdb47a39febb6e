//! A sign-in demand: the Interaction Code flow, shown as pages.

pub mod answer;
pub mod pages;
pub mod step;
pub mod view;

use std::collections::BTreeSet;

/// Looks, words and what may be offered (`[sign_in]`).
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Languages of the pages, best first; `en` where empty.
    pub languages: Vec<String>,
    /// Product name shown on the pages; `None`: the app's label from the engine, else the public host.
    pub brand_name: Option<String>,
    /// Methods never offered, as `key` or `key.method` (`okta_verify.signed_nonce`).
    pub hide: BTreeSet<String>,
    /// Origins besides our own that pages may post towards through redirects (decision 6).
    pub form_action: Vec<String>,
    /// How long a sign-in may take, in seconds, from its first step.
    pub transaction_lifetime: std::time::Duration,
}
