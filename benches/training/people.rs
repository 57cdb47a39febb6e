//! People who sign in by the pages, use the app, and leave.

use futures_util::{SinkExt as _, StreamExt as _};
use http::{StatusCode, header};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

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
    converse(plan, cookie).await;
    let request = get("/", &[("Cookie", cookie)]);
    // Other threads serve the app meanwhile.
    let mut client = Client::new(plan.listen, CONNECTIONS, &request);
    (0..ROUNDS).for_each(|_| client.round("200"));
}

/// Messages of several sizes over a WebSocket, there and back.
async fn converse(plan: &Plan, cookie: &str) {
    let mut request = format!("ws://{}/socket", plan.listen)
        .into_client_request()
        .unwrap();
    let fields = request.headers_mut();
    fields.insert(header::COOKIE, cookie.parse().unwrap());
    fields.insert(header::ORIGIN, plan.url().parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let hello = socket.next().await.unwrap().unwrap();
    assert!(hello.to_text().unwrap().starts_with("00u"), "{hello:?}");
    for size in [1, 1000, 100_000] {
        for _ in 0..MESSAGES {
            let sent = Message::text("x".repeat(size));
            socket.send(sent.clone()).await.unwrap();
            assert_eq!(socket.next().await.unwrap().unwrap(), sent);
        }
    }
    socket.close(None).await.unwrap();
}

/// Of each size.
const MESSAGES: usize = 20;
