//! `@okta/okta-signin-widget` 7 in Chromium, in a page at another loopback origin than the engine's.

use serde_json::Value;

use crate::support::{
    engine::Engine,
    judge::Judge,
    site::Site,
    webdriver::{Chromium, Driver, Look},
};

const PASSWORD: &str = "correct horse battery staple";
const NEW_PASSWORD: &str = "A whole new horse 7!";
const PASSCODE: &str = "input[name='credentials.passcode']";
const SUBMIT: &str = "input[type=submit]";

struct Cast<'a> {
    browser: &'a Chromium<'a>,
    site: &'a Site,
    engine: Engine,
}

impl Cast<'_> {
    async fn start(&self) {
        let issuer = self.engine.issuer();
        let issuer: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
        self.browser
            .go(&format!("{}/?issuer={issuer}", self.site.url()))
            .await;
        self.browser.find("input[name=identifier]").await;
    }

    async fn answer(&self, field: &str, text: &str) {
        self.browser.fill(field, text).await;
        self.browser.click(SUBMIT).await;
    }

    /// Types the code that was mailed, which the widget offers beside the link.
    async fn mailed_code(&self, to: &str) {
        self.browser.click(".enter-auth-code-instead-link").await;
        let code = self.engine.code_for(to).await;
        self.answer(PASSCODE, &code).await;
    }

    async fn new_password(&self) {
        self.browser.find("input[name=confirmPassword]").await;
        self.browser.fill(PASSCODE, NEW_PASSWORD).await;
        self.answer("input[name=confirmPassword]", NEW_PASSWORD)
            .await;
    }

    async fn signed_in(&self, person: &str) {
        self.browser.find("#tokens:not(:empty)").await;
        let tokens: Value = serde_json::from_str(&self.browser.text("#tokens").await).unwrap();
        assert_eq!(Judge::of(&self.engine).signed_in(&tokens).await, person);
        let console = self.browser.console().await;
        let blocked: Vec<_> = console
            .iter()
            .filter(|line| line.contains("CORS") || line.contains("ERR_"))
            .collect();
        assert!(blocked.is_empty(), "{blocked:?}");
        // A poll that comes later finds no engine.
        self.browser.go("about:blank").await;
        self.browser.console().await;
    }

    async fn password(&self) {
        self.start().await;
        self.answer("input[name=identifier]", "ada@example.com")
            .await;
        self.answer(PASSCODE, "wrong").await;
        self.browser.find(".okta-form-infobox-error").await;
        self.answer(PASSCODE, PASSWORD).await;
        self.signed_in("ada@example.com").await;
    }

    async fn password_and_emailed_code(&self) {
        self.start().await;
        self.answer("input[name=identifier]", "grace@example.com")
            .await;
        self.answer(PASSCODE, PASSWORD).await;
        self.mailed_code("grace@example.com").await;
        self.signed_in("grace@example.com").await;
    }

    async fn recovery(&self) {
        self.start().await;
        self.answer("input[name=identifier]", "ada@example.com")
            .await;
        self.browser.click("[data-se=forgot-password]").await;
        self.mailed_code("ada@example.com").await;
        self.new_password().await;
        self.signed_in("ada@example.com").await;
    }

    async fn registration(&self) {
        self.start().await;
        self.browser.click("[data-se=enroll]").await;
        for (name, text) in [
            ("firstName", "Karen"),
            ("lastName", "Jones"),
            ("email", "karen@example.com"),
        ] {
            let field = format!("input[name='userProfile.{name}']");
            self.browser.fill(&field, text).await;
        }
        self.browser.click(SUBMIT).await;
        self.browser.click("[data-se=okta_password] a").await;
        self.new_password().await;
        self.browser.click("[data-se=okta_email] a").await;
        self.mailed_code("karen@example.com").await;
        self.browser.click(".skip-all").await;
        self.signed_in("karen@example.com").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oktas_widget_signs_in_across_origins() {
    let Some(folder) = crate::installed() else {
        return;
    };
    let Some(driver) = Driver::start().await else {
        return;
    };
    let dist = folder.join("node_modules/@okta/okta-signin-widget/dist");
    let site = Site::serve(&[("/dist", dist), ("/", folder.join("widget.html"))]).await;
    let browser = driver.open(Look::default()).await;
    let cast = || Cast {
        browser: &browser,
        site: &site,
        engine: Engine::start(),
    };
    cast().password().await;
    cast().password_and_emailed_code().await;
    cast().recovery().await;
    cast().registration().await;
    browser.close().await;
}
