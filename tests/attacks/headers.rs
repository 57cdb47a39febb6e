//! Identity that a client brings along, and fields that belong to a connection.

use crate::{
    row::{Must, NOBODY, Row, exactly, get, get_as_ada, nowhere, post, request, row, without},
    stage::Stage,
    support::app::Seen,
};

const FORGED: &str = "forged-by-client";

fn clean(seen: &Seen) -> Result<(), String> {
    nowhere(seen, FORGED)
}

/// Ada and nobody else, each field once.
fn ada(seen: &Seen) -> Result<(), String> {
    clean(seen)?;
    exactly(seen, "x-auth-request-email", &["ada@example.com"])?;
    for name in [
        "x-auth-request-user",
        "x-interlock-assertion",
        "authorization",
    ] {
        let found = seen.all(name).len();
        if found != 1 {
            return Err(format!("`{name}` stands {found} times"));
        }
    }
    Ok(())
}

fn anonymous(seen: &Seen) -> Result<(), String> {
    clean(seen)?;
    without(
        seen,
        &[
            "x-auth-request-user",
            "x-auth-request-email",
            "x-interlock-assertion",
        ],
    )
}

fn one_hop(seen: &Seen) -> Result<(), String> {
    clean(seen)?;
    exactly(seen, "x-forwarded-for", &["127.0.0.1"])?;
    exactly(seen, "x-forwarded-proto", &["http"])?;
    without(
        seen,
        &[
            "forwarded",
            "x-real-ip",
            "x-forwarded-prefix",
            "x-forwarded-server",
        ],
    )
}

fn no_connection_fields(seen: &Seen) -> Result<(), String> {
    clean(seen)?;
    without(
        seen,
        &[
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "x-nominated",
            "expect",
        ],
    )
}

/// Spellings that an app server may fold into the fields that the gateway sets.
const SPELLINGS: [&str; 22] = [
    "X-Auth-Request-User",
    "x-auth-request-user",
    "X_Auth_Request_User",
    "X-Auth_Request-User",
    "X.Auth.Request.User",
    "X-Auth-Request-Email",
    "X_AUTH_REQUEST_EMAIL",
    "X-Auth-Request-Groups",
    "X-Auth-Request-Anything",
    "X-Interlock-Assertion",
    "X_Interlock_Assertion",
    "x-interlock.assertion",
    "X-Forwarded-User",
    "X_Forwarded_User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Access-Token",
    "Remote-User",
    "Remote_User",
    "Remote-Groups",
    "X-Department",
    "X_Department",
];

fn spellings() -> impl Iterator<Item = Row> {
    SPELLINGS.iter().flat_map(|name| {
        let field = format!("{name}: {FORGED}");
        [
            row(
                "H1 H2 H4 H11 CVE-2017-6062 CVE-2025-64484 GHSA-vjrc-mh2v-45x6 CVE-2026-52845 GHSA-f59h-q822-g45g",
                get("/public/x", &field),
                Must::Reach(anonymous),
            ),
            row(
                "H1 H2 CVE-2026-54763 GHSA-x677-9fxg-v5c5 CVE-2026-33433 GHSA-qr99-7898-vr7c",
                get_as_ada("/private/x", &field),
                Must::Reach(ada),
            ),
            row(
                "H3 CVE-2026-30851 GHSA-7r4p-vjf4-gxv4",
                get_as_ada("/mapped/x", &field),
                Must::Reach(ada),
            ),
            row(
                "H1 H4 CVE-2017-6413",
                get("/api/x", &format!("Authorization: Bearer {{token}}\r\n{field}")),
                Must::Reach(clean),
            ),
            row("H4 H11", get("/optional/x", &field), Must::Reach(anonymous)),
            row("H11 D3 CVE-2022-29165 GHSA-r642-gv9p-2wjj", get("/private/x", &field), NOBODY),
        ]
    })
}

fn duplicates() -> Vec<Row> {
    let twice = format!(
        "X-Auth-Request-User: {FORGED}\r\nX-Auth-Request-User: {FORGED}-2\r\nx_auth_request_user: {FORGED}"
    );
    vec![
        row(
            "H1 CVE-2026-45045 GHSA-gcfq-8gqf-4876",
            get_as_ada("/private/x", &twice),
            Must::Reach(ada),
        ),
        row(
            "H4",
            request(
                "OPTIONS",
                "/public/x",
                &format!("Access-Control-Request-Method: GET\r\nOrigin: http://a\r\n{twice}"),
            ),
            Must::Reach(anonymous),
        ),
        row(
            "H4",
            request("HEAD", "/public/x", &twice),
            Must::Reach(anonymous),
        ),
        row(
            "H4 H11",
            request(
                "OPTIONS",
                "/private/x",
                &format!("Access-Control-Request-Method: GET\r\nOrigin: http://a\r\n{twice}"),
            ),
            NOBODY,
        ),
        row("H4 H11", get("/nowhere", &twice), Must::Answer(&[404])),
        // Hidden behind a bare line feed, which ends a line for this parser too.
        row(
            "H2 H4",
            get("/public/x", &format!("A: b\nX-Auth-Request-User: {FORGED}")),
            Must::Reach(anonymous),
        ),
        row(
            "H2",
            {
                let mut odd = get("/public/x", "X-Odd: a").into_bytes();
                let at = odd.windows(5).position(|w| w == b"X-Odd").unwrap();
                odd.splice(at..at + 5, *b"X\xffuth");
                odd
            },
            Must::Refuse,
        ),
        row(
            "H2",
            get("/public/x", &format!("X-Auth-Request-User\0: {FORGED}")),
            Must::Refuse,
        ),
        row(
            "H2",
            get("/public/x", &format!("X-Auth-Request-User : {FORGED}")),
            Must::Refuse,
        ),
        // The identity of another proxy, signed or not, is nobody's here.
        row(
            "H11 CVE-2024-8901",
            get(
                "/private/x",
                "x-amzn-oidc-data: e30.e30.x\r\nx-goog-iap-jwt-assertion: e30.e30.x\r\nCf-Access-Jwt-Assertion: e30.e30.x",
            ),
            NOBODY,
        ),
        row(
            "H11 D1 CVE-2023-27487",
            get(
                "/private/x",
                "X-Envoy-Original-Path: /public/x\r\nX-Envoy-Internal: true",
            ),
            NOBODY,
        ),
    ]
}

fn hop_by_hop() -> Vec<Row> {
    let ada_named = |connection: &str| {
        format!(
            "GET /private/x HTTP/1.1\r\nHost: {{host}}\r\nCookie: {{cookie}}\r\n{connection}\r\n\r\n"
        )
    };
    vec![
        row("H5 GHSA-w9mr-28mw-j8hg", ada_named("Connection: close, X-Auth-Request-User, X-Auth-Request-Email, Authorization, X-Interlock-Assertion"), Must::Reach(ada)),
        row("H5 CVE-2026-29054 GHSA-92mv-8f8w-wq52", ada_named("Connection: close\r\nConnection: x-auth-request-EMAIL,x-interlock-assertion"), Must::Reach(ada)),
        row("H5 CVE-2021-33197", ada_named("Connection:\r\nConnection: X-Auth-Request-User\r\nConnection: close"), Must::Reach(ada)),
        row("H5 CVE-2024-45410 GHSA-62c8-mh53-4cqv CVE-2025-48865 GHSA-q7p4-7xjv-j3wf CVE-2021-32813 GHSA-m697-4v8f-55qg", ada_named("Connection: close, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, X-Real-IP"), Must::Reach(one_hop)),
        row("H5 H6", get("/public/x", "").replace("Connection: close", "Connection: close, X-Nominated\r\nX-Nominated: a"), Must::Reach(no_connection_fields)),
        row("H5", ada_named("Connection: close, Cookie"), NOBODY),
        row("H5", ada_named("Connection: Host"), Must::Refuse),
        row("H6 S7", get("/public/x", "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic x\r\nTE: trailers\r\nTrailer: X-A\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__").replace("Connection: close", "Connection: close, Upgrade, HTTP2-Settings, TE"), Must::Reach(no_connection_fields)),
        row("H6 S8 CVE-2024-24791", post("/public/x", "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2", "ok"), Must::Reach(no_connection_fields)),
    ]
}

fn forwarding() -> Vec<Row> {
    let family = format!(
        "X-Forwarded-For: 203.0.113.7, {FORGED}\r\nX-Forwarded-Host: {FORGED}\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 1\r\n\
         X-Forwarded-Prefix: /{FORGED}\r\nX-Forwarded-Server: {FORGED}\r\nX_Forwarded_For: {FORGED}\r\nX_Forwarded_Proto: {FORGED}\r\n\
         Forwarded: for={FORGED}\r\nX-Real-IP: 10.0.0.1\r\nX_Real_IP: 10.0.0.1"
    );
    vec![
        row(
            "H7 D1 CVE-2026-35051 GHSA-6384-m2mw-rf54 CVE-2026-39858 GHSA-5m6w-wvh7-57vm CVE-2022-32148 CVE-2023-36456 CVE-2024-45806",
            get("/public/x", &family),
            Must::Reach(one_hop),
        ),
        row(
            "H7",
            get_as_ada("/private/x", &family),
            Must::Reach(one_hop),
        ),
        row(
            "H8",
            get(
                "/public/x",
                &format!(
                    "X-Original-URL: /{FORGED}\r\nX-Rewrite-URL: /{FORGED}\r\nX_Original_URL: /{FORGED}\r\nX-Original-URI: /{FORGED}\r\nX-Original-Method: {FORGED}\r\nX-Override-URL: /{FORGED}"
                ),
            ),
            Must::Reach(clean),
        ),
        row(
            "H7 GHSA-4jgr-pg2m-m988",
            get("/public/x", "").replace("{host}", "x;for=1.2.3.4"),
            Must::Refuse,
        ),
    ]
}

fn own_cookies(seen: &Seen) -> Result<(), String> {
    ada(seen)?;
    exactly(seen, "cookie", &["theme=\"dark,x\"; other=a b; =c"])
}

fn only_own(seen: &Seen) -> Result<(), String> {
    without(seen, &["cookie"])
}

fn cookies() -> Vec<Row> {
    vec![
        row(
            "H9 CVE-2026-4525 GHSA-72gw-fmmr-c4r4",
            get(
                "/private/x",
                "Cookie: theme=\"dark,x\"; {cookie}; other=a b; interlock-tx=planted; =c; interlock.1=part",
            ),
            Must::Reach(own_cookies),
        ),
        row("H9", get_as_ada("/private/x", ""), Must::Reach(only_own)),
        row("H9", get_as_ada("/public/x", ""), Must::Reach(only_own)),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    spellings()
        .chain(duplicates())
        .chain(hop_by_hop())
        .chain(forwarding())
        .chain(cookies())
        .collect()
}

#[tokio::test]
async fn what_the_app_sees_as_identity_the_gateway_put_there() {
    Stage::set().await.judge(&rows()).await;
}
