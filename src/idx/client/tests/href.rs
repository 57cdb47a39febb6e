//! Where a form may lead, and in which words it is sent.

use super::*;

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
