//! What people do in a browser. One browser at a time: each story starts with no cookies.

use crate::support::{
    app::App,
    engine::Engine,
    gateway::Gateway,
    webdriver::{Chromium, Driver, ENTER, Look, TAB},
};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
const NEW_PASSWORD: &str = "A whole new horse 7!";

pub(crate) struct Cast<'a> {
    pub(crate) browser: &'a Chromium<'a>,
    pub(crate) engine: &'a Engine,
    pub(crate) gateway: &'a Gateway,
}

impl Cast<'_> {
    pub(crate) async fn start(&self) {
        self.browser
            .go(&format!("{}/reports?year=2024", self.gateway.url()))
            .await;
        self.browser.find("form[data-remediation=identify]").await;
    }

    pub(crate) async fn name(&self, person: &str) {
        self.browser.fill("[data-field=identifier]", person).await;
        self.send("identify").await;
    }

    /// Presses the first button of a form that sends it.
    pub(crate) async fn send(&self, remediation: &str) {
        self.browser
            .click(&format!(
                "main > form[data-remediation={remediation}] button:not([type=button])"
            ))
            .await;
    }

    pub(crate) async fn password(&self, person: &str) {
        self.start().await;
        self.name(person).await;
        self.browser.fill("input[type=password]", PASSWORD).await;
        self.send("challenge-authenticator").await;
    }

    async fn code(&self, code: &str, remediation: &str) {
        self.browser
            .fill("[data-field='credentials.passcode']", code)
            .await;
        self.send(remediation).await;
    }

    /// At the app, signed in, at the very address that was asked for; and out again.
    async fn landed(&self, person: &str) {
        let said = self.browser.text("pre").await;
        assert!(said.contains(person), "{person}: {said}");
        assert_eq!(
            self.browser.url().await,
            format!("{}/reports?year=2024", self.gateway.url())
        );
        self.clean().await;
    }

    /// The console has no complaint of the policy; nobody is signed in afterwards.
    async fn clean(&self) {
        let console = self.browser.console().await;
        let complaints: Vec<_> = console
            .iter()
            .filter(|line| line.contains("Content Security Policy") || line.contains("Refused to"))
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        self.browser.forget_cookies().await;
    }

    /// What the other checks rely on: a violation would be seen, and scripts run or don't.
    async fn controls(&self, script: bool) {
        let page = "data:text/html,<p id=p>off</p><script>p.textContent='on'</script>";
        self.browser.go(page).await;
        let said = self.browser.text("p").await;
        assert_eq!(said, if script { "on" } else { "off" });
        self.start().await;
        self.browser
            .run("document.head.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))")
            .await;
        let console = self.browser.console().await;
        assert!(
            console
                .iter()
                .any(|line| line.contains("Content Security Policy")),
            "{console:?}"
        );
    }

    async fn sign_ins(&self) {
        self.password("ada@example.com").await;
        self.landed("ada@example.com").await;

        self.password("grace@example.com").await;
        if self
            .browser
            .has("form[data-remediation=authenticator-verification-data]")
            .await
        {
            self.send("authenticator-verification-data").await;
        }
        self.browser.find("[autocomplete=one-time-code]").await;
        let code = self.engine.code_for("grace@example.com").await;
        self.code(&code, "challenge-authenticator").await;
        self.landed("grace@example.com").await;

        for method in ["Email", "Phone", "Authenticator", "Question"] {
            self.password("alan@example.com").await;
            self.browser
                .click_text(
                    "form[data-remediation=select-authenticator-authenticate] button",
                    method,
                )
                .await;
            self.browser
                .find("form[data-remediation=authenticator-verification-data], [data-field^='credentials.']")
                .await;
            if self
                .browser
                .has("form[data-remediation=authenticator-verification-data]")
                .await
            {
                self.send("authenticator-verification-data").await;
            }
            if method == "Question" {
                self.browser
                    .fill("[data-field='credentials.answer']", "blue")
                    .await;
                self.send("challenge-authenticator").await;
            } else {
                self.browser.find("[autocomplete=one-time-code]").await;
                let code = match method {
                    "Email" => self.engine.code_for("alan@example.com").await,
                    "Phone" => self.engine.control.passcode("alan@example.com").unwrap(),
                    _ => {
                        // A code is good once: this one is of another half-minute than the last person's.
                        self.engine.clock.advance(std::time::Duration::from_mins(1));
                        self.engine.totp()
                    }
                };
                self.code(&code, "challenge-authenticator").await;
            }
            self.landed("alan@example.com").await;
        }
    }

    async fn niklaus_and_edsger(&self) {
        self.password("niklaus@example.com").await;
        self.browser
            .click_text(
                "form[data-remediation=select-authenticator-enroll] button",
                "Email",
            )
            .await;
        self.browser.find("[autocomplete=one-time-code]").await;
        let code = self.engine.code_for("niklaus@example.com").await;
        self.code(&code, "enroll-authenticator").await;
        self.browser
            .find("form[data-remediation=skip] button, pre")
            .await;
        if self.browser.has("form[data-remediation=skip]").await {
            self.browser
                .click("form[data-remediation=skip] button")
                .await;
        }
        self.landed("niklaus@example.com").await;

        self.password("edsger@example.com").await;
        let form = "form[data-remediation=reenroll-authenticator] input[type=password]";
        self.browser.find(form).await;
        for field in ["[autocomplete=new-password]", "[name$='.again']"] {
            if self.browser.has(field).await {
                self.browser.fill(field, NEW_PASSWORD).await;
            }
        }
        self.send("reenroll-authenticator").await;
        self.landed("edsger@example.com").await;
    }

    async fn mistakes(&self) {
        // A wrong password: the summary has the focus, its link leads to the field.
        self.start().await;
        self.name("ada@example.com").await;
        self.browser
            .fill("input[type=password]", "wrong horse")
            .await;
        self.send("challenge-authenticator").await;
        self.browser.find("#problem").await;
        assert!(self.browser.url().await.ends_with("#problem"));
        assert_eq!(self.browser.focus().await, "problem");
        // Nothing typed at all: the summary links to the field.
        self.send("challenge-authenticator").await;
        self.browser.click("#problem a").await;
        let id = self.browser.focus().await;
        assert!(
            !id.is_empty()
                && self
                    .browser
                    .has(&format!("input[type=password][id='{id}']"))
                    .await,
            "the link leads to {id:?}"
        );
        assert_eq!(self.browser.value("input[type=password]").await, "");

        // Reloading and going back neither sends twice nor loses the step.
        self.browser.reload().await;
        self.browser.find("input[type=password]").await;
        self.browser.back().await;
        self.browser.find("main h1").await;
        self.browser
            .go(&format!("{}/reports?year=2024", self.gateway.url()))
            .await;
        self.browser.fill("input[type=password]", PASSWORD).await;
        self.send("challenge-authenticator").await;
        self.landed("ada@example.com").await;

        // Somebody else: back to the name.
        self.start().await;
        self.name("grace@example.com").await;
        self.browser.click(".chip button").await;
        self.browser.find("form[data-remediation=identify]").await;
        self.clean().await;
    }

    async fn two_tabs(&self) {
        let first = self.browser.window().await;
        self.start().await;
        self.name("ada@example.com").await;
        self.browser.find("input[type=password]").await;
        let second = self.browser.new_tab().await;
        self.browser
            .go(&format!("{}/other", self.gateway.url()))
            .await;
        self.browser.fill("input[type=password]", PASSWORD).await;
        self.send("challenge-authenticator").await;
        self.browser.find("pre").await;
        assert!(self.browser.url().await.ends_with("/other"));
        self.browser.switch(&first).await;
        self.browser.fill("input[type=password]", PASSWORD).await;
        self.send("challenge-authenticator").await;
        self.browser.find("pre").await;
        self.landed("ada@example.com").await;
        assert_ne!(first, second);
    }

    async fn keyboard(&self) {
        self.start().await;
        // The field has the focus from the start.
        self.browser.keys(&format!("ada@example.com{ENTER}")).await;
        self.browser.find("input[type=password]").await;
        let mut steps = 0;
        while !self.browser.has("input[type=password]:focus").await {
            self.browser.keys(TAB).await;
            steps += 1;
            assert!(steps < 10, "Tab reaches the password");
        }
        self.browser.keys(&format!("{PASSWORD}{ENTER}")).await;
        self.browser.find("pre").await;
        self.landed("ada@example.com").await;
    }

    async fn narrow(&self) {
        for (person, next) in [
            ("ada@example.com", "input[type=password]"),
            ("alan@example.com", "input[type=password]"),
        ] {
            self.start().await;
            self.no_sideways_scroll().await;
            self.name(person).await;
            self.browser.find(next).await;
            self.no_sideways_scroll().await;
            self.browser.fill(next, "wrong horse").await;
            self.send("challenge-authenticator").await;
            self.browser.find("#problem").await;
            self.no_sideways_scroll().await;
            self.browser.fill(next, PASSWORD).await;
            self.send("challenge-authenticator").await;
            self.browser
                .find("pre, form[data-remediation=select-authenticator-authenticate]")
                .await;
            if !self.browser.has("pre").await {
                self.no_sideways_scroll().await;
            }
            self.clean().await;
        }
    }

    async fn no_sideways_scroll(&self) {
        let widths = self
            .browser
            .run("return [document.documentElement.scrollWidth, innerWidth, document.documentElement.clientWidth]")
            .await;
        assert!(
            widths[0].as_u64() <= widths[2].as_u64() && widths[1].as_u64() == Some(320),
            "{widths} at {}",
            self.browser.url().await
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_sign_in_with_a_real_browser() {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;

    let browser = driver.open(Look::default()).await;
    let cast = Cast {
        browser: &browser,
        engine: &engine,
        gateway: &gateway,
    };
    cast.controls(true).await;
    cast.sign_ins().await;
    cast.mistakes().await;
    cast.two_tabs().await;
    cast.keyboard().await;
    cast.niklaus_and_edsger().await;
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        serde_json::json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false }),
    )
    .await;
    cast.narrow().await;
    browser.close().await;

    let browser = driver
        .open(Look {
            script: false,
            ..Look::default()
        })
        .await;
    let cast = Cast {
        browser: &browser,
        engine: &engine,
        gateway: &gateway,
    };
    cast.controls(false).await;
    cast.sign_ins().await;
    browser.close().await;
}
