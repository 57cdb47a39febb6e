use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, VARY},
};

use super::{UpstreamFault, outgoing::is_connection_field};

/// Refuses an answer whose end can be seen in two places (security S5).
pub(super) fn check_framing(headers: &HeaderMap) -> Result<(), UpstreamFault> {
    let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let (encoding, length) = (encodings.next(), lengths.next());
    let is_chunked =
        encoding.is_none_or(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    let is_number = length.is_none_or(is_number);
    let both = encoding.is_some() && length.is_some();
    if both || !is_chunked || !is_number || encodings.next().is_some() || lengths.next().is_some() {
        return Err(UpstreamFault::Framing);
    }
    Ok(())
}

/// Whether a `Content-Length` is digits and nothing else.
pub(super) fn is_number(length: &HeaderValue) -> bool {
    !length.is_empty() && length.as_bytes().iter().all(u8::is_ascii_digit)
}

/// Removes what belongs to the upstream's connection, with what its `Connection` names.
pub(super) fn strip_connection(headers: &mut HeaderMap) {
    let mut doomed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| is_connection_field(name))
        .cloned()
        .collect();
    if doomed.is_empty() {
        return;
    }
    for line in headers.get_all(CONNECTION) {
        let options = line.as_bytes().split(|byte| *byte == b',');
        let names = options.filter_map(|option| HeaderName::from_bytes(option.trim_ascii()).ok());
        doomed.extend(names.filter(|name| *name != CONTENT_LENGTH));
    }
    for name in doomed {
        headers.remove(name);
    }
}

/// What an app answers to a person is no shared cache's business, unless it said at least as much (security X5).
pub(super) fn keep_private(headers: &mut HeaderMap) {
    let mut fields = headers.get_all(CACHE_CONTROL).iter().peekable();
    if fields.peek().is_none() {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        return;
    }
    let mut kept = vec!["private"];
    for directive in fields.flat_map(|line| line.to_str().unwrap_or("no-store").split(',')) {
        let directive = directive.trim();
        let name = directive.split('=').next().unwrap_or_default();
        if name.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("private") {
            return;
        }
        let is_shared = ["public", "s-maxage", "proxy-revalidate"]
            .iter()
            .any(|shared| name.eq_ignore_ascii_case(shared));
        // `private="field"` allows sharing the rest.
        if !is_shared && !name.eq_ignore_ascii_case("private") && !directive.is_empty() {
            kept.push(directive);
        }
    }
    let joined = HeaderValue::try_from(kept.join(", "));
    headers.insert(
        CACHE_CONTROL,
        joined.unwrap_or_else(|_| HeaderValue::from_static("private")),
    );
}

/// The answer depends on who asks, also where nobody had to say so.
pub(super) fn vary_by_credential(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("Cookie, Authorization"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn an_answer_has_one_end() {
        for (fields, is_fine) in [
            (&[][..], true),
            (&[("content-length", "5")], true),
            (&[("transfer-encoding", "chunked")], true),
            (&[("transfer-encoding", "Chunked")], true),
            (&[("content-length", "5"), ("content-length", "5")], false),
            (&[("content-length", "5, 5")], false),
            (&[("content-length", "+5")], false),
            (&[("content-length", "")], false),
            (&[("transfer-encoding", "gzip, chunked")], false),
            (&[("transfer-encoding", "identity")], false),
            (
                &[
                    ("transfer-encoding", "chunked"),
                    ("transfer-encoding", "chunked"),
                ],
                false,
            ),
            (
                &[("transfer-encoding", "chunked"), ("content-length", "5")],
                false,
            ),
        ] {
            assert_eq!(
                check_framing(&headers(fields)).is_ok(),
                is_fine,
                "{fields:?}"
            );
        }
    }

    #[test]
    fn connection_fields_end_here() {
        let mut fields = headers(&[
            ("connection", "close, X-Internal"),
            ("x-internal", "1"),
            ("keep-alive", "timeout=5"),
            ("proxy-authenticate", "Basic"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("content-type", "text/plain"),
        ]);
        strip_connection(&mut fields);
        assert_eq!(fields, headers(&[("content-type", "text/plain")]));
    }

    #[test]
    fn answers_to_a_person_stay_private() {
        for (said, sent) in [
            (&[][..], "private"),
            (&["no-store"], "no-store"),
            (&["max-age=0, No-Store"], "max-age=0, No-Store"),
            (&["private, max-age=60"], "private, max-age=60"),
            (&["public, max-age=60"], "private, max-age=60"),
            (&["max-age=60, s-maxage=600"], "private, max-age=60"),
            (&["public", "max-age=60"], "private, max-age=60"),
            (&["private=\"x-a\", max-age=60"], "private, max-age=60"),
            (&["no-cache"], "private, no-cache"),
        ] {
            let fields: Vec<_> = said.iter().map(|line| ("cache-control", *line)).collect();
            let mut fields = headers(&fields);
            keep_private(&mut fields);
            let lines: Vec<_> = fields.get_all(CACHE_CONTROL).iter().collect();
            assert_eq!(lines, [sent], "{said:?}");
        }
    }
}
