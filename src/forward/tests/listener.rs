use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::support::{App, Setup, find, read_response, soon};
use crate::{
    forward::Target,
    listener::{self, BindError, Listener},
};

#[tokio::test]
async fn what_runs_at_shutdown_is_finished_and_nothing_new_begun() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let gateway = Setup::new(Target::Http { authority }).start();
    let address = gateway.address;
    let mut idle = gateway.connect().await;
    let mut running = gateway.connect().await;
    running
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let (mut upstream, _) = soon(listener.accept()).await.unwrap();
    let mut head = Vec::new();
    while find(&head, b"\r\n\r\n").is_none() {
        soon(upstream.read_buf(&mut head)).await.unwrap();
    }
    gateway.shutdown.cancel();
    assert_eq!(soon(idle.read(&mut [0; 16])).await.unwrap(), 0);
    upstream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        .await
        .unwrap();
    let answer = read_response(&mut running).await;
    assert!(answer.ends_with("ok"), "{answer}");
    assert!(
        answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
    gateway.ended().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_request_that_was_already_on_its_way_is_answered() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let mut early = gateway.connect().await;
    gateway.shutdown.cancel();
    early
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    soon(early.read_to_end(&mut answer)).await.unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    gateway.ended().await;
}

#[tokio::test]
async fn what_does_not_finish_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let gateway = Setup::new(Target::Http { authority })
        .with(|setup| setup.listener.drain_timeout = std::time::Duration::from_millis(50))
        .start();
    let mut running = gateway.connect().await;
    running
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    let _upstream = soon(listener.accept()).await.unwrap();
    gateway.ended().await;
    let mut rest = Vec::new();
    let _ = soon(running.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
}

#[tokio::test]
async fn connections_over_the_limit_are_closed() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.listener.max_connections = 1)
        .start();
    let mut first = gateway.connect().await;
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    assert!(read_response(&mut first).await.ends_with("ok"));
    let mut second = gateway.connect().await;
    let mut rest = Vec::new();
    let _ = soon(second.read_to_end(&mut rest)).await;
    assert!(rest.is_empty());
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        .await
        .unwrap();
    assert!(read_response(&mut first).await.ends_with("ok"));
    gateway.ended().await;
}

#[tokio::test]
async fn threads_share_one_port_and_no_other_program_does() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.listener.threads = 3)
        .start();
    for answer in soon(futures_util::future::join_all(
        (0..30).map(|_| gateway.get("/")),
    ))
    .await
    {
        assert!(answer.ends_with("ok"), "{answer}");
    }
    let mut settings = Setup::new(app.target()).listener;
    settings.threads = 3;
    settings.listen = gateway.address;
    assert!(matches!(
        Listener::bind(&settings),
        Err(BindError::Address { .. })
    ));
    gateway.ended().await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_turn() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target()).start();
    let answer = gateway
        .send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
    assert_eq!(app.requests(), 2);
    gateway.ended().await;
}

#[cfg(unix)]
#[tokio::test]
async fn an_app_can_listen_on_a_unix_socket() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("app.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while find(&head, b"\r\n\r\n").is_none() {
            stream.read_buf(&mut head).await.unwrap();
        }
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nunix")
            .await
            .unwrap();
    });
    let gateway = Setup::new(Target::Unix { path }).start();
    assert!(gateway.get("/").await.ends_with("unix"));
    gateway.ended().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_gateway_can_listen_on_a_unix_socket_too() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.sock");
    let unix = listener::UnixSocket {
        path: path.clone(),
        mode: 0o600,
    };
    let app = App::ok().await;
    let setup = || {
        Setup::new(app.target()).with(|setup| {
            setup.listener.unix = Some(unix.clone());
            setup.listener.threads = 2;
        })
    };
    // What a dead process has left behind is no obstacle; what lives, or is no socket, is.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let gateway = setup().start();
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let taken = Listener::bind(&setup().listener);
    assert!(matches!(taken, Err(BindError::Unix { .. })));
    for _ in 0..5 {
        let mut stream = tokio::net::UnixStream::connect(&path).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        soon(stream.read_to_end(&mut answer)).await.unwrap();
        assert!(answer.ends_with(b"ok"));
    }
    assert_eq!(app.last_head().one("x-forwarded-for"), "127.0.0.1");
    assert!(gateway.get("/").await.ends_with("ok"));
    gateway.ended().await;
    assert!(!path.exists());
    std::fs::write(&path, "a file").unwrap();
    let file = Listener::bind(&setup().listener);
    assert!(matches!(file, Err(BindError::Unix { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn while_draining_the_unix_socket_refuses_instead_of_queueing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("gateway.sock");
    let unix = listener::UnixSocket {
        path: path.clone(),
        mode: 0o600,
    };
    // The head of an answer whose body does not come: the request runs until its client leaves.
    let app = App::answering(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"]).await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.listener.unix = Some(unix))
        .start();
    let mut running = tokio::net::UnixStream::connect(&path).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    running.write_all(request).await.unwrap();
    app.arrival().await;
    gateway.shutdown.cancel();
    soon(async {
        // A queue that is full says something else.
        let refused = std::io::ErrorKind::ConnectionRefused;
        while !tokio::net::UnixStream::connect(&path)
            .await
            .is_err_and(|error| error.kind() == refused)
        {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(path.exists(), "the request still runs");
    drop(running);
    gateway.ended().await;
    assert!(!path.exists());
}
