//! The problem of the org's own CAPTCHA: for whom a step asks it, at a bounded rate, and nothing else with it.

use http::StatusCode;
use interlock::engine::{CaptchaKind, CaptchaSettings, CaptchaStep};

use crate::support::{app::App, engine::Engine, gateway::Gateway, person::to_identify};

const PROBLEM: &str = "/.interlock/sign-in/captcha";
const SET: &str = "idx/captcha/challenge";

fn asking() -> Engine {
    Engine::with(|settings| {
        settings.org.captcha = Some(CaptchaSettings {
            kind: CaptchaKind::Altcha,
            steps: vec![CaptchaStep::Identify],
            work: 1000,
        });
    })
}

#[tokio::test]
async fn a_problem_is_set_for_the_step_that_asks_for_one() {
    let (app, engine) = (App::echo().await, asking());
    let gateway = Gateway::before(&app, &engine)
        .more("[sign_in]\nanswers_per_minute = 3")
        .start()
        .await;
    // Nobody is signing in: nothing is asked of the engine.
    let mut browser = gateway.browser();
    browser.get(PROBLEM).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(engine.calls(SET), 0);

    to_identify(&mut browser, "/").await;
    let problem = browser.get(PROBLEM).await;
    let problem = problem.expect(StatusCode::OK).json();
    let members: Vec<&str> = problem
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let all = ["algorithm", "challenge", "maxnumber", "salt", "signature"];
    assert_eq!(members, all);
    // They count as answers, so that nobody hammers the engine by them.
    for _ in 0..2 {
        browser.get(PROBLEM).await.expect(StatusCode::OK);
    }
    let late = browser.get(PROBLEM).await;
    late.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(late.headers.contains_key("retry-after"));
    assert_eq!(engine.calls(SET), 3);
    gateway.stop().await;
}

#[tokio::test]
async fn a_step_without_a_captcha_sets_no_problem() {
    let (app, engine) = (App::echo().await, Engine::start());
    let gateway = Gateway::before(&app, &engine).start().await;
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/").await;
    browser.get(PROBLEM).await.expect(StatusCode::NOT_FOUND);
    gateway.stop().await;
}
