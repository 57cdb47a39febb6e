//! What comes once it is known who somebody is: expiring passwords, further methods, profiles, consent, staying signed in.

use crate::{
    cast::{Cast, NEW_PASSWORD, as_it_is, default_people, told},
    support::{engine::Engine, gateway::Plan},
};

const ENROLL: &str = "select-authenticator-enroll";

impl Cast<'_> {
    async fn tony_is_warned(&self) {
        let warning = "reenroll-authenticator-warning";
        self.password("tony@example.com").await;
        self.titled("Your password expires in 3 days").await;
        assert!(!self.browser.has("#problem").await, "a warning is no error");
        self.aside("skip").await;
        self.landed("tony@example.com").await;
        self.password("tony@example.com").await;
        self.new_password(warning).await;
        self.landed("tony@example.com").await;
        self.start().await;
        self.name("tony@example.com").await;
        self.type_password(NEW_PASSWORD).await;
        self.browser
            .find(&format!("pre, form[data-remediation={warning}]"))
            .await;
        self.clean().await;
    }

    async fn margaret_sets_up_what_she_may(&self) {
        self.password("margaret@example.com").await;
        self.step(ENROLL).await;
        self.aside("skip").await;
        self.landed("margaret@example.com").await;

        self.password("margaret@example.com").await;
        self.choose(ENROLL, "Authenticator").await;
        let secret = self.browser.text(".secret code").await;
        assert!(
            self.browser.has("img[width='200']").await,
            "a picture to scan"
        );
        let code = self.engine.totp_of(&secret);
        self.code(&code, "enroll-authenticator").await;
        self.landed("margaret@example.com").await;
    }

    async fn margaret_by_phone_and_by_question(&self) {
        self.engine.control.reset();
        self.password("margaret@example.com").await;
        self.choose(ENROLL, "Phone").await;
        self.step("authenticator-enrollment-data").await;
        self.browser.click_text("fieldset label", "SMS").await;
        let number = "[data-field='authenticator.phoneNumber']";
        self.browser.fill(number, "+1 555 123 4567").await;
        self.send("authenticator-enrollment-data").await;
        self.browser.find("[autocomplete=one-time-code]").await;
        let code = self.engine.control.passcode("margaret@example.com");
        let code = code.or_else(|| self.engine.control.passcode("+15551234567"));
        self.code(&code.unwrap(), "enroll-authenticator").await;
        self.landed("margaret@example.com").await;

        self.engine.control.reset();
        self.password("margaret@example.com").await;
        self.choose(ENROLL, "Question").await;
        self.step("enroll-authenticator").await;
        let own = "[data-field='credentials.question']";
        let form = format!("main > form:has({own})");
        self.browser.fill(own, "Who wrote it?").await;
        self.browser
            .fill(
                &format!("{form} [data-field='credentials.answer']"),
                "I wrote it",
            )
            .await;
        self.browser
            .click(&format!("{form} button:not([type=button])"))
            .await;
        self.landed("margaret@example.com").await;
    }

    /// What is required may be put off for a while.
    async fn annie_puts_it_off(&self) {
        self.password("annie@example.com").await;
        self.step(ENROLL).await;
        let left = self.browser.text("main").await;
        assert!(left.contains("3 more times"), "{left}");
        self.aside("skip").await;
        self.landed("annie@example.com").await;
    }

    async fn joan_completes_her_profile(&self) {
        self.password("joan@example.com").await;
        self.step("profile-update").await;
        self.send("profile-update").await;
        self.browser.find("#problem").await;
        self.browser
            .fill("[data-field='userProfile.department']", "Hut 8")
            .await;
        self.send("profile-update").await;
        self.landed("joan@example.com").await;
        // What is left is optional.
        self.password("joan@example.com").await;
        self.step("profile-update").await;
        self.aside("skip").await;
        self.landed("joan@example.com").await;
    }

    async fn frances_stays_or_not(&self) {
        for answer in ["Stay signed in", "Don’t stay signed in"] {
            self.password("frances@example.com").await;
            self.choose("keep-me-signed-in", answer).await;
            self.landed("frances@example.com").await;
        }
    }

    async fn told_and_let_through(&self) {
        self.password("hedy@example.com").await;
        self.titled("Your device needs attention").await;
        self.send("device-assurance-grace-period").await;
        self.landed("hedy@example.com").await;

        self.password("sophie@example.com").await;
        self.titled("Your password has expired").await;
        let page = "main a[href='http://localhost:9400/']";
        let name = self.browser.text(page).await;
        assert!(name.contains("Example Passwords"), "{name}");
        self.browser.forget_cookies().await;

        self.start().await;
        self.name("john@example.com").await;
        self.browser.find("#problem, main h1").await;
        self.titled("We can’t continue").await;
        self.browser.forget_cookies().await;
    }

    async fn hertha_mends_her_device(&self) {
        self.password("hertha@example.com").await;
        let unfit = "Your device doesn't meet the security requirements";
        self.browser.wait_for_text("main", unfit).await;
        // Where it is mended; the page stays open beside it.
        let bench = self
            .browser
            .property("main a[href$='/device']", "href")
            .await;
        let first = self.browser.window().await;
        self.browser.new_tab().await;
        self.browser.go(&bench).await;
        self.browser.click("button[value=lock]").await;
        self.browser.wait_for_text("body", "done").await;
        self.browser.close_tab(&first).await;
        self.aside("cancel").await;
        self.step("identify").await;
        self.name("hertha@example.com").await;
        self.type_password(crate::cast::PASSWORD).await;
        self.landed("hertha@example.com").await;
    }

    async fn radia_is_asked(&self) {
        self.password("radia@example.com").await;
        self.choose("consent", "Don't Allow").await;
        self.titled("We can’t continue").await;
        self.aside("cancel").await;
        self.step("identify").await;
        assert!(!self.browser.has(".note").await, "nothing to be told of");
        self.clean().await;
        self.password("radia@example.com").await;
        self.choose("consent", "Allow").await;
        self.landed("radia@example.com").await;
        // Once is enough.
        self.password("radia@example.com").await;
        self.landed("radia@example.com").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_due_after_the_password_is_done_or_put_off() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.tony_is_warned().await;
        cast.annie_puts_it_off().await;
        cast.joan_completes_her_profile().await;
        cast.frances_stays_or_not().await;
        cast.told_and_let_through().await;
        cast.radia_is_asked().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_method_is_set_up_or_left_for_later() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.margaret_sets_up_what_she_may().await;
        cast.margaret_by_phone_and_by_question().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consent_is_given_scope_by_scope() {
    let plan = |plan: Plan, _: &Engine| plan.client("interlock-granular");
    told(default_people, plan, async |cast: &Cast<'_>| {
        cast.password("ada@example.com").await;
        cast.step("granular-consent").await;
        let email = "[data-field='optedScopes.email']";
        cast.browser.click(email).await;
        cast.choose("granular-consent", "Allow").await;
        let said = cast.browser.text("pre").await;
        assert!(!said.contains("x-auth-request-email"), "{said}");
        cast.landed("ada").await;

        cast.engine.control.reset();
        cast.password("ada@example.com").await;
        cast.choose("granular-consent", "Don’t allow").await;
        cast.titled("We can’t continue").await;
        cast.clean().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_lacks_something_is_let_in_once_it_is_mended() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.hertha_mends_her_device().await;
    })
    .await;
}
