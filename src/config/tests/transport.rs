use super::*;
use crate::{
    forward::{Check, Health},
    listener::{ClientAuthority, UnixSocket},
};

/// The good file with further lines of `[server]`, of the upstream and of the route.
fn file(server: &str, upstream: &str, route: &str) -> String {
    format!(
        r#"
[server]
public_url = "http://127.0.0.1:8080"
{server}
[authorization_server]
issuer = "http://127.0.0.1:9400/oauth2/default"
client_id = "interlock-demo"
audience = "api://default"
[[upstreams]]
name = "app"
{upstream}
[[routes]]
path = "/*"
upstream = "app"
{route}
"#
    )
}

/// A certificate, its key, and no list of revoked ones, in files.
fn with_pems(folder: Folder) -> Folder {
    let pair = rcgen::generate_simple_self_signed(["app.example".to_owned()]).unwrap();
    folder
        .with("a.crt", &pair.cert.pem())
        .with("a.key", &pair.signing_key.serialize_pem())
}

const URL: &str = "url = \"http://127.0.0.1:9300\"";

#[test]
fn what_the_transport_needs_is_read() {
    let server = r#"
proxy_protocol = ["10.0.0.0/8", "192.0.2.1"]
write_timeout = "5s"
unix = { path = "/run/http.sock", mode = "0600" }
tls = { certificate = "a.crt", private_key = "a.key", client_ca = "a.crt", client_auth = "optional" }
"#;
    let upstream = r#"
urls = ["https://a.internal", "https://b.internal:8443"]
server_name = "app.internal"
client_certificate = "a.crt"
client_private_key = "a.key"
health = { unhealthy_after = 2, eject_for = "1s", path = "/up", interval = "2s" }
"#;
    let route = r#"
access = "public"
max_body = "10KiB"
require = { client_certificates = ["spiffe://example.com/a"] }
"#;
    let folder = with_pems(Folder::new()).with("x.toml", &file(server, upstream, route));
    let config = folder.load(&["x.toml"], &[], &[]).unwrap();
    let path = |name: &str| folder.0.path().join(name);
    let listener = &config.listener;
    let networks = ["10.0.0.0/8", "192.0.2.1/32"].map(|text| text.parse().unwrap());
    assert_eq!(listener.proxy_protocol, networks);
    assert_eq!(listener.write_timeout, Duration::from_secs(5));
    let unix = UnixSocket {
        path: "/run/http.sock".into(),
        mode: 0o600,
    };
    assert_eq!(listener.unix, Some(unix));
    let clients = ClientAuthority {
        ca_file: path("a.crt"),
        crl_file: None,
        is_required: false,
    };
    assert_eq!(listener.tls.as_ref().unwrap().clients, Some(clients));

    let upstream = &config.forward.upstreams[0];
    let target = |authority: &str| Target::Https {
        authority: authority.to_owned(),
        server_name: "app.internal".to_owned(),
        ca_file: None,
    };
    let targets = [target("a.internal:443"), target("b.internal:8443")];
    assert_eq!(upstream.targets, targets);
    let identity = upstream.client_identity.as_ref().unwrap();
    assert_eq!(identity.certificate, path("a.crt"));
    let health = Health {
        unhealthy_after: 2,
        eject_for: Duration::from_secs(1),
        check: Some(Check {
            path: "/up".parse().unwrap(),
            interval: Duration::from_secs(2),
        }),
    };
    assert_eq!(upstream.health, health);
    let [route] = config.routes.as_slice() else {
        panic!()
    };
    assert_eq!(route.max_body, Some(10 << 10));
    assert_eq!(
        route.require.client_certificates,
        ["spiffe://example.com/a"]
    );
}

#[test]
fn what_does_not_fit_together_is_said() {
    let tls = |more: &str| {
        format!("tls = {{ certificate = \"a.crt\", private_key = \"a.key\", {more} }}")
    };
    let crl_alone = tls("client_crl = \"a.crt\"");
    let no_list = tls("client_ca = \"a.crt\", client_crl = \"a.crt\"");
    let certificates = "require = { client_certificates = [\"spiffe://example.com/a\"] }";
    let both = format!("{URL}\nurls = [\"http://127.0.0.1:9301\"]");
    let half = "url = \"https://a\"\nclient_certificate = \"a.crt\"";
    let mixed = "urls = [\"http://a\", \"https://b\"]";
    for (server, upstream, route, says) in [
        (
            "proxy_protocol = [\"nobody\"]",
            URL,
            "",
            "server.proxy_protocol[0] = \"nobody\": is no network",
        ),
        (
            "unix = { path = \"http.sock\" }",
            URL,
            "",
            "server.unix.path = \"http.sock\": is no absolute path",
        ),
        (
            "unix = { path = \"/http.sock\", mode = \"9\" }",
            URL,
            "",
            "server.unix.mode = \"9\": is no mode",
        ),
        (
            &crl_alone,
            URL,
            "",
            "server.tls.client_crl = \"a.crt\": needs client_ca",
        ),
        (
            &no_list,
            URL,
            "",
            "server.tls.client_crl = \"a.crt\": holds no revocation list",
        ),
        (
            "",
            &both,
            "",
            "upstreams[0].url = \"http://127.0.0.1:9300\": stands beside urls",
        ),
        (
            "",
            mixed,
            "",
            "upstreams[0].urls[1] = \"https://b\": is of another kind",
        ),
        ("", "", "", "upstreams[0].url: is missing"),
        (
            "",
            half,
            "",
            "upstreams[0].client_certificate = \"a.crt\": needs client_private_key",
        ),
        ("", URL, certificates, "needs server.tls.client_ca"),
        (
            "",
            URL,
            "access = \"public\"\nrequire = { groups = [\"a\"] }",
            "lets everybody in",
        ),
        ("", URL, "max_body = \"much\"", "routes[0].max_body"),
    ] {
        let folder = with_pems(Folder::new()).with("x.toml", &file(server, upstream, route));
        let said = folder.mistakes(&["x.toml"], &[], &[]);
        assert!(
            said.iter().any(|line| line.contains(says)),
            "{says}: {said:?}"
        );
        assert_eq!(said.len(), 1, "{said:?}");
    }
}
