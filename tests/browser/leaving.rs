//! Out to an identity provider, and back.

use crate::cast::{Cast, as_it_is, default_people, told};

impl Cast<'_> {
    /// Leaves for the provider; its page is of another site.
    async fn leave(&self) {
        self.browser
            .click("main a[data-remediation=redirect-idp]")
            .await;
        self.browser.find("button[name=account]").await;
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
