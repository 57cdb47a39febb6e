//! Lines of a head of HTTP/1.1 (RFC 9112 §2.2 and §5).

use memchr::memchr_iter;

/// Writes a field.
pub(crate) fn write_field(name: &str, value: &[u8], head: &mut Vec<u8>) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

/// Whether a line ends without a carriage return, which not everybody takes for its end.
pub(crate) fn has_bare_feed(octets: &[u8]) -> bool {
    memchr_iter(b'\n', octets)
        .any(|at| at.checked_sub(1).and_then(|before| octets.get(before)) != Some(&b'\r'))
}

/// Whether a part of some octets, not empty, stands at the end of its line, and the line ends as it should.
pub(crate) fn is_at_end(part: &[u8], octets: &[u8]) -> bool {
    let start = part.as_ptr().addr().checked_sub(octets.as_ptr().addr());
    let behind = start.and_then(|start| octets.get(start + part.len()..));
    !part.is_empty() && behind.is_some_and(|behind| behind.starts_with(b"\r\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_alone_are_found() {
        for (octets, has) in [
            ("", false),
            ("a\r\nb\r\n", false),
            ("\r\n", false),
            ("\n", true),
            ("a\r\nb\n", true),
            ("a\n\r\n", true),
        ] {
            assert_eq!(has_bare_feed(octets.as_bytes()), has, "{octets:?}");
        }
    }

    #[test]
    fn a_part_ends_its_line_or_not() {
        let octets = b"ab\r\ncd\n";
        for (part, is_end) in [
            (0..2, true),
            (1..2, true),
            (0..1, false),
            (4..6, false),
            (2..2, false),
        ] {
            let part = &octets[part];
            assert_eq!(is_at_end(part, octets), is_end, "{part:?}");
        }
        let elsewhere = b"ab".to_vec();
        assert!(!is_at_end(&elsewhere, &octets[..2]));
    }
}
