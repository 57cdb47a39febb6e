use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const NAME: &str = "interlock";

fn names() -> CookieNames {
    CookieNames::new(&"http://localhost:8080".parse().unwrap())
}

fn request(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
    }
    headers
}

/// What a browser sends after it got these.
fn sent_back(set: &SetCookies) -> Vec<String> {
    set.iter()
        .map(|value| value.to_str().unwrap())
        .filter(|value| !value.contains("Max-Age=0"))
        .map(|value| value.split(';').next().unwrap().to_owned())
        .collect()
}

fn cleared(set: &SetCookies) -> Vec<String> {
    set.iter()
        .map(|value| value.to_str().unwrap())
        .filter(|value| value.contains("Max-Age=0"))
        .map(|value| value.split('=').next().unwrap().to_owned())
        .collect()
}

fn found(lines: &[&str]) -> Result<Vec<String>, TooMany> {
    let headers = request(lines);
    let found = candidates(&headers, NAME)?;
    Ok(found
        .into_iter()
        .map(|value| String::from_utf8(value.into_owned()).unwrap())
        .collect())
}

#[test]
fn a_cookie_is_found_on_every_line_and_between_others() {
    for lines in [
        &["interlock=v"][..],
        &["a=1; interlock=v; b=2"],
        &["a=1", "b=2", "interlock=v"],
        &["a=1;interlock=v"],
        &["interlock = v "],
        &["interlock=v", "interlock=v; interlock=v"],
    ] {
        assert_eq!(found(lines), Ok(vec!["v".to_owned()]), "{lines:?}");
    }
    for lines in [
        &["interlock-tx=v"][..],
        &["Interlock=v"],
        &["interlockx=v"],
        &["interlock"],
        &["interlock="],
        &["x=interlock=v"],
        &[],
    ] {
        assert_eq!(found(lines), Ok(vec![]), "{lines:?}");
    }
}

#[test]
fn duplicates_are_all_candidates_up_to_a_bound() {
    assert_eq!(
        found(&["interlock=a; interlock=b", "interlock=c"]).unwrap(),
        ["a", "b", "c"]
    );
    assert_eq!(
        found(&["interlock=a; interlock=b; interlock=c; interlock=d; interlock=e"]),
        Err(TooMany)
    );
}

#[test]
fn a_long_value_goes_in_parts_and_comes_back_whole() {
    for length in [
        PART - 1,
        PART,
        PART + 1,
        2 * PART,
        2 * PART + 1,
        MAX_SEALED_SESSION,
    ] {
        let sealed: String = ('a'..='z').cycle().take(length).collect();
        let set = set_in_parts(&names(), NAME, &sealed, &HeaderMap::new());
        assert_eq!(set.iter().count(), length.div_ceil(PART), "{length}");
        assert!(set.iter().all(|value| value.len() <= 4096), "{length}");
        let mut crumbs = sent_back(&set);
        for _ in 0..crumbs.len() {
            crumbs.rotate_left(1);
            assert_eq!(
                found(&[&crumbs.join("; ")]),
                Ok(vec![sealed.clone()]),
                "{length}"
            );
            let lines: Vec<&str> = crumbs.iter().map(String::as_str).collect();
            assert_eq!(found(&lines), Ok(vec![sealed.clone()]), "{length}");
        }
    }
}

#[test]
fn parts_must_be_complete_and_their_count_is_bounded_before_use() {
    let ab = Ok(vec!["ab".to_owned()]);
    assert_eq!(found(&["interlock.1=2.a; interlock.2=b"]), ab);
    assert_eq!(
        found(&["interlock.1=2.a; interlock.2=b; interlock.3=old"]),
        ab
    );
    for line in [
        "interlock.1=3.a; interlock.2=b",
        "interlock.2=b; interlock.3=c",
        "interlock.1=1.a",
        "interlock.1=0.a; interlock.2=b",
        "interlock.1=9.a; interlock.2=b",
        "interlock.1=99999999.a; interlock.2=b",
        "interlock.1=-1.a; interlock.2=b",
        "interlock.1=a; interlock.2=b",
        "interlock.1=2; interlock.2=b",
        "interlock.01=2.a; interlock.2=b",
        "interlock.1=2.a; interlock.02=b",
        "interlock.1=2.a; interlock.2",
    ] {
        assert_eq!(found(&[line]), Ok(vec![]), "{line}");
    }
}

#[test]
fn duplicate_parts_are_all_tried_up_to_a_bound() {
    assert_eq!(
        found(&["interlock.1=2.a; interlock.2=b; interlock.1=2.A; interlock.2=B"]).unwrap(),
        ["ab", "aB", "Ab", "AB"]
    );
    let many = "interlock.1=5.a; interlock.2=a; interlock.2=b; interlock.3=a; interlock.3=b; interlock.4=a; \
                interlock.4=b; interlock.5=a; interlock.5=b";
    assert_eq!(found(&[many]), Err(TooMany));
}

#[test]
fn what_is_left_of_an_earlier_form_is_cleared() {
    let long = "x".repeat(PART + 1);
    let short = set_in_parts(
        &names(),
        NAME,
        "v",
        &request(&["interlock.1=2.a; interlock.2=b; interlock=old; interlock-tx=t; interlock.7=c"]),
    );
    assert_eq!(sent_back(&short), ["interlock=v"]);
    assert_eq!(
        cleared(&short),
        ["interlock.1", "interlock.2", "interlock.7"]
    );
    let parts = set_in_parts(
        &names(),
        NAME,
        &long,
        &request(&["interlock=old; interlock.2=b; interlock.3=c"]),
    );
    assert_eq!(sent_back(&parts).len(), 2);
    assert_eq!(cleared(&parts), ["interlock", "interlock.3"]);
    let none = clear(&names(), NAME, &request(&["interlock-tx=t; a=1"]));
    assert!(none.is_empty());
    let all = clear(&names(), NAME, &request(&["interlock=", "interlock.1=2.a"]));
    assert_eq!(cleared(&all), ["interlock", "interlock.1"]);
}

#[test]
fn one_cookie_of_ours_is_found_at_once_and_nothing_else() {
    for (lines, value) in [
        (&["interlock=v"][..], Some("v")),
        (&["interlock= v "], Some("v")),
        (&["interlock=v=="], Some("v==")),
        (&["interlock=v;"], Some("v")),
        (&["a=b; interlock=v"], Some("v")),
        (&["a=b", "interlock=v", "c=d"], Some("v")),
        (&["interlock=v; interlock-tx=t"], Some("v")),
        (&["interlock=v; interlock=w"], None),
        (&["interlock=v", "interlock=w"], None),
        (&["interlock=v; interlock.1=2.a"], None),
        (&["interlock="], None),
        (&["interlock"], None),
        (&["interlocked=v"], None),
        (&["interlock-tx=v"], None),
        (&["interlock.1=v"], None),
        (&["a=interlock=v"], None),
        (&["=interlock=v"], None),
        (&[], None),
    ] {
        let request = request(lines);
        let found = only(&request, NAME);
        assert_eq!(found, value.map(str::as_bytes), "{lines:?}");
    }
}

proptest! {
    #[test]
    fn what_is_found_at_once_is_all_that_there_is(
        lines in prop::collection::vec("((interlock|a|)(=|;|; |=v|=w|\\.1=|-tx=| ){0,3}){0,4}", 0..3),
    ) {
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let request = request(&lines);
        let all: Vec<_> = own(&request, NAME).collect();
        if let Some(value) = alone(&request, NAME) {
            prop_assert_eq!(&all, &[(Slot::Whole, value)]);
        }
        match (only(&request, NAME), all.as_slice()) {
            (Some(found), [(Slot::Whole, value)]) => prop_assert_eq!(found, *value),
            (None, [(Slot::Whole, value)]) => prop_assert_eq!(*value, b""),
            (found, _) => prop_assert_eq!(found, None),
        }
    }
}
