//! Where a person is sent back to lies on this origin, for a browser's parser of URLs.

use interlock::login::{return_to::ReturnTo, visit::Pairs};
use url::Url;

const HERE: &str = "https://app.example.com";

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Some(place) = ReturnTo::parse(text) else {
        assert_eq!(ReturnTo::or_root(Some(text)), ReturnTo::root());
        assert!(!is_plain(text), "{text:?} is a place here and is refused");
        return;
    };
    assert_eq!(place.as_str(), text, "kept byte for byte");
    assert_eq!(place.location(), text, "as a Location too");
    for base in ["/", "/.interlock/sign-in?rd=/x", "/deep/er/"] {
        let base = Url::parse(&format!("{HERE}{base}")).unwrap();
        let once = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        for reading in [text, &once, &text.to_ascii_lowercase()] {
            // What was decoded a second time is no longer kept in form, but must not lead away either.
            let target = base.join(reading).unwrap();
            assert_eq!(
                target.origin().ascii_serialization(),
                HERE,
                "{text:?} leads to {target}"
            );
            let first = target
                .path_segments()
                .and_then(|mut segments| segments.next());
            assert!(
                !first.is_some_and(|first| first.eq_ignore_ascii_case(".interlock")),
                "{text:?} leads to {target}"
            );
        }
    }
    let posted = Pairs::parse(place.as_parameter().as_bytes());
    assert_eq!(posted.one("rd"), Ok(Some(text)), "it survives a form");
    let sealed = serde_json::to_string(&place).unwrap();
    assert_eq!(
        serde_json::from_str::<ReturnTo>(&sealed).unwrap(),
        place,
        "it survives a seal"
    );
}

/// Simple enough that refusing it would be a mistake.
fn is_plain(text: &str) -> bool {
    text.starts_with('/')
        && text.len() <= 256
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'/')
        && !text.contains("//")
}
