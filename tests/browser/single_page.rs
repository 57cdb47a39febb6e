//! The worked example of `docs/single-page.html`: a page that stays open signs in and repeats the call that got 401.

use std::path::Path;

use crate::{
    cast::PASSWORD,
    support::{
        app::App,
        engine::Engine,
        gateway::Gateway,
        site::Site,
        wait::until,
        webdriver::{Chromium, Driver, Look},
    },
};

const BUTTON: &str = "dialog button";

struct Open<'a> {
    browser: &'a Chromium<'a>,
    url: String,
}

impl Open<'_> {
    /// Nobody is signed in, and the page asks who it is.
    async fn load(&self) {
        self.browser.forget_cookies().await;
        self.browser.go(&self.url).await;
        self.browser.run("window.stayed = true").await;
        self.browser.click("#load").await;
    }

    async fn answer(&self, field: &str, text: &str) {
        self.browser.fill(&format!("dialog {field}"), text).await;
        self.browser.click(BUTTON).await;
    }

    async fn password(&self, person: &str) {
        self.answer("[autocomplete~=username]", person).await;
        self.answer("[type=password]", PASSWORD).await;
    }

    /// Waits until the dialog says so: what is filled in before would be gone.
    async fn says(&self, text: &str) {
        until(text, || async {
            let said = self
                .browser
                .run("return document.querySelector('dialog').innerText")
                .await;
            said.as_str()?.contains(text).then_some(())
        })
        .await;
    }

    /// The call was repeated with a session, and the page was never left.
    async fn orders_of(&self, person: &str) {
        self.browser.find("#orders:not(:empty)").await;
        let orders = self.browser.text("#orders").await;
        assert!(orders.contains("\"target\":\"/api/orders\""), "{orders}");
        let email = format!("\"x-auth-request-email\":[\"{person}\"]");
        assert!(orders.contains(&email), "{person}: {orders}");
        assert_eq!(self.browser.run("return window.stayed").await, true);
        assert!(!self.browser.has("dialog[open]").await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_page_signs_in_and_repeats_its_call() {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, engine) = (App::echo().await, Engine::start());
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/single-page.html");
    let site = Site::serve(&[("/orders.html", example)]).await;
    let gateway = Gateway::before(&app, &engine)
        .upstream("site", &site.url())
        .route("path = \"/orders.html\"\nupstream = \"site\"\naccess = \"public\"")
        .route("path = \"/api/*\"\nupstream = \"app\"")
        .start()
        .await;
    let browser = driver.open(Look::default()).await;
    let page = Open {
        browser: &browser,
        url: format!("{}/orders.html", gateway.url()),
    };

    page.load().await;
    page.answer("[autocomplete~=username]", "ada@example.com")
        .await;
    page.answer("[type=password]", "wrong").await;
    page.says("Password is incorrect").await;
    page.answer("[type=password]", PASSWORD).await;
    page.orders_of("ada@example.com").await;

    page.load().await;
    page.password("grace@example.com").await;
    browser.find("dialog [autocomplete=one-time-code]").await;
    let code = engine.code_for("grace@example.com").await;
    page.answer("[autocomplete=one-time-code]", &code).await;
    page.orders_of("grace@example.com").await;

    // A choice among methods, one of which asks which way.
    page.load().await;
    page.password("alan@example.com").await;
    browser.find("dialog select").await;
    browser.choose("dialog select", "Phone").await;
    browser
        .find("dialog select ~ div select, dialog label + div select")
        .await;
    browser.click(BUTTON).await;
    browser.find("dialog [autocomplete=one-time-code]").await;
    let code = engine.control.passcode("alan@example.com").unwrap();
    page.answer("[autocomplete=one-time-code]", &code).await;
    page.orders_of("alan@example.com").await;
    browser.close().await;
}
