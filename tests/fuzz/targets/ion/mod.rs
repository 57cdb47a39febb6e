//! Ion that no engine ever sent → step → page → what a browser posts → JSON.
//!
//! An input that begins with `{` is a document; any other is read as choices of a generator of documents. The judge knows the
//! raw JSON and the parsed page, and nothing of how one becomes the other.

pub(crate) mod asked;
mod fill;
mod make;
mod page;

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use interlock::{
    idx::ion::Document,
    login::{
        Settings,
        answer::answer,
        pages::{Page, Pages, StepContext},
        step::{Step, StepOptions},
    },
    outbound,
};
use scraper::{ElementRef, Html};
use serde_json::Value;

use self::{
    asked::Asked,
    fill::{Filling, Typed},
};
use super::{draws::Draws, recording::select};

const ACTION: &str = "/.interlock/sign-in";

static PAGES: LazyLock<Pages> = LazyLock::new(|| Pages::new(&Settings::default()).unwrap());

pub(crate) fn run(input: &[u8]) {
    let json = json_of(input);
    // Nothing larger is ever read.
    if json.len() > outbound::Settings::default().max_body {
        return;
    }
    let Ok(document) = Document::parse(&json) else {
        return;
    };
    let raw: Value = serde_json::from_slice(&json).unwrap();
    let step = Step::of(&document, &StepOptions::default());
    let main = rendered(&json, &document, None);
    let html = page::judge(&json, &main);
    page::same_without_markup(&raw, &html);
    let mut all = vec![html];
    for id in shown_elsewhere(&all[0]).into_iter().take(MOST_PAGES) {
        let page = rendered(&json, &document, Some(&id));
        all.push(page::judge(&json, &page));
    }
    for html in &all {
        for form in select(html, "form[data-remediation]") {
            answered(&document, &step, &raw, form);
        }
    }
}

/// The document that an input is or makes.
fn json_of(input: &[u8]) -> Vec<u8> {
    if input.first() == Some(&b'{') {
        return input.to_vec();
    }
    let made = make::document(&mut Draws::new(input));
    made.to_string().into_bytes()
}

fn context(show: Option<&str>) -> StepContext<'_> {
    StepContext {
        rd: Some("/reports?year=2024"),
        show,
        ..StepContext::new("opaque")
    }
}

/// The page of a document, made in a time that its size explains.
fn rendered(json: &[u8], document: &Document, show: Option<&str>) -> Page {
    let (first, page) = timed(document, show);
    let units = 32 + (page.html.len() + json.len()) / 256;
    let fair = *UNIT * u32::try_from(units).unwrap();
    if first > fair {
        // Others use this machine too: from now on only the processor's own time counts.
        let again = (0..3).filter_map(|_| worked(document, show)).min();
        let about = String::from_utf8_lossy(json);
        assert!(
            again.is_none_or(|again| again <= fair + TICK),
            "{again:?} for {} octets of {about:.4000}",
            page.html.len()
        );
    }
    page
}

fn timed(document: &Document, show: Option<&str>) -> (Duration, Page) {
    let began = Instant::now();
    let step = Step::of(document, &StepOptions::default());
    let page = PAGES.step(&step, &context(show));
    (began.elapsed(), page)
}

/// Processor time of the same, as Linux counts it, in ticks of its own.
fn worked(document: &Document, show: Option<&str>) -> Option<Duration> {
    let so_far = || {
        let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(said.split(' ').next()?.parse().ok()?))
    };
    let before = so_far()?;
    drop(timed(document, show));
    so_far()?.checked_sub(before)
}

const TICK: Duration = Duration::from_millis(10);

/// What an ordinary page takes here.
static UNIT: LazyLock<Duration> = LazyLock::new(|| {
    let plain = br#"{"stateHandle":"02","remediation":{"value":[{"name":"identify","href":"https://a/","value":[{"name":"identifier"}]}]}}"#;
    let document = Document::parse(plain).unwrap();
    (0..20).map(|_| timed(&document, None).0).min().unwrap()
});

/// The actions that have pages of their own.
fn shown_elsewhere(html: &Html) -> Vec<String> {
    let shown = |link: ElementRef<'_>| {
        let query = link
            .attr("href")?
            .strip_prefix(ACTION)?
            .strip_prefix('?')?
            .to_owned();
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == "show")
            .map(|(_, id)| id.into_owned())
    };
    select(html, "a[href]")
        .into_iter()
        .filter_map(shown)
        .collect()
}

/// Fills the form in several ways and judges what would be sent.
fn answered(document: &Document, step: &Step, raw: &Value, form: ElementRef<'_>) {
    let id = fill::posted_id(form);
    let asked = Asked::by(raw, &id);
    for button in fill::buttons(form).into_iter().take(MOST_BUTTONS) {
        for filling in Filling::ALL {
            let Typed { pairs, expected } = filling.fill(form, button);
            let answered = answer(document, step, &pairs).unwrap_or_else(|problems| {
                panic!("{id}, filled, is refused: {problems:?}\n{pairs:?}\n{raw}")
            });
            let Some(asked) = &asked else {
                continue;
            };
            let body = answered.body.0.as_object().unwrap();
            assert_eq!(
                answered.form.href,
                asked.href(),
                "{id}: the form's own address"
            );
            if let Err(error) = asked.fits(body) {
                panic!(
                    "{id}: {error}\nin {}\nof {raw}\nby {pairs:?}",
                    answered.body.0
                );
            }
            let texts = asked::texts(&answered.body.0);
            for (field, typed) in expected {
                if asked.overrules(&field) {
                    continue;
                }
                assert!(
                    asked::arrives(&texts, &field, &typed),
                    "{id}: {typed:?} is not at {field:?}\nin {}\nof {raw}",
                    answered.body.0
                );
            }
        }
    }
}

const MOST_PAGES: usize = 3;
const MOST_BUTTONS: usize = 4;
