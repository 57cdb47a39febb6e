//! Pages go out compressed where the browser takes that.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderValue, Response,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, VARY},
};

use super::page;
use crate::body::Body;

/// Whether the client takes gzip (RFC 9110 §12.5.3).
pub(super) fn is_accepted(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().any(|value| {
        value.to_str().is_ok_and(|text| {
            text.split(',').any(|coding| {
                let mut parts = coding.split(';').map(str::trim);
                parts.next() == Some("gzip")
                    && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0"))
            })
        })
    })
}

/// Compresses a page of ours; what is masked anew in each page (the step token) keeps its length from telling anything.
pub(super) fn compressed(response: Response<Body>) -> Response<Body> {
    if response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != page::TYPE)
    {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Some(small) = gzip(&body) else {
        return Response::from_parts(head, body);
    };
    head.headers
        .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers
        .append(VARY, HeaderValue::from_static("Accept-Encoding"));
    Response::from_parts(head, Body::full(small))
}

/// Only what is whole at hand, as our own answers are; what an app sends goes through as it is.
fn gzip(body: &Body) -> Option<Vec<u8>> {
    let Body::Full(bytes) = body else { return None };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .ok()
}
