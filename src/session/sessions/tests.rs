use std::time::Duration;

use futures_util::FutureExt as _;
use http::{HeaderValue, header::COOKIE};
use serde_json::{Map, json};

use super::*;
use crate::{
    clock::{Clock, ManualClock},
    random::SystemRandom,
    session::record::tests::{sample, settings},
};

/// One replica, and a clock to move.
struct Replica {
    sessions: AtOnce,
    clock: ManualClock,
}

/// Stores of this process answer at once, without a runtime.
#[derive(Clone)]
struct AtOnce(Sessions);

impl AtOnce {
    fn new_id(&self) -> SessionId {
        self.0.new_id()
    }

    fn open(&self, request: &HeaderMap) -> Result<Opened, Anonymous> {
        self.0.open(request).now_or_never().unwrap().unwrap()
    }

    fn begin(&self, session: &Session, request: &HeaderMap) -> Result<SetCookies, SessionError> {
        self.0.begin(session, request).now_or_never().unwrap()
    }

    fn save(&self, session: &Session, request: &HeaderMap) -> Result<SetCookies, SessionError> {
        self.0.save(session, request).now_or_never().unwrap()
    }

    fn touch(&self, opened: &Opened, request: &HeaderMap) -> Result<SetCookies, SessionError> {
        self.0.touch(opened, request).now_or_never().unwrap()
    }

    fn end(&self, request: &HeaderMap) -> SetCookies {
        self.0.end(request).now_or_never().unwrap().unwrap()
    }

    fn end_all(&self, whose: Whose<'_>) {
        self.0.end_all(whose).now_or_never().unwrap().unwrap();
    }

    async fn refresh<F, E>(
        &self,
        session: &Arc<Session>,
        renew: F,
    ) -> Result<Arc<Session>, RefreshError<E>>
    where
        F: Future<Output = Result<Session, E>> + Send + 'static,
        E: Send + Sync + 'static,
    {
        self.0.refresh(session, renew).await
    }
}

impl Replica {
    fn new(store: Store) -> Self {
        let clock = ManualClock::new();
        Self::beside(store, &clock, "one secret of thirty-two octets.")
    }

    fn beside(store: Store, clock: &ManualClock, secret: &str) -> Self {
        let ring = KeyRing::new(&[secret.into()]).unwrap();
        let names = CookieNames::new(&"https://app.example.com".parse().unwrap());
        let sessions = Sessions::new(
            &settings(store),
            names,
            Arc::new(ring),
            Arc::new(clock.clone()),
            Arc::new(SystemRandom),
        )
        .unwrap();
        Self {
            sessions: AtOnce(sessions),
            clock: clock.clone(),
        }
    }

    fn session(&self) -> Session {
        Session {
            id: self.sessions.new_id(),
            ..sample(self.clock.unix())
        }
    }

    fn signed_in(&self) -> (Session, HeaderMap) {
        let session = self.session();
        let set = self.sessions.begin(&session, &HeaderMap::new()).unwrap();
        (session, cookies(set))
    }

    fn open(&self, request: &HeaderMap) -> Result<Arc<Session>, Anonymous> {
        self.sessions.open(request).map(|opened| opened.session)
    }
}

/// What a browser that had none sends after it got these.
fn cookies(set: SetCookies) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in set {
        let value = value.to_str().unwrap();
        if !value.contains("Max-Age=0") {
            add(&mut headers, value.split(';').next().unwrap());
        }
    }
    headers
}

fn add(headers: &mut HeaderMap, line: &str) {
    headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
}

fn together(one: &HeaderMap, two: &HeaderMap) -> HeaderMap {
    let mut headers = one.clone();
    headers.extend(
        two.get_all(COOKIE)
            .iter()
            .map(|line| (COOKIE, line.clone())),
    );
    headers
}

const BOTH: [Store; 2] = [Store::Cookie, Store::Memory];
const IDLE: Duration = Duration::from_mins(30);

#[test]
fn a_session_that_was_begun_opens_and_nothing_else_does() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (session, request) = replica.signed_in();
        for _ in 0..3 {
            let opened = replica.open(&request).unwrap();
            assert_eq!((opened.id, &opened.subject), (session.id, &session.subject));
        }
        assert_eq!(replica.open(&HeaderMap::new()), Err(Anonymous::NoCookie));
        for value in [
            "abc",
            "0",
            "=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            let mut request = HeaderMap::new();
            add(&mut request, &format!("__Host-interlock={value}"));
            assert_eq!(
                replica.open(&request),
                Err(Anonymous::Unreadable),
                "{value}"
            );
        }
    }
}

#[test]
fn every_changed_character_makes_it_worthless_also_when_it_was_opened_before() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (_, request) = replica.signed_in();
        // From the second time on it is remembered.
        for _ in 0..3 {
            replica.open(&request).unwrap();
        }
        let line = request.get(COOKIE).unwrap().to_str().unwrap();
        for at in "__Host-interlock=".len()..line.len() {
            let mut changed = line.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            for bytes in [&changed[..], &line.as_bytes()[..at]] {
                let mut request = HeaderMap::new();
                request.append(COOKIE, HeaderValue::from_bytes(bytes).unwrap());
                assert!(replica.open(&request).is_err(), "at {at}");
            }
        }
    }
}

#[test]
fn another_replica_opens_it_with_the_same_secret_alone() {
    let one = Replica::new(Store::Cookie);
    let (session, request) = one.signed_in();
    let same = Replica::beside(
        Store::Cookie,
        &one.clock,
        "one secret of thirty-two octets.",
    );
    assert_eq!(same.open(&request).unwrap().id, session.id);
    let other = Replica::beside(
        Store::Cookie,
        &one.clock,
        "another secret of so many octets",
    );
    assert_eq!(other.open(&request), Err(Anonymous::Unreadable));
    // A memory store knows only what it gave out, however well it is sealed.
    let (_, request) = Replica::new(Store::Memory).signed_in();
    let same = Replica::new(Store::Memory);
    assert_eq!(same.open(&request), Err(Anonymous::Ended));
}

#[test]
fn it_ends_when_idle_unless_it_is_used() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (_, mut request) = replica.signed_in();
        for _ in 0..5 {
            replica.clock.advance(IDLE / 2);
            let opened = replica.sessions.open(&request).unwrap();
            let set = replica.sessions.touch(&opened, &request).unwrap();
            if !set.is_empty() {
                request = cookies(set);
            }
        }
        replica.clock.advance(IDLE);
        assert_eq!(replica.open(&request), Err(Anonymous::Idle));
    }
}

#[test]
fn it_ends_with_its_lifetime_however_much_it_is_used() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (_, mut request) = replica.signed_in();
        for _ in 0..48 {
            let opened = replica.sessions.open(&request).unwrap();
            let set = replica.sessions.touch(&opened, &request).unwrap();
            if !set.is_empty() {
                request = cookies(set);
            }
            replica.clock.advance(IDLE / 2);
        }
        let why = replica.open(&request).unwrap_err();
        assert!(
            matches!(why, Anonymous::Expired | Anonymous::Ended),
            "{why}"
        );
    }
}

#[test]
fn a_cookie_is_due_after_a_tenth_of_the_idle_timeout_and_not_before() {
    let replica = Replica::new(Store::Cookie);
    let (_, request) = replica.signed_in();
    replica.clock.advance(Duration::from_mins(2));
    let opened = replica.sessions.open(&request).unwrap();
    assert!(!opened.needs_touch);
    assert!(
        replica
            .sessions
            .touch(&opened, &request)
            .unwrap()
            .is_empty()
    );
    replica.clock.advance(Duration::from_mins(1));
    let opened = replica.sessions.open(&request).unwrap();
    assert!(opened.needs_touch);
    let request = cookies(replica.sessions.touch(&opened, &request).unwrap());
    assert!(!replica.sessions.open(&request).unwrap().needs_touch);
}

#[test]
fn a_copied_cookie_is_dead_after_sign_out_and_so_is_a_late_save() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (session, request) = replica.signed_in();
        let (other, others) = replica.signed_in();
        let opened = replica.sessions.open(&request).unwrap();
        let set = replica.sessions.end(&request);
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            ["__Host-interlock=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"]
        );
        assert_eq!(replica.open(&request), Err(Anonymous::Ended));
        for saved in [&session, &opened.session] {
            let late = replica.sessions.save(saved, &HeaderMap::new());
            assert!(matches!(late, Err(SessionError::Ended)));
        }
        assert_eq!(replica.open(&others).unwrap().id, other.id);
    }
}

#[test]
fn signing_out_without_a_session_does_nothing() {
    for store in BOTH {
        let replica = Replica::new(store);
        assert!(replica.sessions.end(&HeaderMap::new()).is_empty());
        let mut request = HeaderMap::new();
        add(
            &mut request,
            "__Host-interlock=junk; __Host-interlock.3=x; other=1",
        );
        assert_eq!(replica.sessions.end(&request).iter().count(), 2);
    }
}

#[test]
fn a_sign_in_has_a_new_id_and_ends_what_the_browser_had() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (planted, request) = replica.signed_in();
        let fixed = Session {
            id: planted.id,
            ..replica.session()
        };
        let reused = replica.sessions.begin(&fixed, &request);
        assert!(matches!(reused, Err(SessionError::ReusedId)));
        let stepped_up = replica.session();
        let set = replica.sessions.begin(&stepped_up, &request).unwrap();
        assert_eq!(replica.open(&cookies(set)).unwrap().id, stepped_up.id);
        assert_eq!(replica.open(&request), Err(Anonymous::Ended));
        assert_ne!(replica.sessions.new_id(), replica.sessions.new_id());
    }
}

#[test]
fn of_several_cookies_the_one_good_session_counts_or_none() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (session, request) = replica.signed_in();
        let (_, attackers) = replica.signed_in();
        let mut junk = HeaderMap::new();
        add(
            &mut junk,
            "__Host-interlock=junk; __Host-interlock.1=2.ju; __Host-interlock.2=nk",
        );
        for headers in [
            together(&junk, &request),
            together(&request, &junk),
            together(&request, &request),
        ] {
            assert_eq!(replica.open(&headers).unwrap().id, session.id);
        }
        for headers in [
            together(&attackers, &request),
            together(&request, &attackers),
        ] {
            assert_eq!(replica.open(&headers), Err(Anonymous::Unreadable));
        }
        let _ = replica.sessions.end(&attackers);
        assert_eq!(
            replica.open(&together(&attackers, &request)).unwrap().id,
            session.id
        );
    }
}

#[test]
fn of_two_copies_of_a_session_the_later_counts() {
    let replica = Replica::new(Store::Cookie);
    let (session, old) = replica.signed_in();
    let renewed = Session {
        access_token: "new".into(),
        access_expires_at: session.access_expires_at + 60,
        ..session
    };
    let new = cookies(replica.sessions.save(&renewed, &HeaderMap::new()).unwrap());
    for headers in [together(&old, &new), together(&new, &old)] {
        assert_eq!(replica.open(&headers).unwrap().access_token, "new".into());
    }
}

#[test]
fn a_large_session_goes_in_parts_and_one_that_is_too_large_says_what_to_do() {
    let replica = Replica::new(Store::Cookie);
    // Alike names are compressed well, others are not.
    let alike = |group: usize| format!("engineering-group-{group:04}");
    let unlike = |group: usize| {
        format!(
            "{:016x}",
            (group as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    };
    let with = |count: usize, name: &dyn Fn(usize) -> String| {
        let mut session = replica.session();
        let groups: Vec<String> = (0..count).map(name).collect();
        let claims = [("groups".to_owned(), json!(groups))];
        session.claims = Map::from_iter(claims).into();
        session
    };
    let with_groups = |count| with(count, &unlike);
    let large = with_groups(550);
    let request = cookies(replica.sessions.begin(&large, &HeaderMap::new()).unwrap());
    assert_eq!(request.get_all(COOKIE).iter().count(), 4);
    assert_eq!(replica.open(&request).unwrap().claims, large.claims);
    let mut torn = request.clone();
    torn.remove(COOKIE);
    for line in request.get_all(COOKIE).iter().skip(1) {
        torn.append(COOKIE, line.clone());
    }
    assert_eq!(replica.open(&torn), Err(Anonymous::NoCookie));
    let small = cookies(replica.sessions.save(&with_groups(1), &request).unwrap());
    assert_eq!(small.get_all(COOKIE).iter().count(), 1);
    let alike = replica
        .sessions
        .begin(&with(550, &alike), &HeaderMap::new());
    assert_eq!(cookies(alike.unwrap()).get_all(COOKIE).iter().count(), 2);
    let too_large = replica
        .sessions
        .begin(&with_groups(1_000), &HeaderMap::new())
        .unwrap_err();
    assert!(
        too_large.to_string().contains("session.store = \"memory\""),
        "{too_large}"
    );
    let roomy = Replica::new(Store::Memory);
    let request = cookies(
        roomy
            .sessions
            .begin(&with_groups(1_000), &HeaderMap::new())
            .unwrap(),
    );
    assert!(roomy.open(&request).is_ok());
}

#[test]
fn all_sessions_of_a_person_or_of_one_sid_end_and_new_ones_live() {
    for store in BOTH {
        for whose in [Whose::Subject("00u1"), Whose::Sid("s1")] {
            let replica = Replica::new(store.clone());
            let (_, one) = replica.signed_in();
            let (_, two) = replica.signed_in();
            let mut other = replica.session();
            other.subject = "00u2".to_owned();
            other.claims = Map::from_iter([("sid".to_owned(), json!("s2"))]).into();
            let others = cookies(replica.sessions.begin(&other, &HeaderMap::new()).unwrap());
            replica.sessions.end_all(whose);
            assert_eq!(replica.open(&one), Err(Anonymous::Ended));
            assert_eq!(replica.open(&two), Err(Anonymous::Ended));
            assert_eq!(replica.open(&others).unwrap().id, other.id);
            let (again, request) = replica.signed_in();
            assert_eq!(replica.open(&request).unwrap().id, again.id);
        }
    }
}

#[tokio::test]
async fn a_refresh_is_kept_unless_the_session_ended_meanwhile() {
    for store in BOTH {
        let replica = Replica::new(store);
        let (session, request) = replica.signed_in();
        let opened = replica.open(&request).unwrap();
        let renewed = Session {
            access_token: "new".into(),
            access_expires_at: session.access_expires_at + 60,
            ..session
        };
        let answer = renewed.clone();
        let renew = async { Ok::<_, std::convert::Infallible>(answer) };
        let refreshed = replica.sessions.refresh(&opened, renew).await.unwrap();
        assert_eq!(refreshed.access_token, "new".into());
        let set = replica.sessions.save(&refreshed, &request).unwrap();
        let later = if set.is_empty() {
            request.clone()
        } else {
            cookies(set)
        };
        let opened = replica.open(&later).unwrap();
        assert_eq!(opened.access_token, "new".into());

        let (ending, headers) = (replica.sessions.clone(), later.clone());
        let renew = async move {
            let _ = ending.end(&headers);
            Ok::<_, std::convert::Infallible>(Session {
                access_token: "late".into(),
                ..renewed
            })
        };
        let ended = replica.sessions.refresh(&opened, renew).await;
        assert!(matches!(ended, Err(RefreshError::Ended)));
        assert_eq!(replica.open(&later), Err(Anonymous::Ended));
    }
}

#[tokio::test]
async fn a_touch_seals_what_a_refresh_just_brought() {
    let replica = Replica::new(Store::Cookie);
    let (session, request) = replica.signed_in();
    replica.clock.advance(IDLE / 5);
    let opened = replica.sessions.open(&request).unwrap();
    let renewed = Session {
        access_token: "new".into(),
        ..session
    };
    let renew = async { Ok::<_, std::convert::Infallible>(renewed) };
    replica
        .sessions
        .refresh(&opened.session, renew)
        .await
        .unwrap();
    let touched = cookies(replica.sessions.touch(&opened, &request).unwrap());
    assert_eq!(replica.open(&touched).unwrap().access_token, "new".into());
}
