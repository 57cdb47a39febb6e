use super::*;
use crate::{login::transaction::tests::transaction, random::SystemRandom};

fn tokens(secrets: &[&str]) -> StepTokens {
    let secrets: Vec<_> = secrets
        .iter()
        .map(|secret| secret.repeat(16).into())
        .collect();
    StepTokens::new(&KeyRing::new(&secrets).unwrap())
}

const PRINT: [u8; 8] = *b"identify";

#[test]
fn a_token_is_valid_for_its_step_alone() {
    let tokens = tokens(&["ab"]);
    let mut shown = transaction(1_000);
    let token = tokens.issue(&shown, PRINT, &SystemRandom);
    assert_eq!(token.len(), CHARACTERS);
    assert_eq!(tokens.check(&shown, PRINT, &token), StepCheck::Valid);
    assert_eq!(tokens.check(&shown, *b"password", &token), StepCheck::Stale);
    shown.step += 1;
    assert_eq!(tokens.check(&shown, PRINT, &token), StepCheck::Stale);
    let read = tokens.read(&shown, &token).unwrap();
    assert_eq!((read.step, read.fingerprint), (shown.step - 1, PRINT));
    shown.id = [9; 16];
    assert_eq!(tokens.check(&shown, PRINT, &token), StepCheck::Foreign);
}

#[test]
fn no_changed_or_cut_token_belongs_to_anything() {
    let tokens = tokens(&["ab"]);
    let shown = transaction(1_000);
    let token = tokens.issue(&shown, PRINT, &SystemRandom);
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        for text in [&changed, &token[..at]] {
            assert_eq!(
                tokens.check(&shown, PRINT, text),
                StepCheck::Foreign,
                "at {at}"
            );
        }
    }
    for text in ["", "ü", &format!("{token}A"), &"A".repeat(100_000)] {
        assert_eq!(tokens.check(&shown, PRINT, text), StepCheck::Foreign);
    }
}

#[test]
fn no_two_pages_hold_the_same_text() {
    let tokens = tokens(&["ab"]);
    let shown = transaction(1_000);
    let (one, two) = (
        tokens.issue(&shown, PRINT, &SystemRandom),
        tokens.issue(&shown, PRINT, &SystemRandom),
    );
    let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
    assert!(same < CHARACTERS / 4, "{same} characters are the same");
}

#[test]
fn an_older_secret_checks_and_does_not_issue() {
    let (old, both, new) = (tokens(&["ab"]), tokens(&["cd", "ab"]), tokens(&["cd"]));
    let shown = transaction(1_000);
    let token = old.issue(&shown, PRINT, &SystemRandom);
    assert_eq!(both.check(&shown, PRINT, &token), StepCheck::Valid);
    assert_eq!(new.check(&shown, PRINT, &token), StepCheck::Foreign);
    let token = both.issue(&shown, PRINT, &SystemRandom);
    assert_eq!(new.check(&shown, PRINT, &token), StepCheck::Valid);
}
