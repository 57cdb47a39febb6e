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
    let settings =
        Settings { timeout: Duration::from_millis(300), max_body: 1000, ..Settings::default() };
    Outbound::new(&settings, Handle::current()).unwrap()
}

async fn get(url: &str) -> Result<Response<Bytes>, OutboundError> {
    outbound().send(Request::get(url).body(Bytes::new()).unwrap()).await
}

#[tokio::test]
async fn an_answer_comes_whole_whatever_its_status() {
    let address = server(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\nok".to_vec());
    let response = get(&format!("http://{address}/")).await.unwrap();
    assert_eq!(response.status(), 302, "no redirect is followed");
    assert_eq!(response.body(), "ok");
}

#[tokio::test]
async fn size_and_time_are_bounded() {
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(5000, b'x');
    let address = server(endless);
    assert!(matches!(get(&format!("http://{address}/")).await, Err(OutboundError::TooLarge(_))));
    let silent = server(Vec::new());
    assert!(matches!(get(&format!("http://{silent}/")).await, Err(OutboundError::Timeout(_))));
}

#[tokio::test]
async fn nobody_there_is_told_from_an_answer_that_broke_off() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(matches!(get(&format!("http://{free}/")).await, Err(OutboundError::Connect(..))));
    let address = server(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort".to_vec());
    assert!(matches!(get(&format!("http://{address}/")).await, Err(OutboundError::Exchange(..))));
}

#[tokio::test]
async fn plain_http_leaves_this_machine_never() {
    for url in ["http://example.com/", "http://10.0.0.1/secret", "ftp://127.0.0.1/"] {
        let error = get(url).await.unwrap_err();
        assert!(matches!(error, OutboundError::Address(_)), "{url}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
}
