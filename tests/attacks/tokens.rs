//! Bearer tokens that somebody made up. That each claim and header is judged with good signatures too is shown beside
//! the verifier (`src/token/tests`); here nothing but refusals may come of them, and no call.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use interlock::clock::Clock;
use serde_json::{Value, json};

use crate::{
    row::{Must, Row, get, request, row},
    stage::{Stage, routes, status},
    support::{
        app::App, canary::Canary, gateway::Gateway, middle::Middle, person::ada,
        raw_socket::exchange,
    },
};

const REFUSED: Must = Must::Answer(&[401]);

#[expect(clippy::too_many_lines, reason = "it is a list")]
fn elsewhere() -> Vec<Row> {
    vec![
        row("J8", get("/api/x?access_token={token}", ""), REFUSED),
        row(
            "J8",
            get(
                "/api/x",
                "X-Access-Token: {token}\r\nX-Forwarded-Access-Token: {token}",
            ),
            REFUSED,
        ),
        row(
            "J8",
            get(
                "/api/x",
                "Cookie: access_token={token}; Authorization=Bearer {token}",
            ),
            REFUSED,
        ),
        row(
            "J8",
            request(
                "POST",
                "/api/x",
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0",
            ),
            REFUSED,
        ),
        row(
            "J8",
            get(
                "/api/x",
                "Authorization: Bearer {token}\r\nAuthorization: Bearer {token}",
            ),
            Must::Refuse,
        ),
        row(
            "J8",
            get("/api/x", "Authorization: Bearer {token}, Bearer {token}"),
            REFUSED,
        ),
        row("J8", get("/api/x", "Authorization: Token {token}"), REFUSED),
        row("J8", get("/api/x", "Authorization: Bearer"), REFUSED),
        row(
            "J8",
            get("/api/x", "Authorization: Bearer {token} {token}"),
            REFUSED,
        ),
        row(
            "J4",
            get("/api/x", "Authorization: Bearer {token}."),
            REFUSED,
        ),
        row(
            "J4",
            get("/api/x", "Authorization: Bearer .{token}"),
            REFUSED,
        ),
        row(
            "J4",
            get("/api/x", "Authorization: Bearer {token}="),
            REFUSED,
        ),
        row(
            "J4",
            get("/api/x", "Authorization: Bearer {token}A"),
            REFUSED,
        ),
        row(
            "J4 J12 CVE-2025-30204 CVE-2025-22868 CVE-2025-27144",
            get(
                "/api/x",
                &format!("Authorization: Bearer {}", ".".repeat(10_000)),
            ),
            REFUSED,
        ),
        row(
            "J4 L1",
            get(
                "/api/x",
                &format!("Authorization: Bearer {}", "A".repeat(40_000)),
            ),
            REFUSED,
        ),
        row(
            "J12",
            get("/api/x", "Authorization: Bearer \u{e9}.\u{e9}.\u{e9}"),
            REFUSED,
        ),
        row(
            "J12 CVE-2026-34986 CVE-2024-21664",
            get("/api/x", "Authorization: Bearer e30.e30.e30"),
            REFUSED,
        ),
        row(
            "J12",
            get("/api/x", "Authorization: Bearer bnVsbA.bnVsbA.bnVsbA"),
            REFUSED,
        ),
        row(
            "J8",
            get("/api/x", "Authorization: Bearer {token}"),
            Must::Reach(|_| Ok(())),
        ),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    elsewhere()
}

#[tokio::test]
async fn a_token_stands_in_one_place_in_one_form() {
    Stage::set().await.judge(&rows()).await;
}

/// The parts of a good token.
struct Parts {
    header: Value,
    claims: Value,
    signature: String,
}

impl Parts {
    fn of(token: &str) -> Self {
        let parts: Vec<_> = token.split('.').collect();
        let read =
            |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        Self {
            header: read(parts[0]),
            claims: read(parts[1]),
            signature: parts[2].to_owned(),
        }
    }

    fn with(&self, header: &Value, claims: &Value, signature: &str) -> String {
        let mut whole = self.header.clone();
        whole
            .as_object_mut()
            .unwrap()
            .extend(header.as_object().unwrap().clone());
        let mut all = self.claims.clone();
        all.as_object_mut()
            .unwrap()
            .extend(claims.as_object().unwrap().clone());
        format!(
            "{}.{}.{signature}",
            encode(&whole.to_string()),
            encode(&all.to_string())
        )
    }

    /// The same claims under a header of the attacker's.
    fn headed(&self, header: &Value) -> String {
        self.with(header, &json!({}), &self.signature)
    }
}

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn forged(token: &str, canary: &str) -> Vec<(&'static str, String)> {
    let parts = Parts::of(token);
    let none = json!({});
    let (head, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let mut all = vec![
        ("J1 CVE-2015-2951 CVE-2015-2964 CVE-2026-29000", parts.with(&json!({"alg": "none"}), &none, "")),
        ("J1", parts.with(&json!({"alg": "none"}), &none, "AA")),
        ("J1", parts.headed(&json!({"alg": "NONE"}))),
        ("J1", parts.headed(&json!({"alg": ""}))),
        ("J1", parts.headed(&json!({"alg": null}))),
        ("J1", parts.headed(&json!({"alg": ["RS256"]}))),
        ("J1 CVE-2015-9235 CVE-2016-10555 CVE-2016-5431 CVE-2017-11424 CVE-2022-29217 CVE-2026-33322 GHSA-5cx5-wh4m-82fh", parts.headed(&json!({"alg": "HS256"}))),
        ("J1 CVE-2019-12995", parts.headed(&json!({"alg": "ES256"}))),
        ("J1", parts.headed(&json!({"alg": "PS256"}))),
        ("J1", parts.headed(&json!({"alg": "RS1"}))),
        ("J2 CVE-2018-0114 CVE-2026-27962 GHSA-wvwj-cvrp-7pv5", parts.headed(&json!({"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "kid": "mine"}))),
        ("J2", parts.headed(&json!({"jku": format!("{canary}/keys"), "kid": "mine"}))),
        ("J2", parts.headed(&json!({"x5u": format!("{canary}/chain.pem"), "kid": "mine"}))),
        ("J2", parts.headed(&json!({"x5c": [STANDARD.encode("x")], "kid": "mine"}))),
        ("J2", parts.with(&none, &json!({"iss": format!("{canary}/oauth2/default")}), &parts.signature)),
        ("J3", parts.headed(&json!({"kid": format!("{canary}/key")}))),
        ("J3", parts.headed(&json!({"kid": "../../../../dev/null"}))),
        ("J3", parts.headed(&json!({"kid": "' OR 1=1 --"}))),
        ("J3", parts.headed(&json!({"kid": "k".repeat(4000)}))),
        ("J3", parts.headed(&json!({"kid": 1}))),
        ("J5 CVE-2025-59420 CVE-2026-32597 CVE-2026-35042 GHSA-hm7r-c7qw-ghp6", parts.headed(&json!({"crit": ["x"], "x": 1}))),
        ("J5", parts.headed(&json!({"crit": []}))),
        ("J5", parts.headed(&json!({"b64": false, "crit": ["b64"]}))),
        ("J5 CVE-2024-28180 CVE-2024-28122 CVE-2025-63811 CVE-2024-33664", parts.headed(&json!({"zip": "DEF"}))),
        ("J5 GHSA-2c7c-3mj9-8fqh CVE-2023-49290 CVE-2023-50658", parts.headed(&json!({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2_147_483_647u32}))),
        ("J5", format!("{head}.{claims}.{signature}.AA.AA")),
        ("J4 CVE-2022-39227 CVE-2016-9122", encode(&json!({"payload": claims, "signatures": [{"protected": head, "signature": signature}]}).to_string())),
        ("J4 CVE-2022-39227", format!("{{\"{head}.{claims}.{signature}\":1}}")),
        ("J4", format!("{head}.{}.{signature}", encode("{\"sub\":\"a\",\"sub\":\"b\"}"))),
        ("J4 CVE-2026-48042", format!("{head}.{}.{signature}", encode(&"[".repeat(4000)))),
        ("J4", format!("{head}.{}.{signature}", encode("[]"))),
        ("J4", format!("{head}..{signature}")),
        ("J4", format!("{head}.{claims}.")),
        ("J4", format!("{head}.{claims}")),
        ("J4", format!("{head}.{claims}.{}", STANDARD.encode("+/+/"))),
        ("CVE-2022-21449", format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode([0; 64]))),
        ("J6", parts.with(&none, &json!({"exp": 99_999_999_999u64}), &parts.signature)),
        ("J12 CVE-2019-7644 CVE-2024-51744 GHSA-29wx-vh33-7x7r", parts.with(&none, &json!({"exp": 1, "iss": "evil"}), "AAAA")),
    ];
    let reordered: String = signature.chars().rev().collect();
    all.push(("J12", format!("{head}.{claims}.{reordered}")));
    all
}

/// What the forgeries stand for.
pub(crate) fn named() -> Vec<&'static str> {
    let forged = forged("e30.e30.AAAA", "");
    forged.into_iter().map(|(proves, _)| proves).collect()
}

/// Proves J1 J2 J3 J4 J5 J6 J12 and what each row names: one answer for all of them, and no call to anybody.
#[tokio::test]
async fn a_forged_token_is_refused_without_a_reason_and_without_a_call() {
    let stage = Stage::set().await;
    let canary = Canary::start().await;
    let (keys, before) = (stage.engine.calls("keys"), stage.app.requests());
    for (proves, token) in forged(&stage.token, &canary.url()) {
        for target in ["/api/x", "/optional/x", "/private/x"] {
            let sent = get(target, &format!("Authorization: Bearer {token}"));
            let answer = exchange(stage.gateway.address, &stage.filled(sent.as_bytes())).await;
            assert_eq!(status(&answer), 401, "{proves} {token}: {answer}");
            let challenge = answer
                .lines()
                .find(|line| line.to_ascii_lowercase().starts_with("www-authenticate"));
            assert_eq!(
                challenge,
                Some("www-authenticate: Bearer error=\"invalid_token\""),
                "{proves}: {answer}"
            );
            for told in ["signature", "expired", "issuer", "kid", "algorithm"] {
                assert!(!answer.contains(told), "{proves}: {told} in {answer}");
            }
        }
    }
    canary.assert_alone("a token named it");
    assert_eq!(stage.app.requests(), before);
    assert!(
        stage.engine.calls("keys") <= keys + 1,
        "unknown kids caused {} fetches",
        stage.engine.calls("keys") - keys
    );
    stage.honest(before).await.unwrap();
}

/// Proves J7 GHSA-wcvh-g65p-v576: an ID token and a logout token are no access tokens.
#[tokio::test]
async fn a_good_signature_does_not_make_an_access_token() {
    let app = App::echo().await;
    let (middle, engine) = Middle::and_engine(|_| {}).await;
    let (tell, told) = std::sync::mpsc::channel();
    middle.change(move |answer| {
        if answer.path.ends_with("/v1/token") {
            let document: Value = serde_json::from_slice(&answer.body).unwrap();
            let _ = tell.send(document["id_token"].as_str().unwrap_or_default().to_owned());
        }
    });
    let plan = Gateway::before(&app, &engine).issuer(&middle.issuer());
    let gateway = routes(plan)
        .route("path = \"/*\"\nupstream = \"app\"")
        .start()
        .await;
    ada(&gateway).await;
    let id_token = told.recv().unwrap();
    let now = engine.clock.unix();
    let (issuer, sub) = (middle.issuer(), "ada@example.com");
    let logout = json!({
        "iss": issuer, "aud": "api://default", "iat": now, "exp": now + 120, "jti": "j", "sub": sub, "cid": "interlock-demo", "scp": ["openid"],
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    let logout = engine.control.logout_token(&logout).unwrap();
    let before = app.requests();
    for (what, token) in [("ID token", id_token), ("logout token", logout)] {
        let sent = get("/api/x", &format!("Authorization: Bearer {token}"))
            .replace("{host}", &gateway.address.to_string());
        let answer = exchange(gateway.address, sent.as_bytes()).await;
        assert_eq!(status(&answer), 401, "{what}: {answer}");
    }
    assert_eq!(app.requests(), before);
}

/// Proves J10 CVE-2021-32701 GHSA-vfvf-6gx5-mqv6 GHSA-qvp4-rpmr-xwrr CVE-2026-33496 GHSA-4mq7-pvjg-xp2r CVE-2026-35039 GHSA-rp9m-7r4c-75qg: what a remembered token may do is asked every time.
#[tokio::test]
async fn a_remembered_token_is_judged_by_each_route() {
    let stage = Stage::with(|plan| {
        plan.route("path = \"/api/write\"\naccess = \"token\"\nupstream = \"app\"\nrequire = { scopes = [\"orders:write\"] }")
    })
    .await;
    let bearer = "Authorization: Bearer {token}";
    for _ in 0..3 {
        for (target, expected) in [("/api/x", 200), ("/api/write", 403), ("/private/x", 200)] {
            let answer = exchange(
                stage.gateway.address,
                &stage.filled(get(target, bearer).as_bytes()),
            )
            .await;
            assert_eq!(status(&answer), expected, "{target}: {answer}");
        }
    }
    // The same token but for one character, right after it was remembered.
    let mut near = stage.token.clone();
    let last = near.pop().unwrap();
    near.push(if last == 'A' { 'Q' } else { 'A' });
    let answer = exchange(
        stage.gateway.address,
        &stage.filled(get("/api/x", &format!("Authorization: Bearer {near}")).as_bytes()),
    )
    .await;
    assert_eq!(status(&answer), 401, "{answer}");
}
