//! Duo's frame (Web SDK 2), with a stand-in at Duo's address that says what Duo would; the engine's part is played.

use std::{convert::Infallible, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{Response, header};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use interlock::clock::ManualClock;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::{
    app::App,
    gateway::{Gateway, free_address},
    replay::Replay,
    webdriver::{Chromium, Driver, Look},
};

const HOST: &str = "api-stand-in.duosecurity.com";
/// What Duo's page does once somebody has approved: it tells the page around it.
const FRAME: &str = "<!doctype html><title>Duo</title><button>Approve</button><script>\
const asked = new URLSearchParams(location.search);\
document.querySelector('button').onclick = () =>\
 parent.postMessage('AUTH|' + asked.get('tx'), new URL(asked.get('parent')).origin);</script>";
/// A step that Duo proves, and another way.
const STEP: &str = r#"{"version":"1.0.0","stateHandle":"02duo","intent":"LOGIN",
"remediation":{"type":"array","value":[
 {"rel":["create-form"],"name":"challenge-authenticator","relatesTo":["$.currentAuthenticator"],
  "href":"http://localhost:3000/idp/idx/challenge/answer","method":"POST","value":[
   {"name":"credentials","type":"object","required":true,"form":{"value":[
     {"name":"signatureData","label":"Assertion From Duo","required":true,"visible":false}]}},
   {"name":"stateHandle","required":true,"value":"02duo","visible":false,"mutable":false}]},
 {"rel":["create-form"],"name":"select-authenticator-authenticate",
  "href":"http://localhost:3000/idp/idx/challenge","method":"POST","value":[
   {"name":"authenticator","type":"object","options":[
    {"label":"Duo Security","value":{"form":{"value":[{"name":"id","required":true,"value":"autDuo","mutable":false}]}},"relatesTo":"$.authenticatorEnrollments.value[0]"},
    {"label":"Email","value":{"form":{"value":[{"name":"id","required":true,"value":"autEmail","mutable":false}]}},"relatesTo":"$.authenticatorEnrollments.value[1]"}]},
   {"name":"stateHandle","required":true,"value":"02duo","visible":false,"mutable":false}]}]},
"currentAuthenticator":{"type":"object","value":{"type":"app","key":"duo","id":"autDuo","displayName":"Duo Security",
 "methods":[{"type":"duo"}],"contextualData":{"integrationType":"IFRAME","host":"api-stand-in.duosecurity.com",
 "signedToken":"TX|request|signature:APP|app|signature"}}},
"authenticatorEnrollments":{"type":"array","value":[
 {"type":"app","key":"duo","id":"d1","displayName":"Duo Security","methods":[{"type":"duo"}]},
 {"type":"email","key":"okta_email","id":"e1","displayName":"Email","methods":[{"type":"email"}]}]}}"#;

/// Duo's server, as far as a frame goes.
async fn stand_in() -> SocketAddr {
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let service = service_fn(|_| async {
                    let page = Response::builder().header(header::CONTENT_TYPE, "text/html");
                    Ok::<_, Infallible>(
                        page.body(Full::new(Bytes::from_static(FRAME.as_bytes())))
                            .unwrap(),
                    )
                });
                let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                // A browser that goes away is no failure of the stand-in.
                let _ = builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await;
            });
        }
    });
    address
}

/// A gateway before the played step, with Duo allowed or not, and the address of its app.
async fn gateway(app: &App, replay: &Replay, duo: bool) -> (Gateway, String) {
    replay.play("duo", STEP.as_bytes());
    let address = free_address();
    let origin = format!("http://localhost:{}", address.port());
    let plan = Gateway::at(&app.url(), &replay.issuer(), ManualClock::new())
        .public_url(&origin)
        .more(&format!("[sign_in]\nduo = {duo}"));
    (plan.start_at(address).await, format!("{origin}/reports"))
}

async fn other_way(browser: &Chromium<'_>, says: &str) {
    browser.wait_for_text("main", says).await;
    browser
        .click_text("main a", "Verify with something else")
        .await;
    let email = "form[data-remediation=select-authenticator-authenticate] button";
    browser.click_text(email, "Email").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duos_frame_signs_or_another_way_is_taken() {
    let Some(driver) = Driver::start().await else {
        return;
    };
    let (app, replay, duo) = (App::echo().await, Replay::start().await, stand_in().await);
    let there = format!("--host-resolver-rules=MAP {HOST}:443 {duo}");
    let flags = [there, "--ignore-certificate-errors".to_owned()];
    for (script, allowed) in [(true, true), (false, true), (true, false)] {
        let (gateway, target) = gateway(&app, &replay, allowed).await;
        let look = Look {
            script,
            ..Look::default()
        };
        let browser = driver.open_with(look, &flags).await;
        browser.go(&target).await;
        browser
            .find("form[data-remediation=challenge-authenticator]")
            .await;
        if script && allowed {
            browser.click_in_frame("[data-duo] iframe", "button").await;
        } else if allowed {
            other_way(&browser, "Verification by Duo needs JavaScript").await;
        } else {
            other_way(&browser, "can’t be shown here").await;
        }
        browser
            .find("form[data-remediation=challenge-authenticator]")
            .await;
        let posted = crate::support::wait::until("the answer arrives", || async {
            replay.posted().into_iter().next()
        })
        .await;
        if script && allowed {
            let signed = "AUTH|TX|request|signature:APP|app|signature";
            assert_eq!(posted.body["credentials"]["signatureData"], signed);
        } else {
            assert_eq!(posted.body["authenticator"]["id"], "autEmail");
        }
        browser.close().await;
        gateway.stop().await;
    }
}
