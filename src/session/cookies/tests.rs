use http::header::COOKIE;
use proptest::prelude::*;

use super::*;

fn names(public_url: &str) -> CookieNames {
    CookieNames::new(&public_url.parse().unwrap())
}

fn secure() -> CookieNames {
    names("https://app.example.com")
}

fn lines(lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
    }
    headers
}

#[test]
fn names_and_attributes_follow_the_public_address() {
    for (public_url, set, cleared) in [
        (
            "https://app.example.com",
            "__Host-interlock=v; Path=/; HttpOnly; SameSite=Lax; Secure",
            "__Host-interlock=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
        ),
        (
            "https://localhost:8443",
            "__Host-interlock=v; Path=/; HttpOnly; SameSite=Lax; Secure",
            "__Host-interlock=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0",
        ),
        (
            "http://127.0.0.1:8080",
            "interlock=v; Path=/; HttpOnly; SameSite=Lax",
            "interlock=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0",
        ),
    ] {
        let names = names(public_url);
        assert_eq!(names.set(names.session(), "v").unwrap(), set);
        assert_eq!(names.cleared(names.session()).unwrap(), cleared);
        assert!(names.set(names.session(), "v").unwrap().is_sensitive());
    }
    assert_eq!(secure().transaction(), "__Host-interlock-tx");
    assert_eq!(names("http://localhost").transaction(), "interlock-tx");
}

/// Pieces that cookies are made of, and bytes that they are not.
fn odd_line() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"__Host-interlock".to_vec()),
        Just(b"__Host-interlock-tx".to_vec()),
        Just(b".1".to_vec()),
        Just(b".99999999999999999999".to_vec()),
        Just(b"=".to_vec()),
        Just(b"; ".to_vec()),
        Just(b";".to_vec()),
        Just(b"5.".to_vec()),
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        proptest::collection::vec(
            any::<u8>().prop_filter("no control", |b| *b >= 32 && *b != 127),
            0..5
        ),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_cookie_field_is_too_odd(sent in proptest::collection::vec(odd_line(), 0..4)) {
        let sent: Vec<&[u8]> = sent.iter().map(Vec::as_slice).collect();
        let headers = lines(&sent);
        let names = secure();
        drop(crate::session::candidates(&headers, names.session()));
        drop(crate::session::clear(&names, names.session(), &headers));
    }
}
