//! Who takes part in a story, and what anybody does in it. Each story begins with no cookies.
//!
//! The gateway is at `localhost`, where passkeys work; the engine is at `127.0.0.1`, which is another site to a browser.

use std::time::Duration;

use interlock::engine::Settings;

use crate::support::{
    app::App,
    engine::Engine,
    gateway::{Gateway, Plan, free_address},
    webdriver::{Chromium, Driver, Look},
};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const NEW_PASSWORD: &str = "A whole new horse 7!";
/// Where everybody is going.
const TARGET: &str = "/reports?year=2024";
/// A field for a code.
pub(crate) const CODE: &str = "[data-field='credentials.passcode']";

pub(crate) struct Cast<'a> {
    pub(crate) driver: &'a Driver,
    pub(crate) browser: &'a Chromium<'a>,
    pub(crate) engine: &'a Engine,
    pub(crate) origin: String,
    /// Whether scripts run.
    pub(crate) script: bool,
}

/// Tells a story twice, with scripts and without, each time with an engine, a gateway and a browser of its own.
#[expect(
    clippy::future_not_send,
    reason = "a story is told on the thread of its test"
)]
pub(crate) async fn told(
    settings: impl Fn(&mut Settings),
    plan: impl Fn(Plan, &Engine) -> Plan,
    story: impl AsyncFn(&Cast<'_>),
) {
    for script in [true, false] {
        told_with(script, &settings, &plan, &story).await;
    }
}

/// Tells a story that is about scripts, or about going without.
pub(crate) async fn told_with(
    script: bool,
    settings: impl Fn(&mut Settings),
    plan: impl Fn(Plan, &Engine) -> Plan,
    story: impl AsyncFn(&Cast<'_>),
) {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, engine) = (App::echo().await, Engine::with(settings));
    let address = free_address();
    let origin = format!("http://localhost:{}", address.port());
    let gateway = Gateway::before(&app, &engine).public_url(&origin);
    let gateway = plan(gateway, &engine).start_at(address).await;
    let look = Look {
        script,
        ..Look::default()
    };
    let browser = driver.open(look).await;
    let cast = Cast {
        driver: &driver,
        browser: &browser,
        engine: &engine,
        origin,
        script,
    };
    story(&cast).await;
    browser.close().await;
    gateway.stop().await;
}

pub(crate) fn as_it_is(plan: Plan, _: &Engine) -> Plan {
    plan
}

pub(crate) fn default_people(_: &mut Settings) {}

impl Cast<'_> {
    /// Goes to the app, and is asked who it is.
    pub(crate) async fn start(&self) {
        self.go(TARGET).await;
        self.step("identify").await;
    }

    /// Goes to a path of the app's origin.
    pub(crate) async fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.origin)).await;
    }

    /// The page of this form, once it is there.
    pub(crate) async fn step(&self, remediation: &str) {
        self.browser
            .find(&format!("main > form[data-remediation={remediation}]"))
            .await;
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

    /// Has a page without scripts look again at once, unless it has done so by itself and is gone.
    pub(crate) async fn look_again(&self, remediation: &str) {
        if !self.script {
            self.browser
                .click_if_there(&format!(
                    "main > form[data-remediation={remediation}] button:not([type=button])"
                ))
                .await;
        }
    }

    /// Presses the button of a form beside the page's own: `skip`, `resend`, `recover`.
    pub(crate) async fn aside(&self, remediation: &str) {
        self.browser
            .click(&format!("form[data-remediation={remediation}] button"))
            .await;
    }

    /// Presses the button of this form that says so.
    pub(crate) async fn choose(&self, remediation: &str, text: &str) {
        let buttons = format!("form[data-remediation={remediation}] button");
        self.browser.click_text(&buttons, text).await;
    }

    /// Follows a link of the page, or presses what stands among the links.
    pub(crate) async fn follow(&self, text: &str) {
        self.browser
            .click_text("main a, ul.sides button", text)
            .await;
    }

    pub(crate) async fn password(&self, person: &str) {
        self.start().await;
        self.name(person).await;
        self.type_password(PASSWORD).await;
    }

    pub(crate) async fn type_password(&self, password: &str) {
        self.step("challenge-authenticator").await;
        self.browser.fill("input[type=password]", password).await;
        self.send("challenge-authenticator").await;
    }

    /// Types a new password, twice.
    pub(crate) async fn new_password(&self, remediation: &str) {
        self.step(remediation).await;
        self.browser.fill(CODE, NEW_PASSWORD).await;
        self.browser.fill("[name$='.again']", NEW_PASSWORD).await;
        self.send(remediation).await;
    }

    pub(crate) async fn code(&self, code: &str, remediation: &str) {
        self.browser
            .find(&format!(
                "form[data-remediation={remediation}] [autocomplete=one-time-code]"
            ))
            .await;
        self.browser.fill(CODE, code).await;
        self.send(remediation).await;
    }

    /// Has a code sent, where the page asks first.
    pub(crate) async fn have_it_sent(&self) {
        let asks = "form[data-remediation=authenticator-verification-data]";
        self.browser
            .find(&format!("{asks}, [data-field^='credentials.']"))
            .await;
        if self.browser.has(asks).await {
            self.send("authenticator-verification-data").await;
        }
    }

    /// Types the code that was emailed.
    pub(crate) async fn emailed(&self, person: &str, remediation: &str) {
        self.browser.find("[autocomplete=one-time-code]").await;
        let code = self.engine.code_for(person).await;
        self.code(&code, remediation).await;
    }

    /// A code is good once, and so is a half-minute of the authenticator app; a poll is due after some seconds.
    pub(crate) fn time_passes(&self, seconds: u64) {
        self.engine.clock.advance(Duration::from_secs(seconds));
    }

    /// At the app, signed in, at the very address that was asked for; and out again.
    pub(crate) async fn landed(&self, person: &str) {
        self.landed_at(person, TARGET).await;
    }

    pub(crate) async fn landed_at(&self, person: &str, path: &str) {
        let said = self.browser.text("pre").await;
        assert!(said.contains(person), "{person}: {said}");
        assert_eq!(self.browser.url().await, format!("{}{path}", self.origin));
        self.clean().await;
    }

    /// What the page's heading says, once it says so.
    pub(crate) async fn titled(&self, title: &str) {
        self.browser.wait_for_text("h1", title).await;
    }

    /// The console has no complaint of the policy; nobody is signed in afterwards.
    pub(crate) async fn clean(&self) {
        let console = self.browser.console().await;
        let complaints: Vec<_> = console
            .iter()
            .filter(|line| line.contains("Content Security Policy") || line.contains("Refused to"))
            .collect();
        assert!(complaints.is_empty(), "{complaints:?}");
        self.browser.forget_cookies().await;
    }
}
