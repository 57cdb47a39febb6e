use std::time::Duration;

use super::*;

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
    assert_eq!(config.admin.listen.port(), 9191);
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
        config.forward.upstreams[0].targets,
        [Target::Http {
            authority: "127.0.0.1:1234".to_owned()
        }]
    );
    assert_eq!(config.forward.upstreams[0].name, "app");
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
fn one_key_can_be_read_although_others_are_wrong() {
    let folder = Folder::new().with(
        "x.toml",
        "[server]\nadmin = \"127.0.0.1:9191\"\nlisen = 1\n",
    );
    let sources = Sources {
        files: vec![folder.0.path().join("x.toml")],
        set: Vec::new(),
        ..Sources::default()
    };
    let admin = peek(&sources, std::iter::empty(), "server.admin");
    assert_eq!(admin.as_deref(), Some("127.0.0.1:9191"));
    assert_eq!(peek(&sources, std::iter::empty(), "server.listen"), None);
}
