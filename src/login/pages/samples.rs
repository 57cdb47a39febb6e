//! Samples that the operator's templates are rendered with at start, so that a broken one stops the start.

use serde_json::value::RawValue;

use super::{Invited, Notice, NoticeKind, Pages, PagesError, SignOut, StepContext};
use crate::idx::ion::Document;
use crate::login::step::{Step, StepOptions};

/// Renders each of these templates with every sample of what it may be given, in the default language.
///
/// # Errors
/// The first template that fails, or whose page has something inline.
pub(super) fn judge<'a>(
    pages: &Pages,
    names: impl Iterator<Item = &'a String>,
) -> Result<(), PagesError> {
    let mut steps = None;
    for name in names {
        let steps = steps.get_or_insert_with(steps_of_samples);
        for html in every_page(pages, name, steps) {
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

/// Every page that a template has part in: those of the frame and of the controls, through the templates that use them.
fn every_page<'a>(
    pages: &'a Pages,
    name: &'a str,
    steps: &'a [Step],
) -> impl Iterator<Item = Result<String, minijinja::Error>> + 'a {
    let frame = name == "base.html";
    let own = match name {
        "base.html" | "controls.html" => Some("step.html"),
        "invited.html" | "notice.html" | "sign-out.html" => None,
        step => Some(step),
    };
    let steps = own.into_iter().flat_map(move |name| {
        let shown = steps.iter().flat_map(|step| {
            let asides = step.actions.iter().map(|action| action.id.to_string());
            let asked = std::iter::once(None).chain(asides.map(Some));
            asked.map(move |show| (step, show))
        });
        shown.map(move |(step, show)| pages.try_step(step, &context(show.as_deref()), name))
    });
    let notices = NoticeKind::ALL
        .iter()
        .filter(move |_| frame || name == "notice.html");
    let questions = [None, Some("sample")]
        .into_iter()
        .filter(move |_| frame || name == "sign-out.html");
    let invited = std::iter::once("/").filter(move |_| frame || name == "invited.html");
    steps
        .chain(notices.map(|kind| pages.try_notice(&notice(*kind))))
        .chain(questions.map(|part| pages.try_sign_out(&question(part))))
        .chain(invited.map(|part| pages.try_invited(&invitation(part))))
}

fn context(show: Option<&str>) -> StepContext<'_> {
    StepContext {
        rd: Some("/"),
        show,
        hosted: show.is_none().then_some("/.interlock/sign-in/hosted"),
        status: Some("/.interlock/sign-in/status"),
        ..StepContext::new("sample")
    }
}

fn notice(kind: NoticeKind) -> Notice<'static> {
    Notice {
        code: (kind == NoticeKind::EmailCode).then_some("123456"),
        ..Notice::new(kind).reference("sample").link("/")
    }
}

fn question(part: Option<&str>) -> SignOut<'_> {
    SignOut {
        action: "/.interlock/sign-out",
        token: part,
        rd: part,
        identifier: part,
        stay: "/",
    }
}

fn invitation(part: &str) -> Invited<'_> {
    Invited {
        token: "sample",
        rd: part,
        stay: part,
    }
}

/// The steps of the samples; tests hold that each can be read.
fn steps_of_samples() -> Vec<Step> {
    let samples: Vec<Box<RawValue>> = serde_json::from_str(SAMPLES).unwrap_or_default();
    let documents = samples
        .iter()
        .filter_map(|sample| Document::parse(sample.get().as_bytes()).ok());
    documents
        .map(|document| Step::of(&document, &StepOptions::default()))
        .collect()
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
const SAMPLES: &str = include_str!("samples.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_show_everything_that_a_template_can_show() {
        let steps = steps_of_samples();
        assert_eq!(steps.len(), 13);
        let pages = Pages::new(&crate::login::Settings::default()).unwrap();
        let shown: String = every_page(&pages, "base.html", &steps)
            .map(Result::unwrap)
            .collect();
        for part in [
            "id=\"problem\"",
            "class=\"note warning\"",
            "class=\"chip\"",
            "class=\"rules\"",
            "class=\"steps\"",
            "class=\"qr\"",
            "class=\"secret\"",
            "class=\"number\"",
            "<dl>",
            "type=\"radio\"",
            "type=\"checkbox\"",
            "<select",
            "tel-extension",
            "class=\"stated\"",
            "data-webauthn=\"get\"",
            "data-probe=",
            "data-captcha=",
            "data-wait=",
            "http-equiv=\"refresh\"",
            "class=\"providers\"",
            "class=\"choices methods\"",
            "<h2>",
            "aria-invalid",
            "class=\"error\"",
            "new-password",
            "data-remedy=",
            "form=\"r0\"",
            "readonly dir",
        ] {
            assert!(shown.contains(part), "{part}");
        }
    }
}
