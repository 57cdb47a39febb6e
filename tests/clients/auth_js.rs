//! `@okta/okta-auth-js` 8 in Node. Each story is a function of `auth-js.js`.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{engine::Engine, judge::Judge};

/// Runs a story to its end and returns what the client printed.
async fn run(engine: &Engine, story: &str) -> Option<Value> {
    let folder = crate::installed()?;
    let done = Command::new("node")
        .arg(folder.join("auth-js.js"))
        .args([story, &engine.issuer(), &engine.totp()])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("node is installed: apt-get install nodejs");
    let (out, err) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{story}: {out}{err}");
    Some(serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}")))
}

/// Signs in, by these steps and as this person; the client verified the ID token, the judge verifies both.
async fn signs_in(story: &str, steps: &[&str], person: &str) {
    let engine = Engine::start();
    let Some(got) = run(&engine, story).await else {
        return;
    };
    assert_eq!(got["status"], "SUCCESS", "{story}: {got}");
    assert_eq!(got["steps"], json!(steps), "{story}");
    assert_eq!(Judge::of(&engine).signed_in(&got).await, person);
}

#[tokio::test]
async fn a_password() {
    signs_in("password", &[], "ada@example.com").await;
}

#[tokio::test]
async fn a_password_each_step_by_its_name() {
    let steps = ["identify", "challenge-authenticator"];
    signs_in("password by steps", &steps, "ada@example.com").await;
}

#[tokio::test]
async fn a_wrong_password_then_the_right_one() {
    let steps = ["challenge-authenticator"];
    signs_in("wrong password first", &steps, "ada@example.com").await;
}

#[tokio::test]
async fn a_password_and_an_emailed_code() {
    let steps = ["challenge-authenticator"];
    signs_in("password and emailed code", &steps, "grace@example.com").await;
}

#[tokio::test]
async fn a_choice_of_methods_and_the_authenticator_apps_code() {
    let steps = [
        "select-authenticator-authenticate",
        "challenge-authenticator",
    ];
    signs_in("a choice, and the app's code", &steps, "alan@example.com").await;
}

#[tokio::test]
async fn a_forgotten_password() {
    let steps = ["challenge-authenticator", "reset-authenticator"];
    signs_in("recovery", &steps, "ada@example.com").await;
}

#[tokio::test]
async fn a_registration() {
    let steps = [
        "select-authenticator-enroll",
        "enroll-authenticator",
        "select-authenticator-enroll",
        "enroll-authenticator",
        "select-authenticator-enroll",
    ];
    signs_in("registration", &steps, "karen@example.com").await;
}

#[tokio::test]
async fn a_locked_account() {
    let engine = Engine::start();
    let Some(unlocked) = run(&engine, "unlock").await else {
        return;
    };
    assert_eq!(unlocked["status"], "TERMINAL", "{unlocked}");
    assert_eq!(
        unlocked["messages"],
        json!(["oie.selfservice.unlock_user.success.message"])
    );
    assert_eq!(unlocked["access_token"], Value::Null);
}
