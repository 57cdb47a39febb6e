//! Why the authorization server did not do what was asked, told by the shape of its answer (protocol reference 1.11).

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use serde::Deserialize;

use crate::outbound::OutboundError;

/// A call to one of the OAuth endpoints that failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OAuthError {
    /// Our key for client assertions can't be used.
    #[error("the client's private key can't sign: {0}")]
    ClientKey(String),
    /// The metadata names another issuer, or endpoints elsewhere.
    #[error("the metadata can't be trusted: {0}")]
    Metadata(String),
    /// An answer that is none.
    #[error("{endpoint} answered {status} with something that can't be read")]
    Malformed {
        /// Which endpoint.
        endpoint: &'static str,
        /// Its status.
        status: StatusCode,
    },
    /// Too many calls.
    #[error("the authorization server asks to slow down")]
    RateLimited {
        /// When it may be asked again.
        retry_after: Option<Duration>,
    },
    /// It said no, and why.
    #[error("{endpoint} answered {status} `{code}`: {description}")]
    Refused {
        /// Which endpoint.
        endpoint: &'static str,
        /// 400 or 401, mostly.
        status: StatusCode,
        /// The `error` of RFC 6749 §5.2 (or Okta's `errorCode`).
        code: String,
        /// For the log alone.
        description: String,
    },
    /// It could not be asked, or failed by its own fault.
    #[error("the authorization server is not available")]
    Unavailable(#[source] Unavailable),
}

/// Why nobody answered.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Unavailable {
    /// A status of 500 and above.
    #[error("{endpoint} answered {status} (x-okta-request-id: {request_id})")]
    Failed {
        /// Which endpoint.
        endpoint: &'static str,
        /// Its status.
        status: StatusCode,
        /// For Okta's support.
        request_id: String,
    },
    /// No answer.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
}

impl From<OutboundError> for OAuthError {
    fn from(error: OutboundError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl OAuthError {
    /// Whether something that was sent is no good, and not whoever sent it (RFC 6749 §5.2).
    pub fn is_invalid_request(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "invalid_request")
    }

    /// Whether the grant itself is no good: the code, or the refresh token, is spent (RFC 6749 §5.2).
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "invalid_grant")
    }

    /// Reads a failure from an answer whose status is none of 2xx.
    pub(crate) fn of(endpoint: &'static str, response: &Response<Bytes>) -> Self {
        let (status, headers) = (response.status(), response.headers());
        let body: Body = serde_json::from_slice(response.body()).unwrap_or_default();
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Self::RateLimited {
                retry_after: retry_after(headers),
            };
        }
        if status.is_server_error() {
            return Self::Unavailable(Unavailable::Failed {
                endpoint,
                status,
                request_id: request_id(headers),
            });
        }
        match (body.error, body.error_code) {
            (Some(code), _) => Self::Refused {
                endpoint,
                status,
                code: printable(&code),
                description: printable(&body.error_description.unwrap_or_default()),
            },
            (None, Some(code)) => Self::Refused {
                endpoint,
                status,
                code: printable(&code),
                description: printable(&body.error_summary.unwrap_or_default()),
            },
            (None, None) => Self::Malformed { endpoint, status },
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Body {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    #[serde(rename = "errorSummary")]
    error_summary: Option<String>,
}

/// Okta's id of a call.
pub(crate) fn request_id(headers: &HeaderMap) -> String {
    headers
        .get("x-okta-request-id")
        .and_then(|id| id.to_str().ok())
        .map_or_else(|| "-".to_owned(), printable)
}

/// When to ask again: until `X-Rate-Limit-Reset`, measured by the server's own `Date`, or `Retry-After`; at least a
/// second, at most five minutes (protocol reference 1.10).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let wait = number("retry-after").or_else(|| {
        let reset = number("x-rate-limit-reset")?;
        let date = httpdate::parse_http_date(headers.get(header::DATE)?.to_str().ok()?).ok()?;
        let now = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
        Some(reset.saturating_sub(now))
    })?;
    Some(Duration::from_secs(wait.clamp(1, 300)))
}

/// Text of the server for the log: one bounded line, in which nothing is left that could be a token which the server
/// repeats (invariant 5).
pub(crate) fn printable(text: &str) -> String {
    let line: String = text
        .chars()
        .take(300)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    line.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || "-._~+".contains(c)))
        .map(|word| {
            if word.len() > LONGEST_WORD {
                "[…] "
            } else {
                word
            }
        })
        .collect()
}

/// Longer than any word, client id or host name of an error; shorter than codes, handles and tokens.
const LONGEST_WORD: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &'static str,
    ) -> OAuthError {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        OAuthError::of("token", &response)
    }

    #[test]
    fn each_shape_is_recognised() {
        let refused = answer(
            400,
            &[],
            r#"{"error":"invalid_grant","error_description":"spent\r\nx"}"#,
        );
        assert!(refused.is_invalid_grant());
        assert_eq!(
            refused.to_string(),
            "token answered 400 Bad Request `invalid_grant`: spent  x"
        );
        assert!(matches!(
            answer(
                404,
                &[],
                r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#
            ),
            OAuthError::Refused { .. }
        ));
        assert!(matches!(
            answer(400, &[], "<html>"),
            OAuthError::Malformed { .. }
        ));
        assert!(matches!(answer(302, &[], ""), OAuthError::Malformed { .. }));
        assert!(matches!(
            answer(503, &[], r#"{"error":"x"}"#),
            OAuthError::Unavailable(_)
        ));
    }

    #[test]
    fn the_time_to_wait_is_measured_by_the_servers_own_clock() {
        let reset = [
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
            ("x-rate-limit-reset", "784111787"),
        ];
        let OAuthError::RateLimited { retry_after } =
            answer(429, &reset, r#"{"error":"invalid_grant"}"#)
        else {
            panic!()
        };
        assert_eq!(retry_after, Some(Duration::from_secs(10)));
        let OAuthError::RateLimited { retry_after } = answer(429, &[], "") else {
            panic!()
        };
        assert_eq!(retry_after, None);
    }
}
