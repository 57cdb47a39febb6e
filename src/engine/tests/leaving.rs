//! Out to a vendor that checks papers; out to the choice of smart cards; a device that must be mended first.

use http::Method;
use serde_json::json;
use url::Url;

use super::support::{PASSWORD, Running, Transaction, claims, encode, redeem};

const CHOICE: &str = "select-authenticator-authenticate";

fn href(transaction: &Transaction<'_>, form: &str) -> String {
    let form = transaction.form(form);
    assert_eq!(form["method"], "GET");
    form["href"].as_str().unwrap().to_owned()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// Goes to the vendor, or to the cards, answers there, and comes home.
async fn visit(engine: &Running, href: &str, answer: (&str, &str)) -> Url {
    let get = |url: String| async move { engine.send(Method::GET, &url, &[], String::new()).await };
    let mut there = get(href.to_owned()).await;
    let mut at = href.to_owned();
    if there.status == 302 {
        at = there.header("location").to_owned();
        there = get(at.clone()).await;
    }
    there.expect(200);
    let query = Url::parse(&at).unwrap();
    let (name, request) = query.query_pairs().next().unwrap();
    let body = encode(&[(&name, &request), answer]);
    let foreign = [("origin", "http://evil.example")];
    let refused = engine.send(Method::POST, &at, &foreign, body.clone()).await;
    refused.expect(403);
    let mut back = engine.send(Method::POST, &at, &[], body).await;
    if back.status == 303 {
        back = get(back.header("location").to_owned()).await;
    }
    Url::parse(back.expect(302).header("location")).unwrap()
}

#[tokio::test]
async fn a_smart_card_signs_in_without_a_name_and_a_wrong_one_does_not() {
    let engine = Running::with(|settings| settings.org.smart_card_on_identify = true).await;
    let mut transaction = engine.begin().await;
    let form = transaction.form("piv-idp");
    assert_eq!(form["type"], "X509");
    let card = href(&transaction, "piv-idp");
    let home = visit(&engine, &card, ("account", "stranger@elsewhere.example")).await;
    assert_eq!(
        parameter(&home, "error").as_deref(),
        Some("interaction_required")
    );
    transaction.introspect().await;
    transaction.expect(200, "identify");
    assert_eq!(transaction.messages(), ["errors.E0000004"]);
    // Somebody else's account at the other provider is no card.
    let home = visit(&engine, &card, ("account", "dennis@example.com")).await;
    assert!(parameter(&home, "interaction_code").is_none());
    let home = visit(&engine, &card, ("cancel", "yes")).await;
    assert_eq!(parameter(&home, "error").as_deref(), Some("access_denied"));
    transaction.introspect().await;
    let card = href(&transaction, "piv-idp");
    let home = visit(&engine, &card, ("account", "sofia@example.com")).await;
    assert_eq!(parameter(&home, "state").as_deref(), Some("state-1"));
    let code = parameter(&home, "interaction_code").unwrap();
    let tokens = redeem(&engine, &code).await.expect(200).json();
    assert_eq!(claims(&tokens["id_token"])["amr"], json!(["sc"]));
    engine.stop().await;
}

#[tokio::test]
async fn a_smart_card_is_a_second_factor_and_can_be_set_up() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    assert!(!transaction.forms().contains(&"piv-idp"));
    transaction.identify("ida@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.choose(CHOICE, "Smart Card", json!({})).await;
    transaction.expect(200, "redirect-idp");
    assert_eq!(transaction.form("redirect-idp")["type"], "X509");
    let card = href(&transaction, "redirect-idp");
    visit(&engine, &card, ("account", "sofia@example.com")).await;
    transaction.introspect().await;
    assert_eq!(transaction.messages(), ["errors.E0000004"]);
    let home = visit(&engine, &card, ("account", "ida@example.com")).await;
    assert!(parameter(&home, "interaction_code").is_some());

    let mut transaction = engine.begin().await;
    transaction.identify("emmy@example.com").await;
    transaction.password(PASSWORD).await;
    let new = "select-authenticator-enroll";
    transaction.choose(new, "Smart Card", json!({})).await;
    transaction.expect(200, "redirect-idp");
    let card = href(&transaction, "redirect-idp");
    let home = visit(&engine, &card, ("account", "emmy@example.com")).await;
    assert!(parameter(&home, "interaction_code").is_some());
    engine.stop().await;
}

#[tokio::test]
async fn papers_are_checked_once() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("rosalind@example.com").await;
    transaction.password(PASSWORD).await;
    transaction.expect(200, "redirect-idverify");
    let form = transaction.form("redirect-idverify");
    assert_eq!(form["type"], "ID_PROOFING");
    assert!(form["idvMetadata"]["termsOfUse"].is_string());
    let vendor = href(&transaction, "redirect-idverify");
    let home = visit(&engine, &vendor, ("answer", "fail")).await;
    assert_eq!(
        parameter(&home, "error").as_deref(),
        Some("interaction_required")
    );
    transaction.introspect().await;
    transaction.expect(200, "redirect-idverify");
    assert_eq!(transaction.messages(), ["idx.identity.provider.auth.error"]);
    let home = visit(&engine, &vendor, ("answer", "cancel")).await;
    assert_eq!(parameter(&home, "error").as_deref(), Some("access_denied"));
    let home = visit(&engine, &vendor, ("answer", "pass")).await;
    let code = parameter(&home, "interaction_code").unwrap();
    redeem(&engine, &code).await.expect(200);

    let mut next = engine.begin().await;
    next.identify("rosalind@example.com").await;
    next.password(PASSWORD).await;
    next.code();
    engine.stop().await;
}

#[tokio::test]
async fn a_device_is_let_in_once_it_is_mended() {
    let engine = Running::start().await;
    let mut transaction = engine.begin().await;
    transaction.identify("hertha@example.com").await;
    transaction.password(PASSWORD).await;
    assert!(transaction.document.get("remediation").is_none());
    let prefix = "idx.error.code.access_denied.device_assurance.remediation.";
    let said = transaction.messages();
    assert_eq!(said[0], format!("{prefix}title"));
    let messages = transaction.document["messages"]["value"]
        .as_array()
        .unwrap();
    let mending = messages
        .iter()
        .find_map(|message| message.get("deviceRemediation"))
        .unwrap()["value"]
        .clone();
    assert_eq!(mending["remediationType"], "LOOPBACK");

    // The app installs what it can; that alone is half of the second option.
    let mending = |name: &str| mending[name].as_str().unwrap().to_owned();
    let path = format!("{}/{}", engine.origin, mending("remediationPath"));
    let page = [("origin", "http://localhost:8080")];
    for (action, status) in [(mending("action"), 200), ("wipe".to_owned(), 400)] {
        let address = format!("{path}/{action}");
        let answer = engine
            .send(Method::GET, &address, &page, String::new())
            .await
            .expect(status);
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, "http://localhost:8080");
    }
    transaction.introspect().await;
    assert!(transaction.document.get("remediation").is_none());

    let bench = format!("{}/device", engine.origin);
    let body = encode(&[("work", "encryption")]);
    let foreign = [("origin", "http://evil.example")];
    let refused = engine
        .send(Method::POST, &bench, &foreign, body.clone())
        .await;
    refused.expect(403);
    engine
        .send(Method::POST, &bench, &[], body)
        .await
        .expect(200);
    transaction.introspect().await;
    transaction.code();
    engine.stop().await;
}
