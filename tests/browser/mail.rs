//! The link in a mail: in the same browser, in another, and with the question whether it was oneself.

use interlock::engine::Settings;

use crate::{
    cast::{Cast, as_it_is, default_people, told},
    support::webdriver::Look,
};

impl Cast<'_> {
    async fn grace_waits_for_mail(&self) -> String {
        self.password("grace@example.com").await;
        self.have_it_sent().await;
        self.browser.find("[autocomplete=one-time-code]").await;
        let mail = self.engine.mail_for("grace@example.com").await;
        mail["link"].as_str().unwrap().to_owned()
    }

    /// The first tab sees that its step is over: by itself, or when asked to look.
    async fn goes_on(&self) {
        self.time_passes(10);
        if !self.script {
            // The page may have looked by itself, and be gone.
            self.browser
                .click_if_there("form[data-remediation=poll] button")
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_emailed_link_signs_in_the_browser_that_began_and_no_other() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        let link = cast.grace_waits_for_mail().await;
        let first = cast.browser.window().await;
        cast.browser.new_tab().await;
        cast.browser.go(&link).await;
        let said = cast.browser.text("pre").await;
        assert!(said.contains("grace@example.com"), "{said}");
        cast.browser.close_tab(&first).await;
        cast.goes_on().await;
        cast.landed("grace@example.com").await;

        // Another browser shows the code, and is signed in nowhere.
        let link = cast.grace_waits_for_mail().await;
        let other = cast
            .driver
            .open(Look {
                script: cast.script,
                ..Look::default()
            })
            .await;
        other.go(&link).await;
        other
            .wait_for_text("h1", "Enter this code where you started")
            .await;
        let code = other.text(".number").await;
        other
            .go(&format!("{}/reports?year=2024", cast.origin))
            .await;
        other.find("[data-field=identifier]").await;
        assert!(!other.has("pre").await);
        other.close().await;
        cast.code(&code, "challenge-authenticator").await;
        cast.landed("grace@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_follows_a_link_is_asked_whether_it_was_them() {
    let settings = |settings: &mut Settings| settings.org.email_consent = true;
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        for (answer, goes_on) in [("yes", true), ("no", false)] {
            let link = cast.grace_waits_for_mail().await;
            let other = cast
                .driver
                .open(Look {
                    script: cast.script,
                    ..Look::default()
                })
                .await;
            other.go(&link).await;
            other
                .click(&format!("button[name=consent][value={answer}]"))
                .await;
            other.find("p").await;
            other
                .go(&format!("{}/reports?year=2024", cast.origin))
                .await;
            other.find("[data-field=identifier]").await;
            other.close().await;
            cast.goes_on().await;
            if goes_on {
                cast.landed("grace@example.com").await;
            } else {
                cast.titled("We can’t continue").await;
                cast.clean().await;
            }
        }
    })
    .await;
}
