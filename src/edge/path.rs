use std::borrow::Cow;

use http::uri::PathAndQuery;

use super::relaxed;

/// The path of a target that has exactly one reading (decision 20): the received bytes, which are what is forwarded, and
/// the form decoded once, which is what routes are matched against.
///
/// Proven at construction: begins with `/`; no dot segment, no empty segment, no backslash, no path parameter, no
/// fragment sign, no control character, in either form; no encoded slash; nothing left that would decode again; UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalPath {
    received: Received,
    decoded: Option<String>,
    relaxed: Option<PathFault>,
}

/// A request's path shares the memory of its head.
#[derive(Clone, Debug)]
enum Received {
    Target(PathAndQuery),
    Text(String),
}

/// The path counts, not what it came in: a query is none of it.
impl PartialEq for Received {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Received {}

impl Received {
    fn text(&self) -> &str {
        match self {
            Self::Target(target) => target.path(),
            Self::Text(text) => text,
        }
    }
}

/// Why a path could be read in more than one way. The text is safe to show to the client: it says which rule, and
/// repeats nothing that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// `\` or `%5C`.
    #[error("the path contains a backslash")]
    Backslash,
    /// A control character, NUL included, literal or encoded.
    #[error("the path contains a control character")]
    Control,
    /// `.` or `..` as a segment, literal or encoded.
    #[error("the path contains a dot segment")]
    DotSegment,
    /// A `%xx` is left after decoding once.
    #[error("the path is encoded twice")]
    DoubleEncoding,
    /// `//`.
    #[error("the path contains an empty segment")]
    EmptySegment,
    /// `%2F`.
    #[error("the path contains an encoded slash")]
    EncodedSlash,
    /// `#` or `%23`.
    #[error("the path contains a number sign")]
    Fragment,
    /// `%` without two hexadecimal digits.
    #[error("the path contains a malformed percent-encoding")]
    MalformedEncoding,
    /// It does not begin with `/` (`*`, an authority, nothing at all).
    #[error("the request target is not a path")]
    NotAbsolute,
    /// Not UTF-8 once decoded.
    #[error("the path is not UTF-8")]
    NotUtf8,
    /// `;` or `%3B`.
    #[error("the path contains a semicolon")]
    Parameter,
    /// A literal `?`: that is where the path ends.
    #[error("the path contains a question mark")]
    Query,
    /// Longer than 16 KiB, whatever the target's own limit says.
    #[error("the path is too long")]
    TooLong,
}

impl CanonicalPath {
    /// Proves a path as it stood in the request line, without its query.
    ///
    /// # Errors
    /// The first [`PathFault`] met; nothing is ever repaired.
    pub fn parse(received: &str) -> Result<Self, PathFault> {
        Self::parse_relaxed(received, &[])
    }

    /// As [`CanonicalPath::parse`]; or below one of the `prefixes` of routes with `path_syntax = "relaxed"` as it came,
    /// where every reading stays there: routes see that prefix alone, the app the bytes. A path that is too long is so
    /// everywhere.
    ///
    /// # Errors
    /// The first [`PathFault`] met.
    pub fn parse_relaxed(received: &str, prefixes: &[String]) -> Result<Self, PathFault> {
        Self::prove(Received::Text(received.to_owned()), prefixes)
    }

    /// As [`CanonicalPath::parse_relaxed`], of a request's target.
    ///
    /// # Errors
    /// The first [`PathFault`] met.
    pub fn of(target: &PathAndQuery, prefixes: &[String]) -> Result<Self, PathFault> {
        Self::prove(Received::Target(target.clone()), prefixes)
    }

    fn prove(received: Received, prefixes: &[String]) -> Result<Self, PathFault> {
        let text = received.text();
        let (decoded, relaxed) = match prove(text) {
            Ok(decoded) => (decoded, None),
            Err(PathFault::TooLong) => return Err(PathFault::TooLong),
            Err(fault) => {
                let mut prefixes = prefixes.iter();
                let below = prefixes.find(|prefix| relaxed::stays_below(prefix, text));
                (Some(format!("{}/", below.ok_or(fault)?)), Some(fault))
            }
        };
        Ok(Self {
            received,
            decoded,
            relaxed,
        })
    }

    /// Why the path is good for relaxed routes alone; none for one that every route takes.
    pub fn relaxed(&self) -> Option<PathFault> {
        self.relaxed
    }

    /// The bytes of the request line.
    pub fn received(&self) -> &str {
        self.received.text()
    }

    /// Decoded once: what a route's path is compared with.
    pub fn decoded(&self) -> &str {
        self.decoded.as_deref().unwrap_or_else(|| self.received())
    }
}

/// The decoded form, where it is another than the received one.
fn prove(received: &str) -> Result<Option<String>, PathFault> {
    if received.len() > LONGEST {
        return Err(PathFault::TooLong);
    }
    if !received.starts_with('/') {
        return Err(PathFault::NotAbsolute);
    }
    match decode_once(received)? {
        Cow::Borrowed(plain) => inspect(plain).map(|()| None),
        Cow::Owned(decoded) => inspect(&decoded).map(|()| Some(decoded)),
    }
}

/// Decodes every `%xx` once. What may not be encoded at all is refused here, because the decoded text no longer shows
/// how it was written.
fn decode_once(received: &str) -> Result<Cow<'_, str>, PathFault> {
    if received.contains('?') {
        return Err(PathFault::Query);
    }
    if !received.contains('%') {
        return Ok(Cow::Borrowed(received));
    }
    let mut decoded = Vec::with_capacity(received.len());
    let mut rest = received.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let high = rest.next().and_then(hex);
        let low = rest.next().and_then(hex);
        let (Some(high), Some(low)) = (high, low) else {
            return Err(PathFault::MalformedEncoding);
        };
        match high << 4 | low {
            b'/' => return Err(PathFault::EncodedSlash),
            byte => decoded.push(byte),
        }
    }
    let decoded = String::from_utf8(decoded).map_err(|_| PathFault::NotUtf8)?;
    Ok(Cow::Owned(decoded))
}

/// One walk over the decoded form.
fn inspect(path: &str) -> Result<(), PathFault> {
    let bytes = path.as_bytes();
    // How long the segment is so far, and whether it is nothing but dots.
    let (mut length, mut dots) = (1_usize, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'/' => {
                end_of_segment(length, dots)?;
                if length == 0 {
                    return Err(PathFault::EmptySegment);
                }
                (length, dots) = (0, true);
                continue;
            }
            b'\\' => return Err(PathFault::Backslash),
            b';' => return Err(PathFault::Parameter),
            b'#' => return Err(PathFault::Fragment),
            0..=0x1f | 0x7f => return Err(PathFault::Control),
            b'%' if is_encoding(bytes, at) => return Err(PathFault::DoubleEncoding),
            _ => {}
        }
        length += 1;
        dots &= *byte == b'.';
    }
    end_of_segment(length, dots)?;
    if !path.is_ascii() && path.chars().any(char::is_control) {
        return Err(PathFault::Control);
    }
    Ok(())
}

fn end_of_segment(length: usize, dots: bool) -> Result<(), PathFault> {
    if dots && (length == 1 || length == 2) {
        return Err(PathFault::DotSegment);
    }
    Ok(())
}

fn is_encoding(bytes: &[u8], at: usize) -> bool {
    let digit = |offset| bytes.get(at + offset).copied().and_then(hex).is_some();
    digit(1) && digit(2)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// No app reads longer ones, and matching stays quick.
const LONGEST: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_is_the_same_with_and_without_a_query() {
        let target: PathAndQuery = "/a%20b?c".parse().unwrap();
        assert_eq!(
            CanonicalPath::of(&target, &[]),
            CanonicalPath::parse("/a%20b")
        );
    }

    #[test]
    fn what_has_one_reading_passes_and_is_decoded_once() {
        for (received, decoded) in [
            ("/", "/"),
            ("/a/b/", "/a/b/"),
            ("/a%20b", "/a b"),
            ("/%61dmin", "/admin"),
            ("/caf%C3%A9", "/café"),
            ("/café", "/café"),
            ("/100%25", "/100%"),
            ("/100%25/x", "/100%/x"),
            ("/.well-known/x", "/.well-known/x"),
            ("/...", "/..."),
            ("/..a/a../.b", "/..a/a../.b"),
            ("/what%3F", "/what?"),
            ("/a@b:c,d=e&f+g!$'()*~", "/a@b:c,d=e&f+g!$'()*~"),
        ] {
            let path = CanonicalPath::parse(received).unwrap();
            assert_eq!((path.received(), path.decoded()), (received, decoded));
        }
    }

    #[test]
    fn relaxed_prefixes_take_odd_paths_but_no_longer_ones() {
        let relaxed = ["/files".to_owned()];
        let read = |path: &str| CanonicalPath::parse_relaxed(path, &relaxed);
        assert_eq!(
            read("/files/a//b").unwrap().relaxed(),
            Some(PathFault::EmptySegment)
        );
        assert_eq!(read("/files/a").unwrap().relaxed(), None);
        assert_eq!(read("/other//b"), Err(PathFault::EmptySegment));
        let long = format!("/files/{}", "a".repeat(LONGEST));
        assert_eq!(read(&long), Err(PathFault::TooLong));
    }

    #[test]
    fn what_could_be_read_two_ways_is_refused() {
        for (received, fault) in [
            ("", PathFault::NotAbsolute),
            ("*", PathFault::NotAbsolute),
            ("a/b", PathFault::NotAbsolute),
            ("//", PathFault::EmptySegment),
            ("//admin", PathFault::EmptySegment),
            ("/a//b", PathFault::EmptySegment),
            ("/a//", PathFault::EmptySegment),
            ("/.", PathFault::DotSegment),
            ("/..", PathFault::DotSegment),
            ("/public/../admin", PathFault::DotSegment),
            ("/a/./b", PathFault::DotSegment),
            ("/a/.", PathFault::DotSegment),
            ("/a/../", PathFault::DotSegment),
            ("/user/%2e%2e/admin", PathFault::DotSegment),
            ("/user/.%2E/admin", PathFault::DotSegment),
            ("/public\\..\\admin", PathFault::Backslash),
            ("/public%5c..%5cadmin", PathFault::Backslash),
            ("/public%2f..%2fadmin", PathFault::EncodedSlash),
            ("/a%2Fb", PathFault::EncodedSlash),
            ("/a;b", PathFault::Parameter),
            ("/a/..;/b", PathFault::Parameter),
            ("/a%3bb", PathFault::Parameter),
            ("/a%23/b", PathFault::Fragment),
            ("/a#b", PathFault::Fragment),
            ("/a%00", PathFault::Control),
            ("/a%0d%0ab", PathFault::Control),
            ("/a%7f", PathFault::Control),
            ("/a%C2%85", PathFault::Control),
            ("/%2561dmin", PathFault::DoubleEncoding),
            ("/%252e%252e/", PathFault::DoubleEncoding),
            ("/%25%32%65", PathFault::DoubleEncoding),
            ("/a%", PathFault::MalformedEncoding),
            ("/a%4", PathFault::MalformedEncoding),
            ("/a%zz", PathFault::MalformedEncoding),
            ("/a%u002e", PathFault::MalformedEncoding),
            ("/a%ff", PathFault::NotUtf8),
            ("/a%c0%af", PathFault::NotUtf8),
            ("/a?b", PathFault::Query),
        ] {
            assert_eq!(CanonicalPath::parse(received), Err(fault), "{received}");
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        assert_eq!(CanonicalPath::parse(&long), Err(PathFault::TooLong));
    }

    /// The ways in which some server somewhere reads a target (security section 5).
    fn readings(target: &str) -> Vec<String> {
        let once = percent_encoding::percent_decode_str(target)
            .decode_utf8_lossy()
            .into_owned();
        let mut readings = vec![target.to_owned(), once];
        for change in [
            |s: &str| s.split('#').next().unwrap_or_default().to_owned(),
            |s: &str| s.split('\0').next().unwrap_or_default().to_owned(),
            |s: &str| s.replace('\\', "/"),
            |s: &str| {
                let bare = |part: &str| part.split(';').next().unwrap_or_default().to_owned();
                s.split('/').map(bare).collect::<Vec<_>>().join("/")
            },
            |s: &str| {
                let mut merged = s.to_owned();
                while merged.contains("//") {
                    merged = merged.replace("//", "/");
                }
                merged
            },
            |s: &str| {
                percent_encoding::percent_decode_str(s)
                    .decode_utf8_lossy()
                    .into_owned()
            },
        ] {
            let more: Vec<_> = readings.iter().map(|reading| change(reading)).collect();
            readings.extend(more);
        }
        let resolved: Vec<_> = readings.iter().map(|reading| resolve(reading)).collect();
        readings.extend(resolved);
        readings
    }

    fn resolve(path: &str) -> String {
        let mut stack = Vec::new();
        for part in path.split('/').skip(1) {
            match part {
                "." => {}
                ".." => {
                    stack.pop();
                }
                part => stack.push(part),
            }
        }
        format!("/{}", stack.join("/"))
    }

    fn within(path: &str, prefix: &str) -> bool {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn no_reading_leaves_the_prefix_that_was_authorised(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "/", "public", "admin", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", ";", "%3b", "#", "%23",
                    "%00", "%25", "%252e", "%2525", "a", "B", "é", "%C3%A9", "%ff", "%", "?", "%3F", " ", "%20", "~",
                ]),
                0..12,
            ),
        ) {
            let target = format!("/public{}", parts.concat());
            if let Ok(path) = CanonicalPath::parse(&target)
                && within(path.decoded(), "/public")
            {
                for reading in readings(&target) {
                    prop_assert!(within(&reading, "/public"), "{target} reads as {reading}");
                }
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = CanonicalPath::parse(&text);
            let _ = CanonicalPath::parse(&format!("/{text}"));
        }
    }
}
