//! A link of a mail that begins a sign-in, where another one is under way: the person is asked first.

use http::StatusCode;

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    engine::Engine,
    gateway::Gateway,
    person::{PASSWORD, give, to_identify, to_password},
};

const ADA: &str = "ada@example.com";

/// What the page that asks sends when its button is pressed.
async fn confirmed(browser: &mut Browser, question: &Reply) -> Reply {
    let page = question.page();
    let pairs = ["t", "rd"].map(|name| {
        let value = page.attributes(&format!("form input[name={name}]"), "value");
        (name.to_owned(), value[0].clone())
    });
    browser.post_pairs(&question.url, &pairs).await
}

#[tokio::test]
async fn a_mailed_link_takes_the_place_of_no_sign_in_unasked() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).confidential().start().await;
    let mut browser = gateway.browser();
    let password = to_password(&mut browser, "/reports?year=2024", ADA).await;
    let begun = engine.calls("interact");

    let token = engine.control.recovery_token(ADA).unwrap();
    let link = format!("/.interlock/sign-in?recovery_token={token}&rd=/reports%3Fyear%3D2024");
    let question = browser.get(&link).await;
    question.expect(StatusCode::OK);
    let page = question.page();
    assert_eq!(page.h1(), "Start again with this link?");
    assert!(!question.text().contains(&token), "the token is on no page");
    assert_eq!(engine.calls("interact"), begun, "nothing is spent");
    // Nor does the app hear of it, as the page that led there.
    assert_eq!(question.headers["referrer-policy"], "strict-origin");

    // The answer of another page, or of none, is asked about once more.
    let forged = [("t".to_owned(), "x".to_owned())];
    let again = browser.post_pairs(&link, &forged).await;
    again.expect(StatusCode::OK);
    assert_eq!(engine.calls("interact"), begun);

    // Who declines goes on where they were, as if there had been no link.
    let stay = page.attributes("main ul.sides a", "href");
    browser
        .get(&stay[0])
        .await
        .expect_form("challenge-authenticator");
    let landed = give(&mut browser, &password, PASSWORD).await;
    assert_eq!(landed.url, "/reports?year=2024");

    // Who agrees begins anew; the token is still good.
    let mut other = gateway.browser();
    to_identify(&mut other, "/").await;
    let question = other.get(&link).await;
    let accepted = confirmed(&mut other, &question).await;
    accepted.expect(StatusCode::SEE_OTHER);
    assert!(!accepted.location().contains(&token));
    let page = other.follow(accepted).await.page();
    page.expect_text("Enter the code we emailed");
    gateway.stop().await;
}

#[tokio::test]
async fn another_origin_confirms_nothing() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).confidential().start().await;
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/").await;
    let token = engine.control.recovery_token(ADA).unwrap();
    let link = format!("/.interlock/sign-in?recovery_token={token}");
    let question = browser.get(&link).await;
    let begun = engine.calls("interact");
    let mut fields = crate::support::browser::navigation("cross-site");
    fields.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    let token = question.page().attributes("form input[name=t]", "value");
    let body = format!("t={}", token[0]);
    browser
        .send(http::Method::POST, &link, fields, body.into())
        .await
        .expect(StatusCode::FORBIDDEN);
    assert_eq!(engine.calls("interact"), begun);
    gateway.stop().await;
}
