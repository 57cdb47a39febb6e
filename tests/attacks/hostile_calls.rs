//! An authorization server that sends the gateway somewhere else.

use http::{StatusCode, header};
use serde_json::Value;

use crate::{
    stage::routes,
    support::{
        app::App,
        browser::Browser,
        canary::Canary,
        engine::Engine,
        gateway::{Gateway, Plan},
        middle::{Answer, Middle},
        person::{PASSWORD, sign_out, to_identify},
    },
};

struct Cast {
    _app: App,
    _engine: Engine,
    middle: Middle,
    canary: Canary,
    plan: Plan,
}

async fn cast() -> Cast {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let plan = Gateway::before(&app, &engine).issuer(&middle.issuer());
    Cast {
        middle,
        canary: Canary::start().await,
        plan: routes(plan).route("path = \"/*\"\nupstream = \"app\""),
        _app: app,
        _engine: engine,
    }
}

/// Sets every `href` of the answer's forms.
fn lead_to(answer: &mut Answer, href: &str) {
    let Ok(mut document) = serde_json::from_slice::<Value>(&answer.body) else {
        return;
    };
    for form in document["remediation"]["value"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        form["href"] = href.into();
    }
    answer.body = document.to_string().into();
}

/// As far as a sign-in of ada goes; whether she is signed in at its end.
async fn tries(browser: &mut Browser) -> bool {
    let shown = browser.visit("/private/x").await;
    if shown.status != StatusCode::OK || !shown.text().contains("data-remediation=\"identify\"") {
        assert!(
            shown.status.is_server_error() || shown.status == StatusCode::OK,
            "{}",
            shown.status
        );
        return false;
    }
    let identify = shown.page();
    let reply = browser
        .post(
            &identify,
            identify.form("identify"),
            &[("identifier", "ada@example.com")],
        )
        .await;
    let reply = browser.follow(reply).await;
    if !reply
        .text()
        .contains("data-remediation=\"challenge-authenticator\"")
    {
        return false;
    }
    let page = reply.page();
    let form = page.form("challenge-authenticator");
    browser
        .post(&page, form, &[("credentials.passcode", PASSWORD)])
        .await;
    browser.cookies.contains_key("interlock")
}

/// Proves F1 F2 IDP-01 IDP-02: a form is answered at the issuer's own engine or not at all.
#[tokio::test]
async fn a_form_that_leads_elsewhere_is_answered_nowhere() {
    let cast = cast().await;
    let Cast {
        middle,
        canary,
        plan,
        ..
    } = &cast;
    let gateway = plan.start().await;
    let (ours, theirs) = (middle.address, canary.address);
    let port = ours.port();
    for href in [
        format!("http://{theirs}/idp/idx/identify"),
        format!("http://{ours}@{theirs}/idp/idx/identify"),
        format!("http://user:pass@{ours}/idp/idx/identify"),
        format!("https://{ours}/idp/idx/identify"),
        format!("//{theirs}/idp/idx/identify"),
        format!("http://{ours}/idp/idx/../../control/x"),
        format!("http://{ours}/idp/idx/%2e%2e/%2e%2e/x"),
        format!("http://{ours}/oauth2/v1/userinfo"),
        format!("http://{ours}/idp/idx\\..\\x"),
        format!("http://{ours}/idp/idx/identify#x"),
        format!("http:\\\\{theirs}/idp/idx/identify"),
        format!("http://localhost:{port}/idp/idx/identify"),
        format!("http://127.0.0.1.:{port}/idp/idx/identify"),
        format!("http://127.1:{port}/idp/idx/identify"),
        format!("http://[::ffff:127.0.0.1]:{port}/idp/idx/identify"),
        "file:///etc/passwd".to_owned(),
        "/idp/idx/identify".to_owned(),
        "javascript:alert(1)".to_owned(),
        String::new(),
    ] {
        let led = href.clone();
        middle.change(move |answer| {
            if answer.path.ends_with("/introspect") {
                lead_to(answer, &led);
            }
        });
        let mut browser = gateway.browser();
        let shown = browser.visit("/private/x").await;
        middle.asked();
        if shown.status == StatusCode::OK {
            let page = shown.page();
            if let Some(form) = page
                .forms
                .iter()
                .find(|form| form.remediation.as_deref() == Some("identify"))
            {
                let reply = browser
                    .post(&page, form, &[("identifier", "ada@example.com")])
                    .await;
                let reply = browser.follow(reply).await;
                assert!(
                    !reply.text().contains(&theirs.to_string()),
                    "{href}: {}",
                    reply.text()
                );
            }
        }
        let sent: Vec<_> = middle
            .asked()
            .into_iter()
            .filter(|asked| asked.body.contains("ada@example.com"))
            .collect();
        assert!(
            sent.iter().all(|asked| asked.path == "/idp/idx/identify"),
            "{href}: {sent:?}"
        );
        canary.assert_alone(&href);
    }
    middle.leave_alone();
    assert!(
        tries(&mut gateway.browser()).await,
        "then somebody signs in"
    );
}

/// Proves F3 IDP-03 CVE-2024-45336 CVE-2025-4673 CVE-2023-45289: no redirect is followed, whoever sends it.
#[tokio::test]
async fn no_redirect_of_the_server_is_followed() {
    let cast = cast().await;
    let Cast {
        middle,
        canary,
        plan,
        ..
    } = &cast;
    for (endpoint, status) in [
        ("openid-configuration", 302),
        ("oauth-authorization-server", 307),
        ("/keys", 302),
        ("/keys", 308),
        ("/interact", 302),
        ("/interact", 307),
        ("/idp/idx/introspect", 307),
        ("/idp/idx/identify", 307),
        ("/idp/idx/challenge/answer", 308),
        ("/token", 302),
        ("/token", 307),
        ("/token", 308),
    ] {
        let gateway = plan.start().await;
        let to = format!("{}{endpoint}", canary.url());
        middle.change(move |answer| {
            if answer.path.ends_with(endpoint) {
                answer.status = StatusCode::from_u16(status).unwrap();
                answer.headers.insert(header::LOCATION, to.parse().unwrap());
                answer.body = bytes::Bytes::new();
            }
        });
        let signed_in = tries(&mut gateway.browser()).await;
        canary.assert_alone(endpoint);
        // Either kind of metadata document may do without the other.
        assert!(!signed_in || endpoint.contains('-'), "{endpoint}");
        gateway.stop().await;
    }
    // Where a session is ended its tokens are not carried elsewhere either.
    middle.leave_alone();
    let gateway = plan.start().await;
    let mut browser = gateway.browser();
    assert!(tries(&mut browser).await);
    let to = canary.url();
    middle.change(move |answer| {
        if answer.path.ends_with("/revoke") {
            answer.status = StatusCode::TEMPORARY_REDIRECT;
            answer.headers.insert(header::LOCATION, to.parse().unwrap());
        }
    });
    sign_out(&mut browser).await;
    canary.assert_alone("revoke");
}

/// Proves F1 J11 IDP-14 CVE-2026-41413 GHSA-fgw5-hp8f-xfhc: metadata that names another issuer or another host's keys is not used.
#[tokio::test]
async fn metadata_of_another_issuer_is_not_used() {
    let cast = cast().await;
    let Cast {
        middle,
        canary,
        plan,
        ..
    } = &cast;
    for (member, value) in [
        ("issuer", format!("{}/oauth2/default", canary.url())),
        ("issuer", "https://evil.example".to_owned()),
        ("jwks_uri", format!("{}/keys", canary.url())),
        (
            "jwks_uri",
            "http://169.254.169.254/latest/meta-data".to_owned(),
        ),
        ("token_endpoint", format!("{}/token", canary.url())),
        ("token_endpoint", "http://evil.example/token".to_owned()),
    ] {
        let gateway = plan.start().await;
        let told = value.clone();
        middle.change(move |answer| {
            if answer.path.contains("/.well-known/") {
                let mut document: Value = serde_json::from_slice(&answer.body).unwrap();
                document[member] = told.clone().into();
                answer.body = document.to_string().into();
            }
        });
        assert!(!tries(&mut gateway.browser()).await, "{member} = {value}");
        canary.assert_alone(&format!("{member} = {value}"));
        gateway.stop().await;
    }
    middle.leave_alone();
    let gateway = plan.start().await;
    assert!(
        tries(&mut gateway.browser()).await,
        "then somebody signs in"
    );
}

/// Proves F1 CVE-2026-55671 GHSA-29jh-8cfq-rr8x: nothing that a client sends names a place to call.
#[tokio::test]
async fn a_client_names_no_place_to_call() {
    let cast = cast().await;
    let Cast { canary, plan, .. } = &cast;
    let gateway = plan.start().await;
    let url: String = url::form_urlencoded::byte_serialize(canary.url().as_bytes()).collect();
    for path in [
        format!("/.interlock/sign-in?iss={url}&issuer={url}&login_uri={url}&target_link_uri={url}"),
        format!("/.interlock/callback?iss={url}&interaction_code=x&state=y"),
        format!("/.interlock/sign-in/go?a={url}&href={url}"),
        format!("/.interlock/userinfo?iss={url}"),
        format!("/.interlock/assets/..{url}"),
    ] {
        let reply = gateway.browser().get(&path).await;
        assert!(reply.status.as_u16() < 500, "{path}: {}", reply.status);
    }
    to_identify(&mut gateway.browser(), "/private/x").await;
    canary.assert_alone("a client named it");
}
