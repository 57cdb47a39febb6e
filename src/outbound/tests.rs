use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
};

use super::*;

/// Answers every connection with these bytes, then closes (or, without bytes, keeps silent).
fn server(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(&answer);
                if answer.is_empty() {
                    let _ = stream.read(&mut [0; 1]);
                }
            });
        }
    });
    address
}

fn outbound() -> Outbound {
    let settings = Settings {
        timeout: Duration::from_millis(300),
        max_body: 1000,
        ..Settings::default()
    };
    Outbound::new(&settings, Handle::current()).unwrap()
}

async fn get(url: &str) -> Result<Response<Bytes>, OutboundError> {
    outbound()
        .send(Request::get(url).body(Bytes::new()).unwrap())
        .await
}

#[tokio::test]
async fn an_answer_comes_whole_whatever_its_status() {
    let address = server(
        b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\nok"
            .to_vec(),
    );
    let response = get(&format!("http://{address}/")).await.unwrap();
    assert_eq!(response.status(), 302, "no redirect is followed");
    assert_eq!(response.body(), "ok");
}

#[tokio::test]
async fn size_and_time_are_bounded() {
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(5000, b'x');
    let address = server(endless);
    assert!(matches!(
        get(&format!("http://{address}/")).await,
        Err(OutboundError::TooLarge(_))
    ));
    let silent = server(Vec::new());
    assert!(matches!(
        get(&format!("http://{silent}/")).await,
        Err(OutboundError::Timeout(_))
    ));
}

#[tokio::test]
async fn nobody_there_is_told_from_an_answer_that_broke_off() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    assert!(matches!(
        get(&format!("http://{free}/")).await,
        Err(OutboundError::Connect(..))
    ));
    let address = server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort".to_vec());
    assert!(matches!(
        get(&format!("http://{address}/")).await,
        Err(OutboundError::Exchange(..))
    ));
}

#[tokio::test]
async fn plain_http_leaves_this_machine_never() {
    for url in [
        "http://example.com/",
        "http://10.0.0.1/secret",
        "ftp://127.0.0.1/",
    ] {
        let error = get(url).await.unwrap_err();
        assert!(matches!(error, OutboundError::Address(_)), "{url}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
}

#[tokio::test]
async fn a_call_goes_on_when_its_caller_goes_away() {
    let server = test_server::TestServer::start(|_| test_server::reply(200, "done")).await;
    server.hold();
    let (client, url) = (
        test_server::outbound(),
        format!("{}/spend", server.origin()),
    );
    let caller = tokio::spawn(async move {
        client
            .send(
                Request::post(url)
                    .body(Bytes::from_static(b"code=1"))
                    .unwrap(),
            )
            .await
    });
    test_server::until("the call has begun", || server.count("/spend") == 1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    server.release();
    let next = Request::get(format!("{}/next", server.origin()));
    let after = test_server::outbound()
        .send(next.body(Bytes::new()).unwrap())
        .await;
    assert_eq!(after.unwrap().body(), "done");
    let seen = server.seen();
    assert_eq!(
        seen.first().map(|seen| seen.body.as_str()),
        Some("code=1"),
        "sent once, whole"
    );
    assert_eq!(
        seen.iter()
            .map(|seen| seen.header("accept-encoding"))
            .collect::<Vec<_>>(),
        [None, None]
    );
    assert!(
        seen[0]
            .header("user-agent")
            .unwrap()
            .starts_with("interlock/")
    );
}

/// Serves one TLS connection after another with a certificate for 127.0.0.1, and gives the file that vouches for it.
async fn tls_server() -> (SocketAddr, tempfile::NamedTempFile) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = rustls_pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(stream) = acceptor.accept(stream).await else {
                continue;
            };
            let service = hyper::service::service_fn(async |_| {
                Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from_static(
                    b"private",
                ))))
            });
            let stream = hyper_util::rt::TokioIo::new(stream);
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(stream, service)
                    .await,
            );
        }
    });
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(made.cert.pem().as_bytes()).unwrap();
    (address, file)
}

#[tokio::test]
async fn a_certificate_is_believed_where_the_operator_vouches_for_it_alone() {
    let (address, file) = tls_server().await;
    let ask = async |ca_file: Option<PathBuf>| {
        let settings = Settings {
            ca_file,
            ..Settings::default()
        };
        let request = Request::get(format!("https://{address}/"))
            .body(Bytes::new())
            .unwrap();
        Outbound::new(&settings, Handle::current())
            .unwrap()
            .send(request)
            .await
    };
    assert!(matches!(ask(None).await, Err(OutboundError::Connect(..))));
    assert_eq!(
        ask(Some(file.path().to_owned())).await.unwrap().body(),
        "private"
    );

    let empty = tempfile::NamedTempFile::new().unwrap();
    for path in [empty.path(), std::path::Path::new("/nowhere/ca.pem")] {
        let settings = Settings {
            ca_file: Some(path.to_owned()),
            ..Settings::default()
        };
        let refused = Outbound::new(&settings, Handle::current());
        assert!(
            matches!(refused, Err(OutboundError::Roots(_))),
            "{}",
            path.display()
        );
    }
}
