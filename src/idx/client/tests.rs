use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use http::{Response, StatusCode};
use serde_json::json;

use super::*;
use crate::{
    clock::ManualClock,
    idx::ion::Document,
    oauth::{CodeVerifier, Settings},
    outbound::{
        OutboundError,
        test_server::{Seen, TestServer, outbound, reply},
    },
    random::SeededRandom,
};

const STEP: &str =
    r#"{"version":"1.0.0","stateHandle":"02.sh","remediation":{"type":"array","value":[]}}"#;

fn client(origin: &str, client_auth: ClientAuth) -> Client {
    let settings = Settings {
        issuer: format!("{origin}/oauth2/default").parse().unwrap(),
        client_id: "0oaA".to_owned(),
        client_auth,
        scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
        ca_file: None,
    };
    let (clock, random) = (Arc::new(ManualClock::new()), Arc::new(SeededRandom::new(7)));
    let outbound = outbound();
    Client::new(
        Arc::new(oauth::Client::new(
            Arc::new(settings),
            outbound.clone(),
            clock,
            random,
        )),
        outbound,
    )
}

fn browser() -> Browser {
    Browser {
        user_agent: Some(HeaderValue::from_static("Mozilla/5.0 (test)")),
        accept_language: Some("de-CH, en;q=0.5".to_owned()),
        ip: Some("203.0.113.9".parse().unwrap()),
        device_token: Some("d-1f0c".to_owned()),
    }
}

fn request() -> InteractRequest {
    let verifier = CodeVerifier::from_secret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
    InteractRequest {
        redirect_uri: "https://app.example/cb".to_owned(),
        code_challenge: verifier.challenge(),
        state: "st1".to_owned(),
        nonce: "n1".to_owned(),
        ..InteractRequest::default()
    }
}

fn form(href: &str, method: &str, accepts: Option<&str>) -> Form {
    let form = json!({ "name": "identify", "href": href, "method": method, "accepts": accepts });
    let document =
        json!({ "version": "1.0.0", "remediation": { "type": "array", "value": [form] } });
    Document::parse(document.to_string().as_bytes())
        .unwrap()
        .remediations()[0]
        .clone()
}

fn handle() -> InteractionHandle {
    InteractionHandle::new("ih1".into())
}

async fn interact_server() -> TestServer {
    TestServer::start(|_| reply(200, r#"{"interaction_handle":"ih1"}"#)).await
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn browser_is_told(seen: &Seen) {
    assert_eq!(seen.header("user-agent"), Some("Mozilla/5.0 (test)"));
    assert_eq!(seen.header("accept-language"), Some("de-CH, en;q=0.5"));
    assert!(
        seen.header("x-okta-user-agent-extended")
            .unwrap()
            .starts_with("interlock/")
    );
    for never in ["origin", "cookie", "referer", "accept-encoding"] {
        assert_eq!(seen.header(never), None, "{never}");
    }
}

#[tokio::test]
async fn interact_is_a_form_at_the_issuers_base_with_what_was_asked_for() {
    let server = interact_server().await;
    let client = client(&server.origin(), ClientAuth::SecretPost("s3".into()));
    let handle = client.interact(&request(), &browser()).await.unwrap();
    assert_eq!(handle.into_secret().expose(), "ih1");
    let seen = server.last();
    assert_eq!(seen.line, "POST /oauth2/default/v1/interact");
    assert_eq!(
        seen.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(
        seen.form(),
        pairs(&[
            ("scope", "openid offline_access"),
            ("redirect_uri", "https://app.example/cb"),
            (
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            ),
            ("code_challenge_method", "S256"),
            ("state", "st1"),
            ("nonce", "n1"),
            ("client_id", "0oaA"),
            ("client_secret", "s3"),
        ])
    );
    browser_is_told(&seen);

    let all = InteractRequest {
        login_hint: Some("ada@example.com".to_owned()),
        acr_values: Some("urn:okta:loa:2fa:any".to_owned()),
        max_age: Some(0),
        scopes: Some(vec!["openid".to_owned()]),
        activation_token: Some("act".into()),
        recovery_token: Some("rec".into()),
        ..request()
    };
    client.interact(&all, &browser()).await.unwrap();
    let sent = server.last().form();
    for pair in pairs(&[
        ("scope", "openid"),
        ("login_hint", "ada@example.com"),
        ("acr_values", "urn:okta:loa:2fa:any"),
        ("max_age", "0"),
        ("activation_token", "act"),
        ("recovery_token", "rec"),
    ]) {
        assert!(sent.contains(&pair), "{pair:?}");
    }
    let shown = format!("{all:?}");
    assert!(
        !["st1", "n1", "act", "ada@"]
            .iter()
            .any(|secret| shown.contains(&format!("\"{secret}"))),
        "{shown}"
    );
}

#[tokio::test]
async fn device_and_address_are_told_with_client_authentication_alone() {
    let server = interact_server().await;
    client(&server.origin(), ClientAuth::SecretBasic("s3".into()))
        .interact(&request(), &browser())
        .await
        .unwrap();
    let confidential = server.last();
    assert_eq!(confidential.header("x-device-token"), Some("d-1f0c"));
    assert_eq!(confidential.header("x-forwarded-for"), Some("203.0.113.9"));
    assert!(
        confidential
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert!(
        !confidential
            .form()
            .iter()
            .any(|(name, _)| name == "client_secret")
    );

    client(&server.origin(), ClientAuth::None)
        .interact(&request(), &browser())
        .await
        .unwrap();
    let public = server.last();
    for name in ["x-device-token", "x-forwarded-for", "authorization"] {
        assert_eq!(public.header(name), None, "{name}");
    }
    assert!(
        public
            .form()
            .contains(&("client_id".to_owned(), "0oaA".to_owned()))
    );

    let long = Browser {
        device_token: Some("d".repeat(33)),
        ..browser()
    };
    client(&server.origin(), ClientAuth::SecretBasic("s3".into()))
        .interact(&request(), &long)
        .await
        .unwrap();
    assert_eq!(
        server.last().header("x-device-token"),
        None,
        "longer than 32 characters"
    );
}

#[tokio::test]
async fn what_interact_refuses_is_told_apart() {
    type Is = fn(&OAuthError) -> bool;
    let cases: [(u16, &str, Is); 7] = [
        (
            400,
            r#"{"error":"access_denied","error_description":"x"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "access_denied"),
        ),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "invalid_client"),
        ),
        (
            404,
            r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#,
            |e| matches!(e, OAuthError::Refused { code, .. } if code == "E0000007"),
        ),
        (429, r#"{"errorCode":"E0000047"}"#, |e| {
            matches!(e, OAuthError::RateLimited { .. })
        }),
        (500, "", |e| matches!(e, OAuthError::Unavailable(_))),
        (200, r#"{"interaction_handle":""}"#, |e| {
            matches!(e, OAuthError::Malformed { .. })
        }),
        (302, "", |e| matches!(e, OAuthError::Malformed { .. })),
    ];
    for (status, body, is) in cases {
        let server = TestServer::start(move |_| reply(status, body)).await;
        match client(&server.origin(), ClientAuth::None)
            .interact(&request(), &browser())
            .await
        {
            Err(IdxError::OAuth(error)) => assert!(is(&error), "{status} {body}: {error:?}"),
            other => panic!("{status} {body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn introspect_and_proceed_speak_json_to_the_engine_and_prove_nothing() {
    let server = TestServer::start(|_| reply(200, STEP)).await;
    let client = client(&server.origin(), ClientAuth::SecretBasic("s3".into()));
    let answer = client.introspect(&handle(), &browser()).await.unwrap();
    assert_eq!((answer.status, answer.retry_after), (StatusCode::OK, None));
    let seen = server.last();
    assert_eq!(seen.line, "POST /idp/idx/introspect");
    assert_eq!(seen.body, r#"{"interactionHandle":"ih1"}"#);
    assert_eq!(
        seen.header("accept"),
        Some("application/ion+json; okta-version=1.0.0")
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/ion+json; okta-version=1.0.0")
    );
    browser_is_told(&seen);
    for name in ["authorization", "x-device-token", "x-forwarded-for"] {
        assert_eq!(seen.header(name), None, "{name}");
    }

    for (accepts, sent) in [
        (
            Some("application/json; okta-version=1.0.0"),
            "application/json; okta-version=1.0.0",
        ),
        (
            Some("application/ion+json;okta-version=1"),
            "application/ion+json;okta-version=1",
        ),
        (
            Some("application/vnd.okta.v1+json"),
            "application/vnd.okta.v1+json",
        ),
        (Some("application/x-www-form-urlencoded"), ION),
        (Some("application/json\r\nx: y"), ION),
        (None, ION),
    ] {
        let href = format!("{}/idp/idx/identify?x=1", server.origin());
        let body = json!({ "stateHandle": "02.sh", "identifier": "ada" });
        client
            .proceed(&form(&href, "POST", accepts), &body, &browser())
            .await
            .unwrap();
        let seen = server.last();
        assert_eq!(seen.line, "POST /idp/idx/identify?x=1");
        assert_eq!(seen.body, body.to_string());
        assert_eq!(seen.header("content-type"), Some(sent), "{accepts:?}");
    }
}

#[tokio::test]
async fn a_form_that_leads_elsewhere_is_refused_before_a_byte_is_sent() {
    let (server, canary) = (
        TestServer::start(|_| reply(200, STEP)).await,
        TestServer::start(|_| reply(200, STEP)).await,
    );
    let client = client(&server.origin(), ClientAuth::None);
    let (ours, theirs) = (server.origin(), canary.origin());
    let (authority, other) = (
        ours.trim_start_matches("http://"),
        theirs.trim_start_matches("http://"),
    );
    let port = authority.rsplit_once(':').unwrap().1;
    for href in [
        format!("{theirs}/idp/idx/identify"),
        format!("http://{authority}@{other}/idp/idx/identify"),
        format!("http://user@{authority}/idp/idx/identify"),
        format!("http://{other}\\@{authority}/idp/idx/identify"),
        format!("https://{authority}/idp/idx/identify"),
        format!("//{other}/idp/idx/identify"),
        format!("http:/{authority}/idp/idx/identify"),
        format!("http:///{authority}/idp/idx/identify"),
        format!("http:{authority}/idp/idx/identify"),
        format!("http://localhost:{port}/idp/idx/identify"),
        format!("http://127.0.0.2:{port}/idp/idx/identify"),
        format!("http://127.1:{port}x/idp/idx/identify"),
        "/idp/idx/identify".to_owned(),
        "identify".to_owned(),
        String::new(),
        format!("{ours}/idp/idx"),
        format!("{ours}/idp/idx/"),
        format!("{ours}/oauth2/default/v1/token"),
        format!("{ours}/idp/idx/../../oauth2/v1/revoke"),
        format!("{ours}/idp/idx/%2e%2e/x"),
        format!("{ours}/idp/idx/%2E%2e/x"),
        format!("{ours}/idp/idx/..%2fx"),
        format!("{ours}/idp/idx/./x"),
        format!("{ours}/idp/idx//x"),
        format!("{ours}//idp/idx/x"),
        format!("{ours}/idp/idx/x;/../y"),
        format!("{ours}/idp/idx\\x"),
        format!("{ours}/idp/idx/x\\..\\y"),
        format!("{ours}/idp/idx/x#/y"),
        format!("{ours}/idp/idx/x\t"),
        format!("{ours}/idp/idx/x y"),
        format!(" {ours}/idp/idx/x"),
        format!("{ours}/idp/idx/\u{2025}/x"),
        format!("{ours}/IDP/idx/x"),
        "javascript:alert(1)".to_owned(),
    ] {
        let result = client
            .proceed(&form(&href, "POST", None), &json!({}), &browser())
            .await;
        assert!(
            matches!(result, Err(IdxError::ForeignHref(_))),
            "{href}: {result:?}"
        );
    }
    let link = form(&format!("{ours}/idp/idx/identify"), "GET", None);
    let result = client.proceed(&link, &json!({}), &browser()).await;
    assert!(
        matches!(result, Err(IdxError::ForeignHref(_))),
        "a link is for the browser"
    );
    assert_eq!((server.seen().len(), canary.seen().len()), (0, 0));

    // Other ways to write the same origin lead to the configured one.
    for same in [
        ours.replace("http", "HTTP"),
        ours.replace("127.0.0.1", "127.0.0.1."),
        ours.replace("127.0.0.1", "127.1"),
    ] {
        client
            .proceed(
                &form(&format!("{same}/idp/idx/identify"), "POST", None),
                &json!({}),
                &browser(),
            )
            .await
            .unwrap();
        assert_eq!(server.last().header("host"), Some(authority), "{same}");
    }
    assert_eq!((server.seen().len(), canary.seen().len()), (3, 0));
}

#[test]
fn only_plain_segments_are_called() {
    for (segment, plain) in [
        ("identify", true),
        ("sso_extension", true),
        ("a.b-c~d", true),
        ("", false),
        (".", false),
        ("..", false),
        ("a%2eb", false),
        ("a;b", false),
        ("é", false),
    ] {
        assert_eq!(is_plain_segment(segment), plain, "{segment}");
    }
}

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

/// Reads a request from each of `connections` connections and answers with `answer`, or breaks off without one.
fn raw(connections: usize, answer: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (origin, calls) = (
        format!("http://{}", listener.local_addr().unwrap()),
        Arc::new(AtomicUsize::new(0)),
    );
    let count = calls.clone();
    std::thread::spawn(move || {
        for _ in 0..connections {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 8192]);
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.write_all(&answer);
        }
    });
    (origin, calls)
}

#[tokio::test]
async fn introspect_is_tried_twice_and_nothing_else_is() {
    let (origin, calls) = raw(3, Vec::new());
    let broken = client(&origin, ClientAuth::None);
    let result = broken.introspect(&handle(), &browser()).await;
    assert!(
        matches!(
            result,
            Err(IdxError::Transport(OutboundError::Exchange(..)))
        ),
        "{result:?}"
    );
    assert_eq!(calls.load(Ordering::SeqCst), 2);

    let (origin, calls) = raw(3, Vec::new());
    let broken = client(&origin, ClientAuth::None);
    let identify = form(&format!("{origin}/idp/idx/identify"), "POST", None);
    let result = broken.proceed(&identify, &json!({}), &browser()).await;
    assert!(result.is_err_and(|error| error.is_unavailable()));
    assert!(
        broken
            .interact(&request(), &browser())
            .await
            .is_err_and(|error| error.is_unavailable())
    );
    assert_eq!(calls.load(Ordering::SeqCst), 2, "one each");
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let mut endless =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/ion+json\r\n\r\n{\"version\":\"".to_vec();
    endless.resize(1024 * 1024, b'x');
    let (origin, _) = raw(1, endless);
    let result = client(&origin, ClientAuth::None)
        .introspect(&handle(), &browser())
        .await;
    assert!(
        matches!(result, Err(IdxError::Transport(OutboundError::TooLarge(_)))),
        "{result:?}"
    );
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let canary = TestServer::start(|_| reply(200, STEP)).await;
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/idp/idx/introspect", canary.origin());
        let server = TestServer::start(move |_| {
            Response::builder()
                .status(status)
                .header("location", &target)
                .body(Bytes::new())
                .unwrap()
        })
        .await;
        let client = client(&server.origin(), ClientAuth::SecretBasic("s3".into()));
        assert!(client.introspect(&handle(), &browser()).await.is_err());
        assert!(client.interact(&request(), &browser()).await.is_err());
        assert_eq!(server.seen().len(), 2);
    }
    assert_eq!(canary.seen().len(), 0);
}
