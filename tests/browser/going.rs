//! How people really go about it: they reload, go back, open tabs, change their mind, and leave for lunch.

use crate::cast::{Cast, as_it_is, default_people, told};

const SELECT: &str = "select-authenticator-authenticate";

impl Cast<'_> {
    /// Reloads, and still is at the same step.
    async fn reloaded(&self, remediation: &str) {
        self.step(remediation).await;
        let title = self.browser.text("h1").await;
        self.browser.reload().await;
        self.step(remediation).await;
        assert_eq!(self.browser.text("h1").await, title);
    }

    async fn reloads_after_each_step(&self) {
        self.start().await;
        self.reloaded("identify").await;
        self.name("alan@example.com").await;
        self.reloaded("challenge-authenticator").await;
        self.type_password("wrong horse").await;
        self.browser.find("#problem").await;
        self.reloaded("challenge-authenticator").await;
        self.type_password(crate::cast::PASSWORD).await;
        self.reloaded(SELECT).await;
        self.choose(SELECT, "Email").await;
        self.have_it_sent().await;
        self.reloaded("challenge-authenticator").await;
        self.emailed("alan@example.com", "challenge-authenticator")
            .await;
        self.browser.find("pre").await;
        self.browser.reload().await;
        self.landed("alan@example.com").await;
    }

    /// A page that is gone back to is of a step that is over: what it sends is not taken for the step that is due.
    async fn goes_back(&self) {
        self.start().await;
        self.name("grace@example.com").await;
        self.step("challenge-authenticator").await;
        self.browser.back().await;
        self.browser.find("main h1").await;
        if self.browser.has("[data-field=identifier]").await {
            self.name("ada@example.com").await;
        }
        self.step("challenge-authenticator").await;
        let whose = self.browser.text(".chip").await;
        assert!(whose.contains("grace@example.com"), "{whose}");
        self.type_password(crate::cast::PASSWORD).await;
        self.have_it_sent().await;
        self.emailed("grace@example.com", "challenge-authenticator")
            .await;
        self.browser.find("pre").await;
        // From the app back into the sign-in, and forward by itself: there is nothing left to answer.
        self.browser.back().await;
        self.browser.find("body").await;
        if !self.browser.has("pre").await {
            self.browser.reload().await;
        }
        self.landed("grace@example.com").await;
    }

    async fn changes_her_mind(&self) {
        self.start().await;
        self.name("grace@example.com").await;
        self.browser.click(".chip button").await;
        self.step("identify").await;
        self.name("ada@example.com").await;
        self.type_password(crate::cast::PASSWORD).await;
        self.landed("ada@example.com").await;
    }

    async fn two_tabs(&self) {
        let first = self.browser.window().await;
        self.start().await;
        self.name("ada@example.com").await;
        self.step("challenge-authenticator").await;
        self.browser.new_tab().await;
        self.go("/other").await;
        self.type_password(crate::cast::PASSWORD).await;
        self.browser.find("pre").await;
        assert!(self.browser.url().await.ends_with("/other"));
        self.browser.close_tab(&first).await;
        // The first tab answers a step that is over, and goes where it was going.
        self.type_password(crate::cast::PASSWORD).await;
        self.landed("ada@example.com").await;
    }

    /// Lunch takes longer than a password may: the sign-in begins anew, says so, and ends where it was going.
    async fn waits_too_long(&self) {
        self.start().await;
        self.name("ada@example.com").await;
        self.step("challenge-authenticator").await;
        self.time_passes(3 * 60 * 60);
        self.browser
            .fill("input[type=password]", crate::cast::PASSWORD)
            .await;
        self.send("challenge-authenticator").await;
        self.step("identify").await;
        let note = self.browser.text(".note").await;
        assert!(note.contains("too long"), "{note}");
        self.name("ada@example.com").await;
        self.type_password(crate::cast::PASSWORD).await;
        self.landed("ada@example.com").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloads_tabs_and_second_thoughts_lose_nothing() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.reloads_after_each_step().await;
        cast.goes_back().await;
        cast.changes_her_mind().await;
        cast.two_tabs().await;
        cast.waits_too_long().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_org_that_is_busy_is_waited_for() {
    let busy = |settings: &mut interlock::engine::Settings| settings.org.safe_mode_polls = 2;
    told(busy, as_it_is, async |cast: &Cast<'_>| {
        cast.go("/reports?year=2024").await;
        cast.titled("Please wait a moment").await;
        for _ in 0..2 {
            cast.time_passes(30);
            cast.browser
                .find("main form[data-remediation=poll], [data-field=identifier]")
                .await;
            cast.look_again("poll").await;
        }
        cast.step("identify").await;
        cast.name("ada@example.com").await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.landed("ada@example.com").await;
    })
    .await;
}
