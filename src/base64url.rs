//! Base64url without padding (RFC 4648 §5), as tokens are written: octets are written in one way, and no other is read.

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::sync::LazyLock;

use base64::{Engine as _, decoded_len_estimate, engine::general_purpose::NO_PAD};

/// Many octets at once, where the processor can do so.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static ENGINE: LazyLock<base64::engine::Simd> =
    LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: base64::engine::GeneralPurpose =
    base64::engine::GeneralPurpose::new(&base64::alphabet::URL_SAFE, NO_PAD);

/// The octets. `None`: padding, blanks, another alphabet, or bits to spare that are not zero.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    let text = text.as_ref();
    // Memory that is to be zero comes from farther away.
    let mut octets = Vec::with_capacity(decoded_len_estimate(text.len()));
    ENGINE.decode_vec(text, &mut octets).ok()?;
    Some(octets)
}

/// Writes octets behind a text.
pub(crate) fn encode_into(octets: impl AsRef<[u8]>, text: &mut String) {
    ENGINE.encode_string(octets, text);
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};

    use super::*;

    fn encode(octets: &[u8]) -> String {
        let mut text = String::new();
        encode_into(octets, &mut text);
        text
    }

    /// Six bits a letter, as the RFC says it.
    fn by_the_book(octets: &[u8]) -> String {
        const LETTERS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bit = |at: usize| {
            octets
                .get(at / 8)
                .map_or(0, |octet| octet >> (7 - at % 8) & 1)
        };
        let letters = (0..octets.len() * 8).step_by(6).map(|at| {
            let letter = (at..at + 6).fold(0, |bits, at| bits << 1 | bit(at));
            char::from(LETTERS[usize::from(letter)])
        });
        letters.collect()
    }

    #[test]
    fn every_octet_is_judged_wherever_it_stands() {
        // Of many octets some are read at once and the rest one by one.
        let octets: Vec<u8> = (0..=u8::MAX).collect();
        for length in [1, 2, 3, 40, 100, 101, 102] {
            let good = encode(&octets[..length]);
            for at in 0..good.len() {
                for other in (0..128).map(char::from) {
                    let mut text = good.clone();
                    text.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
                    let read = decode(&text);
                    let is_the_one = read
                        .as_deref()
                        .is_some_and(|read| by_the_book(read) == text);
                    assert_eq!(read.is_some(), is_the_one, "{text:?}");
                    let is_letter = other.is_ascii_alphanumeric() || "-_".contains(other);
                    assert!(is_letter || read.is_none(), "{text:?}");
                    assert!(
                        !is_letter || at + 1 == good.len() || read.is_some(),
                        "{text:?}"
                    );
                }
            }
            for more in ["=", "==", " ", "\n", "."] {
                assert!(decode(format!("{good}{more}")).is_none(), "{more:?}");
                assert!(decode(format!("{more}{good}")).is_none(), "{more:?}");
            }
            assert!(decode(format!("é{good}")).is_none());
        }
        assert_eq!(decode(""), Some(Vec::new()));
        assert_eq!(decode("A"), None, "six bits are no octet");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(octets in collection::vec(any::<u8>(), 0..400)) {
            let text = encode(&octets);
            prop_assert_eq!(&text, &by_the_book(&octets));
            prop_assert_eq!(decode(&text), Some(octets));
        }
    }
}
