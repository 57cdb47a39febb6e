//! Time that stands still, and sessions sealed in cookies.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use http::{HeaderMap, header::SET_COOKIE};
use interlock::{
    clock::{Clock, SharedClock},
    random::SeededRandom,
    session::{CookieNames, KeyRing, Session, Sessions, Settings, Store},
};
use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};

/// When all of it happens, so that an input means the same tomorrow.
pub(crate) const NOW: u64 = 1_800_000_000;

#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(NOW)
    }
}

pub(crate) fn clock() -> SharedClock {
    Arc::new(Standing)
}

/// What runs the asynchronous parts.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
});

/// Sessions with two people signed in: one whose session fits in a cookie, one whose session needs two.
pub(crate) struct Keeper {
    pub(crate) sessions: Sessions,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) names: CookieNames,
    /// Pairs of name and value as a browser sends them.
    pub(crate) small: Vec<(String, String)>,
    pub(crate) large: Vec<(String, String)>,
}

pub(crate) static KEEPER: LazyLock<Keeper> = LazyLock::new(Keeper::new);

impl Keeper {
    pub(crate) fn new() -> Self {
        let random = Arc::new(SeededRandom::new(9));
        let ring = Arc::new(KeyRing::generate(&*random).unwrap());
        let names = CookieNames::new(&"https://app.example.com".parse().unwrap());
        let settings = Settings {
            store: Store::Cookie,
            secrets: Vec::new(),
            idle_timeout: Duration::from_mins(30),
            lifetime: Duration::from_hours(12),
            max_sessions: 1_000,
        };
        let sessions =
            Sessions::new(&settings, names.clone(), Arc::clone(&ring), clock(), random).unwrap();
        let (small, large) = (
            begun(&sessions, "small", 0),
            begun(&sessions, "large", 4000),
        );
        assert_eq!((small.len(), large.len()), (1, 2));
        Self {
            sessions,
            ring,
            names,
            small,
            large,
        }
    }
}

fn begun(sessions: &Sessions, subject: &str, padding: usize) -> Vec<(String, String)> {
    let claims = Map::from_iter([("sid".to_owned(), Value::from("s1"))]);
    let session = Session {
        id: sessions.new_id(),
        subject: subject.to_owned(),
        claims: claims.into(),
        scopes: vec!["openid".to_owned()],
        // It is compressed no more than any secret.
        access_token: format!("access{}", "x".repeat(padding)).into(),
        access_expires_at: NOW + 3600,
        access_key_id: None,
        refresh_token: None,
        acr: None,
        amr: Vec::new(),
        auth_time: Some(NOW),
        started_at: NOW,
        seen_at: NOW,
    };
    let set = RUNTIME
        .block_on(sessions.begin(&session, &HeaderMap::new()))
        .unwrap();
    let mut headers = HeaderMap::new();
    set.append_to(&mut headers);
    let pair = |line: &http::HeaderValue| {
        let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    headers.get_all(SET_COOKIE).iter().map(pair).collect()
}
