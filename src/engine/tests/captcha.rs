//! The org's own CAPTCHA: a proof of work, good once, for the steps that ask for it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::Running;
use crate::engine::{CaptchaKind, CaptchaSettings, CaptchaStep, captcha::hex};

async fn asking() -> Running {
    Running::with(|settings| {
        settings.org.captcha = Some(CaptchaSettings {
            kind: CaptchaKind::Altcha,
            steps: vec![CaptchaStep::Identify],
            work: 200,
        });
    })
    .await
}

async fn problem(engine: &Running, href: &str) -> Value {
    let answer = engine.send(Method::GET, href, &[], String::new()).await;
    answer.expect(200).json()
}

/// What the page's script does.
fn solved(problem: &Value) -> Value {
    let salt = problem["salt"].as_str().unwrap();
    let hash =
        |number: &u64| problem["challenge"] == hex(&Sha256::digest(format!("{salt}{number}")));
    let most = problem["maxnumber"].as_u64().unwrap();
    let mut solution = problem.clone();
    solution["number"] = (0..=most).find(hash).unwrap().into();
    solution
}

fn answer(solution: &Value) -> Value {
    json!({"identifier": "ada@example.com", "captchaVerify": {
        "captchaId": "cap1interlock000001", "captchaToken": STANDARD.encode(solution.to_string()),
    }})
}

#[tokio::test]
async fn a_solution_is_good_once_and_for_a_while() {
    let engine = asking().await;
    let mut transaction = engine.begin().await;
    let captcha = transaction.document["captcha"]["value"].clone();
    assert_eq!(captcha["type"], "ALTCHA");
    let href = captcha["challengeUrlForm"]["href"].as_str().unwrap();

    let right = solved(&problem(&engine, href).await);
    let mut guessed = right.clone();
    guessed["number"] = (right["number"].as_u64().unwrap() + 1).into();
    let mut forged = right.clone();
    forged["signature"] = "00".repeat(32).into();
    let mut prolonged = right.clone();
    prolonged["salt"] = format!("{}0", right["salt"].as_str().unwrap()).into();
    for wrong in [guessed, forged, prolonged] {
        transaction.submit("identify", answer(&wrong)).await;
        transaction.expect(400, "identify");
        assert_eq!(transaction.messages(), ["oie.captcha.verification.failed"]);
    }
    let without = json!({"identifier": "ada@example.com"});
    transaction.submit("identify", without).await;
    transaction.expect(400, "identify");
    transaction.submit("identify", answer(&right)).await;
    transaction.expect(200, "challenge-authenticator");

    let mut again = engine.begin().await;
    again.submit("identify", answer(&right)).await;
    again.expect(400, "identify");
    let late = solved(&problem(&engine, href).await);
    engine.clock.advance(Duration::from_mins(11));
    again.submit("identify", answer(&late)).await;
    again.expect(400, "identify");
    engine.stop().await;
}

#[tokio::test]
async fn an_org_without_one_sets_no_problems() {
    let engine = Running::start().await;
    let href = format!("{}/idp/idx/captcha/challenge", engine.origin);
    let answer = engine.send(Method::GET, &href, &[], String::new()).await;
    answer.expect(404);
    engine.stop().await;
}
