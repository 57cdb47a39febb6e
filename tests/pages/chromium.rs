//! Every recording, played through the whole gateway to a browser: what it serves, headers and all, is what is judged.

use std::collections::BTreeSet;

use interlock::{
    clock::ManualClock,
    idx::ion::Document,
    login::{
        step::{Step, StepOptions},
        view::assets::Assets,
    },
};
use serde_json::json;

use crate::{
    judge::Judge,
    support::{
        app::App,
        gateway::Gateway,
        recording::recordings,
        replay::Replay,
        webdriver::{Driver, Look},
    },
};

/// What plays, and what looks.
struct House {
    app: App,
    replay: Replay,
    gateway: Gateway,
    driver: Driver,
    recordings: Vec<(String, Vec<u8>)>,
}

impl House {
    /// `None` where there is nothing to look with or at.
    async fn open() -> Option<Self> {
        let recordings = recordings();
        let driver = Driver::start().await?;
        let (app, replay) = (App::echo().await, Replay::start().await);
        let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
            .more(
                "[sign_in]\nanswers_per_minute = 1000000\nlanguages = [\"en\", \"ar\", \"xx-AC\"]",
            )
            .start()
            .await;
        (!recordings.is_empty()).then_some(Self {
            app,
            replay,
            gateway,
            driver,
            recordings,
        })
    }

    /// One recording of each kind of step, by number.
    fn kinds(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let kind = |bytes: &[u8]| {
            let document = Document::parse(bytes).ok()?;
            Some(Step::of(&document, &StepOptions::default()).kind.key())
        };
        let numbers = self.recordings.iter().enumerate();
        numbers
            .filter(|(_, (_, bytes))| kind(bytes).is_some_and(|kind| seen.insert(kind)))
            .map(|(number, _)| number)
            .collect()
    }

    async fn judge<'a>(&self, browser: &'a crate::support::webdriver::Chromium<'a>) -> Judge<'a> {
        let judge = Judge::new(browser).await;
        judge.speak("en").await;
        // With nothing on the device to be found, the probe gives up at once, and the page is gone.
        let probe = format!("*{}", Assets::new().probe.path);
        browser
            .devtools("Network.setBlockedURLs", json!({ "urls": [probe] }))
            .await;
        judge
    }

    /// To the page of a recording, as somebody who was never here.
    async fn enter(&self, judge: &Judge<'_>, number: usize) -> &str {
        let (name, bytes) = &self.recordings[number];
        self.replay.play(name, bytes);
        judge.browser.forget_cookies().await;
        judge
            .browser
            .go(&format!("{}/reports?year=2024", self.gateway.url()))
            .await;
        name
    }
}

/// Pages one link away, of which the page at hand is the beginning.
async fn asides(judge: &Judge<'_>) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('main a[href*=\"show=\"]')].map((link) => link.href)";
    let links = judge.browser.run(script).await;
    let links = links.as_array().unwrap().iter();
    let links: BTreeSet<String> = links
        .map(|link| link.as_str().unwrap().to_owned())
        .collect();
    links.into_iter().collect()
}

/// Sends the page's form as it stands, where there is something to type: most say then what is missing.
async fn send_empty(judge: &Judge<'_>) -> bool {
    let script = "const form = [...document.querySelectorAll('main > form[data-remediation]')]
            .find((form) => form.querySelector('input[type=text]:not([hidden]), input[type=password]'));
        form?.querySelectorAll('input[type=text]').forEach((input) => input.value = '');
        form?.submit();
        return !!form";
    judge.browser.run(script).await.as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recording_is_a_page_that_anyone_can_use() {
    let Some(house) = House::open().await else {
        return;
    };
    let browser = house.driver.open(Look::default()).await;
    let mut judge = house.judge(&browser).await;
    for number in 0..house.recordings.len() {
        let name = house.enter(&judge, number).await.to_owned();
        judge.page(&name).await;
        for aside in asides(&judge).await {
            judge.browser.go(&aside).await;
            judge.page(&format!("{name} {aside}")).await;
        }
    }
    assert_eq!(house.app.requests(), 0, "nobody reached the app");
    assert!(judge.pages >= 216);
    judge.content();
    browser.close().await;
}

/// What the judge would say, were it so: a check that cannot fail is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_judge_hears_of_every_fault() {
    let Some(house) = House::open().await else {
        return;
    };
    let browser = house.driver.open(Look::default()).await;
    let mut judge = house.judge(&browser).await;
    let styled = |rule: &str| {
        format!(
            "const sheet = new CSSStyleSheet(); sheet.replaceSync('{rule}'); document.adoptedStyleSheets = [sheet]"
        )
    };
    let faults = [
        ("document.querySelector('label').remove()".to_owned(), "axe label"),
        (styled("h1{color:#b0b0b0}"), "axe color-contrast"),
        (styled("h1{inline-size:900px}"), "scrolls sideways"),
        (styled(".primary{inline-size:1.5rem;padding:0;white-space:nowrap;overflow:hidden}"), "with spacing: cut"),
        (styled(":focus-visible{outline:0!important}"), "no ring"),
        (styled(":focus-visible{outline-color:#eee!important}"), "a ring of 1."),
        (styled("header{position:fixed;inset:0;max-inline-size:none}"), "covered"),
        (styled(".link{min-block-size:0!important;font-size:10px;line-height:1}"), "below 24 px"),
        ("document.querySelector('.primary').tabIndex = -1".to_owned(), "Tab came to"),
        ("document.querySelector('.primary').tabIndex = 1".to_owned(), "a tabindex of its own"),
        (
            "document.querySelector('.primary').onkeydown = (event) => event.preventDefault()".to_owned(),
            "Tab came to",
        ),
        ("document.title = 'Page'".to_owned(), "does not say"),
        ("document.querySelector('h1').outerHTML += '<h1>More</h1>'".to_owned(), "2 of h1"),
        ("document.querySelector('h1').style.margin = 0".to_owned(), "inline: <h1"),
        (
            "document.head.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))".to_owned(),
            "console: ",
        ),
    ];
    let number = house
        .recordings
        .iter()
        .position(|(name, _)| name == "identify-with-user");
    for (fault, heard) in faults {
        house.enter(&judge, number.unwrap()).await;
        judge.browser.run(&fault).await;
        judge.page(heard).await;
        let complaints = judge.heard();
        assert!(
            complaints.iter().any(|complaint| complaint.contains(heard)),
            "{fault}: {heard}: {complaints:#?}"
        );
    }
    browser.close().await;
}

/// The same steps after an answer with nothing in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_wrong_is_said_where_anyone_can_find_it() {
    let Some(house) = House::open().await else {
        return;
    };
    let browser = house.driver.open(Look::default()).await;
    let mut judge = house.judge(&browser).await;
    for number in house.kinds() {
        let name = house.enter(&judge, number).await.to_owned();
        if send_empty(&judge).await {
            judge.browser.find("main").await;
            judge.page(&format!("{name}, sent empty")).await;
        }
    }
    judge.content();
    browser.close().await;
}

/// One page of each kind, from right to left, and in words that are longer by nearly half.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_languages_fit_as_well() {
    let Some(house) = House::open().await else {
        return;
    };
    let browser = house.driver.open(Look::default()).await;
    let mut judge = house.judge(&browser).await;
    for language in ["ar", "xx-AC"] {
        judge.speak(language).await;
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        for number in house.kinds() {
            let name = house.enter(&judge, number).await.to_owned();
            let root = "return [document.documentElement.lang, document.documentElement.dir]";
            assert_eq!(
                judge.browser.run(root).await,
                json!([language, direction]),
                "{name}"
            );
            judge.page(&format!("{name} in {language}")).await;
        }
    }
    judge.content();
    browser.close().await;
}
