//! A logout token that is taken was signed by the issuer's key, for us, is alive and no other kind of token; and it is good
//! once.

use std::sync::{Arc, LazyLock};

use interlock::login::backchannel::{BackChannel, NotEnded};

use super::{
    issuer::{CLIENT, Issuer},
    keeper::{KEEPER, RUNTIME, clock},
    signed::{judge, tried},
};

static CHANNEL: LazyLock<BackChannel> = LazyLock::new(|| {
    let verifier = Arc::clone(&Issuer::at_hand().verifier);
    BackChannel::new(verifier, KEEPER.sessions.clone(), clock())
});

pub(crate) fn run(input: &[u8]) {
    let issuer = Issuer::at_hand();
    let Some(tried) = tried(input, &issuer.logout()) else {
        return;
    };
    let outcome = RUNTIME.block_on(issuer.verifier.logout_token(&tried.text.as_str().into()));
    let Ok(token) = outcome else {
        assert!(!tried.is_good, "a good token is refused: {outcome:?}");
        assert!(matches!(
            RUNTIME.block_on(CHANNEL.end(&tried.text)),
            Err(NotEnded::Token(_))
        ));
        return;
    };
    let claims = judge(
        &tried,
        CLIENT,
        &["jwt", "logout+jwt", "application/logout+jwt"],
    );
    assert!(!claims.contains_key("nonce"), "an ID token ends no session");
    assert!(claims.contains_key("iat"));
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert_eq!(claims["jti"], token.id.as_str());
    assert!(!token.id.is_empty());
    let named = |name: &str| {
        claims
            .get(name)
            .and_then(|value| value.as_str())
            .filter(|text| !text.is_empty())
    };
    assert_eq!(
        (named("sub"), named("sid")),
        (token.subject.as_deref(), token.sid.as_deref())
    );
    assert!(
        token.subject.is_some() || token.sid.is_some(),
        "it names nobody"
    );
    // Another run may have used the same name already; nobody uses it after this one.
    let first = RUNTIME.block_on(CHANNEL.end(&tried.text));
    assert!(matches!(first, Ok(()) | Err(NotEnded::Again)), "{first:?}");
    let second = RUNTIME.block_on(CHANNEL.end(&tried.text));
    assert!(matches!(second, Err(NotEnded::Again)), "{second:?}");
}
