//! A step that can't be done here is finished at the authorization server's own page, and nothing else is.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use interlock::engine::{ClientSettings, GrantType};
use serde_json::Value;
use url::Url;

use crate::support::{
    app::App,
    browser::Browser,
    contract,
    engine::Engine,
    gateway::{Gateway, Plan},
    logs::logs,
    page::Page,
    person::{PASSWORD, to_identify, with_password},
};

const LINK: &str = "a[href^='/.interlock/sign-in/hosted']";
const CALLBACK: &str = "/.interlock/callback";
const TARGET: &str = "/reports?year=2024";

/// An engine whose demo client has the authorization code grant, too.
fn engine() -> Engine {
    let demo = |client: &&mut ClientSettings| client.id == "interlock-demo";
    Engine::with(|settings| {
        let client = settings.clients.iter_mut().find(demo).unwrap();
        client.grants.push(GrantType::AuthorizationCode);
    })
}

/// None of Alan's second methods may be used here.
fn offering(app: &App, engine: &Engine) -> Plan {
    Gateway::before(app, engine).more(
        "[sign_in]\nhosted_page = \"offer\"\n\
         hide = [\"okta_email\", \"phone_number\", \"google_otp\", \"security_question\", \"webauthn\"]",
    )
}

/// Alan, where he can go no further; the address that the page offers.
async fn stuck(browser: &mut Browser) -> (Page, String) {
    let page = with_password(browser, TARGET, "alan@example.com").await;
    let page = page.expect(StatusCode::OK).page();
    let links = page.attributes(LINK, "href");
    assert_eq!(links.len(), 1, "{}", page.html);
    (page, links[0].clone())
}

/// The step that is due, as a script of the page gets it.
async fn as_json(browser: &mut Browser) -> Value {
    let path = "/.interlock/api/step";
    let mut fields = HeaderMap::new();
    fields.insert("sec-fetch-site", "same-origin".parse().unwrap());
    let reply = browser.send(Method::GET, path, fields, Bytes::new()).await;
    contract::answered("GET", path, reply.status, "application/json", &reply.json());
    reply.json()
}

/// Leaves for the engine's page; the authorization request.
async fn leave(browser: &mut Browser, link: &str) -> Url {
    let left = browser.get(link).await;
    left.expect(StatusCode::SEE_OTHER);
    Url::parse(&left.location()).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut values = url.query_pairs().filter(|(key, _)| key == name);
    let value = values.next().map(|(_, value)| value.into_owned());
    assert_eq!(values.next(), None, "`{name}` stands once");
    value
}

/// Answers at the engine's page as a person does, until it sends the browser away.
async fn at_the_engine(engine: &Engine, request: &Url, cancels: bool) -> String {
    let mut browser = Browser::at(format!("http://{}", engine.address));
    let path = |url: &str| url.strip_prefix(&browser.origin).unwrap().to_owned();
    let opened = browser.clone().get(&path(request.as_str())).await;
    let address = path(&opened.expect(StatusCode::FOUND).location());
    let handle = address.split_once("request=").unwrap().1.to_owned();
    browser.get(&address).await.expect(StatusCode::OK);
    let mut answers = vec![
        ("identifier", "alan@example.com".to_owned()),
        ("credentials.passcode", PASSWORD.to_owned()),
        ("choice", "2".to_owned()),
        ("credentials.passcode", engine.totp()),
    ];
    if cancels {
        answers = vec![("cancel", "yes".to_owned())];
    }
    for (name, value) in answers {
        let pairs = [
            ("request", handle.clone()),
            ("form", "0".to_owned()),
            (name, value),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        let answered = browser.post_pairs("/signin", &pairs).await;
        if answered.status == StatusCode::SEE_OTHER {
            return answered.location();
        }
        answered.expect(StatusCode::OK);
        assert!(
            !answered.text().contains("role=alert"),
            "{}",
            answered.text()
        );
    }
    panic!("the engine's page never ends");
}

/// The path and query of a callback.
fn back(browser: &Browser, location: &str) -> String {
    let path = location.strip_prefix(&browser.origin).unwrap();
    assert!(path.starts_with(&format!("{CALLBACK}?")), "{path}");
    path.to_owned()
}

#[tokio::test]
async fn who_is_stuck_finishes_at_the_servers_page_and_lands_where_they_were_going() {
    let (app, engine) = (App::echo().await, engine());
    let gateway = offering(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let (_, link) = stuck(&mut browser).await;
    let request = leave(&mut browser, &link).await;
    assert!(
        request
            .as_str()
            .starts_with(&format!("{}/v1/authorize?", engine.issuer()))
    );
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "interlock-demo"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", &format!("{}{CALLBACK}", gateway.url())),
    ] {
        assert_eq!(parameter(&request, name).as_deref(), Some(value));
    }
    for name in ["state", "nonce", "code_challenge"] {
        assert!(parameter(&request, name).unwrap().len() >= 43, "{name}");
    }
    let returned = back(&browser, &at_the_engine(&engine, &request, false).await);
    assert!(returned.contains("iss="), "{returned}");
    let landed = browser.get(&returned).await;
    landed.expect(StatusCode::SEE_OTHER);
    assert_eq!(landed.location(), TARGET);
    let app = browser.follow(landed).await;
    app.expect_person("alan@example.com");
    assert!(!browser.cookies.contains_key("interlock-tx"));
    // Good once, also for a browser that kept everything.
    let replayed = browser.get(&returned).await;
    replayed.expect(StatusCode::BAD_REQUEST);
    assert_eq!(engine.calls("token"), 1);
    for secret in ["state", "nonce"] {
        logs().assert_without(&parameter(&request, secret).unwrap());
    }
}

#[tokio::test]
async fn a_callback_that_is_not_this_browsers_signs_nobody_in() {
    let (app, engine) = (App::echo().await, engine());
    let gateway = offering(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let (_, link) = stuck(&mut browser).await;
    let request = leave(&mut browser, &link).await;
    let returned = back(&browser, &at_the_engine(&engine, &request, false).await);
    let code = parameter(
        &Url::parse(&format!("{}{returned}", browser.origin)).unwrap(),
        "code",
    );
    let (code, state) = (code.unwrap(), parameter(&request, "state").unwrap());
    let issuer: String = url::form_urlencoded::byte_serialize(engine.issuer().as_bytes()).collect();

    // Another browser, with a sign-in of its own and without any.
    let mut other = gateway.browser();
    other.get(&returned).await.expect(StatusCode::BAD_REQUEST);
    let (_, theirs) = stuck(&mut other).await;
    leave(&mut other, &theirs).await;
    other.get(&returned).await.expect(StatusCode::BAD_REQUEST);
    // The right browser, and something forged about it.
    for forged in [
        format!("code={code}&state=forged&iss={issuer}"),
        format!("code={code}&iss={issuer}"),
        format!("code={code}&state={state}"),
        format!("code={code}&state={state}&iss=https%3A%2F%2Fevil.example"),
        format!("code={code}&code={code}&state={state}&iss={issuer}"),
        format!("code={code}&error=access_denied&state={state}&iss={issuer}"),
        format!("interaction_code={code}&state={state}&iss={issuer}"),
    ] {
        let refused = browser.get(&format!("{CALLBACK}?{forged}")).await;
        refused.expect(StatusCode::BAD_REQUEST);
    }
    assert_eq!(engine.calls("token"), 0);
    assert_eq!(app.requests(), 0);
    // And then the honest answer.
    let landed = browser.visit(&returned).await;
    landed.expect_person("alan@example.com");
}

#[tokio::test]
async fn a_code_that_is_bound_to_another_request_is_refused() {
    let (app, engine) = (App::echo().await, engine());
    let gateway = offering(&app, &engine).start().await;
    let (mut thief, mut browser) = (gateway.browser(), gateway.browser());
    let (_, link) = stuck(&mut thief).await;
    let theirs = leave(&mut thief, &link).await;
    let (_, link) = stuck(&mut browser).await;
    let ours = leave(&mut browser, &link).await;
    // Their code under our state: PKCE says whose it is.
    let stolen = at_the_engine(&engine, &theirs, false).await;
    let mixed = stolen.replace(
        &parameter(&theirs, "state").unwrap(),
        &parameter(&ours, "state").unwrap(),
    );
    assert_ne!(mixed, stolen);
    let refused = browser.get(&back(&browser, &mixed)).await;
    assert!(refused.status.is_server_error() || refused.status.is_client_error());
    assert_eq!(engine.calls("token"), 1);
    assert_eq!(app.requests(), 0);
}

#[tokio::test]
async fn who_comes_back_empty_handed_goes_on_with_the_step() {
    let app = App::echo().await;
    // Once because the person gave up, once because the client may not use that grant.
    for (engine, error) in [
        (engine(), "access_denied"),
        (Engine::start(), "interaction_required"),
    ] {
        let gateway = offering(&app, &engine).start().await;
        let mut browser = gateway.browser();
        let (step, link) = stuck(&mut browser).await;
        let request = leave(&mut browser, &link).await;
        let location = if error == "access_denied" {
            at_the_engine(&engine, &request, true).await
        } else {
            let mut away = Browser::at(format!("http://{}", engine.address));
            let path = request
                .as_str()
                .strip_prefix(&away.origin)
                .unwrap()
                .to_owned();
            away.get(&path).await.location()
        };
        assert!(location.contains(&format!("error={error}")), "{location}");
        let page = browser.visit(&back(&browser, &location)).await.page();
        assert_eq!(page.h1(), step.h1());
        page.expect_text("The other sign-in page didn’t sign you in.");
        let again = leave(&mut browser, &page.attributes(LINK, "href")[0]).await;
        assert_ne!(
            parameter(&again, "state"),
            parameter(&request, "state"),
            "what came back once is spent"
        );
        assert_eq!(engine.calls("token"), 0);
    }
    assert_eq!(app.requests(), 0);
}

#[tokio::test]
async fn it_is_offered_where_nothing_else_is_possible_and_only_where_it_is_configured() {
    let (app, engine) = (App::echo().await, engine());
    let hosted = "/.interlock/sign-in/hosted?rd=%2F";
    // Configured, on steps that can be done here: not offered, and not there.
    let gateway = offering(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/").await;
    assert!(identify.attributes(LINK, "href").is_empty());
    let refused = browser.get(hosted).await;
    assert!(
        refused.location().starts_with("/.interlock/sign-in?"),
        "{}",
        refused.location()
    );
    // Where it is, a script gets to know it, too.
    assert_eq!(as_json(&mut browser).await["step"].get("hosted_page"), None);
    let mut alan = gateway.browser();
    let (_, link) = stuck(&mut alan).await;
    let there = as_json(&mut alan).await["step"]["hosted_page"].clone();
    assert!(link.starts_with(there.as_str().unwrap().split('?').next().unwrap()));
    // Nobody signs in: there is nothing to finish.
    let nobody = gateway.browser().get(hosted).await;
    assert!(nobody.location().starts_with("/.interlock/sign-in?"));
    // Not configured.
    let gateway = Gateway::before(&app, &engine)
        .more("[sign_in]\nhide = [\"okta_email\", \"phone_number\", \"google_otp\", \"security_question\", \"webauthn\"]")
        .start()
        .await;
    let mut browser = gateway.browser();
    let page = with_password(&mut browser, "/", "alan@example.com")
        .await
        .page();
    assert!(page.attributes(LINK, "href").is_empty());
    let refused = browser.get(hosted).await;
    assert!(refused.location().starts_with("/.interlock/sign-in?"));
    assert_eq!(engine.calls("authorize"), 0);
}
