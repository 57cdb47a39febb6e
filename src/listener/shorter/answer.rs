//! The head of an answer, as it is written.

use std::{
    cell::RefCell,
    time::{Duration, UNIX_EPOCH},
};

use http::{Response, StatusCode};
use http_body::Body as HttpBody;

use crate::{
    clock::{Clock as _, SystemClock},
    lines::write_field,
};

/// How an answer goes out that is written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// Octets of its body.
    pub(super) length: u64,
    /// Whether it ends the connection.
    pub(super) is_last: bool,
}

/// Writes a head for an answer to a `GET` over HTTP/1.1, whose body has a known length. `None` where hyper must see to it:
/// the body ends otherwise, or must not be there, or a field says something unusual about its end or the connection.
pub(super) fn write<B: HttpBody>(
    response: &Response<B>,
    is_draining: bool,
    head: &mut Vec<u8>,
) -> Option<Written> {
    head.clear();
    let status = response.status();
    let length = response.body().size_hint().exact()?;
    if has_no_body(status) || !response.extensions().is_empty() {
        return None;
    }
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(length);
    head.extend_from_slice(b"HTTP/1.1 ");
    head.extend_from_slice(status.as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(status.canonical_reason()?.as_bytes());
    head.extend_from_slice(b"\r\n");
    let (mut has_length, mut has_date, mut is_last) = (false, false, is_draining);
    for (name, value) in response.headers() {
        match name.as_str() {
            "connection" if value == "close" => {
                is_last = true;
                continue;
            }
            "content-length" if !has_length && value == digits => has_length = true,
            "connection" | "content-length" | "trailer" | "transfer-encoding" | "upgrade" => {
                return None;
            }
            "date" => has_date = true,
            _ => {}
        }
        write_field(name.as_str(), value.as_bytes(), head);
    }
    if !has_length {
        write_field("content-length", digits.as_bytes(), head);
    }
    if !has_date {
        DATE.with_borrow_mut(|date| write_field("date", date.now().as_bytes(), head));
    }
    if is_last {
        write_field("connection", b"close", head);
    }
    head.extend_from_slice(b"\r\n");
    Some(Written { length, is_last })
}

/// RFC 9110 §15.
fn has_no_body(status: StatusCode) -> bool {
    status.is_informational()
        || matches!(
            status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
        )
}

/// The time of an answer (RFC 9110 §6.6.1), written once a second.
#[derive(Debug, Default)]
struct Date {
    second: u64,
    text: String,
}

impl Date {
    fn now(&mut self) -> &str {
        let second = SystemClock.unix();
        if self.text.is_empty() || self.second != second {
            self.second = second;
            self.text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
        }
        &self.text
    }
}

thread_local! {
    static DATE: RefCell<Date> = RefCell::default();
}

#[cfg(test)]
mod tests {
    use http::response::Builder;

    use super::*;
    use crate::body::Body;

    fn written(response: Builder, body: Body, is_draining: bool) -> Option<(Written, String)> {
        let mut head = b"of the answer before".to_vec();
        let written = write(&response.body(body).unwrap(), is_draining, &mut head)?;
        Some((written, String::from_utf8(head).unwrap()))
    }

    #[test]
    fn what_is_missing_is_written_and_what_is_there_stays() {
        let answer = Response::builder()
            .header("set-cookie", "a=b")
            .header("set-cookie", "c=d");
        let (how, head) = written(answer, Body::full("hello"), false).unwrap();
        let known = Written {
            length: 5,
            is_last: false,
        };
        assert_eq!(how, known);
        let date = head
            .split("\r\ndate: ")
            .nth(1)
            .unwrap()
            .split('\r')
            .next()
            .unwrap();
        let age = SystemClock
            .now()
            .duration_since(httpdate::parse_http_date(date).unwrap());
        assert!(age.unwrap().as_secs() < 5, "{date}");
        assert_eq!(
            head.replace(date, "now"),
            "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nset-cookie: c=d\r\ncontent-length: 5\r\ndate: now\r\n\r\n"
        );
        let answer = Response::builder()
            .status(401)
            .header("date", "then")
            .header("content-length", "0")
            .header("connection", "close");
        let (how, head) = written(answer, Body::Empty, false).unwrap();
        assert!(how.is_last);
        assert_eq!(
            head,
            "HTTP/1.1 401 Unauthorized\r\ndate: then\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let (how, head) = written(Response::builder(), Body::Empty, true).unwrap();
        assert!(
            how.is_last && head.ends_with("connection: close\r\n\r\n"),
            "{head}"
        );
    }

    #[test]
    fn what_ends_otherwise_is_left_to_hyper() {
        for status in [101, 103, 204, 205, 304, 299] {
            let answer = Response::builder().status(status);
            assert_eq!(written(answer, Body::Empty, false), None, "{status}");
        }
        for (name, value) in [
            ("connection", "upgrade"),
            ("connection", "close, x"),
            ("content-length", "4"),
            ("content-length", "05"),
            ("trailer", "x"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "websocket"),
        ] {
            let answer = Response::builder().header(name, value);
            assert_eq!(written(answer, Body::full("hello"), false), None, "{name}");
        }
        let twice = Response::builder()
            .header("content-length", "5")
            .header("content-length", "5");
        assert_eq!(written(twice, Body::full("hello"), false), None);
        let reason = hyper::ext::ReasonPhrase::from_static(b"Fine");
        let answer = Response::builder().extension(reason);
        assert_eq!(written(answer, Body::Empty, false), None);
    }
}
