//! What people do to sign in.

use http::StatusCode;

use super::{
    browser::{Browser, Reply},
    page::Page,
};

pub const PASSWORD: &str = "correct horse battery staple";

/// From anywhere to the page that asks who somebody is.
pub async fn to_identify(browser: &mut Browser, target: &str) -> Page {
    browser.visit(target).await.expect_form("identify")
}

/// Names oneself to the page that asks who somebody is, which asks for the password next.
pub async fn named(browser: &mut Browser, identify: &Page, person: &str) -> Page {
    let next = browser
        .submit(identify, "identify", &[("identifier", person)])
        .await;
    next.expect_form("challenge-authenticator")
}

/// From anywhere to the page that asks this person for the password.
pub async fn to_password(browser: &mut Browser, target: &str, person: &str) -> Page {
    let identify = to_identify(browser, target).await;
    named(browser, &identify, person).await
}

/// Gives a password, or a code.
pub async fn give(browser: &mut Browser, challenge: &Page, passcode: &str) -> Reply {
    let answers = [("credentials.passcode", passcode)];
    browser
        .submit(challenge, "challenge-authenticator", &answers)
        .await
}

/// Names oneself, and gives the password.
pub async fn with_password(browser: &mut Browser, target: &str, person: &str) -> Reply {
    let password = to_password(browser, target, person).await;
    password.expect_text(person);
    give(browser, &password, PASSWORD).await
}

/// Past the question whether to send a code, where the engine asks it.
pub async fn past_sending(browser: &mut Browser, mut reply: Reply) -> Page {
    let page = reply.page();
    if page.has_form("authenticator-verification-data") {
        reply = browser
            .submit(&page, "authenticator-verification-data", &[])
            .await;
    }
    reply.expect_form("challenge-authenticator")
}

/// Ada, whose password is enough, signed in and at the app.
pub async fn ada(at: impl Into<Browser>) -> Browser {
    let mut browser = at.into();
    let landed = with_password(&mut browser, "/", "ada@example.com").await;
    landed.expect_person("ada@example.com");
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
