//! CAPTCHAs: the org's own, solved by the page's script, and stand-ins for hCaptcha and reCAPTCHA at the engine's origin.

use interlock::engine::{CaptchaKind, CaptchaSettings, CaptchaStep, Settings};

use crate::{
    cast::{Cast, as_it_is, told_with},
    support::{engine::Engine, gateway::Plan},
};

fn asks(kind: CaptchaKind) -> impl Fn(&mut Settings) {
    use CaptchaStep::{Identify, Recovery, Registration};
    move |settings| {
        settings.org.captcha = Some(CaptchaSettings {
            kind,
            steps: vec![Identify, Recovery, Registration],
            work: 20_000,
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_orgs_own_captcha_is_solved_by_the_page() {
    told_with(
        true,
        asks(CaptchaKind::Altcha),
        as_it_is,
        async |cast: &Cast<'_>| {
            // Sent before it is solved, or after: the person need not care.
            cast.start().await;
            cast.name("ada@example.com").await;
            cast.type_password("wrong horse").await;
            cast.browser.find("#problem").await;
            cast.type_password(crate::cast::PASSWORD).await;
            cast.landed("ada@example.com").await;

            cast.start().await;
            cast.browser
                .wait_for_text("[data-captcha]", "The check has passed")
                .await;
            // Each is good once: the answer that comes back is asked with a new one.
            cast.name("nobody@example.com").await;
            cast.browser.find(".note, #problem").await;
            cast.name("grace@example.com").await;
            cast.step("challenge-authenticator").await;
            cast.clean().await;
            assert_eq!(cast.engine.calls("idx/captcha/challenge"), 3);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_a_captcha_is_said_and_there_are_other_ways() {
    told_with(
        false,
        asks(CaptchaKind::Altcha),
        as_it_is,
        async |cast: &Cast<'_>| {
            cast.start().await;
            let said = cast.browser.text("main").await;
            assert!(said.contains("needs JavaScript"), "{said}");
            cast.name("ada@example.com").await;
            cast.browser
                .wait_for_text("#problem", "This step needs JavaScript")
                .await;
            assert_eq!(
                cast.browser.value("[data-field=identifier]").await,
                "ada@example.com"
            );
            assert_eq!(cast.engine.calls("idx/identify"), 0, "nothing was sent");
            cast.browser
                .click("main a[data-remediation=redirect-idp]")
                .await;
            cast.browser
                .click("button[name=account][value='dennis@example.com']")
                .await;
            cast.landed("dennis@example.com").await;
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_third_partys_captcha_is_shown_where_it_is_configured() {
    for (kind, name) in [
        (CaptchaKind::Hcaptcha, "hcaptcha"),
        (CaptchaKind::RecaptchaV2, "recaptcha"),
    ] {
        let plan = |plan: Plan, engine: &Engine| {
            let engine = engine.org_issuer();
            plan.more(&format!(
                "[sign_in.captcha]\n{name} = \"{engine}/captcha/api.js\""
            ))
        };
        told_with(true, asks(kind), plan, async |cast: &Cast<'_>| {
            cast.start().await;
            // Not passed yet: nothing is sent.
            cast.name("ada@example.com").await;
            cast.browser
                .wait_for_text("#problem", "This step needs")
                .await;
            cast.browser
                .click_in_frame("[data-captcha] iframe", "button")
                .await;
            cast.browser
                .wait_for_value("input[data-field$=captchaToken]")
                .await;
            cast.name("ada@example.com").await;
            cast.type_password(crate::cast::PASSWORD).await;
            cast.landed("ada@example.com").await;
        })
        .await;
    }
    // Where it is not configured, the page says so, loads nothing, and offers the other ways.
    told_with(
        true,
        asks(CaptchaKind::Hcaptcha),
        as_it_is,
        async |cast: &Cast<'_>| {
            cast.start().await;
            cast.browser
                .wait_for_text("main", "isn’t set up here")
                .await;
            assert!(!cast.browser.has("script[src^=http]").await);
            assert!(cast.browser.has("a[data-remediation=redirect-idp]").await);
            cast.clean().await;
        },
    )
    .await;
}
