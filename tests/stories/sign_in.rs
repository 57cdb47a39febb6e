//! Each person of the development engine signs in, and lands where they were going.

use http::StatusCode;

use crate::support::{
    app::App,
    engine::Engine,
    gateway::{Gateway, Plan},
    logs::logs,
    person::{PASSWORD, ada, give, named, past_sending, to_identify, to_password, with_password},
};

async fn cast() -> (App, Engine, Plan) {
    let (app, engine) = (App::echo().await, Engine::start());
    let plan = Gateway::before(&app, &engine);
    (app, engine, plan)
}

#[tokio::test]
async fn ada_signs_in_with_her_password_and_lands_where_she_was_going() {
    let (app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();

    let first = browser.get("/reports?year=2024&name=%C3%A9").await;
    first.expect(StatusCode::FOUND);
    assert_eq!(first.headers["vary"], "Accept, Sec-Fetch-Mode, Cookie");
    let landed = with_password(
        &mut browser,
        "/reports?year=2024&name=%C3%A9",
        "ada@example.com",
    )
    .await;

    assert_eq!(landed.url, "/reports?year=2024&name=%C3%A9");
    assert_eq!(landed.json()["target"], "/reports?year=2024&name=%C3%A9");
    landed.expect_person("ada@example.com");
    assert!(
        landed
            .echoed("x-auth-request-user")
            .is_some_and(|user| user.starts_with("00u"))
    );
    assert!(
        landed
            .echoed("authorization")
            .is_some_and(|value| value.starts_with("Bearer ey"))
    );
    assert!(
        landed
            .echoed("x-interlock-assertion")
            .is_some_and(|jwt| jwt.split('.').count() == 3)
    );
    assert_eq!(landed.echoed("cookie"), None, "our own cookies stay here");
    assert_eq!(
        app.requests(),
        1,
        "nothing reached the app before the sign-in was over"
    );
    assert_eq!(
        browser.cookies.keys().collect::<Vec<_>>(),
        ["interlock"],
        "the transaction is over"
    );
    logs().assert_without(PASSWORD);
    gateway.stop().await;
}

#[tokio::test]
async fn a_confidential_client_does_the_same() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.confidential().start().await;
    ada(&gateway).await;
}

#[tokio::test]
async fn the_org_server_signs_people_in_too() {
    let (_app, engine, plan) = cast().await;
    let gateway = plan.issuer(&engine.org_issuer()).start().await;
    ada(&gateway).await;
}

#[tokio::test]
async fn grace_types_the_code_that_was_emailed() {
    let (_app, engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let next = with_password(&mut browser, "/", "grace@example.com").await;
    let challenge = past_sending(&mut browser, next).await;
    let code = engine.code_for("grace@example.com").await;
    // With a blank in the middle, as people copy it.
    let typed = format!(" {} {}", &code[..3], &code[3..]);
    let landed = give(&mut browser, &challenge, &typed).await;
    landed.expect_person("grace@example.com");
    logs().assert_without(&code);
}

#[tokio::test]
async fn alan_chooses_among_his_methods() {
    let (_app, engine, plan) = cast().await;
    let gateway = plan.start().await;
    for (method, field) in [
        ("Email", "passcode"),
        ("Phone", "passcode"),
        ("Authenticator", "passcode"),
        ("Question", "answer"),
    ] {
        let mut browser = gateway.browser();
        let choice = with_password(&mut browser, "/", "alan@example.com").await;
        let choice = choice.expect_form("select-authenticator-authenticate");
        let next = browser
            .press(&choice, "select-authenticator-authenticate", method)
            .await;
        let challenge = past_sending(&mut browser, next).await;
        let answer = match method {
            "Email" => engine.code_for("alan@example.com").await,
            "Phone" => engine
                .control
                .passcode("alan@example.com")
                .expect("a text was sent"),
            "Authenticator" => engine.totp(),
            _ => "blue".to_owned(),
        };
        let field = format!("credentials.{field}");
        let landed = browser
            .submit(&challenge, "challenge-authenticator", &[(&field, &answer)])
            .await;
        landed.expect_person("alan@example.com");
    }
}

#[tokio::test]
async fn donald_needs_no_password() {
    let (_app, engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let mut next = browser
        .submit(
            &identify,
            "identify",
            &[("identifier", "donald@example.com")],
        )
        .await;
    let page = next.page();
    if page.has_form("select-authenticator-authenticate") {
        next = browser
            .submit(&page, "select-authenticator-authenticate", &[])
            .await;
    }
    let challenge = past_sending(&mut browser, next).await;
    let code = engine.code_for("donald@example.com").await;
    let landed = give(&mut browser, &challenge, &code).await;
    landed.expect_person("donald@example.com");
}

#[tokio::test]
async fn niklaus_must_set_up_a_second_method() {
    let (_app, engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let list = with_password(&mut browser, "/", "niklaus@example.com").await;
    let list = list.expect_form("select-authenticator-enroll");
    let next = browser
        .press(&list, "select-authenticator-enroll", "Email")
        .await;
    let enrol = next.expect_form("enroll-authenticator");
    let code = engine.code_for("niklaus@example.com").await;
    let mut landed = browser
        .submit(
            &enrol,
            "enroll-authenticator",
            &[("credentials.passcode", &code)],
        )
        .await;
    // What is optional from here on may be put off.
    if landed.json_or_none().is_none() {
        let page = landed.page();
        landed = browser.submit(&page, "skip", &[]).await;
    }
    landed.expect_person("niklaus@example.com");
}

#[tokio::test]
async fn edsger_chooses_a_new_password() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let expired = with_password(&mut browser, "/", "edsger@example.com").await;
    let expired = expired.expect_form("reenroll-authenticator");
    let new = "A whole new horse 7!";
    let mut pairs = expired
        .form("reenroll-authenticator")
        .filled(&[("credentials.passcode", new)]);
    let confirmation = expired
        .form("reenroll-authenticator")
        .controls
        .iter()
        .filter(|control| control.kind == "password")
        .nth(1);
    let confirmation = confirmation
        .expect("a new password is typed twice")
        .name
        .clone();

    // Typed differently the second time: said here, nothing lost.
    let path = expired
        .form("reenroll-authenticator")
        .action
        .clone()
        .unwrap_or_else(|| expired.url.clone());
    let again = browser.post_pairs(&path, &pairs).await;
    let again = browser
        .follow(again)
        .await
        .expect_form("reenroll-authenticator");
    assert!(again.html.contains("id=\"problem\""), "{}", again.html);

    pairs = again
        .form("reenroll-authenticator")
        .filled(&[("credentials.passcode", new)]);
    for (name, value) in &mut pairs {
        if *name == confirmation {
            new.clone_into(value);
        }
    }
    let landed = browser.post_pairs(&path, &pairs).await;
    let landed = browser.follow(landed).await;
    landed.expect_person("edsger@example.com");
}

#[tokio::test]
async fn barbara_is_told_that_she_is_locked_out() {
    let (app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let mut next = browser
        .submit(
            &identify,
            "identify",
            &[("identifier", "barbara@example.com")],
        )
        .await;
    let page = next.page();
    if page.has_form("challenge-authenticator") {
        next = give(&mut browser, &page, PASSWORD).await;
    }
    let page = next.page();
    page.h1();
    assert!(page.text().to_lowercase().contains("lock"), "{}", page.html);
    assert_eq!(app.requests(), 0);
    // From there back to the beginning, without a word on cookies that are gone for good reason.
    let again = browser.submit(&page, "cancel", &[]).await;
    let again = again.expect_form("identify");
    assert!(!again.text().contains("cookie"), "{}", again.html);
}

#[tokio::test]
async fn a_wrong_password_is_said_and_nothing_else_is_lost() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let password = to_password(&mut browser, "/deep?x=1", "ada@example.com").await;
    let wrong = browser
        .post(
            &password,
            password.form("challenge-authenticator"),
            &[("credentials.passcode", "wrong-password")],
        )
        .await;
    assert!(
        wrong.location().ends_with("#problem"),
        "{}",
        wrong.location()
    );
    let wrong = browser
        .follow(wrong)
        .await
        .expect_form("challenge-authenticator");
    assert!(wrong.html.contains("id=\"problem\""), "{}", wrong.html);
    assert!(wrong.texts("title")[0].starts_with("Error: "));
    assert!(!wrong.html.contains("wrong-password"));
    let landed = give(&mut browser, &wrong, PASSWORD).await;
    assert_eq!(landed.url, "/deep?x=1");
}

#[tokio::test]
async fn an_unknown_name_is_asked_again() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let again = browser
        .submit(
            &identify,
            "identify",
            &[("identifier", "nobody@example.com")],
        )
        .await;
    let again = again.expect_form("identify");
    assert!(!again.texts("main").is_empty());
    let typed = again
        .form("identify")
        .controls
        .iter()
        .find(|control| control.field.as_deref() == Some("identifier"));
    assert_eq!(
        typed.unwrap().value,
        "nobody@example.com",
        "what was typed stays"
    );
}

#[tokio::test]
async fn cancel_goes_back_to_the_beginning() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let password = to_password(&mut browser, "/", "grace@example.com").await;
    let back = browser
        .submit(&password, "cancel", &[])
        .await
        .expect_form("identify");
    let password = named(&mut browser, &back, "ada@example.com").await;
    let landed = give(&mut browser, &password, PASSWORD).await;
    landed.expect_person("ada@example.com");
}

#[tokio::test]
async fn pages_carry_no_handle_and_no_script_and_are_not_kept() {
    let (_app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let reply = browser.visit("/").await;
    let page = reply.expect_form("identify");
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["referrer-policy"], "same-origin");
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    for directive in [
        "default-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(directive), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(page.texts("script").is_empty() && page.texts("style").is_empty());
    assert!(page.attributes("*", "style").is_empty() && page.attributes("*", "onclick").is_empty());
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    assert!(
        !page.html.contains("stateHandle") && !page.html.contains("/idp/idx"),
        "{}",
        page.html
    );
    let style = page.attributes("link[rel=stylesheet]", "href");
    let style = browser.get(&style[0]).await;
    assert_eq!(
        style.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_call_gets_401_and_is_told_where_to_sign_in() {
    let (app, _engine, plan) = cast().await;
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    let mut fields = http::HeaderMap::new();
    fields.insert("accept", "application/json".parse().unwrap());
    let reply = browser
        .send(
            http::Method::GET,
            "/api/orders?x=1",
            fields,
            bytes::Bytes::new(),
        )
        .await;
    reply.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(reply.headers["www-authenticate"], "Bearer");
    assert_eq!(reply.headers["content-type"], "application/problem+json");
    let sign_in = reply.json()["sign_in"].as_str().unwrap().to_owned();
    assert!(
        sign_in.starts_with(&gateway.url())
            && sign_in.contains("/.interlock/sign-in?rd=/api/orders%3Fx%3D1"),
        "{sign_in}"
    );
    assert_eq!(app.requests(), 0);
}
