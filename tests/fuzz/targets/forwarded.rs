//! Who a client is, what a trusted proxy describes, and which fields survive: raw fields through hyper and the edge.
//!
//! The first octet is the peer: `t` a trusted proxy, anything else nobody. The rest are the lines of the request's fields.

use std::{
    convert::Infallible,
    net::IpAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use http_body_util::Empty;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use interlock::{
    edge::{Admitted, CanonicalPath, Edge, Settings},
    listener::Peer,
    random::SeededRandom,
};
use ipnet::IpNet;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use super::keeper::{RUNTIME, clock};

static EDGE: LazyLock<Arc<Edge>> = LazyLock::new(|| {
    let settings = Settings {
        public_url: "https://app.example.com".parse().unwrap(),
        trusted_proxies: TRUSTED.map(|network| network.parse().unwrap()).into(),
        identity_headers: vec![MAPPED.parse().unwrap()],
        max_target: 8 * 1024,
        relaxed_prefixes: Vec::new(),
    };
    Arc::new(Edge::new(settings, clock(), Arc::new(SeededRandom::new(5))))
});

const TRUSTED: [&str; 2] = ["10.0.0.0/8", "fd00::/8"];
const MAPPED: &str = "x-department";

pub(crate) fn run(input: &[u8]) {
    let Some((first, lines)) = input.split_first() else {
        return;
    };
    let trusted = *first == b't';
    let peer = if trusted {
        "10.0.0.1:4711"
    } else {
        "192.0.2.7:4711"
    };
    let peer = Peer {
        address: peer.parse().unwrap(),
        secure: false,
        certificate: None,
    };
    let request = [
        b"GET /own HTTP/1.1\r\nHost: app.example.com\r\nConnection: close\r\n",
        lines,
        b"\r\n\r\n",
    ]
    .concat();
    RUNTIME.block_on(exchange(peer, &request));
}

/// Sends the octets to a server whose only work is to admit requests and to judge what was admitted.
async fn exchange(peer: Peer, request: &[u8]) {
    let trusted = peer.address.ip().to_string() == "10.0.0.1";
    let (mut near, far) = duplex(256 * 1024);
    let service = service_fn(move |request: Request<Incoming>| {
        let sent = request.headers().clone();
        if let Ok(mut admitted) = EDGE.admit(request.map(Some), &peer) {
            judge(trusted, &sent, &mut admitted);
        }
        async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) }
    });
    let server = http1::Builder::new().serve_connection(TokioIo::new(far), service);
    let client = async {
        drop(near.write_all(request).await);
        drop(near.shutdown().await);
        let mut answer = Vec::new();
        drop(near.read_to_end(&mut answer).await);
    };
    let both = async { tokio::join!(server, client) };
    let ended = tokio::time::timeout(Duration::from_mins(1), both).await;
    assert!(ended.is_ok(), "the exchange does not end");
}

fn judge(trusted: bool, sent: &HeaderMap, admitted: &mut Admitted) {
    let said: Vec<&str> = sent
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect();
    judge_address(trusted, &said, admitted);
    judge_fields(trusted, &admitted.head.headers);
    if trusted {
        judge_description(sent, admitted);
    } else {
        assert!(admitted.proxied.is_none(), "nobody's description is read");
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || {
        text.parse::<std::net::SocketAddr>()
            .ok()
            .map(|address| address.ip())
    };
    text.parse()
        .ok()
        .or_else(|| bare.parse().ok())
        .or_else(with_port)
        .map(|ip| ip.to_canonical())
}

fn is_trusted(ip: IpAddr) -> bool {
    TRUSTED
        .iter()
        .any(|network| network.parse::<IpNet>().unwrap().contains(&ip))
}

/// The client is the peer, or what an unbroken chain of trusted proxies says.
fn judge_address(trusted: bool, said: &[&str], admitted: &Admitted) {
    let ip = admitted.client.ip;
    if !trusted {
        assert_eq!(ip.to_string(), "192.0.2.7");
        assert!(!admitted.client.secure);
        return;
    }
    if ip.to_string() == "10.0.0.1" {
        return;
    }
    let chain = (0..said.len()).any(|at| {
        let vouched = said[at + 1..]
            .iter()
            .all(|entry| address(entry).is_some_and(is_trusted));
        address(said[at]) == Some(ip) && vouched
    });
    assert!(chain, "{ip} is not what {said:?} comes to");
}

/// No identity and no forwarding field of the client survives, in any spelling.
fn judge_fields(trusted: bool, headers: &HeaderMap) {
    for name in headers.keys() {
        let folded: String = name
            .as_str()
            .chars()
            .map(|character| {
                if character.is_ascii_alphanumeric() {
                    character
                } else {
                    '-'
                }
            })
            .collect();
        let family = ["x-auth-request-", "x-interlock-", "x-forwarded-"]
            .iter()
            .any(|family| folded.starts_with(family));
        let one = [
            "remote-user",
            "remote-groups",
            "remote-name",
            "remote-email",
            MAPPED,
            "x-real-ip",
            "x-original-url",
        ];
        let chain = trusted && name.as_str() == "x-forwarded-for";
        assert!(
            chain || !family && !one.contains(&folded.as_str()),
            "{name} survives"
        );
    }
    if let Some(chain) = headers.get("x-forwarded-for") {
        let all = chain.to_str().unwrap().split(", ");
        assert!(
            all.clone().all(|entry| entry.parse::<IpAddr>().is_ok()),
            "{chain:?}"
        );
        assert_eq!(all.last(), Some("10.0.0.1"), "the peer's own is the last");
    }
    assert_eq!(headers.get_all("host").iter().count(), 1);
    assert!(headers.get_all("cookie").iter().count() <= 1);
    assert!(headers.get_all("authorization").iter().count() <= 1);
}

/// What a proxy describes is one request, whichever of its fields one believes.
fn judge_description(sent: &HeaderMap, admitted: &mut Admitted) {
    let before = (
        admitted.head.method.clone(),
        admitted.path.clone(),
        admitted.host.clone(),
    );
    match admitted.describe(&EDGE) {
        Ok(false) => {
            assert_eq!(
                before,
                (
                    admitted.head.method.clone(),
                    admitted.path.clone(),
                    admitted.host.clone()
                )
            );
        }
        Ok(true) => {
            let method = admitted.head.method.as_str();
            for name in ["x-forwarded-method", "x-original-method"] {
                assert!(
                    sent.get_all(name).iter().all(|value| value == method),
                    "{name} is not {method}"
                );
            }
            for name in ["x-forwarded-uri", "x-original-uri", "x-original-url"] {
                for value in sent.get_all(name) {
                    let uri: http::Uri = value.to_str().unwrap().parse().unwrap();
                    assert_eq!(
                        uri.path(),
                        admitted.path.received(),
                        "{name} names another path"
                    );
                }
            }
            let path = admitted.head.uri.path();
            assert_eq!(CanonicalPath::parse(path).as_ref(), Ok(&admitted.path));
        }
        Err(_) => {}
    }
}
