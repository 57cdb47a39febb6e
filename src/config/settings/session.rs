use std::time::Duration;

use crate::{
    config::{
        files::SHORTEST_SECRET,
        key::Key,
        raw::{Session, Store as Kind},
        reader::Reader,
    },
    public_url::PublicUrl,
    random::{SystemRandom, token},
    secret::Secret,
    session::{Settings, Store},
};

pub(super) fn read(
    session: &Session,
    public_url: Option<&str>,
    reader: &Reader<'_>,
) -> Option<Settings> {
    let section = Key::of("session");
    let key = |name: &str| section.name(name);
    let store = match session.store {
        Kind::Cookie => Some(Store::Cookie),
        Kind::Memory => Some(Store::Memory),
        Kind::Redis => redis(session, reader),
    };
    let bounds = Duration::from_secs(1)..=Duration::from_hours(24 * 365);
    let idle_timeout = reader.duration(&key("idle_timeout"), &session.idle_timeout, bounds.clone());
    let lifetime = reader.duration(&key("lifetime"), &session.lifetime, bounds);
    if let (Some(idle), Some(life)) = (idle_timeout, lifetime)
        && idle > life
    {
        let says = format!(
            "is longer than session.lifetime ({}); make it shorter",
            session.lifetime
        );
        let at = if reader.given(&key("idle_timeout")) {
            "idle_timeout"
        } else {
            "lifetime"
        };
        let says = if at == "lifetime" {
            format!(
                "is shorter than session.idle_timeout ({}); make it longer",
                session.idle_timeout
            )
        } else {
            says
        };
        reader.wrong(&key(at), says);
    }
    let secrets = secrets(session, public_url, reader);
    if session.max_sessions == 0 {
        reader.wrong(
            &key("max_sessions"),
            "would keep no session; write a number such as 1000000",
        );
    }
    Some(Settings {
        store: store?,
        secrets: secrets?,
        idle_timeout: idle_timeout?,
        lifetime: lifetime?,
        max_sessions: session.max_sessions as usize,
    })
}

#[cfg(feature = "redis")]
fn redis(session: &Session, reader: &Reader<'_>) -> Option<Store> {
    let section = Key::of("session.redis");
    let key = |name: &str| section.name(name);
    let settings = session.redis.as_ref();
    let url = reader.required(
        &key("url"),
        settings.and_then(|redis| redis.url.as_ref()),
        "write Redis's address, such as \"redis://127.0.0.1:6379\"",
    )?;
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    let known = matches!(scheme, Some("redis" | "rediss" | "unix" | "redis+unix"));
    if !known || (url.parse::<url::Url>().is_err()) {
        let says = "is no address of Redis; write one such as \"redis://127.0.0.1:6379\"";
        reader.wrong(&key("url"), says);
        return None;
    }
    let file = settings.and_then(|redis| redis.password_file.as_ref());
    let password = match file {
        Some(file) => Some(reader.secret_file(&key("password_file"), file)?),
        None => None,
    };
    let prefix = settings.and_then(|redis| redis.prefix.clone());
    Some(Store::Redis(crate::session::RedisSettings {
        url: Secret::new(url),
        password,
        prefix: prefix.unwrap_or_else(|| "interlock:".to_owned()),
    }))
}

#[cfg(not(feature = "redis"))]
fn redis(_session: &Session, reader: &Reader<'_>) -> Option<Store> {
    let says = "is not in this build, which has \"cookie\" and \"memory\"; write one of them";
    reader.wrong(&Key::of("session.store"), says);
    None
}

fn secrets(
    session: &Session,
    public_url: Option<&str>,
    reader: &Reader<'_>,
) -> Option<Vec<Secret>> {
    let section = Key::of("session");
    let key = |name: &str| section.name(name);
    let mut secrets = Vec::new();
    let mut fine = true;
    let mut add = |key: &Key, secret: Option<Secret>| {
        let long_enough = secret.filter(|secret| long_enough(key, secret, reader));
        fine &= long_enough.is_some();
        secrets.extend(long_enough);
    };
    let single = session.secret.is_some() || session.secret_file.is_some();
    if single {
        let at = if session.secret.is_some() {
            "secret"
        } else {
            "secret_file"
        };
        let secret = reader.secret(
            (&key("secret"), session.secret.as_ref()),
            (&key("secret_file"), session.secret_file.as_ref()),
        );
        add(&key(at), secret);
    }
    if single && !session.secret_files.is_empty() {
        reader.wrong(
            &key("secret_files"),
            "stands beside session.secret or session.secret_file; put all files into secret_files, the sealing one first",
        );
        return None;
    }
    for (index, file) in session.secret_files.iter().enumerate() {
        let key = key("secret_files").index(index);
        add(&key, reader.secret_file(&key, file));
    }
    if !fine {
        return None;
    }
    if secrets.is_empty() {
        return generated(public_url, reader).map(|secret| vec![secret]);
    }
    Some(secrets)
}

fn long_enough(key: &Key, secret: &Secret, reader: &Reader<'_>) -> bool {
    let length = secret.expose().len();
    if length < SHORTEST_SECRET {
        reader.wrong(
            key,
            format!(
                "is too short: {length} octets, at least {SHORTEST_SECRET} are needed; make one with `interlock keygen`"
            ),
        );
    }
    length >= SHORTEST_SECRET
}

/// A secret for this run, where only this machine can reach the gateway.
fn generated(public_url: Option<&str>, reader: &Reader<'_>) -> Option<Secret> {
    let key = Key::of("session.secret_file");
    if reader.given(&Key::of("session.secret_files")) {
        reader.wrong(
            &Key::of("session.secret_files"),
            "is empty; name a file, made with `interlock keygen`",
        );
        return None;
    }
    let public_url: PublicUrl = public_url?.parse().ok()?;
    if !public_url.is_loopback() {
        reader.wrong(
            &key,
            "is missing; make a cookie secret with `interlock keygen`, put it into a file and name the file here",
        );
        return None;
    }
    reader.warn(
        &key,
        "no cookie secret is given, so one was made for this run: sessions end with the process",
    );
    Some(Secret::new(token(&SystemRandom)))
}
