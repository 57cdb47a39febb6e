//! A token that was not issued for this transaction and this step is never taken for one that was.
//!
//! `r` and a text: that token. `e` and edits of three octets each (place, place, value): the good token, changed.

use std::sync::LazyLock;

use interlock::{
    login::step_token::{Bound, Shown, StepCheck, StepTokens},
    random::SeededRandom,
    session::KeyRing,
};

use super::signed::edited;

struct Issued {
    tokens: StepTokens,
    token: String,
}

const TO: Bound = Bound {
    id: *b"one transaction.",
    step: 7,
};
const FINGERPRINT: [u8; 8] = *b"the step";

static ISSUED: LazyLock<Issued> = LazyLock::new(|| {
    let random = SeededRandom::new(1);
    let tokens = StepTokens::new(&KeyRing::generate(&random).unwrap());
    let token = tokens.issue(TO, FINGERPRINT, &random);
    Issued { tokens, token }
});

pub(crate) fn run(input: &[u8]) {
    let Issued { tokens, token } = &*ISSUED;
    let Some((mode, rest)) = input.split_first() else {
        return;
    };
    let tried = match mode {
        b'r' => String::from_utf8_lossy(rest).into_owned(),
        b'e' => edited(token, rest),
        _ => return,
    };
    let issued = Shown {
        step: TO.step,
        fingerprint: FINGERPRINT,
    };
    // The mask may be changed together with what it masks; what the token says may not.
    let Some(shown) = tokens.read(TO, &tried) else {
        assert_ne!(&tried, token, "the good token is read");
        assert_eq!(tokens.check(TO, FINGERPRINT, &tried), StepCheck::Foreign);
        return;
    };
    assert_eq!(shown, issued);
    assert_eq!(tokens.check(TO, FINGERPRINT, &tried), StepCheck::Valid);
    let other = *b"another of them.";
    assert_eq!(
        tokens.check(TO, other[..8].try_into().unwrap(), &tried),
        StepCheck::Stale
    );
    assert_eq!(tokens.read(Bound { id: other, ..TO }, &tried), None);
}
