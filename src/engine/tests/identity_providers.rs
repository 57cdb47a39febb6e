//! To another identity provider and back, by the pushed authorization request transition.

use http::Method;
use serde_json::json;
use url::Url;

use super::support::{PASSWORD, REDIRECT, Running, Transaction, claims, encode, redeem};

/// Follows the link of `redirect-idp` to the provider, answers there, and returns to where the app is called back.
async fn visit(engine: &Running, href: &str, answer: (&str, &str)) -> Url {
    let get = |url: String| async move { engine.send(Method::GET, &url, &[], String::new()).await };
    let sent = get(href.to_owned()).await.expect(302);
    let provider = sent.header("location").to_owned();
    let page = get(provider.clone()).await.expect(200);
    assert!(page.text.contains("Continue as dennis@example.com"));
    let state = Url::parse(&provider).unwrap();
    let (_, state) = state.query_pairs().next().unwrap();
    let body = encode(&[("state", &state), answer]);
    let back = engine
        .send(Method::POST, &provider, &[], body)
        .await
        .expect(303);
    let callback = back.header("location").to_owned();
    let home = get(callback.clone()).await.expect(302);
    get(callback).await.expect(400);
    let home = Url::parse(home.header("location")).unwrap();
    assert!(home.as_str().starts_with(REDIRECT));
    home
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn href(transaction: &Transaction<'_>) -> String {
    let form = transaction.form("redirect-idp");
    let href = form["href"].as_str().unwrap().to_owned();
    assert_eq!(
        (&form["method"], &form["type"]),
        (&json!("GET"), &json!("OIDC"))
    );
    assert!(
        href.contains(
            "/oauth2/default/v1/authorize?client_id=interlock-demo&request_uri=urn:okta:"
        )
    );
    href
}

#[tokio::test]
async fn dennis_comes_with_a_code_and_anybody_else_is_told() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    let stranger = ("account", "stranger@elsewhere.example");
    let home = visit(&engine, &href(&transaction), stranger).await;
    assert_eq!(
        parameter(&home, "error").as_deref(),
        Some("interaction_required")
    );
    transaction.introspect().await;
    transaction.expect(200, "identify");
    assert_eq!(transaction.messages(), ["idx.identity.provider.auth.error"]);

    let home = visit(&engine, &href(&transaction), ("cancel", "yes")).await;
    assert_eq!(parameter(&home, "error").as_deref(), Some("access_denied"));
    let home = visit(
        &engine,
        &href(&transaction),
        ("account", "dennis@example.com"),
    )
    .await;
    assert_eq!(parameter(&home, "state").as_deref(), Some("state-1"));
    let code = parameter(&home, "interaction_code").unwrap();
    let tokens = redeem(&engine, &code).await.expect(200).json();
    assert_eq!(claims(&tokens["id_token"])["amr"], json!(["fed"]));
    engine.stop().await;
}

#[tokio::test]
async fn ken_needs_both_his_password_and_the_provider() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("ken@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "redirect-idp");
    let current = &transaction.document["currentAuthenticatorEnrollment"]["value"];
    assert_eq!(current["key"], "external_idp");
    let home = visit(
        &engine,
        &href(&transaction),
        ("account", "dennis@example.com"),
    )
    .await;
    assert_eq!(
        parameter(&home, "error").as_deref(),
        Some("interaction_required")
    );
    transaction.introspect().await;
    assert_eq!(transaction.messages(), ["idx.identity.provider.auth.error"]);
    let home = visit(&engine, &href(&transaction), ("account", "ken@example.com")).await;
    let code = parameter(&home, "interaction_code").unwrap();
    redeem(&engine, &code).await.expect(200);

    let mut other = engine.begin().await;
    let home = visit(&engine, &href(&other), ("account", "ken@example.com")).await;
    assert_eq!(
        parameter(&home, "error").as_deref(),
        Some("interaction_required")
    );
    other.introspect().await;
    other.expect(200, "challenge-authenticator");
    other.password(PASSWORD).await;
    other.code();
    engine.stop().await;
}

#[tokio::test]
async fn clients_can_push_requests_themselves() {
    let engine = Running::start().await;
    let fields = [
        ("client_id", "interlock-demo"),
        ("redirect_uri", REDIRECT),
        ("state", "s"),
    ];
    let pushed = engine.form("par", &fields).await.expect(201).json();
    engine
        .form("par", &fields[..2])
        .await
        .expect_error(400, "invalid_request");
    let uri = pushed["request_uri"].as_str().unwrap();
    let url = format!(
        "{}/v1/authorize?client_id=interlock-demo&request_uri={uri}",
        engine.issuer
    );
    let sent = engine
        .send(Method::GET, &url, &[], String::new())
        .await
        .expect(302);
    assert!(
        sent.header("location")
            .contains("error=interaction_required")
    );
    engine
        .send(Method::GET, &url, &[], String::new())
        .await
        .expect(400);
    engine.stop().await;
}
