//! What people do to sign in.

use http::StatusCode;

use super::{
    browser::{Browser, Reply},
    gateway::Gateway,
    page::Page,
};

pub const PASSWORD: &str = "correct horse battery staple";

/// From anywhere to the page that asks who somebody is.
pub async fn to_identify(browser: &mut Browser, target: &str) -> Page {
    browser.visit(target).await.expect_form("identify")
}

/// Names oneself, and gives the password where that is the next step.
pub async fn with_password(browser: &mut Browser, target: &str, person: &str) -> Reply {
    let identify = to_identify(browser, target).await;
    let password = browser
        .submit(&identify, "identify", &[("identifier", person)])
        .await;
    let password = password.expect_form("challenge-authenticator");
    password.expect_text(person);
    browser
        .submit(
            &password,
            "challenge-authenticator",
            &[("credentials.passcode", PASSWORD)],
        )
        .await
}

/// Ada, whose password is enough, signed in and at the app.
pub async fn ada(gateway: &Gateway) -> Browser {
    let mut browser = gateway.browser();
    let landed = with_password(&mut browser, "/", "ada@example.com").await;
    landed.expect(StatusCode::OK);
    assert_eq!(
        landed.echoed("x-auth-request-email").as_deref(),
        Some("ada@example.com")
    );
    browser
}

/// Says yes on the page that asks whether to sign out.
pub async fn sign_out(browser: &mut Browser) -> Reply {
    let confirm = browser.get("/.interlock/sign-out").await.page();
    let mut forms = confirm.forms.iter();
    let form = forms.find(|form| form.remediation.is_none()).unwrap();
    let reply = browser.post(&confirm, form, &[]).await;
    reply.expect(StatusCode::SEE_OTHER);
    reply
}
