//! Okta Verify on the device: found on loopback, opened by a link, or asked through Apple's extension, with the engine as
//! the app. Without scripts, and where no app answers, the sign-in goes on by name.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use interlock::engine::{DeviceReach, FastPassSettings, Fault, Settings};
use serde_json::json;

use crate::{
    cast::{Cast, PASSWORD, as_it_is, default_people, told, told_with},
    support::{browser::Browser, gateway::free_address, wait::until},
};

const EVELYN: &str = "evelyn@example.com";
/// Whose device signs as a factor.
const GRETE: &str = "grete@example.com";
/// How the engine names what waiting pages lead to.
const POLL: &str = "idx/authenticators/poll";
const CHOICE: &str = "select-authenticator-authenticate";

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
    async fn polled(&self, poll: &str) {
        self.time_passes(10);
        self.look_again(poll).await;
    }

    /// Opens the app by the page's link, as if it were in another window.
    async fn open_the_app(&self) {
        let link = self.browser.property("main a.button", "href").await;
        let first = self.browser.window().await;
        self.browser.new_tab().await;
        self.browser.go(&link).await;
        self.browser.wait_for_text("body", "Done").await;
        self.browser.close_tab(&first).await;
    }

    /// Has this device sign, as the second factor.
    async fn by_device(&self) {
        self.password(GRETE).await;
        self.choose(CHOICE, "Okta FastPass").await;
    }

    /// Back at the choice, and on by another method.
    async fn by_mail(&self) {
        self.step(CHOICE).await;
        self.choose(CHOICE, "Email").await;
        self.have_it_sent().await;
        self.emailed(GRETE, "challenge-authenticator").await;
        self.landed(GRETE).await;
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
            cast.open_the_app().await;
            cast.polled("device-challenge-poll").await;
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
        cast.polled("device-challenge-poll").await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_factor_the_device_signs_or_another_method_is_taken() {
    told(default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.by_device().await;
        if !cast.script {
            cast.browser.wait_for_text("main", "needs JavaScript").await;
            cast.aside("cancel-polling").await;
            cast.by_mail().await;
            return;
        }
        cast.landed(GRETE).await;

        // The app made another key, which the org does not know: what it signs proves nothing.
        cast.engine.control.replace_device_key(GRETE);
        cast.by_device().await;
        cast.browser
            .wait_for_text("#problem", "isn't one that was set up")
            .await;
        assert_eq!(cast.engine.calls("device/challenge"), 2, "signed once each");
        cast.by_mail().await;
    })
    .await;
    // The org does not hear of it at once: the page waits for it, and has nothing signed again.
    told_with(true, default_people, as_it_is, async |cast: &Cast<'_>| {
        cast.engine.control.break_next(POLL, Fault::Drop, 1);
        cast.by_device().await;
        until("the engine is asked", || async {
            (cast.engine.calls(POLL) > 0).then_some(())
        })
        .await;
        cast.time_passes(20);
        // Who comes back to the page has it look again.
        cast.browser
            .run("document.dispatchEvent(new Event('visibilitychange'))")
            .await;
        cast.landed(GRETE).await;
        assert_eq!(cast.engine.calls("device/challenge"), 1);
    })
    .await;
    // Nobody listens there.
    let nobody = [free_address().port()];
    let nowhere = reached(DeviceReach::Loopback, None, &nobody);
    told_with(true, nowhere, as_it_is, async |cast: &Cast<'_>| {
        cast.by_device().await;
        cast.by_mail().await;
        assert_eq!(cast.engine.calls("idx/authenticators/poll/cancel"), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_factor_the_app_is_opened_by_a_link_or_says_nothing_for_too_long() {
    for reach in [DeviceReach::AppLink, DeviceReach::UniversalLink] {
        let settings = reached(reach, None, &[]);
        told(settings, as_it_is, async |cast: &Cast<'_>| {
            cast.by_device().await;
            cast.titled("Open Okta Verify").await;
            cast.open_the_app().await;
            cast.polled("challenge-poll").await;
            cast.landed(GRETE).await;
        })
        .await;
    }
    let settings = reached(DeviceReach::CustomUri, None, &[]);
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        cast.by_device().await;
        cast.titled("Open Okta Verify").await;
        let link = cast.browser.property("main a.button", "href").await;
        cast.app_opens(&link).await;
        cast.polled("challenge-poll").await;
        cast.landed(GRETE).await;

        cast.by_device().await;
        cast.titled("Open Okta Verify").await;
        // The sign-in itself stays open for as long as the page asks.
        for _ in 0..2 {
            let polls = cast.engine.calls(POLL);
            cast.time_passes(160);
            cast.look_again("challenge-poll").await;
            until("the engine is asked", || async {
                (cast.engine.calls(POLL) > polls).then_some(())
            })
            .await;
        }
        cast.browser
            .wait_for_text("#problem", "didn't answer in time")
            .await;
        cast.by_mail().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_managed_browser_tells_of_its_device_in_a_frame() {
    let settings = reached(DeviceReach::ChromeDtc, Some(EVELYN), &[]);
    told(settings, as_it_is, async |cast: &Cast<'_>| {
        cast.launch("Checking this device").await;
        // What it says stands there once it has told.
        cast.browser.click_in_frame("main iframe", "p").await;
        cast.polled("device-challenge-poll").await;
        cast.landed(EVELYN).await;
    })
    .await;
}
