//! What sessions say in fewer octets: LZ4 blocks, with a dictionary of what all of them say.
//!
//! Never for a secret. How long a compressed text is tells whether parts of it are alike, and who can choose one of them
//! could find the other out (as CRIME did). Claims come from the authorization server alone, which is trusted not to put
//! somebody's secret beside what that person may choose; signatures, refresh tokens and opaque access tokens stand outside.

use lz4_flex::block;
use zeroize::Zeroizing;

use super::packed::{length, put, put_length, take};

/// Writes a text, its length and its compressed form; `false` where it is longer than [`LONGEST`].
pub(super) fn write(text: &[u8], record: &mut Vec<u8>) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let mut room = Zeroizing::new(vec![0; block::get_maximum_output_size(text.len())]);
    let compressed = block::compress_into_with_dict(text, &mut room, DICTIONARY).ok();
    let Some(compressed) = compressed.and_then(|octets| room.get(..octets)) else {
        return false;
    };
    put_length(text.len(), record);
    put(compressed, record);
    true
}

/// Reads it from the front; gives the rest back.
pub(super) fn read(record: &[u8]) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
    let (length, rest) = length(record)?;
    if length > LONGEST {
        return None;
    }
    let (compressed, rest) = take(rest)?;
    let text = block::decompress_with_dict(compressed, length, DICTIONARY).ok()?;
    let text = Zeroizing::new(text);
    (text.len() == length).then_some((text, rest))
}

/// In octets. No more is made of a record, however alike the parts of it are.
pub(super) const LONGEST: usize = 256 * 1024;

/// What tokens of an Okta org and records of sessions have in common. It belongs to the version of the record: with
/// another one, nothing that was written by this one can be read.
const DICTIONARY: &[u8] = br#"{"kid":"","alg":"RS256","typ":"JWT"}{"alg":"ES256","kid":"
{"ver":1,"jti":"AT.","iss":"https://.oktapreview.com/oauth2/default","aud":"api://default","iat":17,"exp":17,"cid":"0oa
","uid":"00u","scp":["openid","profile","email","offline_access"],"auth_time":17,"sub":"@example.com","groups":["Everyone"
,"Admins","Users"],"acr":"urn:okta:loa:1fa:any","amr":["pwd","mfa","otp","swk","hwk","sms","user","pin"]}
{"i":"","s":"00u","c":{"amr":["pwd"],"auth_time":17,"email":"@gmail.com","email_verified":true,"exp":17
,"family_name":"","given_name":"","groups":["Everyone"],"iat":17,"idp":"00o","iss":"https://.okta.com/oauth2/aus
","locale":"en_US","name":"","preferred_username":"","profile":"","sid":"idx","sub":"00u","updated_at":17
,"zoneinfo":"America/Los_Angeles","zoneinfo":"Europe/London"},"p":["openid","profile","email","offline_access"],"e":17
,"k":"","l":"urn:okta:loa:2fa:any","m":["mfa","otp","pwd"],"u":17,"b":17,"n":17"#;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut record = Vec::new();
        assert!(write(text, &mut record));
        record
    }

    #[test]
    fn what_is_usual_takes_little() {
        let usual = br#"{"ver":1,"jti":"AT.0123456789abcdef","iss":"https://acme.okta.com/oauth2/default",
            "aud":"api://default","scp":["openid","profile","email","offline_access"],"sub":"ada@example.com"}"#;
        let record = compressed(usual);
        assert!(record.len() < usual.len() / 2, "{}", record.len());
    }

    #[test]
    fn what_is_longer_than_any_session_is_not_written() {
        let mut record = Vec::new();
        assert!(!write(&vec![b'a'; LONGEST + 1], &mut record));
        assert!(record.is_empty());
        let longest = vec![b'a'; LONGEST];
        assert_eq!(read(&compressed(&longest)).unwrap().0.len(), LONGEST);
    }

    #[test]
    fn no_more_is_made_of_it_than_it_says() {
        let text = vec![b'a'; 10_000];
        let record = compressed(&text);
        for length in [0_u32, 1, 9_999, 10_001, u32::MAX] {
            let mut record = record.clone();
            record[..4].copy_from_slice(&length.to_be_bytes());
            assert!(read(&record).is_none(), "{length}");
        }
    }

    #[test]
    fn what_breaks_off_is_nothing() {
        let record = compressed(b"so it is said, so it is said");
        for end in 0..record.len() {
            assert!(read(&record[..end]).is_none(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(
            text in prop::collection::vec(any::<u8>(), 0..300),
            behind in prop::collection::vec(any::<u8>(), 0..9),
        ) {
            let record = [compressed(&text), behind.clone()].concat();
            let (read, rest) = read(&record).unwrap();
            prop_assert_eq!((&**read, rest), (&text[..], &behind[..]));
        }

        #[test]
        fn any_octets_are_read_or_not(octets in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&octets);
            let _ = read(&[&[0, 0, 0, 40, 0, 0, 0, 30], &octets[..]].concat());
        }
    }
}
