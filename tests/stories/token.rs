//! `interlock token`: a native client in the terminal and in a pipe.

use std::process::Stdio;

use serde_json::Value;

use crate::{sign_in::PASSWORD, support::engine::Engine};

async fn token(engine: &Engine, answers: &[&str]) -> (bool, String, String) {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_interlock"));
    command.args(["token", "--issuer", &engine.issuer()]);
    for answer in answers {
        command.args(["--answer", answer]);
    }
    let done = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.success(), text(done.stdout), text(done.stderr))
}

#[tokio::test]
async fn answers_in_a_pipe_end_with_tokens_on_standard_output() {
    let engine = Engine::start();
    let passcode = format!("credentials.passcode={PASSWORD}");
    let (fine, out, err) = token(&engine, &["identifier=ada@example.com", &passcode]).await;
    assert!(fine, "{err}");
    let tokens: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(
        tokens["access_token"].as_str().unwrap().split('.').count(),
        3
    );
    assert!(!err.contains(PASSWORD));
}

#[tokio::test]
async fn what_nobody_answers_is_said_by_name() {
    let engine = Engine::start();
    let (fine, out, err) = token(&engine, &["identifier=ada@example.com"]).await;
    assert!(!fine && out.is_empty());
    assert!(err.contains("--answer credentials.passcode=…"), "{err}");
    // A wrong answer is not given again for ever.
    let wrong = ["identifier=ada@example.com", "credentials.passcode=wrong"];
    let (fine, _, err) = token(&engine, &wrong).await;
    assert!(!fine);
    assert!(err.contains("! "), "{err}");
    assert_eq!(engine.calls("idx/challenge/answer"), 1);
}
