//! What stands around the flow: metadata, cross-origin calls, errors of the org, the inbox, the control API.

use http::Method;
use serde_json::json;

use super::support::{PASSWORD, Running};

#[tokio::test]
async fn both_servers_publish_both_documents() {
    let engine = Running::start().await;
    let custom = engine.issuer.clone();
    for (path, issuer, keys) in [
        (
            "/oauth2/default/.well-known/openid-configuration",
            &custom,
            true,
        ),
        (
            "/oauth2/default/.well-known/oauth-authorization-server",
            &custom,
            true,
        ),
        (
            "/.well-known/oauth-authorization-server/oauth2/default",
            &custom,
            true,
        ),
        ("/.well-known/openid-configuration", &engine.origin, true),
        (
            "/.well-known/oauth-authorization-server",
            &engine.origin,
            false,
        ),
    ] {
        let answer = engine.get(path).await.expect(200);
        assert!(answer.header("cache-control").contains("max-age"));
        let document = answer.json();
        assert_eq!(document["issuer"], **issuer, "{path}");
        assert_eq!(document["jwks_uri"].is_string(), keys, "{path}");
        assert!(document["interact_endpoint"].is_null());
        assert!(
            !document["grant_types_supported"]
                .to_string()
                .contains("interaction_code")
        );
    }
    for unknown in [
        "/oauth2/other/.well-known/openid-configuration",
        "/oauth2/other/v1/keys",
        "/nowhere",
    ] {
        assert_eq!(
            engine.get(unknown).await.expect(404).json()["errorCode"],
            "E0000007"
        );
    }
    engine.stop().await;
}

#[tokio::test]
async fn hrefs_stand_at_the_host_the_client_used_and_the_issuer_stays() {
    let engine = Running::start().await;
    let port = engine.origin.rsplit(':').next().unwrap();
    let host = format!("localhost:{port}");
    let url = format!("{}/.well-known/openid-configuration", engine.issuer);
    let document = engine
        .send(Method::GET, &url, &[("host", &host)], String::new())
        .await
        .json();
    assert_eq!(document["issuer"], engine.issuer);
    assert_eq!(
        document["token_endpoint"],
        format!("http://{host}/oauth2/default/v1/token")
    );
    engine.stop().await;
}

#[tokio::test]
async fn loopback_origins_may_call_and_others_may_not_read() {
    let engine = Running::start().await;
    let url = format!("{}/idp/idx/introspect", engine.origin);
    for (origin, trusted) in [
        ("http://localhost:3000", true),
        ("https://evil.example", false),
    ] {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "content-type,x-okta-user-agent-extended",
            ),
        ];
        let answer = engine
            .send(Method::OPTIONS, &url, &headers, String::new())
            .await;
        assert_eq!(answer.status, 204);
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed == origin, trusted);
        assert_eq!(
            answer.header("access-control-allow-credentials") == "true",
            trusted
        );
        assert!(
            answer
                .header("access-control-allow-headers")
                .contains("X-Okta-User-Agent-Extended")
        );
    }
    engine.stop().await;
}

#[tokio::test]
async fn the_inbox_shows_newest_first_and_by_address() {
    let engine = Running::start().await;
    for who in ["grace@example.com", "donald@example.com"] {
        let mut transaction = engine.begin().await;
        transaction.identify(who).await;
        if who.starts_with("grace") {
            transaction.password(PASSWORD).await;
        }
    }
    let all = engine.get("/inbox.json").await.expect(200).json();
    assert_eq!(
        (&all[0]["to"], &all[1]["to"]),
        (&json!("donald@example.com"), &json!("grace@example.com"))
    );
    let one = engine.get("/inbox.json?to=Grace@example.com").await.json();
    assert_eq!(one.as_array().unwrap().len(), 1);
    assert_eq!(one[0]["subject"], "Your code for Interlock demo");
    assert_eq!(one[0]["code"].as_str().unwrap().len(), 6);
    let page = engine.get("/inbox").await.expect(200);
    assert!(page.text.contains("grace@example.com") && !page.text.contains("<script"));
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    assert!(
        engine
            .get("/")
            .await
            .expect(200)
            .text
            .contains("ada@example.com")
    );
    engine.stop().await;
}

#[tokio::test]
async fn control_is_for_programs_not_for_pages() {
    let engine = Running::start().await;
    engine.control_post("reset", &json!({})).await.expect(204);
    engine
        .control_post("clock", &json!({"advance_seconds": 5}))
        .await
        .expect(204);
    engine.control_post("nothing", &json!({})).await.expect(404);
    let url = format!("{}/control/reset", engine.origin);
    let browser = [("origin", "http://localhost:3000")];
    engine
        .send(Method::POST, &url, &browser, String::new())
        .await
        .expect(403);
    engine.stop().await;
    let engine = Running::with(|settings| settings.org.control = false).await;
    engine.control_post("reset", &json!({})).await.expect(403);
    engine.stop().await;
}

#[tokio::test]
async fn authorize_tells_clients_of_this_grant_to_interact() {
    let engine = Running::start().await;
    let path = "/oauth2/default/v1/authorize?client_id=interlock-demo&state=s&redirect_uri=";
    let answer = engine
        .get(&format!("{path}http%3A%2F%2F127.0.0.1%2Fcb"))
        .await
        .expect(302);
    let location = answer.header("location");
    assert!(location.starts_with("http://127.0.0.1/cb?error=interaction_required&"));
    assert!(location.ends_with("&state=s"));
    engine
        .get(&format!("{path}https%3A%2F%2Fevil.example%2F"))
        .await
        .expect(400);
    engine.stop().await;
}

#[tokio::test]
async fn methods_and_types_that_do_not_fit_are_refused() {
    let engine = Running::start().await;
    engine.get("/idp/idx/introspect").await.expect(405);
    engine.get("/oauth2/default/v1/token").await.expect(404);
    let url = format!("{}/idp/idx/introspect", engine.origin);
    let text = [("content-type", "text/plain")];
    engine
        .send(Method::POST, &url, &text, "{}".to_owned())
        .await
        .expect(415);
    let json = [("content-type", "application/json")];
    engine
        .send(Method::POST, &url, &json, "[]".to_owned())
        .await
        .expect(400);
    engine
        .send(Method::POST, &url, &json, " ".repeat(2 << 20))
        .await
        .expect(413);
    engine.stop().await;
}
