//! Rare methods, without scripts: codes that a thing shows, a card with a PIN, an app of the customer's own; each proven by
//! somebody who has it, and set up by somebody who has not.

use std::time::Duration;

use http::StatusCode;
use serde_json::Value;

use crate::support::{
    app::App,
    browser::{Browser, Reply},
    engine::Engine,
    gateway::Gateway,
    page::Page,
    person::with_password,
};

const MARIA: &str = "maria@example.com";
const EMMY: &str = "emmy@example.com";
const CHOICE: &str = "select-authenticator-authenticate";
const NEW: &str = "select-authenticator-enroll";
const CHALLENGE: &str = "challenge-authenticator";
const ENROLL: &str = "enroll-authenticator";

/// From the password to the page of what this button chooses.
async fn chosen(browser: &mut Browser, person: &str, choice: &str, button: &str) -> Page {
    let choices = with_password(browser, "/x", person).await;
    let choices = choices.expect_form(choice);
    let next = browser.press(&choices, choice, button).await;
    next.expect(StatusCode::OK).page()
}

/// What a thing shows: its code, the one after it, its serial.
async fn shown(engine: &Engine, kind: &str, owner: Option<&str>) -> [String; 3] {
    let all = Browser::at(engine.org_issuer())
        .get("/fobs.json")
        .await
        .json();
    let wanted = |fob: &&Value| fob["kind"] == kind && fob["owner"].as_str() == owner;
    let fob = all.as_array().unwrap().iter().find(wanted).unwrap();
    ["code", "next", "serial"].map(|name| fob[name].as_str().unwrap().to_owned())
}

#[track_caller]
fn landed(reply: &Reply, person: &str) {
    reply.expect(StatusCode::OK);
    assert_eq!(reply.url, "/x");
    let email = reply.echoed("x-auth-request-email");
    assert_eq!(email.as_deref(), Some(person));
}

#[tokio::test]
async fn a_code_that_a_thing_shows_signs_in_and_a_wrong_one_does_not() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    for (kind, button) in [
        ("rsa_token", "RSA SecurID"),
        ("onprem_mfa", "Example On-Prem"),
        ("symantec_vip", "Symantec VIP"),
        ("yubikey_token", "Yubikey Authenticator"),
        ("custom_otp", "Example One-Time Password"),
        ("tac", "Temporary Access Code"),
    ] {
        let mut browser = gateway.browser();
        let page = chosen(&mut browser, MARIA, CHOICE, button).await;
        let code = if kind == "tac" {
            "TEMP4711".to_owned()
        } else {
            let [code, ..] = shown(&engine, kind, Some(MARIA)).await;
            code
        };
        let wrong = [("credentials.passcode", "000000")];
        let again = browser.submit(&page, CHALLENGE, &wrong).await;
        let again = again.expect_form(CHALLENGE);
        assert!(!again.texts("#problem").is_empty(), "{kind}");
        let right = [("credentials.passcode", code.as_str())];
        let reply = browser.submit(&again, CHALLENGE, &right).await;
        landed(&reply, MARIA);
    }
    gateway.stop().await;
}

#[tokio::test]
async fn rsa_wants_another_code_than_the_last() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let [code, ..] = shown(&engine, "rsa_token", Some(MARIA)).await;
    let answer = [("credentials.passcode", code.as_str())];
    let mut browser = gateway.browser();
    let page = chosen(&mut browser, MARIA, CHOICE, "RSA SecurID").await;
    landed(&browser.submit(&page, CHALLENGE, &answer).await, MARIA);

    let mut browser = gateway.browser();
    let page = chosen(&mut browser, MARIA, CHOICE, "RSA SecurID").await;
    let told = browser.submit(&page, CHALLENGE, &answer).await;
    let told = told.expect_form(CHALLENGE);
    told.expect_text("Wait for token to change");
    engine.clock.advance(Duration::from_secs(30));
    let [code, ..] = shown(&engine, "rsa_token", Some(MARIA)).await;
    let answer = [("credentials.passcode", code.as_str())];
    landed(&browser.submit(&told, CHALLENGE, &answer).await, MARIA);
    gateway.stop().await;
}

#[tokio::test]
async fn a_thing_from_the_drawer_is_set_up_by_what_it_shows() {
    let app = App::echo().await;
    for (kind, button) in [
        ("rsa_token", "RSA SecurID"),
        ("onprem_mfa", "Example On-Prem"),
        ("symantec_vip", "Symantec VIP"),
        ("yubikey_token", "Yubikey Authenticator"),
    ] {
        let engine = Engine::start();
        let gateway = Gateway::before(&app, &engine).start().await;
        let mut browser = gateway.browser();
        let page = chosen(&mut browser, EMMY, NEW, button).await;
        let [code, next, serial] = shown(&engine, kind, None).await;
        let mut answers = vec![("credentials.passcode", code.as_str())];
        if kind == "symantec_vip" {
            answers.push(("credentials.credentialId", &serial));
            answers.push(("credentials.nextPasscode", &next));
        }
        landed(&browser.submit(&page, ENROLL, &answers).await, EMMY);

        // From now on it is asked for.
        engine.clock.advance(Duration::from_mins(1));
        let [code, ..] = shown(&engine, kind, Some(EMMY)).await;
        let mut browser = gateway.browser();
        let page = with_password(&mut browser, "/x", EMMY).await;
        let page = page.expect_form(CHALLENGE);
        let answer = [("credentials.passcode", code.as_str())];
        landed(&browser.submit(&page, CHALLENGE, &answer).await, EMMY);
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_one_time_password_is_handed_out_by_an_administrator() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let page = chosen(&mut browser, EMMY, NEW, "Example One-Time Password").await;
    page.form(NEW);
    page.expect_text("Contact your administrator to continue enrollment");
    gateway.stop().await;
}

/// Holds a card to the telephone that the page names, and looks again.
async fn tap(
    gateway: &Gateway,
    browser: &mut Browser,
    page: &Page,
    card: &str,
    poll: &str,
) -> Reply {
    let link = page.attributes("main a.button", "href").remove(0);
    let (origin, path) = link.split_at(link.find("/nfc").unwrap());
    let mut telephone = Browser::at(origin);
    let held = [("card".to_owned(), card.to_owned())];
    let done = telephone.post_pairs(path, &held).await;
    done.expect(StatusCode::OK);
    gateway.clock.advance(Duration::from_secs(10));
    browser.submit(page, poll, &[]).await
}

#[tokio::test]
async fn a_card_is_read_and_its_pin_asked() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let page = chosen(&mut browser, MARIA, CHOICE, "NFC").await;
    let refused = tap(&gateway, &mut browser, &page, "other", "challenge-poll").await;
    let choices = refused.expect_form(CHOICE);
    let page = browser.press(&choices, CHOICE, "NFC").await.page();
    let pin = tap(&gateway, &mut browser, &page, "own", "challenge-poll").await;
    let pin = pin.expect_form(CHALLENGE);
    let wrong = [("credentials.passcode", "9999")];
    let pin = browser.submit(&pin, CHALLENGE, &wrong).await;
    let pin = pin.expect_form(CHALLENGE);
    let right = [("credentials.passcode", "2718")];
    landed(&browser.submit(&pin, CHALLENGE, &right).await, MARIA);

    // Set up by somebody who has none.
    let mut browser = gateway.browser();
    let page = chosen(&mut browser, EMMY, NEW, "NFC").await;
    let pin = tap(&gateway, &mut browser, &page, "own", "enroll-poll").await;
    let pin = pin.expect_form(ENROLL);
    let answers = pin_twice(&pin);
    let action = pin.form(ENROLL).action.clone();
    let path = action.unwrap_or_else(|| pin.url.clone());
    let reply = browser.post_pairs(&path, &answers).await;
    landed(&browser.follow(reply).await, EMMY);
    gateway.stop().await;
}

/// A new PIN, as often as the page asks for it.
fn pin_twice(page: &Page) -> Vec<(String, String)> {
    let form = page.form(ENROLL);
    let mut pairs = form.filled(&[]);
    for control in &form.controls {
        if matches!(control.kind.as_str(), "password" | "text") {
            for pair in pairs.iter_mut().filter(|(name, _)| *name == control.name) {
                pair.1 = "3141".to_owned();
            }
        }
    }
    pairs
}

#[tokio::test]
async fn the_customers_own_app_is_asked_like_okta_verify() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    let page = chosen(&mut browser, MARIA, CHOICE, "Example App").await;
    assert!(engine.control.reject_push(MARIA));
    gateway.clock.advance(Duration::from_secs(10));
    let refused = browser.submit(&page, "challenge-poll", &[]).await;
    let refused = refused.expect_form("resend");
    refused.expect_text("You have chosen to reject this login.");
    let page = browser.submit(&refused, "resend", &[]).await;
    let page = page.expect_form("challenge-poll");
    assert!(engine.control.approve_push(MARIA));
    gateway.clock.advance(Duration::from_secs(10));
    landed(&browser.submit(&page, "challenge-poll", &[]).await, MARIA);
    gateway.stop().await;
}
