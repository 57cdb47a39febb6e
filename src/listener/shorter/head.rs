//! The head of a request that may go the shorter way.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use httparse::{ParserConfig, Status};
use hyper::body::Incoming;

use crate::{lines::is_at_end, listener::connection::Bounds};

/// Why there is no request to be answered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Whatever it is: hyper must see to it.
    Beyond,
    /// Some of a head that may become one.
    Partial,
}

/// Reads a `GET` in origin-form that has no body and asks nothing of the connection. Its fields go into an empty map, which
/// is left empty where it is none.
///
/// This takes only what hyper takes too, and makes the same of it (a fuzz target holds both against each other): the parser
/// is the same, and whatever frames a message or concerns the connection is left to hyper, as are line feeds on their own
/// and whatever else is unusual.
pub(super) fn parse(
    read: &Bytes,
    bounds: Bounds,
    fields: &mut HeaderMap,
) -> Result<Request<Option<Incoming>>, Unfit> {
    let Some(rest) = read.strip_prefix(START) else {
        let is_start = START.starts_with(read);
        return Err(if is_start {
            Unfit::Partial
        } else {
            Unfit::Beyond
        });
    };
    let mut slots = [const { MaybeUninit::uninit() }; MOST_FIELDS];
    let mut head = httparse::Request::new(&mut []);
    let parsed =
        ParserConfig::default().parse_request_with_uninit_headers(&mut head, read, &mut slots);
    match parsed {
        Ok(Status::Complete(octets))
            if octets == read.len()
                && octets <= bounds.head
                && head.headers.len() <= bounds.fields
                && read.ends_with(b"\r\n\r\n") => {}
        Ok(Status::Partial) => return Err(Unfit::Partial),
        Ok(Status::Complete(_)) | Err(_) => return Err(Unfit::Beyond),
    }
    let whole = head.path.and_then(|path| {
        // The slash is a part of both.
        let line_end = rest.get(path.len() - 1..)?;
        if !line_end.starts_with(b" HTTP/1.1\r\n") {
            return None;
        }
        let uri = Uri::from_maybe_shared(read.slice_ref(path.as_bytes())).ok()?;
        take(read, head.headers, fields)?;
        Some(uri)
    });
    let Some(uri) = whole else {
        fields.clear();
        return Err(Unfit::Beyond);
    };
    let mut request = Request::new(None);
    *request.method_mut() = Method::GET;
    *request.uri_mut() = uri;
    *request.headers_mut() = std::mem::take(fields);
    Ok(request)
}

/// Takes all fields into the map; `None` where hyper must see to one of them.
fn take(read: &Bytes, parsed: &[httparse::Header<'_>], fields: &mut HeaderMap) -> Option<()> {
    fields.reserve(parsed.len());
    for field in parsed {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok()?;
        if !is_at_end(field.value, read) || !is_end_to_end(&name, field.value) {
            return None;
        }
        let value = HeaderValue::from_maybe_shared(read.slice_ref(field.value)).ok()?;
        fields.append(name, value);
    }
    Some(())
}

/// Whether it says nothing about this connection or the end of this message, or what is so anyway.
fn is_end_to_end(name: &HeaderName, value: &[u8]) -> bool {
    match name.as_str() {
        "connection" => value.eq_ignore_ascii_case(b"keep-alive"),
        "content-length" | "expect" | "transfer-encoding" | "upgrade" => false,
        _ => true,
    }
}

const START: &[u8] = b"GET /";

/// As hyper's.
const MOST_FIELDS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        head: 8192,
        fields: 100,
    };

    fn read(head: &str) -> Result<Request<Option<Incoming>>, Unfit> {
        parse(
            &Bytes::copy_from_slice(head.as_bytes()),
            BOUNDS,
            &mut HeaderMap::new(),
        )
    }

    #[test]
    fn what_asks_for_nothing_but_an_answer_is_taken() {
        let head = "GET /a?b=%20 HTTP/1.1\r\nHost: a\r\nConnection: Keep-Alive\r\nCookie: a\r\ncookie: b\r\n\r\n";
        let Ok(request) = read(head) else {
            panic!("{head:?}");
        };
        assert_eq!(
            (request.method(), request.uri()),
            (&Method::GET, &"/a?b=%20".parse().unwrap())
        );
        let cookies = request.headers().get_all("cookie").iter();
        let cookies: Vec<_> = cookies.map(|value| value.to_str().unwrap()).collect();
        assert_eq!((cookies, request.headers().len()), (vec!["a", "b"], 4));
        for end in 0..head.len() {
            let part = &head[..end];
            assert!(matches!(read(part), Err(Unfit::Partial)), "{part:?}");
        }
    }

    #[test]
    fn everything_else_is_left_to_hyper() {
        for head in [
            "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
            "get / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
            "GET /\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
            "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a \r\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\ntransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
            "\u{16}\u{3}\u{1}",
        ] {
            assert!(matches!(read(head), Err(Unfit::Beyond)), "{head:?}");
        }
        let many = "X: y\r\n".repeat(101);
        assert!(matches!(
            read(&format!("GET / HTTP/1.1\r\n{many}\r\n")),
            Err(Unfit::Beyond)
        ));
        let long = Bytes::from_static(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut fields = HeaderMap::new();
        for bounds in [
            Bounds { head: 26, ..BOUNDS },
            Bounds {
                fields: 0,
                ..BOUNDS
            },
        ] {
            assert!(matches!(
                parse(&long, bounds, &mut fields),
                Err(Unfit::Beyond)
            ));
        }
        assert!(fields.is_empty());
    }
}
