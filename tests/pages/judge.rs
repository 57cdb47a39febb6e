//! One browser that judges whatever page it is at, in every look, without loading it again.

use serde_json::{Value, json};

use crate::{
    support::webdriver::{Chromium, TAB},
    tools::tool,
};

/// A browser with axe-core and `judge.js` in every document.
pub(crate) struct Judge<'a> {
    pub(crate) browser: &'a Chromium<'a>,
    pub(crate) pages: usize,
    complaints: Vec<String>,
}

/// How a page is looked at. The narrow one is 320 CSS px, which is also 400 % of 1280 px.
#[derive(Clone, Copy, Debug)]
enum Look {
    Wide,
    Narrow,
    Dark,
}

impl<'a> Judge<'a> {
    pub(crate) async fn new(browser: &'a Chromium<'a>) -> Self {
        let axe = std::fs::read_to_string(tool("axe-core/axe.min.js")).unwrap();
        let source = [&axe, "\n", include_str!("judge.js")].concat();
        let everywhere = "Page.addScriptToEvaluateOnNewDocument";
        browser
            .devtools(everywhere, json!({ "source": source }))
            .await;
        browser
            .devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        Self {
            browser,
            pages: 0,
            complaints: Vec::new(),
        }
    }

    /// The language that the browser asks for from now on.
    pub(crate) async fn speak(&self, language: &str) {
        let headers = json!({ "headers": { "Accept-Language": language } });
        self.browser.devtools("Network.enable", json!({})).await;
        self.browser
            .devtools("Network.setExtraHTTPHeaders", headers)
            .await;
    }

    /// Judges the page that is open.
    pub(crate) async fn page(&mut self, name: &str) {
        self.pages += 1;
        for look in [Look::Wide, Look::Narrow, Look::Dark] {
            self.emulate(look).await;
            let found = self.browser.run_async(look.judged()).await;
            self.note(name, &format!("{look:?}"), &found);
            if matches!(look, Look::Wide) {
                self.walk(name).await;
            }
        }
        for line in self.browser.console().await {
            if line.contains("Content Security Policy") || line.contains("Refused to") {
                self.complaints.push(format!("{name}: console: {line}"));
            }
        }
    }

    /// From the first stop to beyond the last, by the Tab key alone.
    async fn walk(&mut self, name: &str) {
        let stops = self.browser.run("return judge.begin()").await;
        let stops = usize::try_from(stops.as_u64().unwrap()).unwrap();
        self.browser.keys(&TAB.repeat(stops)).await;
        let found = self.browser.run("return judge.end()").await;
        self.note(name, "by keyboard", &found);
    }

    async fn emulate(&self, look: Look) {
        let (width, height) = match look {
            Look::Narrow => (320, 256),
            Look::Wide | Look::Dark => (1280, 900),
        };
        let scheme = match look {
            Look::Dark => "dark",
            Look::Wide | Look::Narrow => "light",
        };
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        // Colours on their way from one scheme to the other are nobody's.
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.browser
            .devtools("Emulation.setEmulatedMedia", media)
            .await;
    }

    fn note(&mut self, name: &str, look: &str, found: &Value) {
        let found = found
            .as_array()
            .unwrap_or_else(|| panic!("{name}: {found}"));
        let said = found.iter().map(|complaint| complaint.as_str().unwrap());
        self.complaints
            .extend(said.map(|complaint| format!("{name}: {look}: {complaint}")));
    }

    /// What was found since this was last asked.
    pub(crate) fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }

    /// What was found, once everything has been looked at: nothing.
    #[track_caller]
    pub(crate) fn content(self) {
        let count = self.complaints.len();
        assert!(
            self.complaints.is_empty(),
            "{count} complaints on {} pages:\n{}",
            self.pages,
            self.complaints.join("\n")
        );
        eprintln!("{} pages judged", self.pages);
    }
}

impl Look {
    fn judged(self) -> &'static str {
        match self {
            Self::Wide => "judge.wide()",
            Self::Narrow => "judge.narrow()",
            Self::Dark => "judge.dark()",
        }
    }
}
