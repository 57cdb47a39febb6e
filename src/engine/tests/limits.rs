//! How often things may be done.

use std::time::Duration;

use serde_json::json;

use super::support::{PASSWORD, Running, redeem};
use crate::engine::Rate;

fn rate(requests: u32, seconds: u64) -> Rate {
    Rate {
        requests,
        window: Duration::from_secs(seconds),
    }
}

#[tokio::test]
async fn a_transaction_has_ten_calls_in_five_seconds_where_the_org_says_so() {
    let engine = Running::with(|settings| settings.limits.transaction = rate(10, 5)).await;
    let transaction = engine.begin().await;
    let body = json!({"interactionHandle": transaction.handle});
    for left in (0..9).rev() {
        let answer = engine.idx("introspect", &body).await.expect(200);
        assert_eq!(answer.header("x-rate-limit-remaining"), left.to_string());
        assert_eq!(answer.header("x-rate-limit-limit"), "10");
    }
    let refused = engine.idx("introspect", &body).await.expect(429);
    assert_eq!(refused.json()["errorCode"], "E0000047");
    assert_eq!(refused.header("x-rate-limit-remaining"), "0");
    let reset: u64 = refused.header("x-rate-limit-reset").parse().unwrap();
    let date = httpdate::parse_http_date(refused.header("date")).unwrap();
    let now = date
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!((now..=now + 6).contains(&reset));
    engine.begin().await;
    engine.clock.advance(Duration::from_secs(6));
    engine.idx("introspect", &body).await.expect(200);
    engine.stop().await;
}

#[tokio::test]
async fn a_client_and_a_person_have_limits_of_their_own() {
    let engine = Running::with(|settings| {
        settings.limits.client = rate(2, 60);
        settings.limits.token = rate(1, 1);
    })
    .await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let mut transaction = engine.begin().await;
        transaction.identify("ada@example.com").await;
        transaction.password(PASSWORD).await;
        codes.push(transaction.code());
    }
    assert_eq!(
        engine.interact(&[]).await.expect(429).json()["errorCode"],
        "E0000047"
    );
    redeem(&engine, &codes[0]).await.expect(200);
    redeem(&engine, &codes[1])
        .await
        .expect_error(429, "invalid_grant");
    engine.stop().await;
}

#[tokio::test]
async fn a_code_may_be_guessed_five_times() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("grace@example.com").await;
    transaction.password(PASSWORD).await;
    for _ in 0..5 {
        transaction.passcode("x").await;
        transaction.expect(401, "challenge-authenticator");
    }
    transaction
        .passcode(&engine.passcode("grace@example.com"))
        .await;
    transaction.expect_terminal(429, "tooManyRequests");
    engine.clock.advance(Duration::from_secs(299));
    transaction.introspect().await;
    transaction.expect(200, "challenge-authenticator");
    engine.clock.advance(Duration::from_secs(2));
    transaction.submit("resend", json!({})).await;
    transaction
        .passcode(&engine.passcode("grace@example.com"))
        .await;
    transaction.code();
    engine.stop().await;
}

#[tokio::test]
async fn ten_wrong_passwords_lock_an_account() {
    let engine = Running::with(|settings| settings.limits.lockout = 3).await;
    let mut transaction = engine.begin().await;
    transaction.identify("ada@example.com").await;
    for _ in 0..3 {
        transaction.password("wrong").await;
        transaction.expect(401, "challenge-authenticator");
    }
    transaction.password(PASSWORD).await;
    transaction.expect_terminal(403, "errors.E0000119");
    engine.stop().await;
}
