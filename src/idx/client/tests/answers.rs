//! What the engine says, told apart.

use super::*;

async fn answered(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
) -> Result<Answer, IdxError> {
    let server = TestServer::start(move |_| {
        let mut response = reply(status, body);
        for (name, value) in headers {
            response
                .headers_mut()
                .insert(*name, HeaderValue::from_static(value));
        }
        response
    })
    .await;
    client(&server.origin(), ClientAuth::None)
        .introspect(&handle(), &browser())
        .await
}

#[tokio::test]
async fn a_document_is_an_answer_whatever_its_status() {
    for status in [200, 400, 401, 403, 429, 500] {
        let answer = answered(status, &[], STEP).await.unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.retry_after,
            (status == 429).then_some(Duration::from_secs(1))
        );
    }
    let device = answered(
        401,
        &[("www-authenticate", "Oktadevicejwt realm=\"Okta Device\"")],
        STEP,
    )
    .await
    .unwrap();
    assert_eq!(device.status, 401);
    let expired = answered(401, &[], r#"{"version":"1.0.0","messages":{"type":"array","value":[{"message":"x","i18n":{"key":"idx.session.expired"},"class":"ERROR"}]}}"#).await.unwrap();
    assert!(expired.document.is_session_expired());
    let limits: &[(&str, &str)] = &[
        ("x-rate-limit-reset", "784111787"),
        ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ];
    assert_eq!(
        answered(429, limits, STEP).await.unwrap().retry_after,
        Some(Duration::from_secs(10))
    );
    assert_eq!(
        answered(200, limits, STEP).await.unwrap().retry_after,
        None,
        "said on every response"
    );
    let both = answered(
        200,
        &[],
        r#"{"version":"1.0.0","error":"x","remediation":{"value":[]}}"#,
    )
    .await;
    assert!(both.is_ok(), "an Ion document first of all: {both:?}");
}

#[tokio::test]
#[expect(clippy::type_complexity, reason = "a flat table")]
async fn what_is_no_document_is_told_apart_and_quotes_nothing() {
    type Is = fn(&IdxError) -> bool;
    let id: &[(&str, &str)] = &[("x-okta-request-id", "Zq1")];
    let device: &[(&str, &str)] = &[("www-authenticate", "Oktadevicejwt realm=\"Okta Device\"")];
    let cases: [(u16, &[(&str, &str)], &str, Is); 13] = [
        (
            200,
            id,
            "",
            |e| matches!(e, IdxError::NotIon { shape: "an empty body", request_id, .. } if request_id == "Zq1"),
        ),
        (403, id, "<html>SECRET</html>", |e| {
            matches!(e, IdxError::NotIon { shape: "HTML", .. }) && !e.interaction_is_gone()
        }),
        (200, &[], r#"["SECRET"]"#, |e| {
            matches!(
                e,
                IdxError::NotIon {
                    shape: "no JSON object",
                    ..
                }
            )
        }),
        (500, &[], r#"{"message":"internal server error"}"#, |e| {
            matches!(
                e,
                IdxError::NotIon {
                    shape: "other JSON",
                    ..
                }
            ) && e.is_unavailable()
        }),
        (200, &[], r#"{"version":"1.0.0","remediation":{"val"#, |e| {
            matches!(e, IdxError::NotIon { .. })
        }),
        (200, &[], r#"{"error":"SECRET"}"#, |e| {
            matches!(e, IdxError::NotIon { .. })
        }),
        (302, &[("location", "http://127.0.0.1:9/")], "", |e| {
            matches!(e, IdxError::NotIon { .. }) && !e.is_unavailable()
        }),
        (
            429,
            &[],
            r#"{"errorCode":"E0000047","errorSummary":"x"}"#,
            |e| matches!(e, IdxError::OAuth(OAuthError::RateLimited { .. })),
        ),
        (
            429,
            &[("retry-after", "0")],
            "",
            |e| matches!(e, IdxError::OAuth(OAuthError::RateLimited { retry_after: Some(wait) }) if *wait == Duration::from_secs(1)),
        ),
        (
            401,
            &[],
            r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#,
            |e| matches!(e, IdxError::OAuth(OAuthError::Refused { .. })) && e.interaction_is_gone(),
        ),
        (
            400,
            &[],
            r#"{"error":"invalid_grant","error_description":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJTRUNSRVQifQ.SECRETSECRET"}"#,
            |e| e.interaction_is_gone(),
        ),
        (401, device, "", |e| {
            matches!(e, IdxError::NotIon { .. }) && !e.interaction_is_gone()
        }),
        (
            503,
            &[],
            r#"{"errorCode":"E0000009"}"#,
            IdxError::is_unavailable,
        ),
    ];
    for (status, headers, body, is) in cases {
        let error = answered(status, headers, body).await.unwrap_err();
        assert!(is(&error), "{status} {body}: {error:?}");
        let told = format!("{error} {error:?}");
        assert!(!told.contains("SECRET"), "{told}");
    }
}
