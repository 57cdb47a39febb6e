//! People who sign in by the pages, use the app, and leave.

use http::StatusCode;

use super::{ROUNDS, exchange::signed_in, way::Way};
use crate::support::{
    browser::Browser,
    cases::CONNECTIONS,
    client::{Client, get},
    gateway::Plan,
    person::{PASSWORD, give, sign_out, to_password},
    sign_in::ADA,
};

/// One for each way, one after the other, each of whom mistypes the password once.
pub(crate) async fn come_and_go(plan: &Plan, ways: &[Way]) {
    for way in ways {
        let mut browser = Browser::at(plan.url());
        browser.from = Some("192.0.2.1".to_owned());
        sign_in(&mut browser).await;
        browser.visit("/").await.expect(StatusCode::OK);
        use_the_app(plan, &browser.cookie_line(), way).await;
        let stale = browser.cookies.clone();
        let left = sign_out(&mut browser).await;
        browser.follow(left).await.expect(StatusCode::OK);
        browser.cookies = stale;
        browser.get("/").await.expect(StatusCode::FOUND);
    }
}

async fn sign_in(browser: &mut Browser) {
    let challenge = to_password(browser, "/", ADA).await;
    for file in challenge.attributes("link[rel=stylesheet]", "href") {
        browser.get(&file).await.expect(StatusCode::OK);
    }
    let again = give(browser, &challenge, "not the password").await;
    let again = again.expect_form("challenge-authenticator");
    let landed = give(browser, &again, PASSWORD).await;
    landed.expect(StatusCode::OK);
}

async fn use_the_app(plan: &Plan, cookie: &str, way: &Way) {
    for exchange in &signed_in(plan, cookie.to_owned()) {
        way.send(&plan.url(), exchange).await;
    }
    let request = get("/", &[("Cookie", cookie)]);
    // Other threads serve the app meanwhile.
    let mut client = Client::new(plan.listen, CONNECTIONS, &request);
    (0..ROUNDS).for_each(|_| client.round("200"));
}
