//! An authorization server whose words are meant for the browser, or that never stops talking.

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use interlock::engine::Fault;
use serde_json::{Value, json};

use crate::{
    stage::{Watched, routes},
    support::{
        app::App,
        browser::Browser,
        gateway::Gateway,
        middle::{Answer, Middle},
        person::{PASSWORD, ada, to_identify},
    },
};

/// Changes what `introspect` says.
fn saying(middle: &Middle, change: impl Fn(&mut Value) + Send + 'static) {
    middle.change(move |answer| edit(answer, &change));
}

fn edit(answer: &mut Answer, change: &impl Fn(&mut Value)) {
    if answer.path.ends_with("/introspect")
        && let Ok(mut document) = serde_json::from_slice::<Value>(&answer.body)
    {
        change(&mut document);
        answer.body = document.to_string().into();
    }
}

const MARKUP: &str = "\"'></style></title><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>\u{202e}";

/// Proves IDP-05 X1 X3 CVE-2019-1010247 CVE-2021-32792 CVE-2026-33525 GHSA-gmfg-3v4q-9qr4 CVE-2026-42849 CVE-2023-52430 CVE-2024-21496 RUSTSEC-2025-0071: words of the server are words.
#[tokio::test]
async fn markup_from_the_server_is_text() {
    let cast = Watched::start().await;
    let Watched {
        middle, gateway, ..
    } = &cast;
    saying(middle, |document| {
        document["messages"] = json!({"type": "array", "value": [{"message": MARKUP, "class": "ERROR", "i18n": {"key": MARKUP, "params": [MARKUP]}}]});
        document["app"] =
            json!({"type": "object", "value": {"name": MARKUP, "label": MARKUP, "id": MARKUP}});
        for form in document["remediation"]["value"].as_array_mut().unwrap() {
            for field in form["value"].as_array_mut().into_iter().flatten() {
                if field["name"] == "identifier" {
                    field["label"] = MARKUP.into();
                    field["value"] = MARKUP.into();
                }
            }
        }
    });
    let reply = gateway.browser().visit("/private/x").await;
    let page = reply.expect(StatusCode::OK).page();
    assert!(
        page.texts("script").is_empty() && page.texts("svg[onload]").is_empty(),
        "{}",
        page.html
    );
    assert!(
        page.attributes("*", "onerror").is_empty() && page.attributes("*", "onload").is_empty()
    );
    assert!(
        page.text().contains("<script>alert(1)</script>"),
        "it is shown, as text"
    );
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{policy}"
    );
}

/// Proves IDP-05 IDP-07 L1: enormous or countless words are bounded, and odd names collide with nothing of ours.
#[tokio::test]
async fn what_the_server_says_is_bounded() {
    let cast = Watched::start().await;
    let Watched {
        middle, gateway, ..
    } = &cast;
    saying(middle, |document| {
        document["messages"] =
            json!({"type": "array", "value": [{"message": "x".repeat(500_000), "class": "ERROR"}]});
    });
    let reply = gateway.browser().visit("/private/x").await;
    assert!(reply.body.len() < 100_000, "{} octets", reply.body.len());
    saying(middle, |document| {
        let fields: Vec<_> = (0..3_000)
            .map(|number| json!({"name": format!("field{number}"), "label": "Field"}))
            .collect();
        document["remediation"]["value"][0]["value"] = fields.into();
    });
    let reply = gateway.browser().visit("/private/x").await;
    assert!(reply.body.len() < 1_000_000, "{} octets", reply.body.len());
    saying(middle, |document| {
        let names = [
            "__proto__",
            "constructor",
            "csrf",
            "t",
            "rd",
            "a",
            "note",
            "identifier",
            "identifier",
            "stateHandle2",
            "",
        ];
        let mut fields: Vec<_> = names
            .iter()
            .map(|name| json!({"name": name, "label": name}))
            .collect();
        fields.push(json!({"name": "stateHandle", "required": true, "value": "02", "visible": false, "mutable": false}));
        document["remediation"]["value"][0]["value"] = fields.into();
    });
    let mut browser = gateway.browser();
    let reply = browser.visit("/private/x").await;
    let page = reply.expect(StatusCode::OK).page();
    let form = page.form("identify");
    let count = |name: &str| {
        form.controls
            .iter()
            .filter(|control| control.name == name)
            .count()
    };
    assert_eq!((count("t"), count("rd")), (1, 1), "{form:#?}");
    let tokens: Vec<_> = form
        .controls
        .iter()
        .filter(|control| control.name == "t")
        .map(|control| control.kind.as_str())
        .collect();
    assert_eq!(tokens, ["hidden"]);
}

/// Proves IDP-04 CVE-2024-21637 CVE-2026-29191 CVE-2026-29192: a person is sent to the web and nowhere else.
#[tokio::test]
async fn a_redirect_of_the_server_is_no_script() {
    let cast = Watched::start().await;
    let Watched {
        middle, gateway, ..
    } = &cast;
    for href in [
        "javascript:alert(document.domain)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>x</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "http://evil.example/",
        "//evil.example/",
        "https://user@evil.example/",
        "blob:https://a/b",
        "https://evil.example\r\nSet-Cookie: a=b",
        "",
    ] {
        saying(middle, move |document| {
            document["remediation"]["value"] = json!([{"name": "redirect-idp", "type": "X", "idp": {"id": "0oa1", "name": "X"}, "href": href, "method": "GET"}]);
        });
        let mut browser = gateway.browser();
        let reply = browser.visit("/private/x").await;
        assert!(
            !reply.status.is_server_error() || reply.status == StatusCode::BAD_GATEWAY,
            "{href:?}: {}",
            reply.status
        );
        let page = reply.page();
        for target in page
            .attributes("a", "href")
            .into_iter()
            .chain(page.attributes("form", "action"))
        {
            assert!(
                target.starts_with('/') || target.starts_with('#') || target.starts_with('?'),
                "{href:?}: {target}"
            );
            if target.starts_with("/.interlock/sign-in/go") {
                let gone = browser.get(&target).await;
                let away = gone
                    .headers
                    .get("location")
                    .map(|to| to.to_str().unwrap().to_owned());
                assert!(
                    away.as_ref()
                        .is_none_or(|to| to.starts_with("/.interlock/")),
                    "{href:?} led to {away:?}"
                );
                assert!(
                    !gone.headers.contains_key("set-cookie")
                        || !format!("{:?}", gone.headers).contains("a=b")
                );
            }
        }
    }
}

/// Proves IDP-06: pictures are small PNGs or nothing.
#[tokio::test]
async fn pictures_of_the_server_are_pictures() {
    let cast = Watched::start().await;
    let Watched {
        middle, gateway, ..
    } = &cast;
    for href in [
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "http://evil.example/x.png",
        "javascript:alert(1)",
        "data:image/png;base64,####",
    ] {
        saying(middle, move |document| {
            document["currentAuthenticator"] = json!({"type": "object", "value": {
                "type": "app", "key": "google_otp", "displayName": "X", "contextualData": {"qrcode": {"method": "embedded", "href": href, "type": "image/png"}, "sharedSecret": "ABC"}}});
            document["app"] = json!({"type": "object", "value": {"name": "x", "label": "x", "id": "x", "logo": {"href": href}}});
        });
        let page = gateway.browser().visit("/private/x").await.page();
        for source in page
            .attributes("img", "src")
            .into_iter()
            .chain(page.attributes("link", "href"))
        {
            assert!(
                source.starts_with("/.interlock/assets/"),
                "{href}: {source}"
            );
        }
        assert!(
            !page.html.contains("evil.example") && !page.html.contains("onload="),
            "{}",
            page.html
        );
    }
}

/// Proves IDP-21: what the server says in fields ends at the gateway.
#[tokio::test]
async fn fields_of_the_server_do_not_reach_the_browser() {
    let cast = Watched::start().await;
    let Watched {
        middle, gateway, ..
    } = &cast;
    middle.change(|answer| {
        for (name, value) in [
            ("set-cookie", "sid=stolen; Path=/"),
            ("access-control-allow-origin", "*"),
            ("content-security-policy", "default-src *"),
            ("refresh", "0; url=https://evil.example/"),
            ("link", "<https://evil.example>; rel=preload"),
            ("x-evil", "evil"),
        ] {
            answer.headers.insert(name, HeaderValue::from_static(value));
        }
    });
    let mut browser = gateway.browser();
    let identify = to_identify(&mut browser, "/private/x").await;
    let password = browser
        .post(
            &identify,
            identify.form("identify"),
            &[("identifier", "ada@example.com")],
        )
        .await;
    let shown = browser.follow(password.clone()).await;
    for reply in [&password, &shown] {
        for name in ["access-control-allow-origin", "refresh", "link", "x-evil"] {
            assert!(!reply.headers.contains_key(name), "{name}");
        }
        assert!(
            !format!("{:?}", reply.headers).contains("stolen")
                && !reply.text().contains("evil.example")
        );
    }
    assert!(
        shown.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["interlock-tx"]);
}

/// What a step ends in where the engine answers like this: a plain page in bounded time, and others unaffected.
async fn is_plain(browser: &mut Browser, what: &str) {
    let started = std::time::Instant::now();
    let reply = browser.visit("/private/x").await;
    assert!(
        started.elapsed() < std::time::Duration::from_secs(8),
        "{what} took {:?}",
        started.elapsed()
    );
    assert!(
        matches!(reply.status.as_u16(), 200 | 502 | 503 | 504),
        "{what}: {}",
        reply.status
    );
    assert!(!browser.cookies.contains_key("interlock"), "{what}");
    reply.page().h1();
}

/// Proves IDP-11 L1 CVE-2026-26998 GHSA-fw45-f5q2-2p4x CVE-2024-34364: answers without end, of any size, broken or nonsense.
#[tokio::test]
async fn no_answer_holds_the_gateway_up() {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let timeouts = "timeout = \"2s\"\nconnect_timeout = \"1s\"";
    let plan = routes(Gateway::before(&app, &engine).issuer(&middle.issuer()))
        .route("path = \"/*\"\nupstream = \"app\"");
    let gateway = plan.authorization_server(timeouts).start().await;
    let mut signed_in = ada(&gateway).await;
    for fault in [
        Fault::Endless,
        Fault::Huge { bytes: 50_000_000 },
        Fault::Drop,
        Fault::Empty,
        Fault::Html,
        Fault::Truncated,
        Fault::Lost,
        Fault::Status {
            status: 200,
            retry_after: None,
        },
        Fault::Delay { ms: 4_000 },
    ] {
        for endpoint in ["interact", "idx/introspect"] {
            engine.control.break_endpoint(endpoint, fault.clone());
            is_plain(&mut gateway.browser(), &format!("{endpoint}: {fault:?}")).await;
            signed_in.get("/private/x").await.expect(StatusCode::OK);
            engine.control.clear_faults();
        }
    }
    for body in [
        "[".repeat(100_000),
        "{\"remediation\":".repeat(20_000),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        "{\"stateHandle\":1}".to_owned(),
        "{\"remediation\":{\"value\":[{}]}}".to_owned(),
        "{\"remediation\":{\"value\":{}}}".to_owned(),
        "\u{0}".to_owned(),
        "{\"a\":1e999}".to_owned(),
    ] {
        let told = Bytes::from(body.clone());
        middle.change(move |answer| {
            if answer.path.ends_with("/introspect") || answer.path.ends_with("/interact") {
                answer.body = told.clone();
            }
        });
        is_plain(
            &mut gateway.browser(),
            &body.chars().take(40).collect::<String>(),
        )
        .await;
    }
    // A compressed answer is one that nobody asked for.
    middle.change(|answer| {
        if answer.path.ends_with("/introspect") {
            answer
                .headers
                .insert("content-encoding", HeaderValue::from_static("gzip"));
        }
    });
    is_plain(&mut gateway.browser(), "gzip").await;
    middle.leave_alone();
    ada(&gateway).await;
}

/// Calls of the sign-in itself since this was last asked.
fn engine_calls(middle: &Middle) -> usize {
    let asked = middle.asked();
    let engine = asked
        .iter()
        .filter(|asked| asked.path.contains("/idp/idx/"));
    engine.count()
}

/// Proves E1 IDP-20 CVE-2026-23511 GHSA-pvm5-9frx-264r CVE-2026-32595 CVE-2026-41263 CVE-2026-44332 GHSA-g5vh-55hw-rxm8: where the server hides who exists, so do the pages.
#[tokio::test]
async fn the_gateway_adds_no_difference_between_people() {
    let app = App::echo().await;
    let (middle, engine) =
        Middle::and_engine(|settings| settings.org.prevent_enumeration = true).await;
    let plan = routes(Gateway::before(&app, &engine).issuer(&middle.issuer()));
    let gateway = plan
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    let mut seen = Vec::new();
    for person in ["ada@example.com", "nobody@example.com"] {
        let mut browser = gateway.browser();
        let identify = to_identify(&mut browser, "/private/x").await;
        middle.asked();
        let password = browser
            .submit(&identify, "identify", &[("identifier", person)])
            .await;
        let calls = engine_calls(&middle);
        let Some(form) = password
            .page()
            .forms
            .iter()
            .find(|form| form.remediation.as_deref() == Some("challenge-authenticator"))
            .cloned()
        else {
            panic!("{person}: {}", password.text());
        };
        let page = password.page();
        let wrong = browser
            .post(&page, &form, &[("credentials.passcode", "wrong password")])
            .await;
        let after = engine_calls(&middle);
        let shown = browser.follow(wrong.clone()).await;
        let names: Vec<_> = shown.headers.keys().map(ToString::to_string).collect();
        let said = shown.page().text().replace(person, "PERSON");
        seen.push((
            password.status,
            wrong.status,
            shown.status,
            names,
            said,
            calls,
            after,
        ));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(!seen[0].4.contains(PASSWORD));
}
