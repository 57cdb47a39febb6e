use proptest::prelude::*;
use url::{Url, form_urlencoded};

use super::*;
use crate::login::visit::Pairs;

#[test]
fn places_on_this_origin_are_kept_byte_for_byte() {
    for value in [
        "/",
        "/reports",
        "/reports?year=2024",
        "/reports/?a=1&a=2&b[]=3&c=%2F%2Fx%5C%0d%0a%20",
        "/search?next=https://other.example/x//y",
        "/search?q=a+b%20c&d='\"<>",
        "/page#section",
        "/page?x=1#//y",
        "/?",
        "/my%20file.txt",
        "/a@b:c;d=e",
        "/a//b".trim_end_matches("//b"),
        "/.well-known/x",
        "/.interlocked",
        "/x/.interlock/y",
        "/...",
        "/%C3%BC",
        "/100%",
        "/%zz",
    ] {
        let kept = ReturnTo::parse(value);
        assert_eq!(kept.as_ref().map(ReturnTo::as_str), Some(value));
        assert_eq!(kept.unwrap().location(), value);
    }
}

#[test]
fn everything_else_becomes_the_root() {
    let long = format!("/{}", "x".repeat(MAX));
    for value in [
        // the advisories of security.md, as values decoded once
        "/\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "/\t/\t\\evil",
        "/./\\evil",
        "https://evilexample.com",
        "//evil",
        "///evil",
        "https://evil",
        "//evil/..",
        "//evil/%2e%2e",
        "https://portal.example.com.evil.tld/",
        "evil-example.com",
        "fooaexample.com",
        "blah.com.my.custom.domain",
        // their cousins
        "",
        " ",
        "evil",
        "?x",
        "#x",
        "\\",
        "\\\\evil",
        "\\/evil",
        " /evil",
        "\t/evil",
        "/ /evil",
        "/ evil",
        "/evil ",
        "/\n/evil",
        "/\r\nLocation: https://evil",
        "/x\r\nSet-Cookie: a=b",
        "/x\0",
        "/x\u{7f}",
        "/x\u{85}",
        "/x\u{2028}y",
        "/\u{ff0f}evil",
        "/ü",
        "/\u{fffd}",
        "/x\\..\\y",
        "/x?y=\\evil",
        "/x?y=a b",
        "/x?y=\r\nz",
        "/x//y",
        "/x//",
        "/.//evil",
        "/..//evil",
        "/x/..//evil",
        "/./evil",
        "/../evil",
        "/x/..",
        "/x/.",
        "/x/../.interlock/sign-out",
        "/%2e%2e/x",
        "/x/%2E%2e/.interlock/sign-out",
        "/.%2e/x",
        "/%2fevil",
        "/%2F%2Fevil",
        "/%5cevil",
        "/%5C%5Cevil",
        "/x%2f%2fevil",
        "/x%5cevil",
        "/%09evil",
        "/%0d%0aLocation:x",
        "/%00",
        "/%7f",
        "javascript:alert(1)",
        "/javascript:alert(1)//",
        "data:text/html,x",
        "http:/evil",
        "http:evil",
        "https:///evil",
        "@evil",
        "//user@evil",
        "//[::1]/",
        "//evil:443/",
        // our own pages
        "/.interlock",
        "/.interlock/",
        "/.interlock/sign-out",
        "/.interlock?x",
        "/.Interlock/sign-in",
        "/%2einterlock/sign-out",
        "/.interloc%6b/sign-out",
        "/.interlock%2fsign-out",
        &long,
    ] {
        assert_eq!(ReturnTo::parse(value), None, "{value:?}");
        assert_eq!(ReturnTo::or_root(Some(value)), ReturnTo::root());
        let sealed = serde_json::to_string(value).unwrap();
        assert!(
            serde_json::from_str::<ReturnTo>(&sealed).is_err(),
            "{value:?}"
        );
    }
    assert!(ReturnTo::parse(&long[..MAX]).is_some());
    assert_eq!(ReturnTo::or_root(None).as_str(), "/");
}

/// What a query with one `rd` comes to, as pages read it.
fn sent(query: &str) -> ReturnTo {
    ReturnTo::or_root(Pairs::parse(query.as_bytes()).one("rd").unwrap())
}

#[test]
fn a_query_is_decoded_once() {
    for (query, expected) in [
        ("", "/"),
        ("x=/y", "/"),
        ("rd=/a", "/a"),
        ("rd=%2Fa%3Fb%3Dc%26d", "/a?b=c&d"),
        ("rd=/a%2520b", "/a%20b"),
        ("rd=/a%252fb", "/a%2fb"),
        ("rd=/a%20b", "/"),
        ("rd=/a+b", "/"),
        ("rd=/%2Fevil", "/"),
        ("rd=/%09/evil.example", "/"),
        ("rd=%2f%5cevil", "/"),
        ("rd=/%252Fevil", "/"),
        ("rd=%ff%fe", "/"),
        ("rd[]=/a", "/"),
        ("RD=/a", "/"),
        ("rd", "/"),
        ("a=b&rd=/a&c=d", "/a"),
    ] {
        assert_eq!(sent(query).as_str(), expected, "{query:?}");
    }
}

#[test]
fn what_a_link_carries_comes_back() {
    let value = "/a%20b/c?d=e&f=%2F+g;h='\"<>&rd=//x#i";
    let parameter = ReturnTo::parse(value).unwrap().as_parameter();
    assert!(
        !parameter.contains(['&', '"', '\'', '<', '+', '#']),
        "{parameter}"
    );
    assert_eq!(sent(&parameter).as_str(), value);
}

/// Texts of the pieces that open redirects are made of.
fn odd_value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[/\\\\.@:?#%&=; \t\r\n]",
        "%2[fFeE]|%5[cC]|%0[9aAdD]|%00|%25",
        "(evil|https|javascript|\\.interlock|\\[::1\\])",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| format!("/{}", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_that_is_accepted_leaves_the_origin(value in odd_value()) {
        if let Some(kept) = ReturnTo::parse(&value) {
            let location = kept.location();
            prop_assert_eq!(location.as_bytes(), value.as_bytes());
            let base = Url::parse("https://app.example.com/.interlock/sign-in?rd=x").unwrap();
            let decoded = percent_decode_str(&value).decode_utf8_lossy().into_owned();
            for reading in [value.clone(), decoded.split(['?', '#']).next().unwrap().to_owned()] {
                let resolved = base.join(&reading).unwrap();
                prop_assert_eq!(resolved.origin(), base.origin(), "{}", reading);
                prop_assert!(!resolved.path().starts_with("/.interlock/"), "{}", reading);
            }
        }
        // And back through a link.
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("rd", &value).finish();
        prop_assert_eq!(sent(&query), ReturnTo::or_root(Some(&value)));
    }
}
