//! Getting an account, and getting back into one: registration, recovery, unlocking, activation of a device.

use interlock::engine::Settings;
use serde_json::Value;

use crate::{
    cast::{Cast, NEW_PASSWORD, as_it_is, default_people, told},
    support::{browser::Browser, engine::Engine, gateway::Plan},
};

impl Cast<'_> {
    async fn registers(&self) {
        let email = "sofja@example.com";
        self.start().await;
        self.aside("select-enroll-profile").await;
        self.step("enroll-profile").await;
        // What is missing is said at its field, and what was typed stays.
        self.browser
            .fill("[data-field='userProfile.firstName']", "Sofja")
            .await;
        self.send("enroll-profile").await;
        self.browser.find("#problem").await;
        let first = "[data-field='userProfile.firstName'][autocomplete=given-name]";
        assert_eq!(self.browser.value(first).await, "Sofja");
        self.browser
            .fill("[data-field='userProfile.lastName']", "Kowalewskaja")
            .await;
        self.browser
            .fill("[data-field='userProfile.email']", email)
            .await;
        self.send("enroll-profile").await;
        self.choose("select-authenticator-enroll", "Password").await;
        self.new_password("enroll-authenticator").await;
        self.choose("select-authenticator-enroll", "Email").await;
        self.emailed(email, "enroll-authenticator").await;
        // What is left is optional.
        self.step("select-authenticator-enroll").await;
        self.aside("skip").await;
        self.landed(email).await;

        self.start().await;
        self.name(email).await;
        self.type_password(NEW_PASSWORD).await;
        self.landed(email).await;

        // Who has an account already goes back.
        self.start().await;
        self.aside("select-enroll-profile").await;
        self.step("enroll-profile").await;
        self.follow("Sign in instead").await;
        self.browser.find("[data-field=identifier]").await;
        self.clean().await;
    }

    async fn recovers(&self) {
        self.start().await;
        self.name("ada@example.com").await;
        self.step("challenge-authenticator").await;
        self.aside("recover").await;
        self.have_it_sent().await;
        self.emailed("ada@example.com", "challenge-authenticator")
            .await;
        self.new_password("reset-authenticator").await;
        self.landed("ada@example.com").await;
        self.start().await;
        self.name("ada@example.com").await;
        self.type_password(NEW_PASSWORD).await;
        self.landed("ada@example.com").await;
    }

    async fn unlocks(&self) {
        self.start().await;
        self.aside("unlock-account").await;
        self.step("select-authenticator-unlock-account").await;
        self.browser
            .fill("[data-field=identifier]", "barbara@example.com")
            .await;
        self.choose("select-authenticator-unlock-account", "Email")
            .await;
        self.emailed("barbara@example.com", "challenge-authenticator")
            .await;
        self.titled("Done").await;
        self.browser.find("main a, main button").await;
        self.clean().await;
        self.password("barbara@example.com").await;
        self.landed("barbara@example.com").await;
    }

    async fn follows_a_link(&self, name: &str, token: &str) {
        let link = format!("/.interlock/sign-in?{name}={token}&rd=/reports%3Fyear%3D2024");
        self.go(&link).await;
        self.browser.find("main h1").await;
        let address = self.browser.url().await;
        assert!(!address.contains(token), "{address}");
    }

    /// What a device without a keyboard got, which now waits: its code for the person, and the one it polls with.
    async fn device(&self) -> (String, String) {
        let answer = self
            .oauth("device/authorize", &[("scope", "openid profile")])
            .await;
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (text("user_code"), text("device_code"))
    }

    async fn oauth(&self, endpoint: &str, fields: &[(&str, &str)]) -> Value {
        let mut pairs = vec![("client_id".to_owned(), "interlock-demo".to_owned())];
        let fields = fields.iter();
        pairs.extend(fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Browser::at(format!("http://{}", self.engine.address))
            .post_pairs(&format!("/oauth2/default/v1/{endpoint}"), &pairs)
            .await
            .json()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_made_recovered_and_unlocked() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.registers().await;
        cast.recovers().await;
        cast.unlocks().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_may_be_asked_beside_the_name_and_at_registration() {
    let settings = |settings: &mut Settings| {
        settings.org.password_on_identify = true;
        settings.org.password_on_registration = true;
    };
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        cast.start().await;
        cast.browser
            .fill("input[type=password]", crate::cast::PASSWORD)
            .await;
        cast.name("ada@example.com").await;
        cast.landed("ada@example.com").await;

        // Forgotten before anybody said who it is.
        cast.start().await;
        cast.aside("recover").await;
        cast.step("identify-recovery").await;
        cast.browser
            .fill("[data-field=identifier]", "ada@example.com")
            .await;
        cast.send("identify-recovery").await;
        cast.have_it_sent().await;
        cast.emailed("ada@example.com", "challenge-authenticator")
            .await;
        cast.new_password("reset-authenticator").await;
        cast.landed("ada@example.com").await;

        cast.start().await;
        cast.aside("select-enroll-profile").await;
        cast.step("enroll-profile").await;
        for (field, text) in [
            ("firstName", "Emmy"),
            ("lastName", "Noether"),
            ("email", "noether@example.com"),
        ] {
            let field = format!("[data-field='userProfile.{field}']");
            cast.browser.fill(&field, text).await;
        }
        cast.new_password("enroll-profile").await;
        cast.choose("select-authenticator-enroll", "Email").await;
        cast.emailed("noether@example.com", "enroll-authenticator")
            .await;
        cast.aside("skip").await;
        cast.landed("noether@example.com").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_link_resets_a_password_or_activates_an_account() {
    let plan = |plan: Plan, _: &Engine| plan.confidential();
    told(default_people, plan, async |cast: &Cast<'_>| {
        let ada = "ada@example.com";
        let token = cast.engine.control.recovery_token(ada).unwrap();
        cast.follows_a_link("recovery_token", &token).await;
        cast.emailed(ada, "challenge-authenticator").await;
        cast.new_password("reset-authenticator").await;
        cast.landed(ada).await;

        // It is good once.
        let again = format!("/.interlock/sign-in?recovery_token={token}");
        cast.go(&again).await;
        cast.titled("That request can’t be accepted").await;
        cast.clean().await;

        let john = "john@example.com";
        let token = cast.engine.control.activation_token(john).unwrap();
        cast.follows_a_link("activation_token", &token).await;
        cast.choose("select-authenticator-enroll", "Password").await;
        cast.new_password("enroll-authenticator").await;
        cast.choose("select-authenticator-enroll", "Email").await;
        cast.emailed(john, "enroll-authenticator").await;
        cast.aside("skip").await;
        cast.landed(john).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_without_a_keyboard_is_connected() {
    let plan = |plan: Plan, _: &Engine| plan.client("interlock-activate");
    told(default_people, plan, async |cast: &Cast<'_>| {
        let (user_code, device_code) = cast.device().await;
        cast.go("/reports?year=2024").await;
        cast.step("user-code").await;
        cast.browser
            .fill("[data-field=userCode]", "BCDF-GHJK")
            .await;
        cast.send("user-code").await;
        cast.browser.find("#problem").await;
        cast.browser
            .fill("[data-field=userCode]", &user_code.to_lowercase())
            .await;
        cast.send("user-code").await;
        cast.step("identify").await;
        cast.name("ada@example.com").await;
        cast.type_password(crate::cast::PASSWORD).await;
        cast.titled("Done").await;
        cast.clean().await;
        let grant = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device_code.as_str()),
        ];
        let tokens = cast.oauth("token", &grant).await;
        assert!(tokens["access_token"].is_string(), "{tokens}");
    })
    .await;
}
