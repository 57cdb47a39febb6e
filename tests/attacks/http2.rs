//! What HTTP/2 can say and HTTP/1.1 cannot: none of it may become a request to the app.

use crate::{
    stage::Stage,
    support::http2_socket::{Outcome, request},
};

type Field = (&'static [u8], &'static [u8]);

const METHOD: Field = (b":method", b"GET");
const SCHEME: Field = (b":scheme", b"http");
const PATH: Field = (b":path", b"/public/x");
const HOST: &[u8] = b"{host}";
const AUTHORITY: Field = (b":authority", HOST);

/// Fields of stream 1, a body, and what it shows.
#[expect(clippy::too_many_lines, reason = "it is a list")]
fn attacks() -> Vec<(&'static str, Vec<Field>, &'static [u8])> {
    let with = |fields: &[Field]| [&[METHOD, SCHEME, PATH, AUTHORITY], fields].concat();
    vec![
        (
            "CRLF in a value",
            with(&[(b"x-a", b"b\r\nx-auth-request-user: evil")]),
            b"",
        ),
        ("NUL in a value", with(&[(b"x-a", b"b\0c")]), b""),
        ("LF in a name", with(&[(b"x-a\nb", b"c")]), b""),
        ("blank in a name", with(&[(b"x a", b"c")]), b""),
        ("colon in a name", with(&[(b"x:a", b"c")]), b""),
        ("capitals in a name", with(&[(b"X-A", b"c")]), b""),
        ("an empty name", with(&[(b"", b"c")]), b""),
        (
            "Transfer-Encoding",
            with(&[(b"transfer-encoding", b"chunked")]),
            b"",
        ),
        (
            "Connection",
            with(&[(b"connection", b"x-auth-request-user")]),
            b"",
        ),
        (
            "Connection that is no text",
            with(&[(b"connection", b"\xff")]),
            b"",
        ),
        ("Keep-Alive", with(&[(b"keep-alive", b"5")]), b""),
        (
            "Proxy-Connection",
            with(&[(b"proxy-connection", b"keep-alive")]),
            b"",
        ),
        ("Upgrade", with(&[(b"upgrade", b"h2c")]), b""),
        ("TE of another kind", with(&[(b"te", b"gzip")]), b""),
        (
            "a length that is too short",
            [
                &[
                    (b":method" as &[u8], b"POST" as &[u8]),
                    SCHEME,
                    PATH,
                    AUTHORITY,
                ][..],
                &[(b"content-length", b"1")],
            ]
            .concat(),
            b"GET /public/smuggled",
        ),
        (
            "a length that is too long",
            [
                &[
                    (b":method" as &[u8], b"POST" as &[u8]),
                    SCHEME,
                    PATH,
                    AUTHORITY,
                ][..],
                &[(b"content-length", b"100")],
            ]
            .concat(),
            b"short",
        ),
        (
            "a length that is none",
            [
                &[
                    (b":method" as &[u8], b"POST" as &[u8]),
                    SCHEME,
                    PATH,
                    AUTHORITY,
                ][..],
                &[(b"content-length", b"+5")],
            ]
            .concat(),
            b"short",
        ),
        ("no path", vec![METHOD, SCHEME, AUTHORITY], b""),
        (
            "an empty path",
            vec![METHOD, SCHEME, (b":path", b""), AUTHORITY],
            b"",
        ),
        (
            "a path without slash",
            vec![METHOD, SCHEME, (b":path", b"public/x"), AUTHORITY],
            b"",
        ),
        (
            "a path with a blank",
            vec![METHOD, SCHEME, (b":path", b"/public/x HTTP/1.1"), AUTHORITY],
            b"",
        ),
        (
            "a path with CRLF",
            vec![METHOD, SCHEME, (b":path", b"/public/x\r\nX: y"), AUTHORITY],
            b"",
        ),
        (
            "a star",
            vec![METHOD, SCHEME, (b":path", b"*"), AUTHORITY],
            b"",
        ),
        (
            "a dot segment",
            vec![
                METHOD,
                SCHEME,
                (b":path", b"/public/../private/x"),
                AUTHORITY,
            ],
            b"",
        ),
        (
            "an absolute path",
            vec![
                METHOD,
                SCHEME,
                (b":path", b"http://evil.example/public/x"),
                AUTHORITY,
            ],
            b"",
        ),
        (
            "a method with CRLF",
            vec![
                (b":method", b"GET /private HTTP/1.1\r\nX:"),
                SCHEME,
                PATH,
                AUTHORITY,
            ],
            b"",
        ),
        (
            "two methods",
            vec![METHOD, METHOD, SCHEME, PATH, AUTHORITY],
            b"",
        ),
        (
            "two paths",
            vec![METHOD, SCHEME, PATH, (b":path", b"/private/x"), AUTHORITY],
            b"",
        ),
        (
            "a pseudo-field behind a field",
            vec![METHOD, SCHEME, AUTHORITY, (b"x-a", b"b"), PATH],
            b"",
        ),
        (
            "an unknown pseudo-field",
            with(&[(b":protocol-x", b"y")]),
            b"",
        ),
        ("a status", with(&[(b":status", b"200")]), b""),
        ("two hosts", with(&[(b"host", b"evil.example")]), b""),
        (
            "an authority with a path",
            vec![METHOD, SCHEME, PATH, (b":authority", b"a/b")],
            b"",
        ),
        (
            "an authority with credentials",
            vec![METHOD, SCHEME, PATH, (b":authority", b"user@a")],
            b"",
        ),
        ("no authority", vec![METHOD, SCHEME, PATH], b""),
        (
            "CONNECT",
            vec![(b":method", b"CONNECT"), (b":authority", b"app.example:80")],
            b"",
        ),
        (
            "extended CONNECT to something else",
            vec![
                (b":method", b"CONNECT"),
                (b":protocol", b"connect-udp"),
                SCHEME,
                PATH,
                AUTHORITY,
            ],
            b"",
        ),
        (
            "TRACE",
            vec![(b":method", b"TRACE"), SCHEME, PATH, AUTHORITY],
            b"",
        ),
    ]
}

/// Proves S6 H2 H4 P7 P9 CVE-2023-27491 CVE-2021-39162 CVE-2021-32780 CVE-2026-27141 GHSA-4hjq-9h5c-252j: stream errors or 4xx, and no panic.
#[tokio::test]
async fn what_http1_could_not_say_is_no_request() {
    let stage = Stage::set().await;
    let host = stage.gateway.address.to_string();
    let mut failures = Vec::new();
    for (what, fields, body) in attacks() {
        let before = stage.app.requests();
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| {
                (
                    name,
                    if value == HOST {
                        host.as_bytes()
                    } else {
                        value
                    },
                )
            })
            .collect();
        let outcome = request(stage.gateway.address, &fields, body).await;
        if matches!(outcome, Outcome::Answered(200 | 204 | 206 | 304 | 500)) {
            failures.push(format!("{what}: {outcome:?}"));
        }
        // A body of a wrong length may have begun to reach the app; it does not end there.
        let reached = if body.is_empty() {
            before
        } else {
            stage.app.requests()
        };
        if let Err(failure) = stage.honest(reached).await {
            failures.push(format!("{what}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Proves S6 H9 CVE-2023-35944: cookies in crumbs are one line for session and app; an odd scheme changes nothing.
#[tokio::test]
async fn crumbs_are_joined_and_the_scheme_decides_nothing() {
    let stage = Stage::set().await;
    let host = stage.gateway.address.to_string();
    let own = stage.ada.cookie_line();
    let fields: Vec<(&[u8], &[u8])> = vec![
        METHOD,
        SCHEME,
        (b":path", b"/private/x"),
        (b":authority", host.as_bytes()),
        (b"cookie", b"a=1"),
        (b"cookie", own.as_bytes()),
        (b"cookie", b"b=2"),
    ];
    assert_eq!(
        request(stage.gateway.address, &fields, b"").await,
        Outcome::Answered(200)
    );
    let seen = stage.app.last().unwrap();
    assert_eq!(seen.all("cookie"), ["a=1; b=2"]);
    assert_eq!(seen.all("x-auth-request-email"), ["ada@example.com"]);
    for scheme in [&b"HTTPS"[..], b"https", b"ftp", b"javascript"] {
        let fields: Vec<(&[u8], &[u8])> = vec![
            METHOD,
            (b":scheme", scheme),
            (b":path", b"/private/x"),
            (b":authority", host.as_bytes()),
        ];
        let before = stage.app.requests();
        let outcome = request(stage.gateway.address, &fields, b"").await;
        assert_ne!(outcome, Outcome::Answered(200), "{scheme:?}");
        assert_eq!(stage.app.requests(), before);
    }
}
