//! The Nu HTML checker over every page, as the gateway serves it, and over the stylesheet and the icon.

use std::{path::Path, process::Stdio};

use interlock::{clock::ManualClock, login::view::assets::Assets};
use serde_json::Value;
use tokio::process::Command;

use crate::{
    support::{
        app::App,
        browser::{Browser, Reply},
        gateway::Gateway,
        page::Page,
        recording::recordings,
        replay::Replay,
    },
    tools::tool,
};

const TARGET: &str = "/reports?year=2024";

#[tokio::test]
async fn no_checker_of_html_finds_an_error() {
    let recordings = recordings();
    if recordings.is_empty() {
        return;
    }
    let jar = tool("vnu-jar/build/dist/vnu.jar");
    let (app, replay) = (App::echo().await, Replay::start().await);
    let gateway = Gateway::at(&app.url(), &replay.issuer(), ManualClock::running())
        .more("[sign_in]\nanswers_per_minute = 1000000")
        .start()
        .await;
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &recordings {
        replay.play(name, bytes);
        let mut browser = gateway.browser();
        for (number, reply) in pages(&mut browser).await.into_iter().enumerate() {
            write(folder.path(), &format!("{name}-{number}.html"), &reply.body);
        }
    }
    let assets = Assets::new();
    write(folder.path(), "style.css", &assets.style.body);
    write(folder.path(), "icon.svg", &assets.icon.body);
    // What it would say of a page with a mistake, so that silence is known to be praise.
    let mistaken = "<!doctype html><html lang=en><title>x</title><p id=a><div id=a>";
    write(folder.path(), "mistaken.html", mistaken.as_bytes());
    let messages = checked(&jar, folder.path()).await;
    let (expected, found): (Vec<String>, Vec<String>) = messages
        .into_iter()
        .partition(|message| message.contains("mistaken.html"));
    assert!(expected.len() >= 2, "{expected:?}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    std::fs::write(folder.join(name), content).unwrap();
}

/// The page, those one link away, and what each says when its form is sent with nothing in it.
async fn pages(browser: &mut Browser) -> Vec<Reply> {
    let first = browser.visit(TARGET).await;
    let links = Page::parse(&first.url, &first.text()).attributes("main a[href*='show=']", "href");
    let mut all = vec![first];
    for link in links {
        all.push(browser.get(&link).await);
    }
    let mut wrong = Vec::new();
    for reply in &all {
        let page = Page::parse(&reply.url, &reply.text());
        let typed = page.forms.iter().find(|form| {
            let mut kinds = form.controls.iter().map(|control| control.kind.as_str());
            form.remediation.is_some() && kinds.any(|kind| matches!(kind, "text" | "password"))
        });
        if let Some(form) = typed {
            let answered = browser.post(&page, form, &[]).await;
            wrong.push(browser.follow(answered).await);
        }
    }
    all.extend(wrong);
    all
}

/// Errors and warnings, a line each.
async fn checked(jar: &Path, folder: &Path) -> Vec<String> {
    let output = Command::new("java")
        .arg("-jar")
        .arg(jar)
        .args([
            "--format",
            "json",
            "--exit-zero-always",
            "--also-check-css",
            "--also-check-svg",
        ])
        .arg(folder)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("java is installed: apt-get install default-jre-headless");
    let report: Value = serde_json::from_slice(&output.stderr)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let messages = report["messages"].as_array().unwrap().iter();
    messages.map(Value::to_string).collect()
}
