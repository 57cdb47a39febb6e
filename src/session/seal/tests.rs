use proptest::prelude::*;

use super::*;
use crate::random::{SeededRandom, SystemRandom};

fn ring(secrets: &[&str]) -> KeyRing {
    let secrets: Vec<Secret> = secrets.iter().map(|text| text.repeat(16).into()).collect();
    KeyRing::new(&secrets).unwrap()
}

#[test]
fn the_derivation_is_rfc_5869() {
    // Appendix A.1: the first 32 octets of its output are the first block.
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let block = expand(&extract(&salt, &[0x0b; 22]), &info);
    let expected = 0x3cb2_5f25_faac_d57a_9043_4f64_d036_2f2a_u128;
    let (first, second) = block.split_first_chunk::<16>().unwrap();
    assert_eq!(u128::from_be_bytes(*first), expected);
    assert_eq!(second[..4], [0x2d, 0x2d, 0x0a, 0x90]);
}

#[test]
fn what_was_sealed_opens_and_never_looks_the_same() {
    let ring = ring(&["ab"]);
    let one = ring.seal(Purpose::Session, "s", b"text").unwrap();
    let two = ring.seal(Purpose::Session, "s", b"text").unwrap();
    assert_ne!(one, two);
    for sealed in [one, two] {
        let opened = ring.open(Purpose::Session, "s", sealed.as_bytes()).unwrap();
        assert_eq!(opened.as_slice(), b"text");
    }
}

#[test]
fn another_purpose_name_or_ring_opens_nothing() {
    let own = ring(&["ab"]);
    let sealed = own.seal(Purpose::Session, "s", b"text").unwrap();
    for (ring, purpose, name) in [
        (&own, Purpose::Transaction, "s"),
        (&own, Purpose::SessionId, "s"),
        (&own, Purpose::Session, "t"),
        (&ring(&["cd"]), Purpose::Session, "s"),
    ] {
        assert_eq!(ring.open(purpose, name, sealed.as_bytes()), Err(Unsealable));
    }
}

#[test]
fn every_changed_or_missing_character_makes_it_worthless() {
    let ring = ring(&["ab"]);
    let sealed = ring.seal(Purpose::Session, "s", b"a session").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(
            ring.open(Purpose::Session, "s", &changed).is_err(),
            "changed at {at}"
        );
        let cut = &sealed.as_bytes()[..at];
        assert!(
            ring.open(Purpose::Session, "s", cut).is_err(),
            "cut at {at}"
        );
    }
}

#[test]
fn the_first_secret_seals_and_all_open() {
    let (old, both, new) = (ring(&["ab"]), ring(&["cd", "ab"]), ring(&["cd"]));
    let sealed = old.seal(Purpose::Session, "s", b"old").unwrap();
    assert!(both.open(Purpose::Session, "s", sealed.as_bytes()).is_ok());
    assert!(new.open(Purpose::Session, "s", sealed.as_bytes()).is_err());
    let sealed = both.seal(Purpose::Session, "s", b"new").unwrap();
    assert!(new.open(Purpose::Session, "s", sealed.as_bytes()).is_ok());
    assert!(old.open(Purpose::Session, "s", sealed.as_bytes()).is_err());
}

#[test]
fn derived_keys_differ_by_label_and_secret_and_come_in_order() {
    let both = ring(&["cd", "ab"]);
    let keys = both.derive("one");
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], ring(&["cd"]).derive("one")[0]);
    assert_ne!(keys[0], keys[1]);
    assert_ne!(keys, both.derive("two"));
}

#[test]
fn secrets_that_cannot_do_are_refused() {
    assert_eq!(KeyRing::new(&[]).unwrap_err(), KeyRingError::NoSecret);
    let secrets = ["a".repeat(32).into(), "a".repeat(31).into()];
    assert_eq!(
        KeyRing::new(&secrets).unwrap_err(),
        KeyRingError::TooShort { number: 2 }
    );
}

#[test]
fn a_generated_ring_is_its_own_and_prints_nothing() {
    let (one, two) = (
        KeyRing::generate(&SystemRandom).unwrap(),
        KeyRing::generate(&SeededRandom::new(1)).unwrap(),
    );
    assert_ne!(one.derive("x"), two.derive("x"));
    assert_eq!(format!("{one:?}"), "KeyRing { keys: 1 }");
}

proptest! {
    #[test]
    fn any_text_survives_and_no_noise_opens(text: Vec<u8>, noise: Vec<u8>) {
        let ring = ring(&["ab"]);
        let sealed = ring.seal(Purpose::Transaction, "n", &text).unwrap();
        let opened = ring.open(Purpose::Transaction, "n", sealed.as_bytes()).unwrap();
        prop_assert_eq!(opened.as_slice(), text.as_slice());
        prop_assert!(ring.open(Purpose::Transaction, "n", &noise).is_err());
    }
}
