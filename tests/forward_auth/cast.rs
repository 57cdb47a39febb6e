//! Who plays: people who sign in, and a proxy that describes requests.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method};

use crate::support::{
    browser::{Browser, Reply},
    gateway::Plan,
};

const PASSWORD: &str = "correct horse battery staple";

pub(crate) const ROUTES: [&str; 7] = [
    "path = \"/public/*\"\nupstream = \"app\"\naccess = \"public\"",
    "path = \"/maybe\"\nupstream = \"app\"\naccess = \"optional\"",
    "path = \"/analysts/*\"\nupstream = \"app\"\nrequire = { groups = [\"analysts\"] }",
    "path = \"/admins/*\"\nupstream = \"app\"\nrequire = { groups = [\"admins\"] }",
    "path = \"/strong\"\nupstream = \"app\"\nrequire = { acr = \"phr\" }",
    "path = \"/api/*\"\nupstream = \"app\"\naccess = \"token\"",
    "path = \"/app/*\"\nupstream = \"app\"",
];

/// The routes above, asked about by whoever is on this machine.
pub(crate) fn with_routes(plan: Plan) -> Plan {
    ROUTES
        .iter()
        .fold(plan, |plan, route| plan.route(route))
        .server("trusted_proxies = [\"127.0.0.1\"]")
}

/// Names oneself and gives the password, from whatever leads to the sign-in.
pub(crate) async fn sign_in(browser: &mut Browser, from: &str, person: &str) -> Reply {
    let identify = browser.visit(from).await.expect_form("identify");
    let password = browser
        .submit(&identify, "identify", &[("identifier", person)])
        .await
        .expect_form("challenge-authenticator");
    browser
        .post(
            &password,
            password.form("challenge-authenticator"),
            &[("credentials.passcode", PASSWORD)],
        )
        .await
}

/// The fields that Traefik sends.
pub(crate) fn about(method: &str, url: &str) -> Vec<(&'static str, String)> {
    let uri: http::Uri = url.parse().unwrap();
    vec![
        ("x-forwarded-method", method.to_owned()),
        ("x-forwarded-proto", uri.scheme_str().unwrap().to_owned()),
        ("x-forwarded-host", uri.authority().unwrap().to_string()),
        ("x-forwarded-uri", uri.path_and_query().unwrap().to_string()),
    ]
}

/// Asks with these fields, with the cookies of a browser.
pub(crate) async fn ask(
    browser: &mut Browser,
    path: &str,
    fields: &[(&'static str, String)],
) -> Reply {
    let fields: HeaderMap = fields
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
        .collect();
    browser.send(Method::GET, path, fields, Bytes::new()).await
}

/// What a field of the answer says.
pub(crate) fn said<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.get(name).map(|value| value.to_str().unwrap())
}
