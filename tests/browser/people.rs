//! Each of the seven people signs in, with scripts and without.

use crate::cast::{Cast, as_it_is, default_people, told};

const SELECT: &str = "select-authenticator-authenticate";

impl Cast<'_> {
    /// What the other checks rely on: a violation would be seen, and scripts run or don't.
    async fn controls(&self) {
        let page = "data:text/html,<p id=p>off</p><script>p.textContent='on'</script>";
        self.browser.go(page).await;
        let said = self.browser.text("p").await;
        assert_eq!(said, if self.script { "on" } else { "off" });
        self.start().await;
        self.browser
            .run("document.head.append(Object.assign(document.createElement('style'), { textContent: 'p{}' }))")
            .await;
        let console = self.browser.console().await;
        let complains = |line: &String| line.contains("Content Security Policy");
        assert!(console.iter().any(complains), "{console:?}");
    }

    async fn alan_by(&self, method: &str) {
        self.password("alan@example.com").await;
        self.choose(SELECT, method).await;
        self.have_it_sent().await;
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
                    self.time_passes(60);
                    self.engine.totp()
                }
            };
            self.code(&code, "challenge-authenticator").await;
        }
        self.landed("alan@example.com").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_signs_in_as_their_policy_asks() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.controls().await;
        cast.password("ada@example.com").await;
        cast.landed("ada@example.com").await;

        cast.password("grace@example.com").await;
        cast.have_it_sent().await;
        cast.emailed("grace@example.com", "challenge-authenticator")
            .await;
        cast.landed("grace@example.com").await;

        for method in ["Email", "Phone", "Authenticator", "Question"] {
            cast.alan_by(method).await;
        }

        cast.start().await;
        cast.name("donald@example.com").await;
        cast.have_it_sent().await;
        cast.emailed("donald@example.com", "challenge-authenticator")
            .await;
        cast.landed("donald@example.com").await;

        cast.password("barbara@example.com").await;
        cast.titled("We can’t continue").await;
        cast.browser.forget_cookies().await;

        cast.password("niklaus@example.com").await;
        cast.choose("select-authenticator-enroll", "Email").await;
        cast.emailed("niklaus@example.com", "enroll-authenticator")
            .await;
        cast.landed("niklaus@example.com").await;

        cast.password("edsger@example.com").await;
        cast.new_password("reenroll-authenticator").await;
        cast.landed("edsger@example.com").await;
    })
    .await;
}
