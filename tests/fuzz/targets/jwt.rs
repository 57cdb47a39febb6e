//! An access token that is taken was signed by the issuer's key, for us, and is alive; and it is no other kind of token.

use interlock::token::IdTokenExpectation;

use super::{
    issuer::{AUDIENCE, Issuer},
    keeper::RUNTIME,
    signed::{judge, tried},
};

pub(crate) fn run(input: &[u8]) {
    let issuer = Issuer::at_hand();
    let Some(tried) = tried(input, &issuer.access()) else {
        return;
    };
    let verifier = &issuer.verifier;
    let outcome = RUNTIME.block_on(verifier.access_token(&tried.text));
    let Ok(token) = outcome else {
        assert!(!tried.is_good, "a good token is refused: {outcome:?}");
        return;
    };
    let claims = judge(&tried, AUDIENCE, &["jwt", "at+jwt", "application/at+jwt"]);
    assert_eq!(claims, *token.claims.values());
    assert_eq!(claims["sub"], token.subject());
    assert!(!token.subject().is_empty());
    for other in ["nonce", "events", "at_hash", "cnf"] {
        assert!(
            !claims.contains_key(other),
            "{other} makes it another kind of token"
        );
    }
    let secret = tried.text.as_str().into();
    let expected = IdTokenExpectation {
        nonce: None,
        access_token: None,
        max_age: None,
    };
    assert!(
        RUNTIME
            .block_on(verifier.id_token(&secret, &expected))
            .is_err(),
        "it is an ID token too"
    );
    assert!(
        RUNTIME.block_on(verifier.logout_token(&secret)).is_err(),
        "it is a logout token too"
    );
    // Remembered or not, it is judged the same.
    assert!(RUNTIME.block_on(verifier.access_token(&tried.text)).is_ok());
}
