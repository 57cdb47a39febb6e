//! The Content-Security-Policy of a page (ui-guide section 10).

use std::fmt::Write as _;

/// What a page needs beyond text and a stylesheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// A picture from a `data:` URI.
    pub image_data: bool,
    /// A script of our own.
    pub script: bool,
}

/// The policy; `form_action` are checked origins besides our own.
pub fn of(needs: Needs, form_action: &[String]) -> String {
    let mut policy = String::from("default-src 'none'; style-src 'self'; img-src 'self'");
    if needs.image_data {
        policy.push_str(" data:");
    }
    policy.push_str("; form-action 'self'");
    for origin in form_action.iter().filter(|origin| is_origin(origin)) {
        let _ = write!(policy, " {origin}");
    }
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'; object-src 'none'");
    if needs.script {
        policy.push_str(
            "; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
        );
    }
    policy
}

/// An origin and nothing else: what could end the directive is no origin.
fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.origin().ascii_serialization() == text.trim_end_matches('/')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_are_named() {
        let policy = of(
            Needs::default(),
            &[
                "https://app.example".to_owned(),
                "https://x/; script-src *".to_owned(),
            ],
        );
        assert!(policy.contains("form-action 'self' https://app.example;"));
        assert!(!policy.contains('*'));
    }
}
