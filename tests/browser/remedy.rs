//! What is missing on the device, mended by an app that listens there; or, where none does, by what the page says instead.

use std::sync::{Arc, Mutex};

use interlock::clock::ManualClock;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::support::{
    app::App,
    gateway::{Gateway, free_address},
    replay::Replay,
    webdriver::{Driver, Look},
};

const LABEL: &str = "Install the policy app";
const ADVICE: &str = "Install it in the settings";

/// An app on loopback: what it was asked, in order.
async fn app_of_the_device() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut octets = [0; 4096];
            let read = stream.read(&mut octets).await.unwrap_or_default();
            let line = String::from_utf8_lossy(&octets[..read]);
            let line = line.lines().next().unwrap_or_default().to_owned();
            heard.lock().unwrap().push(line);
            let said = "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(said.as_bytes()).await;
        }
    });
    (port, asked)
}

/// The end of a sign-in on a device that lacks an app, which something at this port could install.
fn denied(port: u16) -> Vec<u8> {
    let remedy = json!({"type": "object", "value": {
        "remediationType": "LOOPBACK", "remediationPath": "azt", "action": "install-policy-app",
        "domain": "http://127.0.0.1", "ports": [port.to_string()], "probeTimeoutMillis": 5000,
        "fallback": {"type": "MESSAGE", "message": {"message": ADVICE}},
    }});
    json!({"version": "1.0.0", "stateHandle": "02h", "intent": "LOGIN", "messages": {"type": "array", "value": [
        {"message": "Your device is not safe", "class": "ERROR"},
        {"message": LABEL, "class": "ERROR", "deviceRemediation": remedy},
    ]}})
    .to_string()
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_mended_by_an_app_or_said() {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, replay) = (App::echo().await, Replay::start().await);
    let address = free_address();
    let origin = format!("http://localhost:{}", address.port());
    let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
        .public_url(&origin)
        .start_at(address)
        .await;
    let whole = format!("{LABEL}. {ADVICE}");
    let button = ".problem button";
    for script in [true, false] {
        let look = Look {
            script,
            ..Look::default()
        };
        let browser = driver.open(look).await;
        let (port, asked) = app_of_the_device().await;
        replay.play("denied", &denied(port));
        browser.go(&format!("{origin}/")).await;
        if script {
            assert_eq!(browser.text(button).await, LABEL);
            browser.click(button).await;
            browser
                .wait_for_text(".problem [role=status]", "was found")
                .await;
            let expected = [
                "GET /probe HTTP/1.1",
                "GET /azt/install-policy-app HTTP/1.1",
            ];
            assert_eq!(*asked.lock().unwrap(), expected);

            // Nobody is there: what stood there without a script.
            replay.play("denied", &denied(free_address().port()));
            browser.go(&format!("{origin}/")).await;
            browser.click(button).await;
            browser.wait_for_text(".problem", &whole).await;
        } else {
            browser.wait_for_text(".problem", &whole).await;
            assert!(!browser.has(button).await);
        }
        let console = browser.console().await;
        let refused = |line: &&String| line.contains("Content Security Policy");
        assert!(!console.iter().any(|line| refused(&line)), "{console:?}");
        browser.close().await;
    }
    gateway.stop().await;
}
