//! Samples that the operator's templates are rendered with at start, so that a broken one stops the start.

use super::{Notice, NoticeKind, Pages, PagesError, StepContext};
use crate::idx::ion::Document;
use crate::login::step::{Step, StepOptions};

/// Renders each of these templates with every sample, in the default language.
///
/// # Errors
/// The first template that fails, or whose page has something inline.
pub(super) fn judge<'a>(
    pages: &Pages,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), PagesError> {
    for name in names {
        for sample in SAMPLES {
            let Ok(document) = Document::parse(sample.as_bytes()) else {
                continue;
            };
            let step = Step::of(&document, &StepOptions::default());
            let context = StepContext {
                action: "/.interlock/sign-in",
                step_token: "sample",
                rd: Some("/"),
                show: None,
                hosted: None,
                note: None,
                problems: &[],
                typed: &[],
                brand: None,
                poll_count: 0,
                auto_refresh: true,
                status: Some("/.interlock/sign-in/status"),
            };
            let own = !matches!(name.as_str(), "notice.html" | "sign-out.html");
            let html = if own {
                pages.try_step(&step, &context, name)
            } else {
                let notice = Notice::new(NoticeKind::Error).reference("sample").link("/");
                Ok(pages.notice(&notice).html)
            };
            let html = html.map_err(|source| PagesError::Template {
                name: name.clone(),
                source,
            })?;
            if let Some(what) = inline(&html) {
                let name = name.clone();
                return Err(PagesError::Inline { name, what });
            }
        }
    }
    Ok(())
}

/// What the policy of pages forbids, as far as it can be told from tags.
fn inline(html: &str) -> Option<&'static str> {
    for tag in html.split('<').skip(1) {
        let tag = tag
            .split('>')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if tag.starts_with("style") {
            return Some("a style element");
        }
        if tag.starts_with("script") && !tag.contains(" src=") {
            return Some("an inline script");
        }
        if tag.contains(" style=") {
            return Some("a style attribute");
        }
        if tag
            .split(' ')
            .any(|part| part.starts_with("on") && part.contains('='))
        {
            return Some("an event handler");
        }
    }
    None
}

/// Steps that between them have every kind of control, note and aid.
const SAMPLES: [&str; 4] = [
    r#"{"remediation":{"value":[{"name":"identify","href":"https://a.example/","value":[
        {"name":"identifier","label":"Username","required":true},
        {"name":"credentials","required":true,"form":{"value":[{"name":"passcode","label":"Password","secret":true}]}},
        {"name":"rememberMe","type":"boolean","label":"Remember me"}]},
        {"name":"redirect-idp","method":"GET","type":"GOOGLE","href":"https://a.example/","idp":{"name":"Google"}}]},
        "messages":{"value":[{"message":"Wrong password","class":"ERROR"},{"message":"Look out","class":"WARNING"}]},
        "app":{"value":{"label":"Sample"}}}"#,
    r#"{"remediation":{"value":[{"name":"select-authenticator-authenticate","href":"https://a.example/","value":[
        {"name":"authenticator","type":"object","options":[
            {"label":"Email","value":{"form":{"value":[{"name":"id","value":"1","mutable":false}]}}}]}]}]},
        "user":{"value":{"identifier":"ada@example.com"}},"cancel":{"name":"cancel","href":"https://a.example/","value":[]}}"#,
    r#"{"remediation":{"value":[{"name":"challenge-poll","href":"https://a.example/","refresh":4000,"value":[]}]},
        "currentAuthenticator":{"value":{"key":"okta_verify","contextualData":{"correctAnswer":"42"}}}}"#,
    r#"{"messages":{"value":[{"message":"You can close this page","class":"INFO"}]}}"#,
];
