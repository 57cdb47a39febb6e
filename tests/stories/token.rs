//! `interlock token`: a native client in the terminal and in a pipe.

use std::{process::Stdio, time::Duration};

use interlock::engine::{Fault, TokenFlaw};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::support::{engine::Engine, judge::Judge, person::PASSWORD, wait::until};

async fn token(engine: &Engine, answers: &[&str]) -> (bool, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
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

fn of_ada() -> [String; 2] {
    [
        "identifier=ada@example.com".to_owned(),
        format!("credentials.passcode={PASSWORD}"),
    ]
}

#[tokio::test]
async fn answers_in_a_pipe_end_with_tokens_on_standard_output() {
    let engine = Engine::start();
    let [name, passcode] = of_ada();
    let (fine, out, err) = token(&engine, &[&name, &passcode]).await;
    assert!(fine, "{err}");
    let tokens: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(
        Judge::of(&engine).signed_in(&tokens).await,
        "ada@example.com"
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

#[tokio::test]
async fn tokens_that_are_not_good_are_not_printed() {
    for (flaw, says) in [
        (TokenFlaw::BadSignature, "token is not good"),
        (TokenFlaw::WrongNonce, "the ID token is not good"),
        (TokenFlaw::WrongAtHash, "the ID token is not good"),
        (TokenFlaw::WrongClient, "the access token is not good"),
    ] {
        let engine = Engine::start();
        engine
            .control
            .break_endpoint("token", Fault::Token { flaw });
        let [name, passcode] = of_ada();
        let (fine, out, err) = token(&engine, &[&name, &passcode]).await;
        assert!(!fine && out.is_empty(), "{flaw:?}: {out}");
        assert!(err.contains(says), "{flaw:?}: {err}");
    }
}

#[tokio::test]
async fn the_code_to_scan_is_drawn_with_blocks() {
    let engine = Engine::start();
    let passcode = format!("credentials.passcode={PASSWORD}");
    let answers = [
        "identifier=niklaus@example.com",
        &passcode,
        "authenticator=google_otp",
    ];
    let (fine, _, err) = token(&engine, &answers).await;
    assert!(!fine, "nobody scanned it");
    let drawn: Vec<&str> = err
        .lines()
        .filter(|line| line.starts_with("██") && line.ends_with("██"))
        .collect();
    // 41 modules and a border of two, two rows to a line.
    assert_eq!(drawn.len(), 23, "{err}");
    assert!(drawn.iter().all(|line| line.chars().count() == 45), "{err}");
    assert!(err.contains("--answer credentials.passcode=…"), "{err}");
}

/// The command in a pseudo terminal that `script` opens; what stands on its screen.
struct Terminal {
    screen: String,
    keyboard: ChildStdin,
    output: ChildStdout,
    child: Child,
}

impl Terminal {
    fn open(line: &str) -> Self {
        let mut child = Command::new("script")
            .args(["--quiet", "--flush", "--return", "--echo", "always"])
            .args(["--command", line, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            screen: String::new(),
            keyboard: child.stdin.take().unwrap(),
            output: child.stdout.take().unwrap(),
            child,
        }
    }

    /// Reads until this stands on the screen.
    async fn shows(&mut self, text: &str) {
        let mut buffer = [0; 4096];
        while !self.screen.contains(text) {
            let read = timeout(Duration::from_secs(30), self.output.read(&mut buffer)).await;
            let read = read.map_or(0, Result::unwrap);
            assert!(read > 0, "no {text:?} on the screen:\n{}", self.screen);
            self.screen
                .push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    }

    async fn types(&mut self, text: &str) {
        let line = format!("{text}\n");
        self.keyboard.write_all(line.as_bytes()).await.unwrap();
    }

    /// Waits until the terminal of this name repeats what is typed, or does not.
    async fn echoes(&self, name: &str, echo: bool) {
        let wanted = if echo { " echo " } else { " -echo " };
        until("the terminal's mode", || async {
            let mode = Command::new("stty").args(["-F", name, "-a"]).output().await;
            let mode = String::from_utf8(mode.unwrap().stdout).unwrap();
            mode.replace('\n', " ").contains(wanted).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_password_that_is_typed_does_not_stand_on_the_screen() {
    let engine = Engine::start();
    let line = format!(
        "tty; exec {} token --issuer {}",
        env!("CARGO_BIN_EXE_interlock"),
        engine.issuer()
    );
    let mut terminal = Terminal::open(&line);
    terminal.shows("\n").await;
    let name = terminal.screen.lines().next().unwrap().trim().to_owned();
    assert!(name.starts_with("/dev/pts/"), "{name}");
    terminal.shows(": ").await;
    terminal.echoes(&name, true).await;
    terminal.types("ada@example.com").await;
    terminal.shows("[y/N]: ").await;
    terminal.types("").await;
    terminal.shows("Password: ").await;
    terminal.echoes(&name, false).await;
    terminal.types(PASSWORD).await;
    terminal.shows("\"token_type\": \"Bearer\"").await;
    terminal.shows("\n}").await;
    assert!(
        terminal.screen.contains("ada@example.com"),
        "what is no secret is repeated"
    );
    assert!(!terminal.screen.contains(PASSWORD), "{}", terminal.screen);
    assert!(terminal.child.wait().await.unwrap().success());
}
