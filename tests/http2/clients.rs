//! Real clients: nghttp2's h2load, and Chromium.

use std::process::{Command, Output};

use crate::support::{
    app::App,
    engine::Engine,
    gateway::{Gateway, free_address},
    tls::Files,
    webdriver::{Driver, Look},
};

/// h2load's words on so many requests; `None`, said aloud, where it is not installed.
async fn h2load(url: String) -> Option<Output> {
    let run = move || {
        Command::new("h2load")
            .args(["-n", "3000", "-c", "6", "-m", "20", &url])
            .output()
    };
    match tokio::task::spawn_blocking(run).await.unwrap() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("SKIPPED: h2load ({error}): apt-get install nghttp2-client");
            None
        }
    }
}

async fn public(app: &App, engine: &Engine, files: Option<&Files>) -> (Gateway, String) {
    let listen = free_address();
    let scheme = if files.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{listen}");
    let tls = files.map_or_else(String::new, Files::toml);
    let plan = Gateway::before(app, engine)
        .public_url(&url)
        .server(&tls)
        .route("path = \"/*\"\naccess = \"public\"");
    (plan.start_at(listen).await, url)
}

#[tokio::test]
async fn h2load_loses_no_request_with_and_without_tls() {
    let (app, engine) = (App::echo().await, Engine::start());
    let files = Files::new("127.0.0.1");
    for files in [None, Some(&files)] {
        let (gateway, url) = public(&app, &engine, files).await;
        let Some(output) = h2load(format!("{url}/load")).await else {
            return;
        };
        let said = String::from_utf8_lossy(&output.stdout);
        for wanted in ["3000 succeeded, 0 failed, 0 errored, 0 timeout", "3000 2xx"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
        assert!(said.contains("Application protocol: h2"), "{said}");
        gateway.stop().await;
    }
    assert_eq!(app.requests(), 6000);
}

#[tokio::test]
async fn chromium_speaks_http2_and_web_sockets_over_it() {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, engine) = (App::echo().await, Engine::start());
    let files = Files::new("127.0.0.1");
    let (gateway, url) = public(&app, &engine, Some(&files)).await;
    let browser = driver
        .open(Look {
            any_certificate: true,
            ..Look::default()
        })
        .await;
    browser.go(&format!("{url}/page")).await;
    let protocol = "return performance.getEntriesByType('navigation')[0].nextHopProtocol";
    assert_eq!(browser.run(protocol).await, "h2");
    let socket = "window.said = ''; const socket = new WebSocket(location.origin.replace('https', 'wss') + '/socket'); \
                  socket.onmessage = (event) => { window.said += event.data; \
                  if (window.said === 'nobody') socket.send(' answers'); };";
    browser.run(socket).await;
    crate::support::wait::until("the socket answers", || async {
        (browser.run("return window.said").await == "nobody answers").then_some(())
    })
    .await;
    browser.close().await;
    gateway.stop().await;
}
