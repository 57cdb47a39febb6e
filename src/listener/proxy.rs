//! The PROXY protocol, versions 1 and 2 (HAProxy's `proxy-protocol.txt`), strictly.
//!
//! A header is read from listed peers alone, and from these it is required: a peer that may leave it out could also be
//! made to send one that somebody else wrote.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// A header that is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Who connected to the proxy; `None` where the proxy speaks for itself (`LOCAL`, `UNKNOWN`) or the address is no
    /// IP address.
    pub source: Option<SocketAddr>,
    /// Octets of the header; the connection proper begins behind them.
    pub length: usize,
}

/// Why octets are no PROXY header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyFault {
    /// They begin like neither version.
    #[error("the connection does not begin with a PROXY header")]
    Absent,
    /// A line of version 1 that is none: §2.1.
    #[error("the PROXY line is malformed")]
    Line,
    /// A header of version 2 with a version, command, family or length that cannot be: §2.2.
    #[error("the binary PROXY header is malformed")]
    Binary,
    /// Longer than [`LONGEST`].
    #[error("the PROXY header is longer than {LONGEST} octets")]
    TooLong,
}

/// The longest header that is accepted, with its type-length-values, in octets.
pub const LONGEST: usize = 4096;

/// Reads a header off the beginning of `octets`; `None` while more of them are needed. Never looks past [`LONGEST`].
///
/// # Errors
/// A [`ProxyFault`] as soon as no continuation could be a header.
pub fn parse(octets: &[u8]) -> Result<Option<Announced>, ProxyFault> {
    if begins(octets, SIGNATURE) {
        binary(octets)
    } else if begins(octets, b"PROXY ") {
        line(octets)
    } else {
        Err(ProxyFault::Absent)
    }
}

/// Whether `octets` and `start` agree as far as both go.
fn begins(octets: &[u8], start: &[u8]) -> bool {
    octets
        .iter()
        .zip(start)
        .all(|(octet, wanted)| octet == wanted)
}

/// Version 1: `PROXY TCP4 SOURCE DESTINATION PORT PORT` and an end of line.
fn line(octets: &[u8]) -> Result<Option<Announced>, ProxyFault> {
    let seen = octets.get(..LONGEST_LINE).unwrap_or(octets);
    let Some(end) = seen.iter().position(|octet| *octet == b'\n') else {
        return if octets.len() < LONGEST_LINE {
            Ok(None)
        } else {
            Err(ProxyFault::Line)
        };
    };
    let line = seen
        .get(..end)
        .and_then(|line| line.strip_suffix(b"\r"))
        .and_then(|line| std::str::from_utf8(line).ok())
        .ok_or(ProxyFault::Line)?;
    let source = source(line).ok_or(ProxyFault::Line)?;
    let length = end + 1;
    Ok(Some(Announced { source, length }))
}

/// The source of a version 1 line; the outer `None` means that it is no such line.
#[expect(
    clippy::option_option,
    reason = "outside: whether the line is one; inside: whether it names anybody"
)]
fn source(line: &str) -> Option<Option<SocketAddr>> {
    let mut words = line.split(' ');
    let _proxy = words.next();
    let family = words.next()?;
    if family == "UNKNOWN" {
        return Some(None);
    }
    let from = address(family, words.next()?)?;
    address(family, words.next()?)?;
    let from = SocketAddr::new(from, port(words.next()?)?);
    port(words.next()?)?;
    words.next().is_none().then_some(Some(from))
}

fn address(family: &str, text: &str) -> Option<IpAddr> {
    match family {
        "TCP4" => Ipv4Addr::from_str(text).ok().map(IpAddr::V4),
        "TCP6" => Ipv6Addr::from_str(text).ok().map(IpAddr::V6),
        _ => None,
    }
}

/// A decimal number without sign or leading zero.
fn port(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|octet| octet.is_ascii_digit());
    let leads = text.len() > 1 && text.starts_with('0');
    text.parse().ok().filter(|_| is_plain && !leads)
}

/// Version 2: signature, version and command, family and transport, length, addresses, and values that we skip.
fn binary(octets: &[u8]) -> Result<Option<Announced>, ProxyFault> {
    let command = match octets.get(12) {
        None => return Ok(None),
        Some(0x20) => Command::Local,
        Some(0x21) => Command::Proxy,
        Some(_) => return Err(ProxyFault::Binary),
    };
    let Some(&[family, high, low]) = octets.get(13..HEAD) else {
        return Ok(None);
    };
    let length = HEAD + usize::from(u16::from_be_bytes([high, low]));
    if length > LONGEST {
        return Err(ProxyFault::TooLong);
    }
    let Some(addresses) = octets.get(HEAD..length) else {
        return Ok(None);
    };
    let source = match (command, family) {
        // What else a proxy says about its own connection is to be ignored.
        (Command::Local, _) | (Command::Proxy, UNSPECIFIED) => None,
        (Command::Proxy, TCP_OVER_IPV4) => Some(ipv4(addresses).ok_or(ProxyFault::Binary)?),
        (Command::Proxy, TCP_OVER_IPV6) => Some(ipv6(addresses).ok_or(ProxyFault::Binary)?),
        (Command::Proxy, UNIX_STREAM) if addresses.len() >= UNIX_ADDRESSES => None,
        (Command::Proxy, _) => return Err(ProxyFault::Binary),
    };
    Ok(Some(Announced { source, length }))
}

#[derive(Clone, Copy)]
enum Command {
    Local,
    Proxy,
}

fn ipv4(addresses: &[u8]) -> Option<SocketAddr> {
    let (addresses, _values) = addresses.split_first_chunk::<12>()?;
    let [a, b, c, d, _, _, _, _, high, low, _, _] = *addresses;
    let port = u16::from_be_bytes([high, low]);
    Some(SocketAddr::new(Ipv4Addr::new(a, b, c, d).into(), port))
}

fn ipv6(addresses: &[u8]) -> Option<SocketAddr> {
    let (source, rest) = addresses.split_first_chunk::<16>()?;
    let (_destination, rest) = rest.split_first_chunk::<16>()?;
    let ([high, low, _, _], _values) = rest.split_first_chunk::<4>()?;
    let port = u16::from_be_bytes([*high, *low]);
    Some(SocketAddr::new(Ipv6Addr::from(*source).into(), port))
}

/// §2.2: what no other protocol begins with.
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Signature, version and command, family and transport, length.
const HEAD: usize = 16;

/// §2.1: the longest line, with its end.
const LONGEST_LINE: usize = 107;

const UNSPECIFIED: u8 = 0x00;
const TCP_OVER_IPV4: u8 = 0x11;
const TCP_OVER_IPV6: u8 = 0x21;
const UNIX_STREAM: u8 = 0x31;
const UNIX_ADDRESSES: usize = 216;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn v2(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = u16::try_from(addresses.len()).unwrap().to_be_bytes();
        [SIGNATURE, &[command, family], &length, addresses].concat()
    }

    fn announced(source: Option<&str>, length: usize) -> Announced {
        let source = source.map(|source| source.parse().unwrap());
        Announced { source, length }
    }

    const V4: &[u8] = &[203, 0, 113, 9, 10, 0, 0, 1, 0x12, 0x34, 0, 80];

    #[test]
    fn lines_are_read_as_the_specification_writes_them() {
        for (line, source) in [
            (
                "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\r\n",
                Some("203.0.113.9:4660"),
            ),
            (
                "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n",
                Some("255.255.255.255:65535"),
            ),
            (
                "PROXY TCP6 2001:db8::9 ::1 1 2\r\n",
                Some("[2001:db8::9]:1"),
            ),
            ("PROXY UNKNOWN\r\n", None),
            ("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", None),
        ] {
            let octets = [line.as_bytes(), b"GET / HTTP/1.1\r\n"].concat();
            assert_eq!(
                parse(&octets),
                Ok(Some(announced(source, line.len()))),
                "{line}"
            );
            for end in 0..line.len() {
                assert_eq!(parse(&octets[..end]), Ok(None), "{line} cut at {end}");
            }
        }
    }

    #[test]
    fn lines_that_are_none_are_refused() {
        for line in [
            "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443\n",
            "PROXY  TCP4 203.0.113.9 10.0.0.1 4660 443\r\n",
            "PROXY TCP4 203.0.113.9 10.0.0.1 4660 443 \r\n",
            "PROXY TCP4 203.0.113.9 10.0.0.1 4660\r\n",
            "PROXY TCP4 203.0.113.009 10.0.0.1 4660 443\r\n",
            "PROXY TCP4 203.0.113.9 10.0.0.1 04660 443\r\n",
            "PROXY TCP4 203.0.113.9 10.0.0.1 +4660 443\r\n",
            "PROXY TCP4 203.0.113.9 10.0.0.1 65536 443\r\n",
            "PROXY TCP4 2001:db8::9 ::1 1 2\r\n",
            "PROXY TCP6 203.0.113.9 10.0.0.1 1 2\r\n",
            "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
            "PROXY UDP4 203.0.113.9 10.0.0.1 1 2\r\n",
            "PROXY \r\n",
            "PROXY TCP4\r\n",
        ] {
            assert_eq!(parse(line.as_bytes()), Err(ProxyFault::Line), "{line:?}");
        }
        let endless = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 200]].concat();
        assert_eq!(parse(&endless), Err(ProxyFault::Line));
        for octets in [
            "GET / HTTP/1.1\r\n",
            "proxy TCP4",
            "PROXYTCP4",
            "\x16\x03\x01",
        ] {
            assert_eq!(
                parse(octets.as_bytes()),
                Err(ProxyFault::Absent),
                "{octets:?}"
            );
        }
    }

    #[test]
    fn binary_headers_are_read_and_their_values_skipped() {
        let v6 = [&[0x20; 32][..], &[0x12, 0x34, 0, 80]].concat();
        let v6_source = "[2020:2020:2020:2020:2020:2020:2020:2020]:4660";
        let with_values = [V4, &[0x04, 0, 3, 1, 2, 3, 0x20, 0, 1, 0]].concat();
        for (octets, source) in [
            (v2(0x21, TCP_OVER_IPV4, V4), Some("203.0.113.9:4660")),
            (
                v2(0x21, TCP_OVER_IPV4, &with_values),
                Some("203.0.113.9:4660"),
            ),
            (v2(0x21, TCP_OVER_IPV6, &v6), Some(v6_source)),
            (v2(0x21, UNSPECIFIED, &[]), None),
            (v2(0x21, UNIX_STREAM, &[0; UNIX_ADDRESSES]), None),
            (v2(0x20, UNSPECIFIED, &[]), None),
            (v2(0x20, TCP_OVER_IPV4, V4), None),
            (v2(0x20, 0xff, &[1, 2, 3]), None),
        ] {
            let length = octets.len();
            let followed = [&octets[..], b"\x16\x03\x01"].concat();
            assert_eq!(
                parse(&followed),
                Ok(Some(announced(source, length))),
                "{octets:?}"
            );
            for end in 0..length {
                assert_eq!(parse(&octets[..end]), Ok(None), "{octets:?} cut at {end}");
            }
        }
    }

    #[test]
    fn binary_headers_that_are_none_are_refused() {
        for (octets, fault) in [
            (v2(0x11, TCP_OVER_IPV4, V4), ProxyFault::Binary),
            (v2(0x22, TCP_OVER_IPV4, V4), ProxyFault::Binary),
            (v2(0x21, 0x12, V4), ProxyFault::Binary),
            (v2(0x21, 0x41, V4), ProxyFault::Binary),
            (v2(0x21, TCP_OVER_IPV4, &V4[..11]), ProxyFault::Binary),
            (v2(0x21, TCP_OVER_IPV6, &[0; 35]), ProxyFault::Binary),
            (v2(0x21, UNIX_STREAM, &[0; 10]), ProxyFault::Binary),
            (v2(0x21, TCP_OVER_IPV4, &[0; LONGEST]), ProxyFault::TooLong),
        ] {
            assert_eq!(parse(&octets), Err(fault), "{octets:?}");
        }
    }

    proptest! {
        #[test]
        fn more_octets_never_change_a_verdict(
            start in prop_oneof![Just(SIGNATURE.to_vec()), Just(b"PROXY ".to_vec()), Just(Vec::new())],
            rest in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let octets = [start, rest].concat();
            let whole = parse(&octets);
            for end in 0..octets.len() {
                let part = parse(&octets[..end]);
                prop_assert!(part == Ok(None) || part == whole, "{part:?} {whole:?} at {end}");
            }
            if let Ok(Some(announced)) = whole {
                prop_assert!(announced.length <= octets.len().min(LONGEST));
            }
        }
    }
}
