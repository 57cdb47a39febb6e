use super::support::{App, Setup};

fn chunked(body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    )
}

fn with_length(body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_body_over_the_routes_limit_is_refused_however_it_is_framed() {
    let app = App::ok().await;
    let gateway = Setup::new(app.target())
        .with(|setup| setup.route.max_body = Some(10))
        .start();
    let (fits, too_large) = ("0123456789", "0123456789a");
    for body in [chunked(too_large), with_length(too_large)] {
        let answer = gateway.send(body).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    // What was announced is not even begun.
    assert!(
        !app.octets().contains("content-length: 11"),
        "{}",
        app.octets()
    );
    for body in [chunked(fits), with_length(fits)] {
        assert!(gateway.send(body).await.ends_with("ok"));
    }
    assert_eq!(app.octets().matches(fits).count(), 2);
    gateway.ended().await;
}
