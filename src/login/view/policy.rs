//! The Content-Security-Policy of a page (ui-guide section 10).

use std::fmt::Write as _;

/// What a page needs beyond text and a stylesheet. Origins are checked here once more.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    /// A picture from a `data:` URI.
    pub image_data: bool,
    /// A script of our own.
    pub script: bool,
    /// Origins that the script asks, besides ours.
    pub connect: Vec<String>,
    /// Origins that are shown in a frame.
    pub frame: Vec<String>,
    /// Origins of scripts that are not ours. They know nothing of Trusted Types, so these are not required then.
    pub foreign: Vec<String>,
}

/// The policy; `form_action` are checked origins besides our own.
pub fn of(needs: &Needs, form_action: &[String]) -> String {
    let mut policy = String::from("default-src 'none'; style-src 'self'");
    add(&mut policy, &needs.foreign);
    policy.push_str("; img-src 'self'");
    if needs.image_data {
        policy.push_str(" data:");
    }
    add(&mut policy, &needs.foreign);
    policy.push_str("; form-action 'self'");
    add(&mut policy, form_action);
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'; object-src 'none'");
    if needs.script || !needs.foreign.is_empty() {
        policy.push_str("; script-src 'self'");
        add(&mut policy, &needs.foreign);
        policy.push_str("; connect-src 'self'");
        add(&mut policy, &needs.connect);
        add(&mut policy, &needs.foreign);
        if needs.foreign.is_empty() {
            policy.push_str("; require-trusted-types-for 'script'; trusted-types 'none'");
        }
    }
    if !needs.frame.is_empty() || !needs.foreign.is_empty() {
        policy.push_str("; frame-src");
        add(&mut policy, &needs.frame);
        add(&mut policy, &needs.foreign);
    }
    policy
}

fn add(policy: &mut String, origins: &[String]) {
    for origin in origins.iter().filter(|origin| is_origin(origin)) {
        let _ = write!(policy, " {origin}");
    }
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
            &Needs::default(),
            &[
                "https://app.example".to_owned(),
                "https://x/; script-src *".to_owned(),
            ],
        );
        assert!(policy.contains("form-action 'self' https://app.example;"));
        assert!(!policy.contains('*'));
        assert!(!policy.contains("script-src"));
    }

    #[test]
    fn a_probe_widens_what_is_asked_and_nothing_else() {
        let needs = Needs {
            script: true,
            connect: vec!["http://localhost:2000".to_owned()],
            ..Needs::default()
        };
        let policy = of(&needs, &[]);
        assert!(policy.contains("; script-src 'self'; connect-src 'self' http://localhost:2000;"));
        assert!(policy.ends_with("trusted-types 'none'"));
    }

    #[test]
    fn a_script_of_others_is_named_by_its_origin() {
        let needs = Needs {
            foreign: vec!["https://hcaptcha.com".to_owned()],
            ..Needs::default()
        };
        let policy = of(&needs, &[]);
        assert!(policy.contains("script-src 'self' https://hcaptcha.com"));
        assert!(policy.contains("frame-src https://hcaptcha.com"));
        assert!(!policy.contains("trusted-types"));
    }
}
