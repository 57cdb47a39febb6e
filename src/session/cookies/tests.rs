use proptest::prelude::*;

use super::*;

type Lines = &'static [&'static [u8]];

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

fn left(headers: &HeaderMap) -> Vec<&[u8]> {
    headers
        .get_all(COOKIE)
        .iter()
        .map(HeaderValue::as_bytes)
        .collect()
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

#[test]
fn our_cookies_do_not_reach_the_upstream_and_others_survive_byte_for_byte() {
    let table: [(Lines, Lines); 14] = [
        (&[b"a=1; __Host-interlock=x; b=2"], &[b"a=1; b=2"]),
        (&[b"__Host-interlock=x; a=1"], &[b"a=1"]),
        (&[b"a=1; __Host-interlock=x"], &[b"a=1"]),
        (&[b"__Host-interlock=x"], &[]),
        (&[b"a=1;__Host-interlock-tx=x;b=2"], &[b"a=1;b=2"]),
        (
            &[b"__Host-interlock.1=2.x; __Host-interlock.2=y; a=1"],
            &[b"a=1"],
        ),
        (&[b"__Host-interlock.77=y;  a=1 ;;b"], &[b"a=1 ;;b"]),
        (&[b"a=1", b"__Host-interlock=x", b"b=2"], &[b"a=1", b"b=2"]),
        (&[b"a=\"q; __Host-interlock=x; r\""], &[b"a=\"q; r\""]),
        (&[b" \t __Host-interlock \t=x; a==;; "], &[b"a==;; "]),
        (&[b"a=1; __Host-interlock; b=2"], &[b"a=1; b=2"]),
        (&[b";;; __Host-interlock=x ;;; "], &[b";;;;; "]),
        (
            &[b"a=\xff\xfe;  interlock=mine; __Host-interlockx=1; __host-interlock=1;"],
            &[b"a=\xff\xfe;  interlock=mine; __Host-interlockx=1; __host-interlock=1;"],
        ),
        (&[b";;; ", b" "], &[b";;; ", b" "]),
    ];
    for (sent, expected) in table {
        let mut headers = lines(sent);
        strip_own(&secure(), &mut headers);
        assert_eq!(left(&headers), expected, "{sent:?}");
    }
}

#[test]
fn an_upstream_cannot_set_our_cookies() {
    let names = secure();
    for ours in [
        "__Host-interlock=x; Path=/; Secure",
        "__Host-interlock-tx=; Max-Age=0",
        "__Host-interlock.1=x",
        "__Host-interlock.2",
        "  __Host-interlock  = x",
        "\t__Host-interlock=x",
        "=__Host-interlock=x",
        " = = __Host-interlock=x",
        "__Host-interlock",
    ] {
        assert!(
            names.owns_set_cookie(&HeaderValue::from_static(ours)),
            "{ours}"
        );
    }
    for other in [
        "interlock=x",
        "__Host-interlockx=1",
        "__Host-interlock-txt=1",
        "a=__Host-interlock=x",
        "a=1; __Host-interlock=x",
        "",
        "=",
        ";",
    ] {
        assert!(
            !names.owns_set_cookie(&HeaderValue::from_static(other)),
            "{other}"
        );
    }
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
        let mut headers = lines(&sent);
        let names = secure();
        drop(crate::session::candidates(&headers, names.session()));
        drop(crate::session::clear(&names, names.session(), &headers));
        let foreign = |headers: &HeaderMap| -> Vec<Vec<u8>> {
            headers
                .get_all(COOKIE)
                .iter()
                .flat_map(|line| crumbs(line.as_bytes()))
                .filter(|crumb| !names.owns(name_of(crumb)) && !trimmed(crumb).is_empty())
                .map(|crumb| trimmed(crumb).to_vec())
                .collect()
        };
        let before = foreign(&headers);
        strip_own(&names, &mut headers);
        prop_assert_eq!(before, foreign(&headers));
        let ours = headers
            .get_all(COOKIE)
            .iter()
            .flat_map(|line| crumbs(line.as_bytes()))
            .any(|crumb| names.owns(name_of(crumb)));
        prop_assert!(!ours);
        for line in sent {
            names.owns_set_cookie(&HeaderValue::from_bytes(line).unwrap());
        }
    }
}
