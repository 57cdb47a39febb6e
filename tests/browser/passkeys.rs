//! Passkeys and security keys, with the browser's virtual authenticator; without scripts there is another way.

use interlock::engine::Settings;
use serde_json::{Value, json};

use crate::cast::{Cast, as_it_is, default_people, told_with};

/// PKCS #8; see the engine's default people.
const ALANS_PRIVATE_KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcsaGnbt6JQhv0Ad2vgWpsE8EFmPqtONarPx7bkfz\
tVGhRANCAASg7Yuli43+SWkAXf63Dzja9Q010m/BsQAgwz7aKx4qoysX7DYQs8SakrDeNa7vyRBrEr1C/5pYlecvU6l3Yyb7";
const ENROLL: &str = "select-authenticator-enroll";
const MARY: &str = "mary@example.com";

impl Cast<'_> {
    /// Plugs a key in, one that finds passkeys by itself, and returns its name.
    pub(crate) async fn plug_in(&self) -> String {
        self.browser
            .devtools("WebAuthn.enable", json!({ "enableUI": false }))
            .await;
        let options = json!({ "options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true,
        } });
        let made = self
            .browser
            .devtools("WebAuthn.addVirtualAuthenticator", options)
            .await;
        made["authenticatorId"].as_str().unwrap().to_owned()
    }

    /// Whether somebody touches the key when it is asked.
    async fn touch(&self, key: &str, enabled: bool) {
        let touch = json!({ "authenticatorId": key, "enabled": enabled });
        self.browser
            .devtools("WebAuthn.setAutomaticPresenceSimulation", touch)
            .await;
    }

    async fn unplug(&self, key: &str) {
        self.browser
            .devtools(
                "WebAuthn.removeVirtualAuthenticator",
                json!({ "authenticatorId": key }),
            )
            .await;
    }

    async fn passkeys_in(&self, key: &str) -> Value {
        let held = self
            .browser
            .devtools("WebAuthn.getCredentials", json!({ "authenticatorId": key }))
            .await;
        held["credentials"].clone()
    }

    async fn mary_creates_a_passkey(&self) {
        self.password(MARY).await;
        self.choose(ENROLL, "Security Key").await;
        self.step("enroll-authenticator").await;
        self.browser.click("button[data-start]").await;
        self.landed(MARY).await;
    }

    /// What the status line of a ceremony says, once it says something.
    async fn told_on_the_page(&self, text: &str) {
        self.browser.wait_for_text("[data-status]", text).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_made_and_signs_in_with_and_without_a_name() {
    told_with(true, default_people, as_it_is, async |cast: &Cast<'_>| {
        let key = cast.plug_in().await;
        cast.mary_creates_a_passkey().await;
        assert_eq!(
            cast.passkeys_in(&key).await.as_array().map(Vec::len),
            Some(1)
        );

        // Behind the name's field: the browser offers it by itself, and the virtual key accepts.
        cast.go("/reports?year=2024").await;
        cast.landed(MARY).await;

        // By the button; the request that waits behind the field gives way to it.
        cast.touch(&key, false).await;
        cast.start().await;
        assert!(
            cast.browser
                .has("[data-field=identifier][autocomplete='username webauthn']")
                .await
        );
        cast.touch(&key, true).await;
        cast.browser
            .click("form[data-remediation=launch-passkeys-authenticator] button")
            .await;
        cast.landed(MARY).await;

        // With the name first.
        cast.touch(&key, false).await;
        cast.start().await;
        cast.name(MARY).await;
        cast.choose("select-authenticator-authenticate", "Security Key")
            .await;
        cast.step("challenge-authenticator").await;
        cast.touch(&key, true).await;
        cast.browser.click("button[data-start]").await;
        cast.landed(MARY).await;
        cast.unplug(&key).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_that_is_refused_or_missing_leaves_the_other_ways() {
    told_with(true, default_people, as_it_is, async |cast: &Cast<'_>| {
        let key = cast.plug_in().await;
        cast.mary_creates_a_passkey().await;
        cast.unplug(&key).await;
        // Another key, which does not hold it.
        let other = cast.plug_in().await;
        cast.start().await;
        cast.name(MARY).await;
        cast.choose("select-authenticator-authenticate", "Security Key")
            .await;
        cast.step("challenge-authenticator").await;
        cast.browser.click("button[data-start]").await;
        cast.told_on_the_page("That didn’t work").await;
        assert_eq!(cast.browser.text("button[data-start]").await, "Try again");
        assert!(cast.browser.has("button[data-start]:focus").await);
        cast.follow("Verify with something else").await;
        cast.choose("select-authenticator-authenticate", "Password")
            .await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.landed(MARY).await;
        cast.unplug(&other).await;

        // One that is set up already is not made a second time, and nothing forces anybody to.
        let person = "niklaus@example.com";
        let key = cast.plug_in().await;
        cast.touch(&key, false).await;
        cast.password(person).await;
        cast.choose(ENROLL, "Security Key").await;
        cast.step("enroll-authenticator").await;
        cast.browser.click("button[data-start]").await;
        cast.unplug(&key).await;
        cast.follow("Set up something else").await;
        cast.choose(ENROLL, "Email").await;
        cast.emailed(person, "enroll-authenticator").await;
        cast.landed(person).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alan_has_a_security_key_whose_private_part_is_known() {
    told_with(true, default_people, as_it_is, async |cast: &Cast<'_>| {
        let key = cast.plug_in().await;
        let credential = json!({ "authenticatorId": key, "credential": {
            "credentialId": "YWxhbidzIHNlY3VyaXR5IGtleQ==", "rpId": "localhost", "signCount": 0,
            "isResidentCredential": false, "privateKey": ALANS_PRIVATE_KEY,
        } });
        cast.browser
            .devtools("WebAuthn.addCredential", credential)
            .await;
        cast.password("alan@example.com").await;
        cast.choose("select-authenticator-authenticate", "Security Key")
            .await;
        cast.step("challenge-authenticator").await;
        cast.browser.click("button[data-start]").await;
        cast.landed("alan@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_of_another_domain_is_said_to_be_of_no_use_here() {
    let elsewhere = |settings: &mut Settings| {
        settings.org.passkey_domain = Some("example.com".to_owned());
    };
    told_with(true, elsewhere, as_it_is, async |cast: &Cast<'_>| {
        cast.plug_in().await;
        cast.password("alan@example.com").await;
        cast.choose("select-authenticator-authenticate", "Security Key")
            .await;
        cast.step("challenge-authenticator").await;
        cast.browser.click("button[data-start]").await;
        cast.told_on_the_page("Passkeys can’t be used at this address")
            .await;
        cast.follow("Verify with something else").await;
        cast.choose("select-authenticator-authenticate", "Question")
            .await;
        cast.browser
            .fill("[data-field='credentials.answer']", "blue")
            .await;
        cast.send("challenge-authenticator").await;
        cast.landed("alan@example.com").await;

        cast.password("mary@example.com").await;
        cast.choose(ENROLL, "Security Key").await;
        cast.step("enroll-authenticator").await;
        cast.browser.click("button[data-start]").await;
        cast.told_on_the_page("Passkeys can’t be used at this address")
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_a_passkey_page_says_so_and_offers_another_way() {
    told_with(false, default_people, as_it_is, async |cast: &Cast<'_>| {
        let person = "niklaus@example.com";
        cast.password(person).await;
        cast.choose(ENROLL, "Security Key").await;
        cast.step("enroll-authenticator").await;
        let said = cast.browser.text("main").await;
        assert!(said.contains("This step needs JavaScript"), "{said}");
        let start = cast
            .browser
            .run("return document.querySelector('[data-start]').hidden")
            .await;
        assert_eq!(start, true, "no button that would do nothing");
        cast.follow("Set up something else").await;
        cast.choose(ENROLL, "Email").await;
        cast.emailed(person, "enroll-authenticator").await;
        cast.landed(person).await;
    })
    .await;
}
