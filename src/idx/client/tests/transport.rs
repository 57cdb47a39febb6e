//! Connections that break, bodies without end, redirects.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::atomic::{AtomicUsize, Ordering},
};

use http::Response;

use super::*;
use crate::outbound::OutboundError;

/// Reads a request from each of `connections` connections and answers with `answer`, or breaks off without one.
fn raw(connections: usize, answer: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (origin, calls) = (
        format!("http://{}", listener.local_addr().unwrap()),
        Arc::new(AtomicUsize::new(0)),
    );
    let count = calls.clone();
    std::thread::spawn(move || {
        for _ in 0..connections {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 8192]);
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(&answer);
        }
    });
    (origin, calls)
}

#[tokio::test]
async fn introspect_is_tried_twice_and_nothing_else_is() {
    let (origin, calls) = raw(3, Vec::new());
    let broken = client(&origin, ClientAuth::None);
    let result = broken.introspect(&handle(), &browser()).await;
    assert!(
        matches!(
            result,
            Err(IdxError::Transport(OutboundError::Exchange(..)))
        ),
        "{result:?}"
    );
    assert_eq!(calls.load(Ordering::SeqCst), 2);

    let (origin, calls) = raw(3, Vec::new());
    let broken = client(&origin, ClientAuth::None);
    let identify = form(&format!("{origin}/idp/idx/identify"), "POST", None);
    let result = broken.proceed(&identify, &json!({}), &browser()).await;
    assert!(result.is_err_and(|error| error.is_unavailable()));
    assert!(
        broken
            .interact(&request(), &browser())
            .await
            .is_err_and(|error| error.is_unavailable())
    );
    assert_eq!(calls.load(Ordering::SeqCst), 2, "one each");
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let mut endless =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/ion+json\r\n\r\n{\"version\":\"".to_vec();
    endless.resize(1024 * 1024, b'x');
    let (origin, _) = raw(1, endless);
    let result = client(&origin, ClientAuth::None)
        .introspect(&handle(), &browser())
        .await;
    assert!(
        matches!(result, Err(IdxError::Transport(OutboundError::TooLarge(_)))),
        "{result:?}"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let canary = TestServer::start(|_| reply(200, STEP)).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/idp/idx/introspect", canary.origin());
        let server = TestServer::start(move |_| {
            Response::builder()
                .status(status)
                .header("location", &target)
                .body(Bytes::new())
                .unwrap()
        })
        .await;
        let client = client(&server.origin(), ClientAuth::SecretBasic("s3".into()));
        assert!(client.introspect(&handle(), &browser()).await.is_err());
        assert!(client.interact(&request(), &browser()).await.is_err());
        assert_eq!(server.seen().len(), 2);
    }
    assert_eq!(canary.seen().len(), 0);
}
