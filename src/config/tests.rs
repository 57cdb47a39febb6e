use std::{fs, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::{
    forward::Target,
    oauth::ClientAuth,
    route::{Access, PathPattern, UpstreamAuthorization},
    session::Store,
};

/// A folder with configuration files in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.0.path().join(name), text).unwrap();
        self
    }

    fn load(
        &self,
        files: &[&str],
        environment: &[(&str, &str)],
        set: &[&str],
    ) -> Result<Config, ConfigErrors> {
        let sources = Sources {
            files: files.iter().map(|name| self.0.path().join(name)).collect(),
            set: set.iter().map(|&text| text.to_owned()).collect(),
        };
        let environment = environment
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()));
        Config::load(&sources, environment)
    }

    /// The lines of the mistakes, the folder's own name left out.
    #[track_caller]
    fn mistakes(&self, files: &[&str], environment: &[(&str, &str)], set: &[&str]) -> Vec<String> {
        let errors = self.load(files, environment, set).unwrap_err();
        let folder = format!("{}/", self.0.path().display());
        errors
            .to_string()
            .lines()
            .map(|line| line.replace(&folder, ""))
            .collect()
    }
}

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:8080"
public_url = "http://127.0.0.1:8080"

[authorization_server]
issuer = "http://127.0.0.1:9400/oauth2/default"
client_id = "interlock-demo"
audience = "api://default"

[[upstreams]]
name = "app"
url = "http://127.0.0.1:9300"

[[routes]]
path = "/healthz"
access = "public"

[[routes]]
path = "/*"
upstream = "app"
require = { scopes = ["openid"], groups = ["staff"], acr = "urn:okta:loa:2fa:any", max_age = "15m" }
"#;

fn good() -> Folder {
    Folder::new().with("good.toml", GOOD)
}

/// What is said when `change` (old text, new text) is made to the good file.
#[track_caller]
fn changed(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    Folder::new()
        .with("x.toml", &GOOD.replacen(old, new, 1))
        .mistakes(&["x.toml"], &[], &[])
}

#[test]
fn a_good_file_becomes_settings() {
    let config = good().load(&["good.toml"], &[], &[]).unwrap();
    assert_eq!(config.listener.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listener.max_head, 64 << 10);
    assert_eq!(config.admin.to_string(), "127.0.0.1:9090");
    assert_eq!(config.edge.public_url.origin(), "http://127.0.0.1:8080");
    assert!(matches!(config.oauth.client_auth, ClientAuth::None));
    assert_eq!(
        config.oauth.scopes,
        ["openid", "profile", "email", "offline_access"]
    );
    assert_eq!(config.token.audience.as_deref(), Some("api://default"));
    assert_eq!(config.session.store, Store::Cookie);
    assert_eq!(config.session.idle_timeout, Duration::from_mins(30));
    assert_eq!(
        config.upstreams[0].target,
        Target::Http {
            authority: "127.0.0.1:9300".to_owned()
        }
    );
    let [health, all] = config.routes.as_slice() else {
        panic!()
    };
    assert_eq!((health.access, health.upstream), (Access::Public, None));
    assert_eq!(health.upstream_authorization, UpstreamAuthorization::Pass);
    assert_eq!((all.access, all.upstream), (Access::SignedIn, Some(0)));
    assert_eq!(
        all.upstream_authorization,
        UpstreamAuthorization::AccessToken
    );
    assert_eq!(all.path, PathPattern::Prefix(String::new()));
    assert_eq!(all.require.max_age, Some(Duration::from_mins(15)));
    assert_eq!(all.name, "/*");
}

#[test]
fn on_loopback_a_cookie_secret_is_made_and_said() {
    let one = good().load(&["good.toml"], &[], &[]).unwrap();
    let two = good().load(&["good.toml"], &[], &[]).unwrap();
    assert_ne!(one.session.secrets, two.session.secrets);
    assert!(one.session.secrets[0].expose().len() >= 32);
    let warnings: Vec<_> = one.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains("session.secret_file") && warnings[0].contains("end with the process")
    );
}

#[test]
fn elsewhere_a_missing_cookie_secret_is_a_mistake() {
    let said = changed(
        "public_url = \"http://127.0.0.1:8080\"",
        "public_url = \"https://app.example.com\"",
    );
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("x.toml: session.secret_file: is missing;"),
        "{said:?}"
    );
    assert!(said[0].contains("interlock keygen"));
}

#[test]
fn five_mistakes_of_five_kinds_are_five_messages() {
    let folder = Folder::new().with(
        "x.toml",
        r#"
[server]
lisen = "127.0.0.1:8080"
public_url = "http://app.example.com"
threads = "many"

[authorization_server]
issuer = "http://127.0.0.1:9400/oauth2/default"
client_id = 12345

[session]
secret = "short-secret"

[[upstreams]]
name = "app"
url = "http://127.0.0.1:9300"

[[routes]]
path = "/*"
upstream = "ap"
"#,
    );
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(
        said,
        [
            "x.toml: authorization_server.client_id = 12345: must be text; put it in quotes: \"12345\"",
            "x.toml: server.lisen: is no key; did you mean \"listen\"?",
            "x.toml: server.threads = \"many\": must be a whole number from 1 to 512, not text",
            "x.toml: server.public_url = \"http://app.example.com\": must be https:// (http:// is accepted on loopback alone)",
            "x.toml: session.secret: is too short: 12 octets, at least 32 are needed; make one with `interlock keygen`",
            "x.toml: routes[0].upstream = \"ap\": is no upstream's name; did you mean \"app\"?",
        ]
    );
}

#[test]
fn later_layers_win_and_each_mistake_names_its_own() {
    let folder = good()
        .with(
            "more.yaml",
            "server:\n  listen: nowhere\n  admin: 127.0.0.1:9191\n",
        )
        .with("more.json", r#"{"session": {"idle_timeout": "20"}}"#);
    let said = folder.mistakes(
        &["good.toml", "more.yaml", "more.json"],
        &[("INTERLOCK__SESSION__LIFETIME", "soon"), ("HOME", "/")],
        &["log.level=loud"],
    );
    for (line, begins) in said.iter().zip([
        "more.yaml: server.listen = \"nowhere\":",
        "more.json: session.idle_timeout = \"20\": has no unit; write \"20s\"",
        "environment variable INTERLOCK__SESSION__LIFETIME: session.lifetime = \"soon\":",
        "--set log.level: log.level = \"loud\":",
    ]) {
        assert!(line.starts_with(begins), "{line}\n{begins}");
    }
    assert_eq!(said.len(), 4, "{said:#?}");

    let config = folder
        .load(
            &["good.toml", "more.yaml", "more.json"],
            &[
                ("INTERLOCK__SERVER__LISTEN", "127.0.0.1:1"),
                ("INTERLOCK__SESSION__IDLE_TIMEOUT", "20s"),
            ],
            &["server.listen=127.0.0.1:2"],
        )
        .unwrap();
    assert_eq!(config.listener.listen.port(), 2);
    assert_eq!(config.admin.port(), 9191);
    assert_eq!(config.session.idle_timeout, Duration::from_secs(20));
    assert_eq!(config.oauth.client_id, "interlock-demo");
}

#[test]
fn environment_values_become_what_the_key_wants() {
    let config = good()
        .load(
            &["good.toml"],
            &[
                ("INTERLOCK__AUTHORIZATION_SERVER__CLIENT_ID", "0123456"),
                (
                    "INTERLOCK__AUTHORIZATION_SERVER__SCOPES",
                    "openid,offline_access",
                ),
                ("INTERLOCK__TOKENS__ACCEPTED_CLIENTS", "[\"a\", \"0777\"]"),
                ("INTERLOCK__API__NATIVE", "true"),
                ("INTERLOCK__SERVER__THREADS", "3"),
                ("INTERLOCK__UPSTREAMS__0__URL", "http://127.0.0.1:1234"),
                ("INTERLOCK__ROUTES__1__HEADERS__X-Team", "team"),
                // Not ours: Kubernetes service links, clap's own.
                ("INTERLOCK_PORT", "tcp://10.0.0.1:80"),
                ("INTERLOCK_CONFIG", "x.toml"),
            ],
            &[],
        )
        .unwrap();
    assert_eq!(config.oauth.client_id, "0123456");
    assert_eq!(config.oauth.scopes, ["openid", "offline_access"]);
    assert_eq!(config.token.accepted_clients, ["a", "0777"]);
    assert!(config.api_native);
    assert_eq!(config.listener.threads, 3);
    assert_eq!(
        config.upstreams[0].target,
        Target::Http {
            authority: "127.0.0.1:1234".to_owned()
        }
    );
    assert_eq!(config.upstreams[0].name, "app");
    assert_eq!(config.routes[1].headers[0].0.as_str(), "x-team");
    assert_eq!(config.edge.identity_headers, ["x-team"]);
    assert_eq!(config.routes[1].require.groups, ["staff"]);
}

#[test]
fn environment_and_set_name_their_mistakes() {
    let said = good().mistakes(
        &["good.toml"],
        &[
            ("INTERLOCK__SERVR__LISTEN", "127.0.0.1:1"),
            ("INTERLOCK__SERVER__THREADS", "four"),
            ("INTERLOCK__ROUTES__PATH", "/x"),
            ("INTERLOCK__ROUTES__7__PATH", "/x"),
            ("INTERLOCK__SESSION__SECRET", "hunter2"),
        ],
        &["nonsense", "api.native=perhaps", "server.listen.port=1"],
    );
    for part in [
        "environment variable INTERLOCK__SERVR__LISTEN: servr is no key; did you mean \"server\"?",
        "environment variable INTERLOCK__SERVER__THREADS = \"four\": must be a whole number",
        "environment variable INTERLOCK__ROUTES__PATH: routes is a list; name an element, such as routes[0]",
        "environment variable INTERLOCK__ROUTES__7__PATH: names element 7 of a list that has 2",
        "environment variable INTERLOCK__SESSION__SECRET: session.secret: is too short: 7 octets",
        "--set …: must be KEY=VALUE",
        "--set api.native = \"perhaps\": must be true or false",
        "--set server.listen.port: has nothing below server.listen",
    ] {
        assert!(
            said.iter().any(|line| line.starts_with(part)),
            "{part}\n{said:#?}"
        );
    }
    assert_eq!(said.len(), 8, "{said:#?}");
    assert!(!said.join("\n").contains("hunter2"));
}

#[test]
fn every_single_mistake_is_said_once_with_its_key() {
    let route = "path = \"/*\"\nupstream = \"app\"";
    for (old, new, says) in [
        (
            "[server]",
            "[srver]",
            "srver: is no key; did you mean \"server\"?",
        ),
        (
            "public_url = \"http://127.0.0.1:8080\"\n",
            "",
            "server.public_url: is missing;",
        ),
        (
            "listen = \"127.0.0.1:8080\"",
            "listen = \"8080\"",
            "server.listen = \"8080\": is no address and port",
        ),
        (
            "listen = \"127.0.0.1:8080\"",
            "listen = [1]",
            "server.listen: must be text in quotes, not a list",
        ),
        (
            "listen = ",
            "admin = \"0.0.0.0:8080\"\nlisten = \"0.0.0.0:8080\"\n# ",
            "server.admin = \"0.0.0.0:8080\": is the public",
        ),
        (
            "listen = ",
            "max_head = \"64 furlongs\"\nlisten = ",
            "server.max_head = \"64 furlongs\": has an unknown unit",
        ),
        (
            "listen = ",
            "max_head = 12\nlisten = ",
            "server.max_head = 12: must be from 8192",
        ),
        (
            "listen = ",
            "trusted_proxies = [\"10.0.0.0/8\", \"ten\"]\nlisten = ",
            "server.trusted_proxies[1] = \"ten\": is no network",
        ),
        (
            "listen = ",
            "aliases = [\"oauth2\"]\nlisten = ",
            "server.aliases[0] = \"oauth2\": is no prefix",
        ),
        (
            "http://127.0.0.1:9400",
            "http://okta.example.com",
            "authorization_server.issuer = \"http://okta.example.com/oauth2/default\": must be https",
        ),
        (
            "http://127.0.0.1:9400",
            "https://x-admin.okta.com",
            "authorization_server.issuer = ",
        ),
        (
            "client_id = \"interlock-demo\"\n",
            "",
            "authorization_server.client_id: is missing;",
        ),
        (
            "client_id",
            "client_secret = \"\"\nclient_id",
            "authorization_server.client_secret: is empty",
        ),
        (
            "client_id",
            "client_secret = 5\nclient_id",
            "authorization_server.client_secret: must be text; put it in quotes",
        ),
        (
            "client_id",
            "client_auth = \"client_secret_post\"\nclient_id",
            "authorization_server.client_auth = \"client_secret_post\": needs a secret",
        ),
        (
            "client_id",
            "client_auth = \"basic\"\nclient_id",
            "authorization_server.client_auth = \"basic\": must be one of",
        ),
        (
            "client_id",
            "scopes = [\"openid\", \"\"]\nclient_id",
            "authorization_server.scopes[1] = \"\": is empty",
        ),
        (
            "client_id",
            "scopes = [\"email\"]\nclient_id",
            "authorization_server.scopes: lacks \"openid\"",
        ),
        (
            "client_id",
            "scopes = \"openid\"\nclient_id",
            "authorization_server.scopes = \"openid\": must be a list; write [\"openid\"]",
        ),
        (
            "client_id",
            "scopes = [\"openid email\"]\nclient_id",
            "authorization_server.scopes[0] = \"openid email\": is no scope",
        ),
        (
            "[[upstreams]]",
            "[tokens]\nclock_skew = \"2m\"\n[[upstreams]]",
            "tokens.clock_skew = \"2m\": must be from \"0s\" to \"1m\"",
        ),
        (
            "[[upstreams]]",
            "[tokens]\nalgorithms = [\"HS256\"]\n[[upstreams]]",
            "tokens.algorithms[0] = \"HS256\": is no asymmetric",
        ),
        (
            "[[upstreams]]",
            "[session]\nstore = \"redis\"\n[[upstreams]]",
            "session.store = \"redis\": is not in this version",
        ),
        (
            "[[upstreams]]",
            "[session]\nidle_timeout = \"2d\"\n[[upstreams]]",
            "session.idle_timeout = \"2d\": is longer than session.lifetime",
        ),
        (
            "[[upstreams]]",
            "[session]\nlifetime = \"1m\"\n[[upstreams]]",
            "session.lifetime = \"1m\": is shorter than session.idle_timeout",
        ),
        (
            "[[upstreams]]",
            "[session]\nsecret_file = \"none\"\n[[upstreams]]",
            "session.secret_file = \"none\":",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nhosted_page = \"offer\"\n[[upstreams]]",
            "sign_in.hosted_page = \"offer\": is not in this version",
        ),
        (
            "[[upstreams]]",
            "[sign_in.brand]\nlogo = \"x\"\n[[upstreams]]",
            "sign_in.brand.logo: is not in this version",
        ),
        (
            "[[upstreams]]",
            "[sign_in]\nlanguages = [\"english\"]\n[[upstreams]]",
            "sign_in.languages[0] = \"english\": is no language tag",
        ),
        (
            "[[upstreams]]",
            "[log]\nformat = \"jsn\"\n[[upstreams]]",
            "log.format = \"jsn\": must be one of \"json\", \"text\"; did you mean \"json\"?",
        ),
        (
            "name = \"app\"",
            "name = \"app\"\nconnect_timeout = \"0s\"",
            "upstreams[0].connect_timeout = \"0s\": must be from \"10ms\"",
        ),
        (
            "[[routes]]",
            "[[upstreams]]\nname = \"my app\"\nurl = \"http://h\"\n[[routes]]",
            "upstreams[1].name = \"my app\": must be at most",
        ),
        (
            "[[routes]]",
            "[[upstreams]]\nname = \"app\"\nurl = \"http://h\"\n[[routes]]",
            "upstreams[1].name = \"app\": is the name of upstreams[0] too",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"127.0.0.1:9300\"",
            "upstreams[0].url = \"127.0.0.1:9300\": has a scheme",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"http://u:hunter2@h\"",
            "upstreams[0].url = \"http://***@h\": must hold no credentials",
        ),
        (
            "url = \"http://127.0.0.1:9300\"",
            "url = \"http://h\"\nserver_name = \"x\"",
            "upstreams[0].server_name = \"x\": goes with an https://",
        ),
        (
            "access = \"public\"",
            "access = \"open\"",
            "routes[0].access = \"open\": must be one of",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nrequire = {scopes = [\"a\"]}",
            "routes[0].require: asks for something",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nupstream_authorization = \"access-token\"",
            "routes[0].upstream_authorization = \"access-token\": needs somebody",
        ),
        (
            "access = \"public\"",
            "access = \"public\"\nheaders = { X-A = \"a\" }",
            "routes[0].headers: makes headers",
        ),
        ("path = \"/healthz\"", "", "routes[0].path: is missing"),
        (
            "path = \"/healthz\"",
            "path = \"healthz\"",
            "routes[0].path = \"healthz\": must begin with \"/\"; write \"/healthz\"",
        ),
        (
            "path = \"/healthz\"",
            "path = \"/.interlock/x\"",
            "routes[0].path = \"/.interlock/x\": must not stand below",
        ),
        (
            route,
            "path = \"/healthz\"\nupstream = \"app\"",
            "routes[1].path = \"/healthz\": is the path of routes[0] too",
        ),
        (
            route,
            "path = \"/*\"\nmethods = [\"get\"]",
            "routes[1].methods[0] = \"get\": is no method; write \"GET\"",
        ),
        (
            route,
            "path = \"/*\"\nhost = \"a:80\"",
            "routes[1].host = \"a:80\": must be a host",
        ),
        (
            route,
            "path = \"/*\"\nheaders = { Host = \"a\" }",
            "routes[1].headers.Host = \"a\": host is set by",
        ),
        (
            route,
            "path = \"/*\"\nheaders = { X-Interlock-Assertion = \"a\" }",
            "routes[1].headers.X-Interlock-Assertion",
        ),
        (
            "groups = [\"staff\"]",
            "groups = []",
            "routes[1].require.groups: is an empty list",
        ),
        (
            "groups = [\"staff\"]",
            "groups = [\"\"]",
            "routes[1].require.groups[0] = \"\": is empty",
        ),
        (
            "groups = [\"staff\"]",
            "claims = { a = {} }",
            "routes[1].require.claims.a: must be text",
        ),
        (
            "max_age = \"15m\"",
            "max_age = 900",
            "routes[1].require.max_age = 900: must be text; put it in quotes",
        ),
    ] {
        let said = changed(old, new);
        assert_eq!(said.len(), 1, "{new}: {said:#?}");
        assert!(
            said[0].starts_with(&format!("x.toml: {says}")),
            "{new}\n{said:#?}\n{says}"
        );
        assert!(!said[0].contains("hunter2"), "{said:?}");
    }
}

#[test]
fn with_several_upstreams_a_route_must_choose() {
    let two = "[[upstreams]]\nname = \"two\"\nurl = \"unix:/run/two.sock\"\n\n[[routes]]\npath = \"/healthz\"";
    let text = GOOD
        .replacen("[[routes]]\npath = \"/healthz\"", two, 1)
        .replace("upstream = \"app\"\n", "");
    let said = Folder::new()
        .with("x.toml", &text)
        .mistakes(&["x.toml"], &[], &[]);
    assert_eq!(
        said,
        ["x.toml: routes[1].upstream: is missing and there are several; name one of app, two"]
    );
    let one = GOOD.replace("upstream = \"app\"\n", "");
    let config = Folder::new()
        .with("x.toml", &one)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert_eq!(config.routes[1].upstream, Some(0));
}

#[test]
fn bearer_tokens_need_a_custom_server_and_an_audience() {
    let token = GOOD.replacen(
        "access = \"public\"",
        "access = \"token\"\nupstream = \"app\"",
        1,
    );
    let config = Folder::new()
        .with("x.toml", &token)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert_eq!(
        config.routes[0].upstream_authorization,
        UpstreamAuthorization::Pass
    );

    let without = token.replace("audience = \"api://default\"\n", "");
    let said = Folder::new()
        .with("x.toml", &without)
        .mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("routes[0].access = \"token\": needs authorization_server.audience"));

    let org = without.replace("/oauth2/default", "");
    let said = Folder::new()
        .with("x.toml", &org)
        .mistakes(&["x.toml"], &[], &[]);
    assert!(
        said[0].contains("routes[0].access = \"token\": can't be used with the org server"),
        "{said:?}"
    );

    let said = changed("/oauth2/default", "");
    assert!(
        said[0].contains(
            "authorization_server.audience = \"api://default\": does not go with the org"
        ),
        "{said:?}"
    );

    let quiet = GOOD.replace("audience = \"api://default\"\n", "");
    let config = Folder::new()
        .with("x.toml", &quiet)
        .load(&["x.toml"], &[], &[])
        .unwrap();
    assert!(
        config
            .warnings
            .iter()
            .any(|w| w.says.contains("Bearer tokens are refused"))
    );
}

#[test]
fn secrets_come_from_files_beside_the_file_that_names_them() {
    let long = "0123456789abcdef0123456789abcdef";
    let text = GOOD.replace(
        "[[upstreams]]",
        "[session]\nsecret_files = [\"new\", \"old\"]\n[[upstreams]]",
    );
    let text = text.replace("client_id", "client_secret_file = \"client\"\nclient_id");
    let folder = Folder::new()
        .with("x.toml", &text)
        .with("new", &format!("{long}new\n"))
        .with("old", &format!("{long}old\n"))
        .with("client", "s3cret\n");
    let config = folder.load(&["x.toml"], &[], &[]).unwrap();
    let secrets: Vec<_> = config
        .session
        .secrets
        .iter()
        .map(|s| s.expose().to_owned())
        .collect();
    assert_eq!(secrets, [format!("{long}new"), format!("{long}old")]);
    assert!(
        matches!(&config.oauth.client_auth, ClientAuth::SecretBasic(s) if s.expose() == "s3cret")
    );
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert!(!format!("{config:?}").contains(long) && !format!("{config:?}").contains("s3cret"));

    let folder = folder.with("old", "hunter2").with("client", " \n");
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("client_secret_file = \"client\": is an empty file"),
        "{said:?}"
    );
    assert!(
        said[1].contains("session.secret_files[1] = \"old\": is too short: 7 octets"),
        "{said:?}"
    );
    let both = ["session.secret=0123456789abcdef0123456789abcdef"];
    let said = folder
        .with("client", "x")
        .with("old", long)
        .mistakes(&["x.toml"], &[], &both);
    assert!(
        said[0].contains("session.secret_files: stands beside"),
        "{said:?}"
    );
}

#[test]
fn certificates_and_keys_are_read_before_they_are_needed() {
    let pair = rcgen::generate_simple_self_signed(["app.example.com".to_owned()]).unwrap();
    let text = GOOD.replace(
        "listen = ",
        "tls = { certificate = \"c.pem\", private_key = \"k.pem\" }\nlisten = ",
    );
    let folder = Folder::new()
        .with("x.toml", &text)
        .with("c.pem", &pair.cert.pem())
        .with("k.pem", &pair.signing_key.serialize_pem());
    let config = folder.load(&["x.toml"], &[], &[]).unwrap();
    assert!(config.listener.tls.unwrap().certificate.ends_with("c.pem"));

    let folder = folder.with("k.pem", "no key");
    fs::remove_file(folder.0.path().join("c.pem")).unwrap();
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("x.toml: server.tls.certificate = \"c.pem\": c.pem can't be read"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("x.toml: server.tls.private_key = \"k.pem\": holds no private key"),
        "{said:?}"
    );
}

#[test]
fn files_that_cannot_be_read_are_all_named() {
    let folder = good()
        .with("broken.toml", "[server\n")
        .with("notes.txt", "");
    let said = folder.mistakes(
        &["good.toml", "gone.toml", "broken.toml", "notes.txt"],
        &[],
        &[],
    );
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("gone.toml: cannot be read"), "{said:?}");
    assert!(
        said[1].starts_with("broken.toml: line 1, column "),
        "{said:?}"
    );
    assert!(
        said[2].starts_with("notes.txt: its format is unknown"),
        "{said:?}"
    );
}

#[test]
fn nothing_counts_as_no_value() {
    let folder = good().with(
        "x.yaml",
        "routes:\n  - path: /*\n    require:\n    upstream: app\n",
    );
    let said = folder.mistakes(&["good.toml", "x.yaml"], &[], &[]);
    assert_eq!(
        said,
        ["x.yaml: routes[0].require: has no value; give one or remove the key"]
    );
}

#[test]
fn the_same_words_mean_the_same_in_every_format() {
    let yaml = r#"
server: { listen: "127.0.0.1:8080", public_url: "http://127.0.0.1:8080" }
authorization_server: { issuer: "http://127.0.0.1:9400/oauth2/default", client_id: no, audience: 0123 }
upstreams: [{ name: app, url: "http://127.0.0.1:9300" }]
routes: [{ path: "/*", require: { claims: { level: [2, three], vip: true } } }]
"#;
    let config = Folder::new()
        .with("x.yaml", yaml)
        .load(&["x.yaml"], &[], &[])
        .unwrap();
    assert_eq!(config.oauth.client_id, "no");
    assert_eq!(config.token.audience.as_deref(), Some("0123"));
    assert_eq!(
        config.routes[0].require.claims["level"],
        [serde_json::json!(2), serde_json::json!("three")]
    );
    assert_eq!(
        config.routes[0].require.claims["vip"],
        [serde_json::json!(true)]
    );
}

#[test]
fn the_schema_tells_keys_defaults_and_secrets() {
    let schema = schema();
    let text = schema.to_string();
    assert!(!text.contains("\"null\""), "{text}");
    let server = &schema["$defs"]["Server"];
    assert_eq!(server["properties"]["listen"]["default"], "0.0.0.0:8080");
    assert_eq!(server["additionalProperties"], false);
    assert_eq!(
        schema["$defs"]["Session"]["properties"]["secret"]["writeOnly"],
        true
    );
    for definition in schema["$defs"].as_object().unwrap().values() {
        for (name, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(
                property.get("description").is_some(),
                "{name} lacks a description"
            );
        }
    }
}

#[test]
fn one_key_can_be_read_although_others_are_wrong() {
    let folder = Folder::new().with(
        "x.toml",
        "[server]\nadmin = \"127.0.0.1:9191\"\nlisen = 1\n",
    );
    let sources = Sources {
        files: vec![folder.0.path().join("x.toml")],
        set: Vec::new(),
    };
    let admin = peek(&sources, std::iter::empty(), "server.admin");
    assert_eq!(admin.as_deref(), Some("127.0.0.1:9191"));
    assert_eq!(peek(&sources, std::iter::empty(), "server.listen"), None);
}
