//! Sign-ins that were begun elsewhere, are answered from elsewhere, or are answered twice.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use crate::{
    row::{Must, Row, get, request, row},
    stage::{Stage, Watched},
    support::{
        app::App,
        browser::Browser,
        gateway::Gateway,
        middle::{Asked, Middle},
        page::Page,
        person::{PASSWORD, ada, sign_out, to_identify, with_password},
    },
};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3";
const JSON: &str = "Content-Type: application/json\r\nContent-Length: 2";

/// A page of somebody else posts to us, cookies and all.
fn cross_site() -> impl Iterator<Item = Row> {
    let sources = [
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: cross-site\r\nOrigin: http://{host}",
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: https://{host}",
        "Origin: http://{host}:1",
        "Origin: http://{host}.evil.example",
        "Origin: HTTP://{host}/",
    ];
    sources.into_iter().flat_map(|source| {
        let to = |path: &str, kind: &str, body: &str| {
            request(
                "POST",
                path,
                &format!("Cookie: {{cookie}}\r\n{source}\r\n{kind}"),
            ) + body
        };
        [
            row(
                "T1 CVE-2025-24358 GHSA-rq77-p4h8-4crw CVE-2025-47909 CVE-2025-47910",
                to("/.interlock/sign-in", FORM, "a=b"),
                Must::Answer(&[403]),
            ),
            row(
                "T1 T7",
                to("/.interlock/sign-out", FORM, "a=b"),
                Must::Answer(&[403]),
            ),
            row(
                "T1",
                to("/.interlock/api/start", JSON, "{}"),
                Must::Answer(&[403]),
            ),
            row(
                "T1",
                to("/.interlock/api/answer", JSON, "{}"),
                Must::Answer(&[403]),
            ),
            row(
                "T1",
                to("/.interlock/api/cancel", JSON, "{}"),
                Must::Answer(&[403]),
            ),
        ]
    })
}

fn callbacks() -> impl Iterator<Item = Row> {
    [
        ("T5", "state=a&state=b&interaction_code=c"),
        ("T5", "interaction_code=a&interaction_code=b&state=c"),
        ("T5", "error=a&error=b&state=c"),
        (
            "T4 CVE-2026-9098 GHSA-mfvp-7p3v-x9mh",
            "interaction_code=a&state=b",
        ),
        ("T4 CVE-2017-1000069", "code=a&state=b"),
        ("T4", "interaction_code=a"),
        ("T4", "error=access_denied&state=b"),
        ("T4 CVE-2023-27496", ""),
        ("T4", "state"),
        ("T4", "interaction_code=%ff&state=%00"),
        ("T4", "iss=http://internal&interaction_code=a&state=b"),
    ]
    .into_iter()
    .map(|(proves, query)| {
        row(
            proves,
            get(
                &format!("/.interlock/callback?{query}"),
                "Accept: text/html",
            ),
            Must::Answer(&[400]),
        )
    })
}

fn signing_out() -> Vec<Row> {
    let fetched = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Dest: image\r\nCookie: {cookie}";
    vec![
        row(
            "T7",
            get("/.interlock/sign-out", fetched),
            Must::Answer(&[200]),
        ),
        row(
            "T7",
            get("/.interlock/sign-out?sid=x&iss=y", fetched),
            Must::Answer(&[200]),
        ),
        row(
            "T7",
            request("DELETE", "/.interlock/sign-out", "Cookie: {cookie}"),
            Must::Answer(&[405]),
        ),
        row(
            "T7 T1",
            request(
                "POST",
                "/.interlock/sign-out",
                &format!("Cookie: {{cookie}}\r\n{FORM}"),
            ) + "a=b",
            Must::Answer(&[403]),
        ),
        row(
            "T7",
            get("/private/x", "Cookie: {cookie}"),
            Must::Reach(|_| Ok(())),
        ),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    cross_site()
        .chain(callbacks())
        .chain(signing_out())
        .collect()
}

#[tokio::test]
async fn nothing_changes_by_a_request_from_elsewhere() {
    let stage = Stage::set().await;
    let (interact, token) = (stage.engine.calls("interact"), stage.engine.calls("token"));
    stage.judge(&rows()).await;
    assert_eq!(
        (stage.engine.calls("interact"), stage.engine.calls("token")),
        (interact, token)
    );
}

fn parameter(asked: &[Asked], name: &str) -> String {
    let interact = asked
        .iter()
        .find(|asked| asked.path.ends_with("/interact"))
        .expect("interact was called");
    let found = url::form_urlencoded::parse(interact.body.as_bytes()).find(|(key, _)| key == name);
    found
        .unwrap_or_else(|| panic!("no `{name}` in {}", interact.body))
        .1
        .into_owned()
}

async fn to_password(browser: &mut Browser) -> Page {
    let identify = to_identify(browser, "/private/x").await;
    let reply = browser
        .submit(&identify, "identify", &[("identifier", "ada@example.com")])
        .await;
    reply.expect_form("challenge-authenticator")
}

/// Proves T3 IDP-17 CVE-2025-46815 GHSA-g4r8-mp7g-85fq: one callback of many at once redeems its code, and none later.
#[tokio::test]
async fn a_callback_is_good_once() {
    let cast = Watched::start().await;
    let Watched {
        engine,
        middle,
        gateway,
        ..
    } = &cast;
    let mut browser = gateway.browser();
    to_identify(&mut browser, "/private/x").await;
    let state = parameter(&middle.asked(), "state");
    let path = format!("/.interlock/callback?interaction_code=stolen&state={state}");
    let all = (0..20).map(|_| {
        let (mut tab, path) = (browser.clone(), path.clone());
        tokio::spawn(async move { tab.get(&path).await.status })
    });
    for done in all.collect::<Vec<_>>() {
        assert_ne!(done.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(engine.calls("token"), 1);
    // Also afterwards, when the first try has failed.
    let mut late = browser.clone();
    late.get(&path).await;
    assert_eq!(engine.calls("token"), 1);
    assert!(!late.cookies.contains_key("interlock"));
}

/// Proves T2 T4 IDP-16 CVE-2017-1000069: a callback is its own browser's alone.
#[tokio::test]
async fn another_browser_cannot_finish_a_sign_in() {
    let cast = Watched::start().await;
    let Watched {
        engine,
        middle,
        gateway,
        ..
    } = &cast;
    let mut begun = gateway.browser();
    let password = to_password(&mut begun).await;
    let state = parameter(&middle.asked(), "state");
    let path = format!("/.interlock/callback?interaction_code=attackers&state={state}");
    let mut stranger = gateway.browser();
    stranger.get(&path).await.expect(StatusCode::BAD_REQUEST);
    to_identify(&mut stranger, "/private/x").await;
    stranger.get(&path).await.expect(StatusCode::BAD_REQUEST);
    assert!(!stranger.cookies.contains_key("interlock"));
    assert_eq!(engine.calls("token"), 0);
    // And whose it is goes on.
    let landed = begun
        .submit(
            &password,
            "challenge-authenticator",
            &[("credentials.passcode", PASSWORD)],
        )
        .await;
    landed.expect(StatusCode::OK);
}

/// Proves T8 CVE-2023-48228 CVE-2024-23647 CVE-2022-31034 GHSA-2m7h-86qq-fp4v CVE-2024-21495 GHSA-c7vf-m394-m4x4: PKCE, state and nonce are fresh, and another issuer's callback is none.
#[tokio::test]
async fn each_sign_in_draws_its_own_secrets() {
    let cast = Watched::start().await;
    let Watched {
        engine,
        middle,
        gateway,
        ..
    } = &cast;
    let mut drawn = Vec::new();
    let mut browser = gateway.browser();
    for _ in 0..5 {
        browser = gateway.browser();
        to_identify(
            &mut browser,
            "/private/x?scopes=admin&prompt=none&code_challenge_method=plain",
        )
        .await;
        let asked = middle.asked();
        assert_eq!(parameter(&asked, "code_challenge_method"), "S256");
        assert!(!parameter(&asked, "scope").contains("admin"));
        for name in ["state", "nonce", "code_challenge"] {
            let value = parameter(&asked, name);
            assert!(value.len() >= 22, "{name}: {value}");
            assert!(!drawn.contains(&value), "{name} twice");
            drawn.push(value);
        }
    }
    let state = drawn[drawn.len() - 3].clone();
    let path = format!(
        "/.interlock/callback?interaction_code=x&state={state}&iss=https%3A%2F%2Fevil.example"
    );
    browser.get(&path).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(engine.calls("token"), 0);
}

/// Proves T9 IDP-19 GHSA-qgqp-xh8r-v73r CVE-2026-49443 GHSA-xp7f-xjjx-gwm8: what the form does not ask for is not sent on.
#[tokio::test]
async fn fields_of_the_browsers_own_choice_are_dropped() {
    let cast = Watched::start().await;
    let Watched {
        app,
        middle,
        gateway,
        ..
    } = &cast;
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/private/x").await;
    middle.asked();
    let form = identify.form("identify");
    let mut pairs = form.filled(&[("identifier", "ada@example.com")]);
    for (name, value) in [
        ("stateHandle", "smuggled"),
        ("href", "http://evil.example/"),
        ("method", "DELETE"),
        ("recipient", "smuggled"),
        ("authenticator.id", "smuggled"),
        ("interaction_handle", "smuggled"),
        ("code_verifier", "smuggled"),
        ("identifier", "smuggled"),
        ("f99", "smuggled"),
        ("__proto__", "smuggled"),
        ("credentials[passcode]", "smuggled"),
    ] {
        pairs.push((name.to_owned(), value.to_owned()));
    }
    let action = form.action.clone().unwrap_or_else(|| identify.url.clone());
    let reply = browser.post_pairs(&action, &pairs).await;
    browser
        .follow(reply)
        .await
        .expect_form("challenge-authenticator");
    let asked = middle.asked();
    let sent: Vec<_> = asked
        .iter()
        .filter(|asked| asked.path.contains("/idp/idx/identify"))
        .collect();
    assert_eq!(sent.len(), 1);
    let body: Value = serde_json::from_str(&sent[0].body).unwrap();
    assert_eq!(body["identifier"], "ada@example.com");
    assert!(
        asked.iter().all(|asked| !asked.body.contains("smuggled")),
        "{asked:?}"
    );
    // An answer without its fields advances nothing.
    let page = browser
        .get("/.interlock/sign-in")
        .await
        .expect_form("challenge-authenticator");
    let form = page.form("challenge-authenticator");
    let token: Vec<_> = form
        .filled(&[])
        .into_iter()
        .filter(|(name, _)| name == "t" || name == "rd")
        .collect();
    for pairs in [Vec::new(), token] {
        let reply = browser.post_pairs("/.interlock/sign-in", &pairs).await;
        browser
            .follow(reply)
            .await
            .expect_form("challenge-authenticator");
    }
    assert_eq!(app.requests(), 0);
}

/// Proves T3 IDP-08: one code, or a code in odd company, makes one session, whichever of the browser's requests asks for it.
#[tokio::test]
async fn a_code_that_comes_in_odd_company_makes_one_session() {
    let cast = Watched::start().await;
    let Watched {
        engine,
        middle,
        gateway,
        ..
    } = &cast;
    middle.change(|answer| {
        if answer.path.ends_with("/idp/idx/challenge/answer") && answer.status == StatusCode::OK {
            let mut document: Value = serde_json::from_slice(&answer.body).unwrap();
            document["remediation"] = serde_json::json!({"type": "array", "value": [{
                "name": "identify", "href": "http://127.0.0.1:1/idp/idx/identify", "method": "POST", "value": [{"name": "identifier"}],
            }]});
            answer.body = document.to_string().into();
        }
    });
    let mut browser = gateway.browser();
    let password = to_password(&mut browser).await;
    let form = password.form("challenge-authenticator");
    let answers = [("credentials.passcode", PASSWORD)];
    let tabs = (0..10).map(|_| {
        let (mut tab, page, form) = (browser.clone(), password.clone(), form.clone());
        tokio::spawn(async move {
            let reply = tab.post(&page, &form, &answers).await;
            assert!(!reply.status.is_server_error(), "{}", reply.status);
            tab
        })
    });
    let mut signed_in = Vec::new();
    for tab in tabs.collect::<Vec<_>>() {
        let tab = tab.await.unwrap();
        if tab.cookies.contains_key("interlock") {
            signed_in.push(tab);
        }
    }
    assert_eq!(engine.calls("token"), 1);
    // They are one session: whoever ends it ends it for all.
    assert!(!signed_in.is_empty());
    let mut first = signed_in.remove(0);
    sign_out(&mut first).await;
    for mut tab in signed_in {
        tab.get("/private/x").await.expect(StatusCode::FOUND);
    }
}

/// Proves T2 T3 IDP-18: what is too late or was given up ends without a session.
#[tokio::test]
async fn a_sign_in_that_is_too_late_signs_nobody_in() {
    let cast = Watched::start().await;
    let Watched { gateway, .. } = &cast;
    let answers = [("credentials.passcode", PASSWORD)];
    let mut late = gateway.browser();
    let password = to_password(&mut late).await;
    gateway.clock.advance(Duration::from_mins(31));
    let reply = late
        .post(
            &password,
            password.form("challenge-authenticator"),
            &answers,
        )
        .await;
    assert!(!late.cookies.contains_key("interlock"), "{}", reply.status);

    // Signing out in another tab ends the sign-in that is under way.
    let mut browser = ada(gateway).await;
    let session = browser.cookies["interlock"].clone();
    browser.cookies.remove("interlock");
    let password = to_password(&mut browser).await;
    browser.cookies.insert("interlock".to_owned(), session);
    sign_out(&mut browser).await;
    browser
        .post(
            &password,
            password.form("challenge-authenticator"),
            &answers,
        )
        .await;
    assert!(
        !browser.cookies.contains_key("interlock"),
        "{:?}",
        browser.cookies
    );
}

/// Proves T6 IDP-22: a link from a mail signs in nobody who has not begun.
#[tokio::test]
async fn a_mailed_link_in_another_browser_is_a_text() {
    let cast = Watched::start().await;
    let Watched {
        engine, gateway, ..
    } = &cast;
    let mut browser = gateway.browser();
    for (otp, status) in [
        ("123456", StatusCode::OK),
        ("Ab12", StatusCode::OK),
        ("123", StatusCode::BAD_REQUEST),
        ("1234567890123", StatusCode::BAD_REQUEST),
        ("<script>alert(1)</script>", StatusCode::BAD_REQUEST),
        ("12&state=x", StatusCode::BAD_REQUEST),
        ("call 555 0100", StatusCode::BAD_REQUEST),
        ("call5550100now", StatusCode::BAD_REQUEST),
        ("\u{661}\u{662}\u{663}\u{664}", StatusCode::BAD_REQUEST),
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(otp.as_bytes()).collect();
        let reply = browser
            .get(&format!(
                "/.interlock/callback?otp={encoded}&state=whatever"
            ))
            .await;
        let page = reply.expect(status).page();
        assert_eq!(
            page.texts(".number").concat().contains(otp),
            status == StatusCode::OK,
            "{otp}: {}",
            page.html
        );
        assert!(page.texts("script").is_empty(), "{}", page.html);
        assert!(
            status == StatusCode::OK || otp.len() < 8 || !page.html.contains(otp),
            "{otp}: {}",
            page.html
        );
    }
    assert!(browser.cookies.is_empty());
    assert_eq!(
        engine
            .control
            .calls()
            .iter()
            .filter(|(name, _)| name.starts_with("idx") || *name == "token")
            .count(),
        0
    );
}

/// Proves E2 T6: no code is guessed at by addresses: those of mails no oftener than in the page, others never.
#[tokio::test]
async fn codes_are_not_guessed_at_by_following_links() {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let gateway = Gateway::before(&app, &engine)
        .issuer(&middle.issuer())
        .more("[sign_in]\nanswers_per_minute = 5")
        .start()
        .await;
    let mut grace = gateway.browser();
    with_password(&mut grace, "/", "grace@example.com")
        .await
        .expect_form("challenge-authenticator");
    let state = parameter(&middle.asked(), "state");
    let link = |otp: &str| format!("/.interlock/callback?otp={otp}&state={state}");
    let before = engine.calls("idx/challenge/answer");
    let mut slowed = 0;
    for guess in 0..12 {
        let reply = grace.get(&link(&format!("00{guess:0>4}"))).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(reply.headers.contains_key("retry-after"));
            reply.page().form("challenge-authenticator");
            slowed += 1;
        }
    }
    assert_eq!(engine.calls("idx/challenge/answer") - before, 3);
    assert_eq!(slowed, 9);
    gateway.clock.advance(Duration::from_secs(30));
    let code = engine.code_for("grace@example.com").await;
    let landed = grace.get(&link(&code)).await;
    landed.expect(StatusCode::SEE_OTHER);
    assert!(grace.cookies.contains_key("interlock"), "{}", landed.text());

    // What an authenticator app shows never comes by a link.
    gateway.clock.advance(Duration::from_mins(2));
    drop(middle.asked());
    let mut alan = gateway.browser();
    let choice = with_password(&mut alan, "/", "alan@example.com").await;
    let choice = choice.expect_form("select-authenticator-authenticate");
    let form = choice.form("select-authenticator-authenticate");
    let app_button = form
        .buttons
        .iter()
        .find(|button| button.text.contains("Authenticator"))
        .map_or_else(
            || panic!("no app on {}", choice.html),
            |button| button.text.clone(),
        );
    alan.press(&choice, "select-authenticator-authenticate", &app_button)
        .await
        .expect_form("challenge-authenticator");
    let state = parameter(&middle.asked(), "state");
    let before = engine.calls("idx/challenge/answer");
    let path = format!("/.interlock/callback?otp={}&state={state}", engine.totp());
    alan.get(&path).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(engine.calls("idx/challenge/answer"), before);
    assert!(!alan.cookies.contains_key("interlock"));
}

/// Proves T1 T6: a link in a mail leads nobody who is signed in into another account, and a token that can't be good is not asked about.
#[tokio::test]
async fn a_link_with_a_token_moves_nobody_who_is_signed_in() {
    let mut stage = Stage::set().await;
    let begun = stage.engine.calls("interact");
    for name in ["recovery_token", "activation_token"] {
        let path = format!("/.interlock/sign-in?{name}=stolen&rd=%2Fprivate%2F");
        let reply = stage.ada.get(&path).await;
        reply.expect(StatusCode::SEE_OTHER);
        assert_eq!(reply.location(), "/private/");
    }
    stage.ada.get("/private/").await.expect(StatusCode::OK);
    let mut stranger = stage.gateway.browser();
    let activation = "/.interlock/sign-in?activation_token=stolen";
    stranger
        .get(activation)
        .await
        .expect(StatusCode::BAD_REQUEST);
    assert_eq!(stage.engine.calls("interact"), begun);
    let recovery = "/.interlock/sign-in?recovery_token=stolen";
    stranger.get(recovery).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(stage.engine.calls("interact"), begun + 1);
}

/// Proves T1 CVE-2023-45128 CVE-2023-45141: a page's token is bound to its transaction and step.
#[tokio::test]
async fn a_token_of_another_page_is_none() {
    let cast = Watched::start().await;
    let Watched {
        engine, gateway, ..
    } = &cast;
    let (mut mine, mut theirs) = (gateway.browser(), gateway.browser());
    let page = to_identify(&mut mine, "/private/x").await;
    to_identify(&mut theirs, "/private/x").await;
    let form = page.form("identify");
    let mut fields = HeaderMap::new();
    fields.insert(
        "content-type",
        "application/x-www-form-urlencoded".parse().unwrap(),
    );
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form.filled(&[("identifier", "ada@example.com")]))
        .finish();
    theirs
        .send(
            Method::POST,
            "/.interlock/sign-in",
            fields,
            Bytes::from(body),
        )
        .await;
    assert_eq!(engine.calls("idx/identify"), 0);
}
