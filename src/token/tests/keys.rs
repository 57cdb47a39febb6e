//! Fetching keys: once for many, throttled, replaced whole, kept through an outage (J9, J10, J11).

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::key_server::{Issuer, Signer};
use crate::{
    clock::Clock as _,
    outbound::test_server::until,
    secret::Secret,
    token::{AccessTokenError, KeyStanding, Refused},
};

async fn refusal(issuer: &Issuer, token: &str) -> Option<Refused> {
    match issuer.verifier.access_token(token).await {
        Ok(_) => None,
        Err(AccessTokenError::Refused { reason }) => Some(reason),
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn fifty_callers_wait_for_one_fetch_and_one_who_leaves_stops_nobody() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let token = signer.sign(&issuer.access(&json!({})));
    issuer.server.hold();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let (verifier, token) = (issuer.verifier.clone(), token.clone());
            tokio::spawn(async move { verifier.access_token(&token).await.is_ok() })
        })
        .collect();
    let server = issuer.server.clone();
    until("the fetch has begun", || !server.seen().is_empty()).await;
    calls[0].abort();
    issuer.server.release();
    for (number, call) in calls.into_iter().enumerate() {
        assert!(call.await.unwrap_or(number == 0), "caller {number}");
    }
    assert_eq!(
        (
            issuer.fetches(),
            issuer.server.count("openid-configuration")
        ),
        (1, 1)
    );
}

#[tokio::test]
async fn a_flood_of_unknown_kids_causes_one_fetch_an_interval() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let good = signer.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &good).await, None);
    assert_eq!(issuer.fetches(), 1);
    for round in 0..3 {
        for flood in 0..30 {
            let garbage = signer.sign_with(
                &json!({ "kid": format!("g{round}-{flood}") }),
                &issuer.access(&json!({})),
            );
            assert_eq!(refusal(&issuer, &garbage).await, Some(Refused::Key));
        }
        assert_eq!(issuer.fetches(), 2 + round);
        // Within the interval such a key is enough: what else the token says is not even read.
        let unread = signer.sign_raw(r#"{"alg":"ES256","kid":"unread"}"#, "no JSON");
        assert_eq!(refusal(&issuer, &unread).await, Some(Refused::Key));
        issuer.clock.advance(Duration::from_secs(61));
        assert!(matches!(
            refusal(&issuer, &unread).await,
            Some(Refused::Malformed(_))
        ));
        // Nor does what is no token at all ask for a key.
        let input = signer.sign_with(&json!({ "kid": "unsigned" }), &issuer.access(&json!({})));
        let unsigned = format!("{}.!!", input.rsplit_once('.').unwrap().0);
        assert!(matches!(
            refusal(&issuer, &unsigned).await,
            Some(Refused::Malformed(_))
        ));
        assert_eq!(issuer.fetches(), 2 + round);
    }
    // What is wrong in another way asks nobody.
    for changes in [
        json!({ "exp": 1 }),
        json!({ "iss": "https://evil.example" }),
        json!({ "aud": "x" }),
    ] {
        let garbage = signer.sign_with(&json!({ "kid": "unknown" }), &issuer.access(&changes));
        assert_ne!(refusal(&issuer, &garbage).await, Some(Refused::Key));
    }
    assert_eq!(issuer.fetches(), 4);
    assert_eq!(refusal(&issuer, &good).await, None);
}

#[tokio::test]
async fn a_forged_kid_does_not_keep_our_own_tokens_waiting_for_a_new_key() {
    let (old, new) = (Signer::ec("k1"), Signer::ec("k2"));
    let issuer = Issuer::publishing(&[&old]).await;
    assert_eq!(
        refusal(&issuer, &old.sign(&issuer.access(&json!({})))).await,
        None
    );
    let forged = old.sign_with(&json!({ "kid": "forged" }), &issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &forged).await, Some(Refused::Key));
    issuer.publish(&[&new]);
    let fresh = new.sign(&issuer.access(&json!({})));
    assert_eq!(
        refusal(&issuer, &fresh).await,
        Some(Refused::Key),
        "the one fetch of the interval is used up"
    );
    let ours = Secret::new(&fresh);
    assert!(issuer.verifier.session_access_token(&ours).await.is_ok());
    assert_eq!(issuer.fetches(), 3);
    assert_eq!(refusal(&issuer, &fresh).await, None);
    // Nor may an issuer that never has the key be asked all the time.
    for _ in 0..20 {
        let odd = new.sign_with(&json!({ "kid": "odd" }), &issuer.access(&json!({})));
        let odd = Secret::new(&odd);
        assert!(issuer.verifier.session_access_token(&odd).await.is_err());
    }
    assert_eq!(issuer.fetches(), 3);
    // The refresh on schedule goes on, whoever asked.
    issuer.clock.advance(Duration::from_hours(1));
    assert_eq!(
        refusal(&issuer, &new.sign(&issuer.access(&json!({})))).await,
        None
    );
}

/// Whoever asks for the key, and whoever only sees that it was asked for, must both wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_comes_while_a_new_key_is_fetched_is_refused() {
    let issuer = Issuer::publishing(&[&Signer::ec("k0")]).await;
    for round in 1..=20 {
        let signer = Signer::ec(&format!("k{round}"));
        issuer.publish(&[&signer]);
        let claims = issuer.access(&json!({}));
        let barrier = Arc::new(tokio::sync::Barrier::new(16));
        let calls: Vec<_> = (0..16)
            .map(|_| {
                let (verifier, token) = (issuer.verifier.clone(), signer.sign(&claims));
                let barrier = Arc::clone(&barrier);
                tokio::spawn(async move {
                    barrier.wait().await;
                    verifier.access_token(&token).await
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        issuer.clock.advance(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn after_a_failed_fetch_an_unknown_key_is_not_taken_for_nobodys() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let good = signer.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &good).await, None);
    issuer.away.store(true, Ordering::SeqCst);
    let unknown = signer.sign_with(&json!({ "kid": "k2" }), &issuer.access(&json!({})));
    for _ in 0..2 {
        let judged = issuer.verifier.access_token(&unknown).await;
        assert!(
            matches!(judged, Err(AccessTokenError::Keys(_))),
            "{judged:?}"
        );
    }
}

#[tokio::test]
async fn a_new_key_works_after_one_forced_fetch() {
    let (old, new) = (Signer::ec("k1"), Signer::rsa("k2"));
    let issuer = Issuer::publishing(&[&old]).await;
    assert_eq!(
        refusal(&issuer, &old.sign(&issuer.access(&json!({})))).await,
        None
    );
    issuer.publish(&[&new, &old]);
    assert_eq!(
        refusal(&issuer, &new.sign(&issuer.access(&json!({})))).await,
        None
    );
    assert_eq!(
        refusal(&issuer, &old.sign(&issuer.access(&json!({})))).await,
        None
    );
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_dies_at_the_next_refresh_cached_or_not() {
    let (old, new) = (Signer::ec("k1"), Signer::ec("k2"));
    let issuer = Issuer::publishing(&[&old]).await;
    let cached = old.sign(&issuer.access(&json!({})));
    assert_eq!(issuer.verifier.key_standing("k1"), KeyStanding::Unknown);
    assert_eq!(refusal(&issuer, &cached).await, None);
    assert_eq!(issuer.verifier.key_standing("k1"), KeyStanding::Current);
    issuer.publish(&[&new]);
    assert_eq!(refusal(&issuer, &cached).await, None, "until the refresh");
    assert_eq!(
        refusal(&issuer, &new.sign(&issuer.access(&json!({})))).await,
        None
    );
    assert_eq!(issuer.verifier.key_standing("k1"), KeyStanding::Withdrawn);
    assert_eq!(refusal(&issuer, &cached).await, Some(Refused::Key));
}

#[tokio::test]
async fn a_kid_that_is_given_to_another_key_revokes_what_the_first_signed() {
    let (old, new) = (Signer::ec("k1"), Signer::ec("k1"));
    let issuer = Issuer::publishing(&[&old]).await;
    let cached = old.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &cached).await, None);
    let two_hours = issuer.clock.unix() + 7200;
    let early = new.sign(&issuer.access(&json!({ "exp": two_hours })));
    for _ in 0..2 {
        assert_eq!(refusal(&issuer, &early).await, Some(Refused::Signature));
    }
    issuer.publish(&[&new]);
    issuer.clock.advance(Duration::from_secs(3601));
    let fresh_one = new.sign(&issuer.access(&json!({})));
    // The first to come with a stale set has the next one fetched, and does not wait for it.
    drop(issuer.verifier.access_token(&fresh_one).await);
    let server = issuer.server.clone();
    until("the next set was fetched", || server.count("/v1/keys") == 2).await;
    for _ in 0..1000 {
        if refusal(&issuer, &fresh_one).await.is_none() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(refusal(&issuer, &fresh_one).await, None);
    assert_eq!(refusal(&issuer, &early).await, None, "judged anew");
    let fresh = old.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &fresh).await, Some(Refused::Signature));
    assert!(refusal(&issuer, &cached).await.is_some());
}

#[tokio::test]
async fn the_last_good_set_is_kept_while_the_issuer_is_away_or_talks_nonsense() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    assert_eq!(
        refusal(&issuer, &signer.sign(&issuer.access(&json!({})))).await,
        None
    );
    issuer.away.store(true, Ordering::SeqCst);
    issuer.clock.advance(Duration::from_hours(3));
    assert_eq!(
        refusal(&issuer, &signer.sign(&issuer.access(&json!({})))).await,
        None
    );
    let unknown = signer.sign_with(&json!({ "kid": "k2" }), &issuer.access(&json!({})));
    let judged = issuer.verifier.access_token(&unknown).await;
    assert!(
        matches!(judged, Err(AccessTokenError::Keys(_))),
        "not known to be bad: {judged:?}"
    );
    let fetches = issuer.fetches();
    for _ in 0..20 {
        assert!(issuer.verifier.access_token(&unknown).await.is_err());
    }
    assert!(
        issuer.fetches() <= fetches + 1,
        "an outage is no reason for a storm"
    );

    issuer.away.store(false, Ordering::SeqCst);
    *issuer.keys.lock().unwrap() = vec![json!({ "kty": "oct", "kid": "k1", "k": "AAAA" })];
    issuer.clock.advance(Duration::from_hours(3));
    drop(issuer.verifier.access_token(&unknown).await);
    assert_eq!(
        refusal(&issuer, &signer.sign(&issuer.access(&json!({})))).await,
        None
    );
}

#[tokio::test]
async fn without_any_set_nothing_is_refused_as_bad_and_little_is_asked() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    issuer.away.store(true, Ordering::SeqCst);
    for _ in 0..20 {
        let judged = issuer
            .verifier
            .access_token(&signer.sign(&issuer.access(&json!({}))))
            .await;
        assert!(
            matches!(judged, Err(AccessTokenError::Keys(_))),
            "{judged:?}"
        );
    }
    assert!(
        issuer.server.seen().len() <= 2,
        "{}",
        issuer.server.seen().len()
    );
    issuer.away.store(false, Ordering::SeqCst);
    issuer.clock.advance(Duration::from_secs(2));
    assert_eq!(
        refusal(&issuer, &signer.sign(&issuer.access(&json!({})))).await,
        None
    );
}

#[tokio::test]
async fn the_background_refresh_loads_at_start_and_again_when_the_headers_say_so() {
    let (old, new) = (Signer::ec("k1"), Signer::ec("k2"));
    let issuer = Issuer::publishing(&[&old]).await;
    issuer.max_age.store(1, Ordering::SeqCst);
    issuer.verifier.spawn_refresh(&Handle::current());
    let verifier = issuer.verifier.clone();
    until("the first set is there", || {
        verifier.key_standing("k1") == KeyStanding::Current
    })
    .await;
    issuer.publish(&[&new]);
    until("the next set is there", || {
        verifier.key_standing("k1") == KeyStanding::Withdrawn
    })
    .await;
    assert_eq!(verifier.key_standing("k2"), KeyStanding::Current);
}

#[tokio::test]
async fn odd_keys_are_passed_over_and_a_good_one_beside_them_works() {
    let (good, twin, other) = (Signer::rsa("good"), Signer::ec("twin"), Signer::ec("other"));
    let with = |signer: &Signer, changes: Value| {
        let mut jwk = signer.jwk();
        for (name, value) in changes.as_object().unwrap() {
            jwk[name] = value.clone();
        }
        jwk.as_object_mut()
            .unwrap()
            .retain(|_, value| !value.is_null());
        jwk
    };
    let issuer = Issuer::publishing(&[]).await;
    *issuer.keys.lock().unwrap() = vec![
        good.jwk(),
        with(&twin, json!({})),
        with(&other, json!({ "kid": "twin" })),
        with(&other, json!({ "kid": "encrypts", "use": "enc" })),
        with(
            &other,
            json!({ "kid": "derives", "key_ops": ["deriveKey"] }),
        ),
        with(&other, json!({ "kid": "other-alg", "alg": "ES384" })),
        with(&other, json!({ "kid": "rsa-alg", "alg": "RS256" })),
        with(&other, json!({ "kid": "symmetric-alg", "alg": "HS256" })),
        with(&other, json!({ "kid": "no-alg", "alg": null })),
        with(
            &other,
            json!({ "kid": "off-curve", "x": URL_SAFE_NO_PAD.encode([7; 32]) }),
        ),
        with(&other, json!({ "kid": "short", "x": "AAAA" })),
        with(
            &good,
            json!({ "kid": "weak", "n": URL_SAFE_NO_PAD.encode([0xC5; 128]) }),
        ),
        with(
            &good,
            json!({ "kid": "padded-weak", "n": URL_SAFE_NO_PAD.encode([vec![0; 256], vec![0xC5; 128]].concat()) }),
        ),
        json!({ "kty": "oct", "kid": "oct", "alg": "HS256", "k": "c2VjcmV0" }),
        json!({ "kty": "unheard-of", "kid": "new" }),
        json!({ "kid": "good-for-nothing" }),
        json!("no object"),
        with(&other, json!({ "kid": null })),
    ];
    for (signer, kid, works) in [
        (&good, "good", true),
        (&other, "no-alg", true),
        (&twin, "twin", false),
        (&other, "twin", false),
        (&other, "encrypts", false),
        (&other, "derives", false),
        (&other, "other-alg", false),
        (&other, "rsa-alg", false),
        (&other, "symmetric-alg", false),
        (&other, "off-curve", false),
        (&other, "short", false),
        (&good, "weak", false),
        (&good, "padded-weak", false),
        (&good, "oct", false),
        (&good, "new", false),
    ] {
        let token = signer.sign_with(&json!({ "kid": kid }), &issuer.access(&json!({})));
        let expected = if works { None } else { Some(Refused::Key) };
        assert_eq!(refusal(&issuer, &token).await, expected, "{kid}");
    }
}

#[tokio::test]
async fn ten_thousand_keys_are_not_read() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let mut many = vec![json!({ "kid": "x" }); 5_000];
    many.push(signer.jwk());
    *issuer.keys.lock().unwrap() = many;
    let judged = issuer
        .verifier
        .access_token(&signer.sign(&issuer.access(&json!({}))))
        .await;
    assert!(
        matches!(judged, Err(AccessTokenError::Keys(_))),
        "{judged:?}"
    );
}

#[tokio::test]
async fn a_remembered_token_does_not_outlive_itself() {
    let signer = Signer::ec("k1");
    let issuer = Issuer::publishing(&[&signer]).await;
    let token = signer.sign(&issuer.access(&json!({})));
    assert_eq!(refusal(&issuer, &token).await, None);
    issuer.clock.advance(Duration::from_hours(1));
    assert_eq!(refusal(&issuer, &token).await, None, "within the skew");
    issuer.clock.advance(Duration::from_secs(31));
    assert_eq!(refusal(&issuer, &token).await, Some(Refused::Expired));
}
