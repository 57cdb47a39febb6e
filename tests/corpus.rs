//! Every recorded response: document, step, page, and the answer that a person without scripts would send.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says where"
)]

#[cfg(test)]
#[path = "support/recording.rs"]
mod recording;

use interlock::idx::ion::{Document, NotIon};
use interlock::login::Settings;
use interlock::login::answer::answer;
use interlock::login::pages::{Notice, NoticeKind, Page, Pages, StepContext};
use interlock::login::step::{Step, StepOptions};
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use recording::{
    conforms, filled, folded, labels, leads_nowhere, list, messages, recordings, select, text,
};

const ACTION: &str = "/.interlock/sign-in";

fn pages() -> Pages {
    Pages::new(&Settings::default()).unwrap()
}

fn context(show: Option<&str>) -> StepContext<'_> {
    StepContext {
        rd: Some("/reports?year=2024&q=a b"),
        show,
        ..StepContext::new("opaque")
    }
}

fn check_page(name: &str, page: &Page) {
    recording::check_page(name, &page.html, &page.content_security_policy);
}

/// A step's page and the pages one link away.
fn reachable(name: &str, pages: &Pages, step: &Step) -> Vec<Html> {
    let main = pages.step(step, &context(None));
    check_page(name, &main);
    let main = Html::parse_document(&main.html);
    let mut all = Vec::new();
    for link in select(&main, "a[href]") {
        let href = link.attr("href").unwrap();
        let query = href
            .strip_prefix(ACTION)
            .and_then(|rest| rest.strip_prefix('?'));
        let shown = query.and_then(|query| {
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "show")
        });
        if let Some((_, id)) = shown {
            let page = pages.step(step, &context(Some(&id)));
            check_page(name, &page);
            all.push(Html::parse_document(&page.html));
        }
    }
    all.insert(0, main);
    all
}

/// Presses every button of every form of this action and judges what would be sent.
fn answers(
    name: &str,
    document: &Document,
    step: &Step,
    form: ElementRef<'_>,
    raw: &Value,
) -> usize {
    let buttons: Vec<_> = form.select(&Selector::parse("button").unwrap()).collect();
    assert!(!buttons.is_empty(), "{name}: a form has a button");
    let mut sent = 0;
    for button in &buttons {
        for tick in [false, true] {
            let posted = filled(form, Some(*button), tick);
            let answered = answer(document, step, &posted).unwrap_or_else(|problems| {
                panic!("{name}: {} {posted:?}: {problems:?}", raw["name"])
            });
            let body = answered.body.0.as_object().unwrap();
            let fields = list(raw.get("value"));
            if let Err(error) = conforms(&fields, body, false) {
                panic!("{name}: {}: {error} in {:?}", raw["name"], answered.body.0);
            }
            let handle = fields
                .iter()
                .find(|field| field["name"] == "stateHandle")
                .map(|field| &field["value"]);
            assert_eq!(
                body.get("stateHandle"),
                handle,
                "{name}: the handle of the form itself"
            );
            assert_eq!(
                answered.form.href, raw["href"],
                "{name}: the address of the form"
            );
            assert!(
                !answered.body.0.to_string().contains("evil"),
                "{name}: nothing from outside"
            );
            sent += 1;
        }
    }
    sent
}

#[test]
fn every_recording_becomes_a_page_that_can_be_answered() {
    let pages = pages();
    let mut sent = 0;
    for (name, bytes) in recordings() {
        let document = match Document::parse(&bytes) {
            Ok(document) => document,
            Err(NotIon::Empty)
                if name == "error-empty-response" || bytes.trim_ascii().is_empty() =>
            {
                let page =
                    pages.notice(&Notice::new(NoticeKind::Error).reference("r-1").link(ACTION));
                check_page(&name, &page);
                assert!(page.html.contains("r-1") && page.html.contains(ACTION));
                continue;
            }
            Err(error) => panic!("{name}: {error}"),
        };
        let raw: Value = serde_json::from_slice(&bytes).unwrap();
        let step = Step::of(&document, &StepOptions::default());
        let reachable = reachable(&name, &pages, &step);
        let all: String = reachable.iter().map(text).collect::<Vec<_>>().join("\n");
        if let Some(handle) = raw["stateHandle"].as_str() {
            for page in &reachable {
                assert!(!page.html().contains(handle), "{name}: no handle on a page");
            }
        }
        let mut said = Vec::new();
        messages(&raw, &mut said);
        for message in said
            .iter()
            .map(|message| folded(message))
            .filter(|message| message.contains(' '))
        {
            assert!(all.contains(&message), "{name}: says {message:?}\n{all}");
        }
        for (number, form) in list(raw.get("remediation")).iter().enumerate() {
            if leads_nowhere(&raw, number) {
                continue;
            }
            let remediation = form["name"].as_str().unwrap();
            let mut wanted = Vec::new();
            labels(&list(form.get("value")), &mut wanted);
            for label in wanted
                .iter()
                .map(|label| folded(label))
                .filter(|label| label != "identifier")
            {
                assert!(
                    all.contains(&label),
                    "{name}: {remediation}: label {label:?}\n{all}"
                );
            }
            let id = format!("r{number}");
            if form["method"] == "GET" || form["method"].is_null() && form.get("value").is_none() {
                let link = reachable
                    .iter()
                    .flat_map(|page| select(page, "a[data-remediation]"));
                let mut link =
                    link.filter(|link| link.attr("href").unwrap().contains(&format!("a={id}")));
                let found = link
                    .next()
                    .unwrap_or_else(|| panic!("{name}: a link for {remediation}"));
                assert_eq!(found.attr("data-remediation"), Some(remediation));
                assert!(
                    step.hop(&document, &id).is_some(),
                    "{name}: {remediation} leads somewhere"
                );
                continue;
            }
            let mut forms = 0;
            for page in &reachable {
                for candidate in select(page, "form[data-remediation][method=post]") {
                    let answers_it = candidate
                        .select(&Selector::parse("input[name=a]").unwrap())
                        .any(|input| input.attr("value") == Some(&id));
                    if answers_it {
                        assert_eq!(
                            candidate.attr("data-remediation"),
                            Some(remediation),
                            "{name}"
                        );
                        forms += 1;
                        sent += answers(&name, &document, &step, candidate, form);
                    }
                }
            }
            assert!(forms > 0, "{name}: a form for {remediation}");
        }
    }
    eprintln!("{sent} answers judged");
}

#[test]
fn the_same_document_has_the_same_fingerprint_under_another_handle() {
    for (name, bytes) in recordings() {
        let (Ok(document), Ok(text)) = (Document::parse(&bytes), std::str::from_utf8(&bytes))
        else {
            continue;
        };
        let Some(handle) = document.state_handle() else {
            continue;
        };
        let other = Document::parse(text.replace(handle.expose(), "02other").as_bytes()).unwrap();
        let fingerprint =
            |document: &Document| Step::of(document, &StepOptions::default()).fingerprint();
        assert_eq!(fingerprint(&document), fingerprint(&other), "{name}");
    }
}

const LANGUAGES: [&str; 7] = ["en", "ar", "de", "es", "fr", "ja", "xx-AC"];

fn steps() -> Vec<(String, Step)> {
    let options = StepOptions::default();
    let all = recordings().into_iter().filter_map(|(name, bytes)| {
        let document = Document::parse(&bytes).ok()?;
        Some((name, Step::of(&document, &options)))
    });
    all.collect()
}

#[test]
fn titles_say_what_the_step_is() {
    let pages = pages();
    let mut titles: std::collections::BTreeMap<String, Vec<String>> =
        std::collections::BTreeMap::new();
    for (name, step) in steps() {
        let html = Html::parse_document(&pages.step(&step, &context(None)).html);
        let title = text_of(&select(&html, "h1")[0]);
        let whole = text_of(&select(&html, "title")[0]);
        assert!(whole.contains(&title), "{name}: {whole}");
        assert!(
            !title.contains('{') && !title.contains('_'),
            "{name}: {title}"
        );
        titles.entry(title).or_default().push(name);
    }
    if titles.is_empty() {
        return;
    }
    for (title, names) in &titles {
        eprintln!("{:>4} {title}", names.len());
    }
    assert!(titles.len() >= 50, "{} titles", titles.len());
}

fn text_of(element: &ElementRef<'_>) -> String {
    folded(&element.text().collect::<String>())
}

#[test]
fn every_page_speaks_every_language() {
    let settings = Settings {
        languages: LANGUAGES.map(str::to_owned).into(),
        ..Settings::default()
    };
    let all = Pages::new(&settings).unwrap();
    for language in LANGUAGES {
        let pages = all.in_language(&all.language_for(Some(language)));
        for (name, step) in steps() {
            let html = Html::parse_document(&pages.step(&step, &context(None)).html);
            let root = select(&html, "html")[0];
            assert_eq!(root.attr("lang"), Some(language), "{name}");
            let direction = if language == "ar" { "rtl" } else { "ltr" };
            assert_eq!(root.attr("dir"), Some(direction), "{name}");
            let h1 = text_of(&select(&html, "h1")[0]);
            assert!(!h1.is_empty(), "{name}: {language}");
            let skip = text_of(&select(&html, "a.skip")[0]);
            assert_eq!(
                skip == "Skip to content",
                language == "en",
                "{name}: {language}"
            );
        }
    }
}

#[test]
fn autocomplete_tokens_are_exact() {
    let known = [
        "off",
        "username",
        "username webauthn",
        "current-password",
        "new-password",
        "one-time-code",
        "tel",
        "tel-national",
        "tel-country-code",
        "tel-extension",
        "email",
        "given-name",
        "family-name",
        "additional-name",
        "nickname",
        "name",
        "honorific-prefix",
        "honorific-suffix",
        "organization-title",
        "organization",
        "address-line1",
        "address-level1",
        "address-level2",
        "postal-code",
        "country",
        "country-name",
        "url",
        "language",
    ];
    let pages = pages();
    for (name, step) in steps() {
        for html in reachable(&name, &pages, &step) {
            for control in select(&html, "[data-field][id], input[type=password]") {
                let field = control.attr("data-field").unwrap_or_default();
                let token = control.attr("autocomplete");
                if let Some(token) = token {
                    assert!(known.contains(&token), "{name}: {field}: {token}");
                }
                let wanted = match field {
                    "identifier" => Some("username"),
                    "userProfile.firstName" => Some("given-name"),
                    "userProfile.lastName" => Some("family-name"),
                    "userProfile.email" | "userProfile.secondEmail" => Some("email"),
                    "credentials.totp" => Some("one-time-code"),
                    "authenticator.phoneNumber" => Some("tel-national"),
                    _ => None,
                };
                if wanted.is_some() && control.value().name() == "input" {
                    let token = token.map(|token| token.split(' ').next().unwrap());
                    assert_eq!(token, wanted, "{name}: {field}");
                }
                if control.attr("type") == Some("password") {
                    assert!(
                        matches!(
                            token,
                            Some("current-password" | "new-password" | "one-time-code" | "off")
                        ),
                        "{name}: {field}: {token:?}"
                    );
                }
            }
        }
    }
}

/// What a page weighs, each part packed as it is sent, in octets.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    own: usize,
    around: usize,
    script: usize,
}

impl Weight {
    fn of(pages: &Pages, page: &Page, html: &Html) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, page.html.as_bytes()).unwrap();
        let packed = |selector: &str, attribute: &str| -> usize {
            let paths = select(html, selector);
            let paths = paths.iter().map(|link| link.attr(attribute).unwrap());
            paths
                .map(|path| pages.asset(path).unwrap().gzip().len())
                .sum()
        };
        Self {
            own: encoder.finish().unwrap().len(),
            around: packed("link[rel=stylesheet], link[rel=icon]", "href"),
            script: packed("script[src]", "src"),
        }
    }

    fn first_visit(self) -> usize {
        self.own + self.around + self.script
    }
}

/// Kinds of pages with budgets of their own (ui-guide section 13): what tells them, most octets of page, style and icon at
/// a first visit, of the page alone, and of scripts.
const BUDGETS: [(&str, &str, usize, usize, usize); 7] = [
    ("QR code", ".qr img", 12_288, 8_192, 1_024),
    (
        "phone number",
        "select[autocomplete=tel-country-code]",
        8_192,
        6_144,
        0,
    ),
    ("passkey", "[data-webauthn]", 8_192, 3_072, 2_048),
    ("probing a device", "[data-probe]", 8_192, 3_072, 2_048),
    ("waiting", "[data-wait]", 8_192, 3_072, 1_024),
    ("with another script", "script[src]", 8_192, 3_072, 3_072),
    ("plain", "main", 8_192, 3_072, 0),
];

#[test]
fn every_page_is_within_its_budget() {
    let pages = pages();
    let mut heaviest = std::collections::BTreeMap::new();
    let context = StepContext {
        status: Some("/.interlock/sign-in/status"),
        ..context(None)
    };
    for (name, step) in steps() {
        let page = pages.step(&step, &context);
        let html = Html::parse_document(&page.html);
        let weight = Weight::of(&pages, &page, &html);
        let told = BUDGETS
            .iter()
            .find(|(_, told, ..)| !select(&html, told).is_empty());
        let (kind, _, first, own, script) = told.unwrap();
        assert!(
            weight.own + weight.around <= *first,
            "{name}, {kind}: {weight:?}"
        );
        assert!(weight.own <= *own, "{name}, {kind}: {weight:?}");
        assert!(weight.script <= *script, "{name}, {kind}: {weight:?}");
        let most: &mut (usize, Weight, String) = heaviest.entry(*kind).or_default();
        most.0 += 1;
        if weight.first_visit() > most.1.first_visit() {
            (most.1, most.2) = (weight, name);
        }
    }
    for (kind, (count, weight, name)) in heaviest {
        let (first, Weight { own, script, .. }) = (weight.first_visit(), weight);
        eprintln!(
            "{kind}: {count} recordings, at most {first} (page {own}, script {script}): {name}"
        );
    }
}

#[test]
fn scripts_come_only_where_a_step_needs_one() {
    let pages = pages();
    for (name, step) in steps() {
        let page = pages.step(&step, &context(None));
        let html = Html::parse_document(&page.html);
        let has_script = !select(&html, "script[src]").is_empty();
        let allows = page.content_security_policy.contains("script-src");
        assert!(has_script || !allows, "{name}: allowed, and not needed");
        let marked = select(
            &html,
            "[data-webauthn], [data-probe], [data-show], [data-copy], [data-duo], [data-captcha], [data-remedy]",
        );
        let needs = marked.iter().any(|marked| marked.value().name() != "body");
        assert_eq!(needs, has_script, "{name}: script where it is needed");
        assert!(
            select(&html, "main > form .primary").len() <= 2,
            "{name}: primary buttons"
        );
    }
}

/// What a page costs: `cargo test --release --all-features --test corpus well_under -- --nocapture` tells it.
#[test]
fn a_page_is_made_in_well_under_a_millisecond() {
    let (pages, steps) = (pages(), steps());
    let once = |step: &Step| {
        let began = std::time::Instant::now();
        std::hint::black_box(pages.step(step, &context(None)));
        began.elapsed()
    };
    // The least of several: what the machine did meanwhile does not count.
    let least =
        |(name, step): &(String, Step)| ((0..12).map(|_| once(step)).min().unwrap(), name.clone());
    let mut each: Vec<_> = steps.iter().map(least).collect();
    each.sort();
    let (Some((most, slowest)), Some((median, _))) = (each.last(), each.get(each.len() / 2)) else {
        return;
    };
    eprintln!("{median:?} a page at the median, {most:?} at most ({slowest}), in this build");
    let (usual, worst) = if cfg!(debug_assertions) {
        (20, 200)
    } else {
        (1, 1)
    };
    assert!(median.as_millis() < usual, "{median:?}");
    assert!(most.as_millis() < worst, "{most:?} for {slowest}");
}
