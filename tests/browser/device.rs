//! Okta Verify on the device: found on loopback, opened by a link, or asked through Apple's extension, with the engine as
//! the app. Without scripts, and where no app answers, the sign-in goes on by name.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use interlock::engine::{DeviceReach, FastPassSettings, Settings};
use serde_json::json;

use crate::{
    cast::{Cast, PASSWORD, as_it_is, told, told_with},
    support::{browser::Browser, gateway::free_address},
};

const EVELYN: &str = "evelyn@example.com";

fn reached(reach: DeviceReach, owner: Option<&str>, ports: &[u16]) -> impl Fn(&mut Settings) {
    let fast_pass = FastPassSettings {
        reach,
        owner: owner.map(str::to_owned),
        ports: ports.to_vec(),
    };
    move |settings| settings.org.fast_pass = Some(fast_pass.clone())
}

impl Cast<'_> {
    /// To the step that reaches for the app, which is called so.
    async fn launch(&self, title: &str) {
        self.start().await;
        self.aside("launch-authenticator").await;
        self.titled(title).await;
    }

    /// The other way: by name, once the person is back at the beginning.
    async fn by_name(&self) {
        self.step("identify").await;
        self.name("ada@example.com").await;
        self.type_password(PASSWORD).await;
        self.landed("ada@example.com").await;
    }

    /// The page asks again, by itself or by its button.
    async fn polled(&self) {
        self.time_passes(10);
        if !self.script {
            self.send("device-challenge-poll").await;
        }
    }

    /// What the app does when its own scheme is opened.
    async fn app_opens(&self, link: &str) {
        let (_, request) = link.split_once("challengeRequest=").unwrap();
        let mut fields = HeaderMap::new();
        fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        let body = Bytes::from(json!({ "challengeRequest": request }).to_string());
        Browser::at(self.engine.org_issuer())
            .send(Method::POST, "/challenge", fields, body)
            .await
            .expect(StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_app_is_found_on_loopback_or_left_out() {
    let settings = reached(DeviceReach::Loopback, Some(EVELYN), &[]);
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        if cast.script {
            cast.start().await;
            cast.aside("launch-authenticator").await;
            cast.landed(EVELYN).await;
        } else {
            cast.launch("Checking this device").await;
            cast.browser.wait_for_text("main", "needs JavaScript").await;
            cast.aside("cancel-polling").await;
            cast.by_name().await;
        }
    })
    .await;
    // Nobody listens there; or the app answers that it knows nobody. Scripts find out by themselves.
    let nowhere = free_address().port();
    for settings in [
        reached(DeviceReach::Loopback, Some(EVELYN), &[nowhere]),
        reached(DeviceReach::Loopback, None, &[]),
    ] {
        told_with(true, settings, as_it_is, async |cast: &Cast<'_>| {
            cast.start().await;
            cast.aside("launch-authenticator").await;
            cast.by_name().await;
            assert_eq!(cast.engine.calls("idx/authenticators/poll/cancel"), 1);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_opens_the_app() {
    for (script, reach) in [
        (true, DeviceReach::AppLink),
        (false, DeviceReach::UniversalLink),
    ] {
        let settings = reached(reach, Some(EVELYN), &[]);
        told_with(script, settings, as_it_is, async |cast: &Cast<'_>| {
            cast.launch("Open Okta Verify").await;
            let link = cast.browser.property("main a.button", "href").await;
            let first = cast.browser.window().await;
            cast.browser.new_tab().await;
            cast.browser.go(&link).await;
            cast.browser.wait_for_text("body", "Done").await;
            cast.browser.close_tab(&first).await;
            cast.polled().await;
            cast.landed(EVELYN).await;
        })
        .await;
    }
    let settings = reached(DeviceReach::CustomUri, Some(EVELYN), &[]);
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        cast.launch("Open Okta Verify").await;
        let link = cast.browser.property("main a.button", "href").await;
        assert!(link.starts_with("com-okta-authenticator:/"), "{link}");
        cast.app_opens(&link).await;
        cast.polled().await;
        cast.landed(EVELYN).await;

        // Without the app.
        cast.launch("Open Okta Verify").await;
        cast.aside("cancel-polling").await;
        cast.by_name().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apples_extension_answers_where_the_browser_goes_and_not_what_the_gateway_posts() {
    told(
        reached(DeviceReach::SsoGet, Some(EVELYN), &[]),
        as_it_is,
        async |cast: &Cast<'_>| {
            cast.launch("Checking this device").await;
            cast.browser
                .click("main a[data-remediation=device-apple-sso-extension]")
                .await;
            cast.landed(EVELYN).await;
        },
    )
    .await;
    told(
        reached(DeviceReach::SsoGet, None, &[]),
        as_it_is,
        async |cast: &Cast<'_>| {
            cast.launch("Checking this device").await;
            cast.browser
                .click("main a[data-remediation=device-apple-sso-extension]")
                .await;
            cast.by_name().await;
        },
    )
    .await;
    told(
        reached(DeviceReach::SsoPost, Some(EVELYN), &[]),
        as_it_is,
        async |cast: &Cast<'_>| {
            cast.launch("Checking this device").await;
            cast.send("device-apple-sso-extension").await;
            cast.by_name().await;
        },
    )
    .await;
}
