//! Okta Verify on a telephone: set up, asked with a number to choose, refused, asked again, and by its code.

use crate::cast::{Cast, as_it_is, default_people, told};

const SELECT: &str = "select-authenticator-authenticate";
const KATHERINE: &str = "katherine@example.com";

impl Cast<'_> {
    /// In a second tab, at the telephone: presses the button that this selects. Comes back to the first.
    async fn on_the_phone(&self, button: &str) {
        let first = self.browser.window().await;
        self.browser.new_tab().await;
        self.browser
            .go(&format!("http://{}/phone", self.engine.address))
            .await;
        self.browser.click(button).await;
        self.browser.wait_for_text("body", "Done").await;
        self.browser.close_tab(&first).await;
        self.time_passes(10);
    }

    async fn asks_katherine(&self) -> String {
        self.password(KATHERINE).await;
        self.browser
            .find("form[data-remediation=authenticator-verification-data], form[data-remediation=select-authenticator-authenticate]")
            .await;
        if self
            .browser
            .has("form[data-remediation=authenticator-verification-data]")
            .await
        {
            self.choose("authenticator-verification-data", "push").await;
        } else {
            self.choose(SELECT, "push").await;
        }
        self.titled("Check your phone").await;
        let number = self.browser.text("p.number").await;
        let sentence = self.browser.text("main").await;
        assert!(
            sentence.contains(&format!("Your number is {number}")),
            "{sentence}"
        );
        number
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_approved_by_its_number_or_refused_and_sent_again() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        let number = cast.asks_katherine().await;
        cast.on_the_phone(&format!("button[name=number][value='{number}']"))
            .await;
        // Nobody touches the page: it looks by itself, without scripts as well.
        cast.landed(KATHERINE).await;

        // A wrong number refuses; another push brings another number.
        let number = cast.asks_katherine().await;
        cast.on_the_phone(&format!("button[name=number]:not([value='{number}'])"))
            .await;
        cast.look_again("challenge-poll").await;
        cast.titled("The push was not approved").await;
        cast.send("resend").await;
        cast.titled("Check your phone").await;
        let number = cast.browser.text("p.number").await;
        cast.on_the_phone(&format!("button[name=number][value='{number}']"))
            .await;
        cast.look_again("challenge-poll").await;
        cast.landed(KATHERINE).await;

        // No hand at the telephone's screen: its code does.
        cast.asks_katherine().await;
        cast.follow("Verify with something else").await;
        cast.choose(SELECT, "code").await;
        cast.time_passes(60);
        let code = cast.engine.totp_of("KRSXG5CTMVRXEZLU");
        cast.browser
            .fill("[data-field='credentials.totp']", &code)
            .await;
        cast.send("challenge-authenticator").await;
        cast.landed(KATHERINE).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn okta_verify_is_set_up_by_picture_and_by_mail() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        let steve = "steve@example.com";
        cast.password(steve).await;
        cast.choose("select-authenticator-enroll", "Okta Verify")
            .await;
        cast.step("enroll-poll").await;
        cast.browser.find("img[width='200']").await;
        cast.on_the_phone("form[action='/phone/pair'] button").await;
        cast.look_again("enroll-poll").await;
        cast.landed(steve).await;

        cast.engine.control.reset();
        cast.password(steve).await;
        cast.choose("select-authenticator-enroll", "Okta Verify")
            .await;
        cast.step("enroll-poll").await;
        cast.follow("another way").await;
        cast.choose("select-enrollment-channel", "Email").await;
        cast.step("enrollment-channel-data").await;
        cast.browser.fill("[data-field=email]", steve).await;
        cast.send("enrollment-channel-data").await;
        cast.step("enroll-poll").await;
        let mail = cast.engine.mail_for(steve).await;
        let first = cast.browser.window().await;
        cast.browser.new_tab().await;
        cast.browser.go(mail["link"].as_str().unwrap()).await;
        cast.browser.click("form button").await;
        cast.browser.wait_for_text("body", "Done").await;
        cast.browser.close_tab(&first).await;
        cast.time_passes(10);
        cast.look_again("enroll-poll").await;
        cast.landed(steve).await;
    })
    .await;
}
