//! Every recording as JSON: what the `OpenAPI` document promises of a step holds for all of them.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use interlock::clock::ManualClock;
use serde_json::Value;

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    contract,
    gateway::Gateway,
    recording::recordings,
    replay::{INTERACTION_HANDLE, Replay},
};

const START: &str = "/.interlock/api/start";
const STEP: &str = "/.interlock/api/step";

async fn ask(browser: &mut Browser, method: Method, path: &str) -> Reply {
    let mut fields = HeaderMap::new();
    fields.insert("sec-fetch-site", "same-origin".parse().unwrap());
    fields.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    let name = method.to_string();
    let reply = browser.send(method, path, fields, Bytes::new()).await;
    let kind = reply.headers[header::CONTENT_TYPE].to_str().unwrap();
    contract::answered(&name, path, reply.status, kind, &reply.json());
    assert!(!reply.text().contains(INTERACTION_HANDLE));
    reply
}

#[tokio::test]
async fn every_recording_is_a_step_as_the_openapi_document_describes_it() {
    let recordings = recordings();
    let (app, replay) = (App::echo().await, Replay::start().await);
    let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
        .start()
        .await;
    let mut steps = 0;
    for (name, bytes) in &recordings {
        let sent = replay.play(name, bytes);
        let raw: Value = serde_json::from_slice(&sent).unwrap_or(Value::Null);
        let mut browser = gateway.browser();
        let started = ask(&mut browser, Method::POST, START).await;
        if started.status != StatusCode::OK {
            assert_eq!(raw.get("version"), None, "{name}: {}", started.text());
            continue;
        }
        let started = started.json();
        if started["state"] != "step" {
            assert_eq!(started["state"], "ended", "{name}");
            continue;
        }
        steps += 1;
        let forms = started["step"]["forms"].as_array().unwrap();
        let remediations = raw["remediation"]["value"].as_array().unwrap();
        for remediation in remediations {
            let named = |form: &Value| form["name"] == remediation["name"];
            assert!(forms.iter().any(named), "{name}: {}", remediation["name"]);
        }
        // Shorter ones stand for a handle, but also for other things.
        let handle = raw["stateHandle"].as_str().unwrap_or_default();
        let said = started.to_string();
        assert!(handle.len() <= 20 || !said.contains(handle), "{name}");
        let again = ask(&mut browser, Method::GET, STEP).await.json();
        assert_eq!(again["step"]["title"], started["step"]["title"], "{name}");
    }
    assert!(recordings.is_empty() || steps > 150, "{steps} steps");
    eprintln!("{steps} steps of {} recordings", recordings.len());
}
