use std::{
    sync::{Barrier, atomic::AtomicUsize, atomic::Ordering},
    thread,
};

use http::{HeaderValue, header::COOKIE};

use super::*;
use crate::{
    clock::{Clock, ManualClock},
    random::SystemRandom,
};

pub(crate) fn transaction(now: u64) -> Transaction {
    Transaction {
        id: random::octets(&SystemRandom),
        interaction_handle: random::token(&SystemRandom).into(),
        code_verifier: random::token(&SystemRandom).into(),
        state: random::token(&SystemRandom),
        nonce: random::token(&SystemRandom),
        step: 0,
        started_at: now,
        acr_values: None,
        max_age: None,
        left_for: None,
        hosted: None,
        device_token: None,
    }
}

struct Replica {
    transactions: Transactions,
    clock: ManualClock,
}

impl Replica {
    fn new() -> Self {
        Self::beside(&ManualClock::new())
    }

    fn beside(clock: &ManualClock) -> Self {
        let ring = KeyRing::new(&["x".repeat(32).into()]).unwrap();
        let names = CookieNames::new(&"https://app.example.com".parse().unwrap());
        let transactions = Transactions::new(
            LIFETIME,
            names,
            Arc::new(ring),
            Arc::new(clock.clone()),
            Arc::new(SystemRandom),
        );
        Self {
            transactions,
            clock: clock.clone(),
        }
    }

    fn begun(&self) -> (Transaction, HeaderMap) {
        let begun = transaction(self.clock.unix());
        let request = self.carried(&begun);
        (begun, request)
    }

    fn carried(&self, transaction: &Transaction) -> HeaderMap {
        let set = self.transactions.seal(transaction).unwrap();
        let mut headers = HeaderMap::new();
        for value in &set {
            let crumb = value.to_str().unwrap().split(';').next().unwrap();
            headers.append(COOKIE, HeaderValue::from_str(crumb).unwrap());
        }
        headers
    }
}

const LIFETIME: Duration = Duration::from_hours(2);

#[test]
fn the_browser_that_began_it_goes_on_with_it_on_any_replica() {
    let replica = Replica::new();
    let (begun, request) = replica.begun();
    assert_eq!(replica.transactions.open(&request), Some(begun.clone()));
    let other = Replica::beside(&replica.clock);
    assert_eq!(other.transactions.open(&request), Some(begun));
    assert_eq!(replica.transactions.open(&HeaderMap::new()), None);
}

#[test]
fn its_cookie_is_one_and_always_of_the_same_length() {
    let replica = Replica::new();
    let (begun, request) = replica.begun();
    let length = |request: &HeaderMap| {
        assert_eq!(request.get_all(COOKIE).iter().count(), 1);
        request.get(COOKIE).unwrap().len()
    };
    let full = Transaction {
        interaction_handle: "h".repeat(120).into(),
        step: 4_000_000,
        acr_values: Some("urn:okta:loa:2fa:any".to_owned()),
        max_age: Some(900),
        left_for: ReturnTo::parse(&format!("/{}", "x".repeat(2_047))),
        device_token: Some("d".repeat(32)),
        ..begun.clone()
    };
    let carried = replica.carried(&full);
    assert_eq!(length(&carried), length(&request));
    assert!(length(&carried) + 70 <= 4096, "{}", length(&carried));
    assert_eq!(replica.transactions.open(&carried), Some(full));
    // A way back that bursts the frame is given up, not the sign-in.
    let burst = Transaction {
        left_for: ReturnTo::parse(&format!("/{}", "\"".repeat(2_047))),
        ..begun.clone()
    };
    assert_eq!(
        replica.transactions.open(&replica.carried(&burst)),
        Some(begun.clone())
    );
    let hopeless = Transaction {
        interaction_handle: "h".repeat(4_000).into(),
        ..begun
    };
    let refused = replica.transactions.seal(&hopeless);
    assert!(matches!(refused, Err(TransactionError::TooLarge { .. })));
}

#[test]
fn it_ends_with_its_lifetime() {
    let replica = Replica::new();
    let (_, request) = replica.begun();
    replica.clock.advance(Duration::from_mins(119));
    assert!(replica.transactions.open(&request).is_some());
    replica.clock.advance(Duration::from_mins(1));
    assert_eq!(replica.transactions.open(&request), None);
}

#[test]
fn another_kind_of_cookie_or_a_changed_one_opens_nothing() {
    let replica = Replica::new();
    let (_, request) = replica.begun();
    let line = request.get(COOKIE).unwrap().to_str().unwrap();
    let renamed = line.replace("__Host-interlock-tx", "__Host-interlock");
    let cut = &line[..line.len() - 1];
    for line in [
        renamed.as_str(),
        cut,
        "__Host-interlock-tx=",
        "__Host-interlock-tx=x",
    ] {
        let mut request = HeaderMap::new();
        request.append(COOKIE, HeaderValue::from_str(line).unwrap());
        assert_eq!(replica.transactions.open(&request), None);
    }
}

#[test]
fn a_planted_second_transaction_makes_both_worthless() {
    let replica = Replica::new();
    let (mut begun, mut request) = replica.begun();
    begun.step = 3;
    request.extend(replica.carried(&begun));
    assert_eq!(replica.transactions.open(&request).unwrap().step, 3);
    let (_, planted) = replica.begun();
    request.extend(
        planted
            .get_all(COOKIE)
            .iter()
            .map(|line| (COOKIE, line.clone())),
    );
    assert_eq!(replica.transactions.open(&request), None);
}

#[test]
fn an_answer_to_a_step_is_sent_once_and_never_to_an_earlier_one() {
    let replica = Replica::new();
    let (begun, request) = replica.begun();
    let transactions = &replica.transactions;
    assert_eq!(transactions.current_step(&begun.id), None);
    assert_eq!(transactions.spend(&begun.id, 0), Spent::Now);
    assert_eq!(transactions.spend(&begun.id, 0), Spent::Already);
    assert_eq!(transactions.current_step(&begun.id), Some(1));
    // The page of step 1 was lost: the old cookie goes on from there.
    assert_eq!(transactions.open(&request).unwrap().step, 1);
    assert_eq!(transactions.spend(&begun.id, 1), Spent::Now);
    assert_eq!(transactions.spend(&begun.id, 5), Spent::Now);
    for earlier in 0..=5 {
        assert_eq!(transactions.spend(&begun.id, earlier), Spent::Already);
    }
    let (other, _) = replica.begun();
    assert_eq!(transactions.spend(&other.id, 0), Spent::Now);
}

#[test]
fn printing_it_shows_nothing_that_is_good_for_anything() {
    let begun = transaction(1_000);
    assert_eq!(
        format!("{begun:?}"),
        "Transaction { step: 0, started_at: 1000, .. }"
    );
}

#[test]
fn a_finished_transaction_neither_opens_nor_finishes_nor_goes_on() {
    let replica = Replica::new();
    let (begun, request) = replica.begun();
    assert_eq!(replica.transactions.finish(&begun.id), Spent::Now);
    assert_eq!(replica.transactions.finish(&begun.id), Spent::Already);
    assert_eq!(replica.transactions.spend(&begun.id, 7), Spent::Already);
    assert_eq!(replica.transactions.open(&request), None);
    replica.clock.advance(LIFETIME);
    assert_eq!(replica.transactions.open(&request), None);
}

#[test]
fn of_many_at_once_one_spends_and_one_finishes() {
    let replica = Replica::new();
    let (begun, _) = replica.begun();
    let (spent, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (spending, finishing) = (Barrier::new(32), Barrier::new(32));
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                spending.wait();
                if replica.transactions.spend(&begun.id, 4) == Spent::Now {
                    spent.fetch_add(1, Ordering::SeqCst);
                }
                finishing.wait();
                if replica.transactions.finish(&begun.id) == Spent::Now {
                    finished.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(spent.into_inner(), 1);
    assert_eq!(finished.into_inner(), 1);
}

#[test]
fn clearing_takes_the_cookie_away_with_the_attributes_it_was_set_with() {
    let replica = Replica::new();
    let cleared: Vec<_> = replica.transactions.clear().into_iter().collect();
    assert_eq!(
        cleared,
        ["__Host-interlock-tx=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"]
    );
}
