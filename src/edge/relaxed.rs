//! Paths that apps read in their own ways, for routes with `path_syntax = "relaxed"`: parameters, empty segments, encoded
//! slashes and backslashes pass, as long as no reading leaves the route.

use percent_encoding::percent_decode_str;

/// Whether every reading of a path stays below a prefix: as it stands and decoded again and again, with `/` and `\` as
/// borders, empty segments kept or dropped, parameters kept or cut. The prefix itself must be written plainly.
pub(super) fn stays_below(prefix: &str, received: &str) -> bool {
    let is_below = received
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.starts_with('/'));
    is_below
        && is_encoded_well(received)
        && readings(received).is_some_and(|all| all.iter().all(|text| is_harmless(text)))
}

/// The path decoded until nothing is left to decode; none where it is no UTF-8, or encoded too often.
fn readings(received: &str) -> Option<Vec<String>> {
    let mut all = vec![received.to_owned()];
    for _ in 0..MOST_DECODINGS {
        let last = all.last()?;
        let next = percent_decode_str(last).decode_utf8().ok()?.into_owned();
        if next == *last {
            return Some(all);
        }
        all.push(next);
    }
    None
}

/// No step up, nothing that ends a path or a line, and not our own pages.
fn is_harmless(path: &str) -> bool {
    let segments = || path.split(['/', '\\']);
    let bare = |segment: &str| {
        segment
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let climbs = segments().any(|segment| matches!(bare(segment).as_str(), "." | ".."));
    let first = segments().find(|segment| !bare(segment).is_empty());
    let is_ours = first.is_some_and(|segment| bare(segment).eq_ignore_ascii_case(".interlock"));
    !climbs && !is_ours && !path.chars().any(|c| c.is_control() || c == '#')
}

/// Every `%` stands before two hexadecimal digits, in the bytes that were sent.
fn is_encoded_well(received: &str) -> bool {
    received.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes();
        let mut is_digit = || digits.next().is_some_and(|digit| digit.is_ascii_hexdigit());
        is_digit() && is_digit()
    })
}

const MOST_DECODINGS: usize = 4;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn odd_paths_stay_where_they_are() {
        for path in [
            "/files/a;v=1/b",
            "/files//a//b",
            "/files/a%2Fb",
            "/files/a%2fb%3Bc",
            "/files/a%5Cb",
            "/files/100%2525",
            "/files/;x",
            "/files/...",
            "/files/a..b/.c",
            "/files/caf%C3%A9//",
        ] {
            assert!(stays_below("/files", path), "{path}");
            assert!(stays_below("", path), "{path}");
        }
    }

    #[test]
    fn nothing_climbs_or_ends_early() {
        for path in [
            "/files",
            "/filesx//",
            "/Files//a",
            "//files/a",
            "/%66iles//a",
            "/files/../x",
            "/files/%2e%2e/x",
            "/files/%252e%252e/x",
            "/files/..;/x",
            "/files/..;a=b/x",
            "/files/.%2e%2fx",
            "/files/a%2f..%2f..%2fx",
            "/files/..%5cx",
            "/files/..\\x",
            "/files/.;x",
            "/files/%20..%20/x",
            "/files/a%00",
            "/files/a%0d%0a",
            "/files/a%2500",
            "/files/a%23b",
            "/files/%",
            "/files/%zz",
            "/files/%ff",
            "/files/%2525252525252e",
        ] {
            assert!(!stays_below("/files", path), "{path}");
        }
        for path in [
            "/.interlock//x",
            "//.interlock/x",
            "/%2einterlock//x",
            "/.INTERLOCK;x/y",
            "/%2F.interlock/x",
        ] {
            assert!(!stays_below("", path), "{path}");
        }
    }

    /// What an app may make of a path: segments resolved, wherever it sees borders and parameters.
    fn resolved(path: &str, borders: &[char], cuts: bool) -> Vec<String> {
        let mut stack = Vec::new();
        for segment in path.split(|c| borders.contains(&c)) {
            let segment = if cuts {
                segment.split(';').next().unwrap()
            } else {
                segment
            };
            match segment {
                "" | "." => {}
                ".." => drop(stack.pop()),
                other => stack.push(other.to_owned()),
            }
        }
        stack
    }

    proptest! {
        #[test]
        fn no_reading_leaves_the_prefix(rest in "(/|\\\\|%2f|%2F|%5c|%252f|;|\\.|%2e|%252e|a|b|%3b|files){0,12}") {
            let path = format!("/files/{rest}");
            prop_assume!(stays_below("/files", &path));
            let mut text = path;
            for _ in 0..6 {
                for borders in [&['/'][..], &['/', '\\']] {
                    for cuts in [false, true] {
                        let read = resolved(&text, borders, cuts);
                        prop_assert_eq!(read.first().map(String::as_str), Some("files"), "{}", text);
                    }
                }
                text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
            }
        }
    }
}
