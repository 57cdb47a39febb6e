//! Pictures of ten steps, light and dark: `INTERLOCK_PICTURES=docs/pictures cargo test --test browser pictures`.

use std::path::PathBuf;

use serde_json::json;

use crate::{
    cast::Cast,
    support::{
        app::App,
        engine::Engine,
        gateway::Gateway,
        webdriver::{Driver, Look},
    },
};

impl Cast<'_> {
    async fn picture(
        &self,
        directory: &std::path::Path,
        scheme: &str,
        name: &str,
        waits_for: &str,
    ) {
        self.browser.find(waits_for).await;
        // Margins grow with the window, so the second measure is the one that holds.
        for _ in 0..2 {
            let height = self
                .browser
                .run("return document.documentElement.scrollHeight")
                .await;
            self.size(height.as_u64().unwrap().clamp(480, 1400)).await;
        }
        let picture = self.browser.screenshot().await;
        std::fs::write(directory.join(format!("{name}-{scheme}.png")), picture).unwrap();
        self.size(480).await;
    }

    async fn size(&self, height: u64) {
        self.browser
            .devtools(
                "Emulation.setDeviceMetricsOverride",
                json!({ "width": 720, "height": height, "deviceScaleFactor": 1, "mobile": false }),
            )
            .await;
    }

    async fn all(&self, directory: &std::path::Path, scheme: &str) {
        let browser = self.browser;
        self.size(480).await;
        browser
            .devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser
            .devtools("Emulation.setEmulatedMedia", features)
            .await;
        self.start().await;
        self.picture(directory, scheme, "01-identify", "[data-field=identifier]")
            .await;
        self.name("ada@example.com").await;
        self.picture(directory, scheme, "02-password", "input[type=password]")
            .await;
        browser.fill("input[type=password]", "wrong horse").await;
        self.send("challenge-authenticator").await;
        self.picture(directory, scheme, "03-wrong-password", "#problem")
            .await;
        browser.forget_cookies().await;

        self.password("alan@example.com").await;
        let choose = "form[data-remediation=select-authenticator-authenticate] button";
        self.picture(directory, scheme, "04-choose", choose).await;
        browser.click_text(choose, "Email").await;
        self.picture(
            directory,
            scheme,
            "05-email-code",
            "[autocomplete=one-time-code]",
        )
        .await;
        browser.forget_cookies().await;
        self.password("alan@example.com").await;
        browser.click_text(choose, "Question").await;
        self.picture(
            directory,
            scheme,
            "06-question",
            "[data-field='credentials.answer']",
        )
        .await;
        browser.forget_cookies().await;

        self.password("niklaus@example.com").await;
        let enrol = "form[data-remediation=select-authenticator-enroll] button";
        self.picture(directory, scheme, "07-set-up", enrol).await;
        browser.click_text(enrol, "Authenticator").await;
        self.picture(
            directory,
            scheme,
            "08-authenticator-app",
            "img[width='200'], .secret",
        )
        .await;
        browser.forget_cookies().await;

        self.password("edsger@example.com").await;
        self.picture(
            directory,
            scheme,
            "09-new-password",
            "[autocomplete=new-password]",
        )
        .await;
        browser.forget_cookies().await;

        self.password("ada@example.com").await;
        browser.find("pre").await;
        browser
            .go(&format!("{}/.interlock/sign-out", self.origin))
            .await;
        self.picture(directory, scheme, "10-sign-out", "main button")
            .await;
        browser.forget_cookies().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures() {
    let wanted = std::env::vars().find(|(name, _)| name == "INTERLOCK_PICTURES");
    let Some((_, directory)) = wanted else { return };
    let directory = PathBuf::from(directory);
    std::fs::create_dir_all(&directory).unwrap();
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let browser = driver.open(Look::default()).await;
    let cast = Cast {
        driver: &driver,
        browser: &browser,
        engine: &engine,
        origin: gateway.url(),
        script: true,
    };
    for scheme in ["light", "dark"] {
        cast.all(&directory, scheme).await;
    }
    browser.close().await;
}
