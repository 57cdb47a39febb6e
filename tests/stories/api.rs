//! The headless flow: a single-page app signs in inside its open page, a native client ends with tokens.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    contract,
    engine::Engine,
    gateway::Gateway,
    person::{PASSWORD, named, to_identify},
};

const START: &str = "/.interlock/api/start";
const STEP: &str = "/.interlock/api/step";
const ANSWER: &str = "/.interlock/api/answer";
const CANCEL: &str = "/.interlock/api/cancel";

fn of_script(browser: &Browser) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert("sec-fetch-site", "same-origin".parse().unwrap());
    fields.insert("sec-fetch-mode", "cors".parse().unwrap());
    fields.insert(header::ORIGIN, browser.origin.parse().unwrap());
    fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    fields
}

async fn call(browser: &mut Browser, path: &str, body: &Value) -> Reply {
    let fields = of_script(browser);
    promised(browser, path, fields, body).await
}

/// Sends what the `OpenAPI` document lets one send, and gets what it promises.
async fn promised(browser: &mut Browser, path: &str, fields: HeaderMap, body: &Value) -> Reply {
    contract::asked(path, body);
    let body = Bytes::from(body.to_string());
    let reply = browser.send(Method::POST, path, fields, body).await;
    let kind = reply.headers[header::CONTENT_TYPE].to_str().unwrap();
    contract::answered("POST", path, reply.status, kind, &reply.json());
    reply
}

async fn native(browser: &mut Browser, path: &str, body: &Value) -> Reply {
    let mut fields = HeaderMap::new();
    fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    promised(browser, path, fields, body).await
}

fn answer(answered: &Value, values: &Value) -> Value {
    let mut body = json!({ "step_token": answered["step"]["step_token"], "values": values });
    if let Some(transaction) = answered.get("transaction") {
        body["transaction"] = transaction.clone();
    }
    body
}

#[tokio::test]
async fn a_page_signs_in_and_repeats_the_call_that_got_401() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let fields = of_script(&browser);
    let refused = browser
        .send(Method::GET, "/data", fields.clone(), Bytes::new())
        .await;
    assert!(refused.expect(StatusCode::UNAUTHORIZED).json()["sign_in"].is_string());

    let started = call(&mut browser, START, &json!({ "rd": "/data" })).await;
    let step = started.expect(StatusCode::OK).json();
    assert_eq!(step["state"], "step");
    assert_eq!(step["step"]["name"], "identify");
    assert_eq!(step["step"]["kind"], "identify");
    let fields_of_form = &step["step"]["forms"][0]["fields"];
    assert_eq!(fields_of_form[0]["path"], json!(["identifier"]));
    assert!(!started.text().contains("stateHandle"));

    let reply = call(
        &mut browser,
        ANSWER,
        &answer(
            &step,
            &json!({ "identifier": "ada@example.com", "stateHandle": "mine", "href": "http://evil.example" }),
        ),
    )
    .await;
    let password = reply.expect(StatusCode::OK).json();
    assert_eq!(password["step"]["name"], "challenge-authenticator");
    let replayed = call(
        &mut browser,
        ANSWER,
        &answer(&step, &json!({ "identifier": "grace@example.com" })),
    )
    .await;
    let replayed = replayed.expect(StatusCode::CONFLICT).json();
    assert_eq!(replayed["step"]["name"], "challenge-authenticator");
    assert_eq!(engine.calls("idx/identify"), 1);

    let empty = call(&mut browser, ANSWER, &answer(&password, &json!({}))).await;
    let empty = empty.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(empty["errors"][0]["field"], "credentials.passcode");
    let wrong = json!({ "credentials": { "passcode": "wrong" } });
    let wrong = call(&mut browser, ANSWER, &answer(&password, &wrong)).await;
    let again = wrong.expect(StatusCode::OK).json();
    assert_eq!(again["state"], "step");
    assert!(
        wrong.text().contains("\"class\":\"error\""),
        "{}",
        wrong.text()
    );

    let right = json!({ "credentials": { "passcode": PASSWORD } });
    let mut right = answer(&again, &right);
    right["rd"] = "/data".into();
    let done = call(&mut browser, ANSWER, &right).await;
    assert_eq!(
        done.expect(StatusCode::OK).json(),
        json!({ "state": "signed_in", "rd": "/data" }),
        "no token reaches a browser"
    );
    let repeated = browser
        .send(Method::GET, "/data", fields, Bytes::new())
        .await;
    repeated.expect(StatusCode::OK);
}

#[tokio::test]
async fn another_origin_and_another_browser_get_nowhere() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .more("[api]\nnative = true")
        .start()
        .await;
    let mut browser = gateway.browser();
    for path in [START, ANSWER, CANCEL] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ] {
            let mut fields = HeaderMap::new();
            fields.insert(name, value.parse().unwrap());
            fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
            let reply = browser
                .send(Method::POST, path, fields, Bytes::from("{}"))
                .await;
            reply.expect(StatusCode::FORBIDDEN);
        }
    }
    // What a page of another site can send without asking first.
    let mut fields = of_script(&browser);
    fields.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    let plain = browser
        .send(Method::POST, START, fields, Bytes::from("{}"))
        .await;
    plain.expect(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(engine.calls("interact"), 0);

    let started = call(&mut browser, START, &json!({})).await.json();
    let mut other = gateway.browser();
    let body = answer(&started, &json!({ "identifier": "ada@example.com" }));
    let reply = call(&mut other, ANSWER, &body).await;
    reply.expect(StatusCode::NOT_FOUND);
    let theirs = call(&mut other, START, &json!({})).await.json();
    let mixed = call(&mut other, ANSWER, &body).await;
    mixed.expect(StatusCode::CONFLICT);
    assert_eq!(engine.calls("idx/identify"), 0);
    // A browser can't use what a native client carries, nor a native client a browser's.
    let carried = native(&mut gateway.browser(), START, &json!({}))
        .await
        .json();
    let body = answer(&carried, &json!({ "identifier": "ada@example.com" }));
    let reply = call(&mut other, ANSWER, &body).await;
    reply.expect(StatusCode::FORBIDDEN);
    let mut forged = answer(&theirs, &json!({ "identifier": "ada@example.com" }));
    forged["transaction"] = other.cookies["interlock-tx"].clone().into();
    let reply = native(&mut gateway.browser(), ANSWER, &forged).await;
    reply.expect(StatusCode::NOT_FOUND);
    assert_eq!(engine.calls("idx/identify"), 0);

    let ended = call(&mut browser, CANCEL, &json!({})).await;
    assert_eq!(ended.expect(StatusCode::OK).json()["state"], "cancelled");
    let fields = of_script(&browser);
    let gone = browser.send(Method::GET, STEP, fields, Bytes::new()).await;
    gone.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_native_client_ends_with_tokens_where_that_is_allowed() {
    let (app, engine) = (App::echo().await, Engine::start());
    for allowed in [true, false] {
        let gateway = Gateway::before(&app, &engine)
            .more(&format!("[api]\nnative = {allowed}"))
            .start()
            .await;
        let mut client = gateway.browser();
        let started = native(&mut client, START, &json!({})).await;
        let step = started.expect(StatusCode::OK).json();
        assert_eq!(step.get("transaction").is_some(), allowed);
        assert_eq!(client.cookies.is_empty(), allowed);
        let body = answer(&step, &json!({ "identifier": "ada@example.com" }));
        let step = native(&mut client, ANSWER, &body).await.json();
        let body = answer(&step, &json!({ "credentials": { "passcode": PASSWORD } }));
        let done = native(&mut client, ANSWER, &body).await;
        let tokens = done.expect(StatusCode::OK).json();
        if !allowed {
            assert_eq!(tokens, json!({ "state": "signed_in", "rd": "/" }));
            continue;
        }
        assert_eq!(tokens["state"], "tokens");
        assert!(client.cookies.is_empty());
        for name in ["access_token", "id_token", "refresh_token"] {
            assert!(tokens[name].as_str().unwrap().len() > 20, "{name}");
        }
        let replayed = native(&mut client, ANSWER, &body).await;
        replayed.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn too_many_answers_are_slowed_down_with_the_steps_page() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine)
        .more("[sign_in]\nanswers_per_minute = 2")
        .start()
        .await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    let mut page = named(&mut browser, &identify, "ada@example.com").await;
    let wrong = [("credentials.passcode", "wrong")];
    page = browser
        .submit(&page, "challenge-authenticator", &wrong)
        .await
        .expect_form("challenge-authenticator");
    let sent = engine.calls("idx/challenge/answer");
    let form = page.form("challenge-authenticator");
    let slowed = browser.post(&page, form, &wrong).await;
    slowed.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.headers.contains_key(header::RETRY_AFTER));
    let page = slowed.page();
    assert_eq!(engine.calls("idx/challenge/answer"), sent);
    gateway.clock.advance(std::time::Duration::from_secs(40));
    let right = [("credentials.passcode", PASSWORD)];
    let landed = browser
        .submit(&page, "challenge-authenticator", &right)
        .await;
    landed.expect(StatusCode::OK);
}
