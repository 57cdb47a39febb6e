//! A request path that is taken has one reading, however a server behind us reads it.

use interlock::edge::CanonicalPath;

pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(path) = CanonicalPath::parse(text) else {
        assert!(!is_plain(text), "{text:?} has one reading and is refused");
        return;
    };
    assert_eq!(path.received(), text, "what was received is kept");
    assert_eq!(path.decoded(), decoded(text), "it is decoded once");
    let again = CanonicalPath::parse(path.received());
    assert_eq!(again.as_ref(), Ok(&path), "the same again");
    let known = [path.received(), path.decoded()];
    for first in readings(text) {
        for reading in readings(&first) {
            assert!(
                known.contains(&reading.as_str()),
                "{text:?}, authorised as {:?}, also reads as {reading:?}",
                path.decoded()
            );
        }
    }
}

/// Segments of unreserved characters, none of them dots alone: nobody reads them in two ways.
fn is_plain(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.starts_with('/')
        && text.len() < 8 * 1024
        && text.bytes().all(unreserved)
        && !text.contains("//")
        && text
            .split('/')
            .all(|segment| segment != "." && segment != "..")
}

/// The ways in which some server somewhere reads a path.
fn readings(path: &str) -> Vec<String> {
    vec![
        path.to_owned(),
        decoded(path),
        cut(path, '#'),
        cut(path, '\0'),
        cut(path, '?'),
        path.replace('\\', "/"),
        merged(path),
        without_parameters(path),
        resolved(path),
        path.trim_end_matches(['\t', '\r', '\n']).to_owned(),
    ]
    .into_iter()
    .enumerate()
    // A question mark that was encoded is part of a name: whoever decodes the path never looks for a query behind it.
    .filter(|(number, _)| *number != 4 || !decoded(path).contains('?'))
    .map(|(_, reading)| reading)
    .collect()
}

fn decoded(path: &str) -> String {
    percent_encoding::percent_decode_str(path)
        .decode_utf8_lossy()
        .into_owned()
}

fn cut(path: &str, at: char) -> String {
    path.split(at).next().unwrap_or_default().to_owned()
}

fn merged(path: &str) -> String {
    let mut merged = path.to_owned();
    while merged.contains("//") {
        merged = merged.replace("//", "/");
    }
    merged
}

fn without_parameters(path: &str) -> String {
    let bare = |segment: &str| cut(segment, ';');
    path.split('/').map(bare).collect::<Vec<_>>().join("/")
}

/// Dot segments removed (RFC 3986 §5.2.4).
fn resolved(path: &str) -> String {
    let (mut stack, mut ends_in_dots) = (Vec::new(), false);
    for segment in path.split('/').skip(1) {
        ends_in_dots = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => drop(stack.pop()),
            segment => stack.push(segment),
        }
    }
    if ends_in_dots {
        stack.push("");
    }
    format!("/{}", stack.join("/"))
}
