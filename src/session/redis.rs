//! The Redis store: sessions that all replicas share, the cookie holds a sealed name.
//!
//! A record is sealed with the cookie secrets before it leaves the process, under a key that is a digest of the
//! session's id: who reads Redis sees neither tokens nor names that open anything. Redis ends what is idle or too old by
//! its own clock. Nothing is kept here, so that an end is one for every replica; a store that does not answer is an
//! error, never "nobody" and never "somebody".

use std::{error::Error, fmt, future::Future, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use redis::{
    Client, Cmd, FromRedisValue, IntoConnectionInfo, Pipeline, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cmd, pipe,
};
use sha2::{Digest, Sha256};

use super::{
    Anonymous, KeyRing, MAX_SEALED, Purpose, RedisSettings, Session, SessionError, SessionId,
    Settings, StoreError, Whose,
};
use crate::random::{self, SharedRandom};

/// Sessions in Redis. Cheap to clone; all clones share a connection.
#[derive(Clone)]
pub(crate) struct Shelf(Arc<Inner>);

struct Inner {
    connection: ConnectionManager,
    prefix: String,
    ring: Arc<KeyRing>,
    settings: Settings,
    random: SharedRandom,
}

/// Why a renewal under the shared lock brought nothing.
pub(crate) enum Unrenewed<E> {
    /// The session ended meanwhile.
    Ended,
    /// Another replica took too long over it.
    Busy,
    /// The renewal itself failed.
    Failed(Arc<E>),
    /// The store does not answer.
    Store(StoreError),
}

impl Shelf {
    /// Connects when it is first asked for something. Needs a tokio runtime around it.
    pub(crate) fn new(
        redis: &RedisSettings,
        settings: Settings,
        ring: Arc<KeyRing>,
        random: SharedRandom,
    ) -> Result<Self, StoreError> {
        let connection = connect(redis).map_err(failed)?;
        Ok(Self(Arc::new(Inner {
            connection,
            prefix: redis.prefix.clone(),
            ring,
            settings,
            random,
        })))
    }

    /// The session of that name, which is thereby seen.
    pub(crate) async fn open(
        &self,
        id: &SessionId,
        now: u64,
    ) -> Result<Result<Arc<Session>, Anonymous>, StoreError> {
        let key = self.key(Kind::Session, &id.octets());
        let mut both = pipe();
        both.cmd("GET").arg(&key).cmd("PTTL").arg(&key);
        let (sealed, left): (Option<String>, i64) = self.ask_all(&both).await?;
        let Some(session) = sealed.and_then(|sealed| self.unseal(id, &key, &sealed)) else {
            return Ok(Err(Anonymous::Ended));
        };
        // Redis knows when it was last seen, and has dropped it if that is too long ago.
        if let Err(why) = session.check(now, now, &self.0.settings) {
            self.delete(id).await?;
            return Ok(Err(why));
        }
        let wanted = self.stays(&session, now);
        if left.saturating_add(self.idle() / 10) < wanted {
            let () = self.ask(cmd("PEXPIRE").arg(&key).arg(wanted)).await?;
        }
        Ok(Ok(Arc::new(session)))
    }

    /// Keeps a new session, and under whose it can be found.
    pub(crate) async fn begin(&self, session: &Session, now: u64) -> Result<(), SessionError> {
        let key = self.key(Kind::Session, &session.id.octets());
        let sealed = self.seal(session, &key)?;
        let lifetime = millis(self.0.settings.lifetime);
        let mut all = pipe();
        let whose = std::iter::once(Whose::Subject(&session.subject));
        for whose in whose.chain(session.sid().map(Whose::Sid)) {
            let index = self.index(whose);
            all.cmd("SADD").arg(&index).arg(&key).ignore();
            all.cmd("PEXPIRE").arg(&index).arg(lifetime).ignore();
        }
        let stays = self.stays(session, now);
        all.cmd("SET").arg(&key).arg(sealed).arg("PX").arg(stays);
        let ((),) = self.ask_all(&all).await?;
        Ok(())
    }

    /// Puts a session in the place of the one of the same name, where that is still there.
    pub(crate) async fn replace(&self, session: &Session, now: u64) -> Result<bool, SessionError> {
        let key = self.key(Kind::Session, &session.id.octets());
        let sealed = self.seal(session, &key)?;
        let mut set = cmd("SET");
        set.arg(&key).arg(sealed).arg("XX").arg("PX");
        let set = set.arg(self.stays(session, now));
        let done: Option<String> = self.ask(set).await?;
        Ok(done.is_some())
    }

    /// Ends one, for every replica.
    pub(crate) async fn delete(&self, id: &SessionId) -> Result<(), StoreError> {
        let key = self.key(Kind::Session, &id.octets());
        self.ask(cmd("DEL").arg(key)).await
    }

    /// Ends all that `whose` says, for every replica.
    pub(crate) async fn end_all(&self, whose: Whose<'_>) -> Result<(), StoreError> {
        let index = self.index(whose);
        let keys: Vec<String> = self.ask(cmd("SMEMBERS").arg(&index)).await?;
        let mut all = pipe();
        for key in &keys {
            all.cmd("DEL").arg(key).ignore();
            all.cmd("SREM").arg(&index).arg(key).ignore();
        }
        if keys.is_empty() {
            return Ok(());
        }
        self.ask_all(&all).await
    }

    /// Renews a session, one replica at a time: who comes second gets what the first one brought.
    pub(crate) async fn renew<F, E>(
        self,
        session: Arc<Session>,
        renew: F,
        now: u64,
    ) -> Result<Session, Unrenewed<E>>
    where
        F: Future<Output = Result<Session, E>> + Send,
        E: Send + Sync,
    {
        let lock = self.key(Kind::Lock, &session.id.octets());
        let token = random::token(&*self.0.random);
        for _ in 0..LOCK_TRIES {
            let mut set = cmd("SET");
            set.arg(&lock).arg(&token).arg("NX").arg("PX").arg(LOCK_MS);
            let mine: Option<String> = self.once(&set).await.map_err(Unrenewed::Store)?;
            let current = self
                .open(&session.id, now)
                .await
                .map_err(Unrenewed::Store)?;
            let current = current.map_err(|_| Unrenewed::Ended);
            let outcome = match current {
                Ok(newer) if newer.access_token != session.access_token => Ok((*newer).clone()),
                Err(ended) => Err(ended),
                Ok(_) if mine.is_some() => self.renew_locked(&session, renew, now).await,
                Ok(_) => {
                    tokio::time::sleep(LOCK_WAIT).await;
                    continue;
                }
            };
            if mine.is_some() {
                self.unlock(&lock, &token).await;
            }
            return outcome;
        }
        Err(Unrenewed::Busy)
    }

    async fn renew_locked<F, E>(
        &self,
        session: &Session,
        renew: F,
        now: u64,
    ) -> Result<Session, Unrenewed<E>>
    where
        F: Future<Output = Result<Session, E>> + Send,
        E: Send + Sync,
    {
        let renewed = renew
            .await
            .map_err(|error| Unrenewed::Failed(Arc::new(error)))?;
        let renewed = Session {
            id: session.id,
            ..renewed
        };
        match self.replace(&renewed, now).await {
            Ok(true) => Ok(renewed),
            Ok(false) => Err(Unrenewed::Ended),
            Err(SessionError::Store(error)) => Err(Unrenewed::Store(error)),
            Err(error) => Err(Unrenewed::Store(StoreError::new(error))),
        }
    }

    /// Gives the lock back if it is still ours; otherwise it runs out by itself.
    async fn unlock(&self, lock: &str, token: &str) {
        let script = Script::new(UNLOCK);
        let mut connection = self.0.connection.clone();
        let mut call = script.key(lock);
        let undone: Result<(), RedisError> = call.arg(token).invoke_async(&mut connection).await;
        if let Err(error) = undone {
            tracing::debug!(error = &error as &dyn Error, "a lock was left to run out");
        }
    }

    /// Asks, and once more where the connection was lost: all that is asked this way can be done twice.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        match self.query(command).await {
            Err(error) if !error.is_timeout() => self.query(command).await.map_err(failed),
            answer => answer.map_err(failed),
        }
    }

    async fn ask_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, StoreError> {
        let mut connection = self.0.connection.clone();
        match commands.query_async(&mut connection).await {
            Err(error) if !error.is_timeout() => {
                commands.query_async(&mut connection).await.map_err(failed)
            }
            answer => answer.map_err(failed),
        }
    }

    async fn once<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.query(command).await.map_err(failed)
    }

    async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        let mut connection = self.0.connection.clone();
        command.query_async(&mut connection).await
    }

    /// The record's own key is authenticated with it, so that none stands in for another.
    fn seal(&self, session: &Session, key: &str) -> Result<String, SessionError> {
        let record = session.to_octets()?;
        let sealed = self.0.ring.seal(Purpose::Session, key, &record)?;
        match sealed.len() {
            0..=MAX_SEALED => Ok(sealed),
            size => Err(SessionError::TooLarge {
                size,
                limit: MAX_SEALED,
            }),
        }
    }

    fn unseal(&self, id: &SessionId, key: &str, sealed: &str) -> Option<Session> {
        let record = self.0.ring.open(Purpose::Session, key, sealed.as_bytes());
        Session::from_octets(&record.ok()?).filter(|session| session.id == *id)
    }

    /// How long Redis may keep a session that is seen now, in milliseconds.
    fn stays(&self, session: &Session, now: u64) -> i64 {
        let left = session.ends_at(&self.0.settings).saturating_sub(now);
        self.idle().min(millis(Duration::from_secs(left))).max(1)
    }

    fn idle(&self) -> i64 {
        millis(self.0.settings.idle_timeout)
    }

    fn index(&self, whose: Whose<'_>) -> String {
        match whose {
            Whose::Sid(sid) => self.key(Kind::Sid, sid.as_bytes()),
            Whose::Subject(subject) => self.key(Kind::Subject, subject.as_bytes()),
        }
    }

    fn key(&self, kind: Kind, name: &[u8]) -> String {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(name));
        format!("{}{}:{digest}", self.0.prefix, kind.letter())
    }
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

/// Asks Redis whether it is there.
pub(super) async fn ping(redis: &RedisSettings) -> Result<(), StoreError> {
    let mut connection = connect(redis).map_err(failed)?;
    let answer: Result<(), RedisError> = cmd("PING").query_async(&mut connection).await;
    answer.map_err(failed)
}

fn connect(redis: &RedisSettings) -> Result<ConnectionManager, RedisError> {
    let mut info = redis.url.expose().into_connection_info()?;
    if let Some(password) = &redis.password {
        let settings = info
            .redis_settings()
            .clone()
            .set_password(password.expose());
        info = info.set_redis_settings(settings);
    }
    // A request waits for an answer; whoever waits longer is better told to come again.
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_max_delay(Duration::from_millis(100))
        .set_connection_timeout(Some(Duration::from_secs(1)))
        .set_response_timeout(Some(Duration::from_secs(1)));
    ConnectionManager::new_lazy_with_config(Client::open(info)?, config)
}

fn failed(error: RedisError) -> StoreError {
    StoreError::new(error)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Lock,
    Session,
    Sid,
    Subject,
}

impl Kind {
    fn letter(self) -> char {
        match self {
            Self::Lock => 'l',
            Self::Session => 's',
            Self::Sid => 'i',
            Self::Subject => 'u',
        }
    }
}

const UNLOCK: &str =
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
/// Longer than a call to the authorization server takes.
const LOCK_MS: u64 = 30_000;
const LOCK_WAIT: Duration = Duration::from_millis(50);
const LOCK_TRIES: u32 = 400;
