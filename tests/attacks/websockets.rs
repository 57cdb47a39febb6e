//! Handshakes that open what they must not.

use crate::{
    row::{Must, NOBODY, Row, exactly, get, row, without},
    stage::Stage,
    support::app::Seen,
};

const KEY: &str = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";

fn handshake(fields: &str) -> String {
    get("/private/x", fields).replace("Connection: close", "Connection: close, Upgrade")
}

fn asks(origin: &str) -> String {
    handshake(format!("Cookie: {{cookie}}\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{KEY}\r\n{origin}").trim_end())
}

fn ordinary(seen: &Seen) -> Result<(), String> {
    without(seen, &["upgrade", "connection"])?;
    exactly(seen, "x-auth-request-email", &["ada@example.com"])
}

pub(crate) fn rows() -> Vec<Row> {
    let forbidden = Must::Answer(&[403]);
    let mut rows = vec![
        row("W1", handshake(&format!("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{KEY}\r\nOrigin: http://{{host}}")), NOBODY),
        row("W1 CVE-2025-52553", handshake(&format!("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{KEY}\r\nOrigin: http://{{host}}")).replace("/private/x", "/private/x?access_token={token}"), NOBODY),
        row("W2", asks("Origin: http://evil.example"), forbidden),
        row("W2", asks("Origin: null"), forbidden),
        row("W2", asks("Origin: https://{host}"), forbidden),
        row("W2", asks("Origin: http://{host}.evil.example"), forbidden),
        row("W2", asks("Origin: http://{host}\r\nOrigin: http://evil.example"), forbidden),
        row("W2", asks(""), forbidden),
    ];
    // Anything less than a handshake goes on as an ordinary request.
    rows.extend(
        [
            "Upgrade: h2c".to_owned(),
            format!("Upgrade: websocket\r\nSec-WebSocket-Version: 8\r\n{KEY}"),
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13".to_owned(),
            format!("Upgrade: websocket, h2c\r\nSec-WebSocket-Version: 13\r\n{KEY}"),
            format!(
                "Upgrade: websocket\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n{KEY}"
            ),
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short"
                .to_owned(),
            "Upgrade: TLS/1.0".to_owned(),
        ]
        .map(|fields| {
            row(
                "W3",
                handshake(&format!("Cookie: {{cookie}}\r\n{fields}")),
                Must::Reach(ordinary),
            )
        }),
    );
    rows.push(row(
        "W3",
        asks("Origin: http://{host}").replace("GET ", "POST "),
        Must::Reach(ordinary),
    ));
    rows.push(row(
        "W3",
        asks("Origin: http://{host}").replace("HTTP/1.1", "HTTP/1.0"),
        Must::Reach(ordinary),
    ));
    rows
}

#[tokio::test]
async fn only_a_handshake_of_our_own_pages_opens_a_socket() {
    Stage::set().await.judge(&rows()).await;
}
