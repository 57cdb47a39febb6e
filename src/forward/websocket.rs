use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, Version,
    header::{CONNECTION, ORIGIN, UPGRADE},
    request::Parts,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::public_url::PublicUrl;

/// A WebSocket handshake that is one (RFC 6455 §4.1, security W3). Anything less is an ordinary request, and goes on
/// without `Upgrade`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Handshake {
    /// What `Sec-WebSocket-Accept` must be.
    accept: String,
}

impl Handshake {
    pub(super) fn of(head: &Parts) -> Option<Self> {
        let fields = &head.headers;
        // The cheapest question first: hardly any request has the field.
        let upgrade = single(fields, &UPGRADE)?;
        let is_websocket = upgrade.as_bytes().eq_ignore_ascii_case(b"websocket");
        let is_get = head.method == Method::GET && head.version == Version::HTTP_11;
        let is_13 = single(fields, &VERSION).is_some_and(|version| version == "13");
        if !(is_websocket && is_get && is_13 && lists_upgrade(fields)) {
            return None;
        }
        let key = single(fields, &KEY)?.as_bytes();
        STANDARD
            .decode(key)
            .ok()
            .filter(|nonce| nonce.len() == 16)?;
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &[key, GUID].concat());
        Some(Self {
            accept: STANDARD.encode(hash),
        })
    }

    /// Sets the connection fields anew, on a request whose own have been removed.
    pub(super) fn ask(fields: &mut HeaderMap) {
        fields.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        fields.insert(UPGRADE, HeaderValue::from_static("websocket"));
    }

    /// Whether a 101 answers this handshake and no other.
    pub(super) fn is_answered_by<B>(&self, response: &Response<B>) -> bool {
        let fields = response.headers();
        single(fields, &UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
            && single(fields, &ACCEPT).is_some_and(|accept| *accept == *self.accept)
    }
}

/// Browsers let any site open a WebSocket and send our cookies along; only the origin tells (security W2).
pub(super) fn is_same_origin(fields: &HeaderMap, public_url: &PublicUrl) -> bool {
    single(fields, &ORIGIN).is_some_and(|origin| {
        origin
            .as_bytes()
            .eq_ignore_ascii_case(public_url.origin().as_bytes())
    })
}

fn lists_upgrade(fields: &HeaderMap) -> bool {
    fields.get_all(CONNECTION).iter().any(|line| {
        line.as_bytes()
            .split(|byte| *byte == b',')
            .any(|option| option.trim_ascii().eq_ignore_ascii_case(b"upgrade"))
    })
}

fn single<'a>(fields: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut lines = fields.get_all(name).iter();
    lines.next().filter(|_| lines.next().is_none())
}

/// Upgraded connections of all threads: they end when the gateway stops, and after their longest life.
#[derive(Clone, Debug)]
pub(super) struct Tunnels {
    pub(super) tracker: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) lifetime: Option<Duration>,
}

impl Tunnels {
    /// Joins both ends, once both have switched.
    pub(super) fn join(&self, client: OnUpgrade, upstream: OnUpgrade) {
        let stop = self.stop.clone();
        let lifetime = self.lifetime.unwrap_or(FOREVER);
        self.tracker.spawn(async move {
            let tunnel = async {
                let (client, upstream) = tokio::try_join!(client, upstream)?;
                let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
                // An end that breaks off ends the tunnel, which is all there is to say.
                let _ = copy_bidirectional(&mut client, &mut upstream).await;
                Ok::<_, hyper::Error>(())
            };
            tokio::select! {
                _ = tunnel => {}
                () = stop.cancelled() => {}
                () = tokio::time::sleep(lifetime) => {}
            }
        });
    }
}

const VERSION: HeaderName = HeaderName::from_static("sec-websocket-version");
const KEY: HeaderName = HeaderName::from_static("sec-websocket-key");
const ACCEPT: HeaderName = HeaderName::from_static("sec-websocket-accept");

/// RFC 6455 §1.3.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A year: longer than any process.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 3600);

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn handshake(change: impl FnOnce(&mut Parts)) -> Option<Handshake> {
        let (mut head, ()) = Request::get("/chat")
            .header("upgrade", "WebSocket")
            .header("connection", "keep-alive, Upgrade")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .body(())
            .unwrap()
            .into_parts();
        change(&mut head);
        Handshake::of(&head)
    }

    #[test]
    fn the_sample_handshake_of_the_specification_is_one() {
        let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned();
        assert_eq!(handshake(|_| {}), Some(Handshake { accept }));
    }

    #[test]
    fn anything_less_is_an_ordinary_request() {
        for change in [
            |head: &mut Parts| head.method = Method::POST,
            |head: &mut Parts| head.version = Version::HTTP_10,
            |head: &mut Parts| drop(head.headers.remove("upgrade")),
            |head: &mut Parts| {
                drop(
                    head.headers
                        .insert("upgrade", HeaderValue::from_static("h2c")),
                )
            },
            |head: &mut Parts| {
                drop(
                    head.headers
                        .append("upgrade", HeaderValue::from_static("h2c")),
                )
            },
            |head: &mut Parts| {
                drop(
                    head.headers
                        .insert("connection", HeaderValue::from_static("keep-alive")),
                )
            },
            |head: &mut Parts| {
                drop(
                    head.headers
                        .insert("sec-websocket-version", HeaderValue::from_static("8")),
                )
            },
            |head: &mut Parts| drop(head.headers.remove("sec-websocket-version")),
            |head: &mut Parts| drop(head.headers.remove("sec-websocket-key")),
            |head: &mut Parts| {
                drop(
                    head.headers
                        .insert("sec-websocket-key", HeaderValue::from_static("short")),
                )
            },
        ] {
            assert_eq!(handshake(change), None);
        }
    }
}
