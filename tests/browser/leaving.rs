//! Out to an identity provider, to the choice of smart cards, to a vendor that checks papers, and back.

use interlock::engine::Settings;

use crate::cast::{Cast, as_it_is, default_people, told};

const CHOICE: &str = "select-authenticator-authenticate";

impl Cast<'_> {
    /// Leaves for the provider; its page is of another site.
    async fn leave(&self) {
        self.browser
            .click("main a[data-remediation=redirect-idp]")
            .await;
        self.browser.find("button[name=account]").await;
    }

    /// Leaves by this link, and says this at the other end.
    async fn out(&self, link: &str, button: &str) {
        let link = format!("main a[data-remediation={link}]");
        self.browser.click(&link).await;
        self.browser.click(&format!("button[{button}]")).await;
    }

    async fn say(&self, account: &str) {
        self.browser
            .click(&format!("button[name=account][value='{account}']"))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_provider_signs_in_or_sends_back() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.start().await;
        cast.leave().await;
        cast.say("dennis@example.com").await;
        cast.landed("dennis@example.com").await;

        // The provider's word is not enough: the sign-in goes on here.
        cast.start().await;
        cast.leave().await;
        cast.say("ken@example.com").await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.landed("ken@example.com").await;

        // As a second factor.
        cast.password("ken@example.com").await;
        cast.leave().await;
        cast.say("ken@example.com").await;
        cast.landed("ken@example.com").await;

        // Somebody the org does not know: said, and the way is not taken again by itself.
        cast.start().await;
        cast.leave().await;
        cast.say("stranger@elsewhere.example").await;
        cast.step("identify").await;
        cast.browser.find("#problem").await;
        cast.name("ada@example.com").await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.landed("ada@example.com").await;

        // Gone away without a word.
        cast.start().await;
        cast.leave().await;
        cast.browser.click("button[name=cancel]").await;
        cast.titled("Sign-in was not completed").await;
        cast.follow("Start again").await;
        cast.step("identify").await;
        cast.clean().await;

        // Back by the browser's button.
        cast.start().await;
        cast.leave().await;
        cast.browser.back().await;
        cast.step("identify").await;
        cast.browser.reload().await;
        cast.name("ada@example.com").await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.landed("ada@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_smart_card_signs_in_and_a_wrong_one_is_told() {
    let offered = |settings: &mut Settings| settings.org.smart_card_on_identify = true;
    told(offered, as_it_is, async |cast: &Cast<'_>| {
        cast.start().await;
        cast.out("piv-idp", "value='stranger@elsewhere.example'")
            .await;
        cast.step("identify").await;
        cast.browser
            .wait_for_text("#problem", "Authentication failed")
            .await;
        cast.out("piv-idp", "value='sofia@example.com'").await;
        cast.landed("sofia@example.com").await;

        // As a second factor: only the person's own.
        cast.password("ida@example.com").await;
        cast.choose(CHOICE, "Smart Card").await;
        cast.out("redirect-idp", "value='sofia@example.com'").await;
        cast.browser
            .wait_for_text("#problem", "Authentication failed")
            .await;
        cast.out("redirect-idp", "value='ida@example.com'").await;
        cast.landed("ida@example.com").await;

        // Set up for the first time.
        cast.password("emmy@example.com").await;
        cast.choose("select-authenticator-enroll", "Smart Card")
            .await;
        cast.out("redirect-idp", "value='emmy@example.com'").await;
        cast.landed("emmy@example.com").await;

        // Without a card there is another way.
        cast.password("ida@example.com").await;
        cast.choose(CHOICE, "Smart Card").await;
        cast.follow("Verify with something else").await;
        cast.choose(CHOICE, "Email").await;
        cast.have_it_sent().await;
        cast.emailed("ida@example.com", "challenge-authenticator")
            .await;
        cast.landed("ida@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_are_checked_by_a_vendor_once() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.password("rosalind@example.com").await;
        cast.titled("Verify your identity").await;
        cast.out("redirect-idverify", "value=fail").await;
        cast.browser
            .wait_for_text("#problem", "could not be verified")
            .await;
        cast.out("redirect-idverify", "value=pass").await;
        cast.landed("rosalind@example.com").await;
        cast.password("rosalind@example.com").await;
        cast.landed("rosalind@example.com").await;
    })
    .await;
}
