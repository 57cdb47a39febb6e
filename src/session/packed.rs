//! A token in fewer octets: what is base64url in it stands there as the octets that it spells, a quarter less.

use zeroize::Zeroizing;

use crate::base64url;

/// Writes a token: how many segments between dots it has, then each behind its length; or none and its text, where one of
/// them is no base64url. Lengths are big-endian.
pub(super) fn write(token: &str, record: &mut Vec<u8>) {
    if let Some((count, segments)) = segments(token) {
        record.push(count);
        for (length, octets) in segments {
            record.extend_from_slice(&length.to_be_bytes());
            record.extend_from_slice(&octets);
        }
    } else {
        record.push(0);
        record.extend_from_slice(&(token.len() as u64).to_be_bytes());
        record.extend_from_slice(token.as_bytes());
    }
}

/// Reads it from the front; gives the rest back.
pub(super) fn read(record: &[u8]) -> Option<(String, &[u8])> {
    let (count, mut rest) = record.split_first()?;
    if *count == 0 {
        let (length, behind) = rest.split_first_chunk()?;
        let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
        let (text, behind) = behind.split_at_checked(length)?;
        return Some((std::str::from_utf8(text).ok()?.to_owned(), behind));
    }
    let mut segments = Vec::with_capacity((*count).into());
    for _ in 0..*count {
        let (length, behind) = rest.split_first_chunk()?;
        let (octets, behind) = behind.split_at_checked(u16::from_be_bytes(*length).into())?;
        segments.push(octets);
        rest = behind;
    }
    // No more than it takes: it is held as long as the session. And no less, since what is moved is not wiped.
    let length = segments
        .iter()
        .map(|octets| (octets.len() * 4).div_ceil(3) + 1);
    let mut token = String::with_capacity(length.sum());
    for (number, octets) in segments.into_iter().enumerate() {
        if number > 0 {
            token.push('.');
        }
        base64url::encode_into(octets, &mut token);
    }
    Some((token, rest))
}

/// What one stands for, behind its length.
type Segment = (u16, Zeroizing<Vec<u8>>);

/// How many stand between dots, and each of them.
fn segments(token: &str) -> Option<(u8, Vec<Segment>)> {
    let segments: Vec<_> = token
        .split('.')
        .map(|segment| {
            let octets = Zeroizing::new(base64url::decode(segment)?);
            Some((u16::try_from(octets.len()).ok()?, octets))
        })
        .collect::<Option<_>>()?;
    Some((u8::try_from(segments.len()).ok()?, segments))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packed(token: &str) -> Vec<u8> {
        let mut record = Vec::new();
        write(token, &mut record);
        record
    }

    fn comes_back(token: &str) {
        let mut record = packed(token);
        record.extend_from_slice(b"rest");
        let (read, rest) = read(&record).unwrap();
        assert_eq!((read.as_str(), rest), (token, &b"rest"[..]));
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
            ".",
            "eyJhbGciOiJub25lIn0.e30.",
            "é",
            &long,
            &dots,
        ] {
            comes_back(token);
        }
    }

    #[test]
    fn a_jws_is_a_quarter_smaller() {
        let jws = format!("{}.{}.{}", "A".repeat(80), "B".repeat(800), "C".repeat(344));
        assert_eq!(packed(&jws).len(), 60 + 600 + 258 + 7);
    }

    #[test]
    fn what_breaks_off_is_no_token() {
        for token in ["AA.AA.AA", "é"] {
            let record = packed(token);
            for end in 0..record.len() {
                assert_eq!(read(&record[..end]), None, "{token} {end}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(token in "[A-Za-z0-9_.=-]{0,40}|\\PC{0,20}") {
            comes_back(&token);
        }

        #[test]
        fn any_octets_are_read_or_not(octets in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = read(&octets);
        }
    }
}
