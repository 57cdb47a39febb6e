//! A sign-in survives the gateway that began it.

use http::StatusCode;

use crate::support::{
    app::App,
    browser::Browser,
    engine::Engine,
    gateway::Gateway,
    person::{PASSWORD, give, past_sending, to_password},
    process::Process,
};

#[tokio::test]
async fn a_gateway_killed_between_two_steps_goes_on_where_it_was() {
    let (app, engine) = (App::echo().await, Engine::start());
    let mut gateway = Process::serve(&Gateway::before(&app, &engine)).await;
    let mut browser = Browser::at(gateway.url());
    let password = to_password(&mut browser, "/reports?year=2024", "grace@example.com").await;

    gateway.kill_and_start_again().await;

    // The page that is open is answered as if nothing had happened: no step is repeated.
    let next = give(&mut browser, &password, PASSWORD).await;
    let challenge = past_sending(&mut browser, next).await;

    gateway.kill_and_start_again().await;

    let code = engine.code_for("grace@example.com").await;
    let landed = give(&mut browser, &challenge, &code).await;
    assert_eq!(landed.url, "/reports?year=2024");
    landed.expect_person("grace@example.com");

    gateway.kill_and_start_again().await;
    browser.get("/").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn another_replica_answers_the_second_step() {
    let (app, engine) = (App::echo().await, Engine::start());
    // Two gateways behind one name: what the browser sends goes to either.
    let plan = Gateway::before(&app, &engine);
    let one = plan.start().await;
    let plan = plan.public_url(&one.url());
    let two = plan.start().await;

    let mut browser = one.browser();
    let password = to_password(&mut browser, "/a?b=c", "ada@example.com").await;

    let mut elsewhere = browser.moved_to(two.url());
    let pairs = password
        .form("challenge-authenticator")
        .filled(&[("credentials.passcode", PASSWORD)]);
    let mut fields = http::HeaderMap::new();
    fields.insert("origin", one.url().parse().unwrap());
    fields.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&pairs)
        .finish();
    let done = elsewhere
        .send(
            http::Method::POST,
            "/.interlock/sign-in",
            fields,
            body.into(),
        )
        .await;
    assert_eq!(done.expect(StatusCode::SEE_OTHER).location(), "/a?b=c");

    let mut back = elsewhere.moved_to(one.url());
    let landed = back.get("/a?b=c").await;
    landed.expect_person("ada@example.com");
}
