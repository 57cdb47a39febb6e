//! A token in fewer octets: what is base64url in it stands there as the octets that it spells, a quarter less. What it
//! says and what makes it good are written to two places, since only the former may be compressed.

use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use crate::{base64url, secret::Secret};

/// Writes a JWS in its compact form (RFC 7515 §7.1): its header and payload to what is `said`, its signature to what stands
/// `apart`. Any other token is a secret as a whole. Before each part stands its length, big-endian.
pub(super) fn write(token: &str, said: &mut Vec<u8>, apart: &mut Vec<u8>) {
    if let Some([header, payload, signature]) = segments(token) {
        said.push(SEGMENTS);
        put(&header, said);
        put(&payload, said);
        put(&signature, apart);
    } else {
        said.push(WHOLE);
        put(token.as_bytes(), apart);
    }
}

/// Reads it from the front of both; gives the rest of both back.
pub(super) fn read<'a>(said: &'a [u8], apart: &'a [u8]) -> Option<(String, &'a [u8], &'a [u8])> {
    let (form, said) = said.split_first()?;
    match *form {
        WHOLE => {
            let (text, apart) = take(apart)?;
            Some((std::str::from_utf8(text).ok()?.to_owned(), said, apart))
        }
        SEGMENTS => {
            let (header, said) = take(said)?;
            let (payload, said) = take(said)?;
            let (signature, apart) = take(apart)?;
            // No more than it takes: it is held as long as the session. And no less, since what is moved is not wiped.
            let octets = header.len() + payload.len() + signature.len();
            let mut token = String::with_capacity((octets * 4).div_ceil(3) + 4);
            base64url::encode_into(header, &mut token);
            for segment in [payload, signature] {
                token.push('.');
                base64url::encode_into(segment, &mut token);
            }
            Some((token, said, apart))
        }
        _ => None,
    }
}

/// Writes a secret, or that there is none.
pub(super) fn write_secret(secret: Option<&Secret>, apart: &mut Vec<u8>) {
    match secret {
        Some(secret) => {
            apart.push(1);
            put(secret.expose().as_bytes(), apart);
        }
        None => apart.push(0),
    }
}

/// Reads one from the front, or that there is none; gives the rest back.
pub(super) fn read_secret(apart: &[u8]) -> Option<(Option<Secret>, &[u8])> {
    match apart.split_first()? {
        (0, rest) => Some((None, rest)),
        (1, rest) => {
            let (text, rest) = take(rest)?;
            Some((Some(std::str::from_utf8(text).ok()?.into()), rest))
        }
        _ => None,
    }
}

/// Octets that it adds to those of its parts, at most.
pub(super) const OVERHEAD: usize = 1 + 3 * 4;

/// Writes a part behind its length.
pub(super) fn put(part: &[u8], record: &mut Vec<u8>) {
    put_length(part.len(), record);
    record.extend_from_slice(part);
}

/// Writes a length, big-endian.
pub(super) fn put_length(length: usize, record: &mut Vec<u8>) {
    // None comes near to the most: the record would be refused for being too large.
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    record.extend_from_slice(&length.to_be_bytes());
}

/// Reads one from the front; gives the rest back.
pub(super) fn take(record: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = length(record)?;
    rest.split_at_checked(length)
}

/// Reads a length from the front; gives the rest back.
pub(super) fn length(record: &[u8]) -> Option<(usize, &[u8])> {
    let (length, rest) = record.split_first_chunk()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
}

/// What the three stand for, where header and payload are JSON objects: others may have dots in their tokens, too.
fn segments(token: &str) -> Option<[Zeroizing<Vec<u8>>; 3]> {
    let mut segments = token.split('.');
    let mut next = || base64url::decode(segments.next()?).map(Zeroizing::new);
    let three = [next()?, next()?, next()?];
    let [header, payload, _] = &three;
    let is_jws = is_object(header) && is_object(payload) && segments.next().is_none();
    is_jws.then_some(three)
}

fn is_object(octets: &[u8]) -> bool {
    octets.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<IgnoredAny>(octets).is_ok()
}

/// A token that is no JWS.
const WHOLE: u8 = 0;
/// One that is.
const SEGMENTS: u8 = 3;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(token: &str) -> (Vec<u8>, Vec<u8>) {
        let (mut said, mut apart) = Default::default();
        write(token, &mut said, &mut apart);
        (said, apart)
    }

    fn comes_back(token: &str) {
        let (mut said, mut apart) = packed(token);
        assert!(said.len() + apart.len() <= token.len() + OVERHEAD);
        said.extend_from_slice(b"said");
        apart.extend_from_slice(b"apart");
        let (read, said, apart) = read(&said, &apart).unwrap();
        assert_eq!(
            (read.as_str(), said, apart),
            (token, &b"said"[..], &b"apart"[..])
        );
    }

    #[test]
    fn tokens_of_every_form_come_back() {
        let long = "A".repeat(100_000);
        let dots = ".".repeat(300);
        for token in [
            "",
            "a",
            "ab",
            "AA",
            "a.b",
            "AA..AA",
            "..",
            ".",
            "eyJhbGciOiJub25lIn0.e30.",
            "AA.AA.AA.AA.AA",
            "é",
            &long,
            &dots,
        ] {
            comes_back(token);
        }
    }

    fn jws(header: &str, payload: &str, signature: &[u8]) -> String {
        let mut token = String::new();
        base64url::encode_into(header, &mut token);
        for segment in [payload.as_bytes(), signature] {
            token.push('.');
            base64url::encode_into(segment, &mut token);
        }
        token
    }

    #[test]
    fn a_jws_is_a_quarter_smaller_and_its_signature_apart() {
        let payload = format!(r#"{{"sub":"{}"}}"#, "a".repeat(590));
        let token = jws(r#"{"alg":"RS256"}"#, &payload, &[7; 256]);
        let (said, apart) = packed(&token);
        assert_eq!((said.len(), apart.len()), (15 + 600 + 9, 256 + 4));
        assert!(!said.windows(4).any(|octets| octets == [7; 4]));
        assert_eq!(token.len(), 1164);
        comes_back(&token);
    }

    #[test]
    fn what_is_no_jws_is_kept_apart_as_a_whole() {
        let list = jws("[]", "{}", b"s");
        let more = jws("{}{}", "{}", b"s");
        let text = jws("{}", "secret", b"s");
        let jwe = "AA.AA.AA.AA.AA";
        for token in [
            "opaque", "AA.AA", "AA.AA.AA", "..", jwe, &list, &more, &text,
        ] {
            assert_eq!(packed(token).0, [WHOLE], "{token}");
        }
    }

    #[test]
    fn what_breaks_off_is_no_token() {
        for token in [&jws(r#"{"alg":"none"}"#, "{}", b"s"), "é"] {
            let (said, apart) = packed(token);
            for end in 0..said.len() {
                assert_eq!(read(&said[..end], &apart), None, "{token} {end}");
            }
            for end in 0..apart.len() {
                assert_eq!(read(&said, &apart[..end]), None, "{token} {end}");
            }
        }
        assert_eq!(read(&[1], &[0, 0, 0, 0]), None);
    }

    #[test]
    fn a_secret_comes_back_or_that_there_is_none() {
        for secret in [None, Some(""), Some("refresh é")] {
            let mut apart = Vec::new();
            let secret = secret.map(Secret::from);
            write_secret(secret.as_ref(), &mut apart);
            for end in 0..apart.len() {
                assert_eq!(read_secret(&apart[..end]), None);
            }
            apart.push(7);
            assert_eq!(read_secret(&apart), Some((secret, &[7][..])));
        }
        assert_eq!(read_secret(&[2, 0, 0, 0, 0]), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(token in "[A-Za-z0-9_.=-]{0,40}|\\PC{0,20}") {
            comes_back(&token);
        }

        #[test]
        fn any_octets_are_read_or_not(
            said in prop::collection::vec(any::<u8>(), 0..40),
            apart in prop::collection::vec(any::<u8>(), 0..40),
        ) {
            let _ = read(&said, &apart);
            let _ = read_secret(&apart);
        }
    }
}
