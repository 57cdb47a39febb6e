//! A PROXY header is read the same however it arrives, says what was written, and no connection that begins otherwise is one.

use std::net::SocketAddr;

use interlock::listener::{LONGEST_PROXY_HEADER, parse_proxy_header};

pub(crate) fn run(input: &[u8]) {
    let whole = parse_proxy_header(input);
    match whole {
        Ok(Some(announced)) => {
            let length = announced.length;
            assert!((1..=input.len().min(LONGEST_PROXY_HEADER)).contains(&length));
            // What stands behind it is the connection's own.
            let (header, rest) = input.split_at(length);
            assert_eq!(parse_proxy_header(header), whole);
            assert_eq!(
                parse_proxy_header(&[header, b"GET / HTTP/1.1\r\n", rest].concat()),
                whole
            );
            // Until the last octet is there, more is awaited: nothing is decided early, nothing is refused late.
            for cut in 0..length {
                assert_eq!(
                    parse_proxy_header(&header[..cut]),
                    Ok(None),
                    "{cut} octets of it"
                );
            }
            judge(header, announced.source);
        }
        Ok(None) => {
            assert!(input.len() < LONGEST_PROXY_HEADER, "waits for ever");
            let may_begin = |start: &[u8]| {
                input
                    .iter()
                    .zip(start)
                    .all(|(octet, wanted)| octet == wanted)
            };
            assert!(may_begin(b"PROXY ") || may_begin(b"\r\n\r\n\0\r\nQUIT\n"));
        }
        Err(fault) => {
            // A fault is final.
            assert_eq!(parse_proxy_header(&[input, b"\r\n"].concat()), Err(fault));
            let request = input.starts_with(b"GET ")
                || input.starts_with(b"PRI ")
                || input.starts_with(b"\x16\x03");
            assert!(!request || fault == interlock::listener::ProxyFault::Absent);
        }
    }
}

fn judge(header: &[u8], source: Option<SocketAddr>) {
    if let Some(line) = header
        .strip_suffix(b"\r\n")
        .and_then(|line| std::str::from_utf8(line).ok())
        && let Some(words) = line.strip_prefix("PROXY ")
    {
        let words: Vec<&str> = words.split(' ').collect();
        match (words.as_slice(), source) {
            (["TCP4" | "TCP6", from, _, port, _], Some(source)) => {
                assert_eq!(from.parse(), Ok(source.ip()));
                assert_eq!(*port, source.port().to_string(), "a port has one spelling");
                assert_eq!(words[0] == "TCP4", source.is_ipv4());
            }
            (["UNKNOWN", ..], None) => {}
            other => panic!("{other:?}"),
        }
    } else {
        assert!(
            header.starts_with(b"\r\n\r\n\0\r\nQUIT\n"),
            "neither version"
        );
        let command = header[12];
        assert!(matches!(command, 0x20 | 0x21));
        assert!(
            command == 0x21 || source.is_none(),
            "a proxy that speaks for itself names nobody"
        );
        let length = usize::from(u16::from_be_bytes([header[14], header[15]]));
        assert_eq!(header.len(), 16 + length);
    }
}
