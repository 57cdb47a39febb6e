use std::{
    ffi::OsString,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
};

use tempfile::TempDir;

use super::*;

/// What a command answered.
#[derive(Debug)]
struct Ran {
    outcome: Outcome,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn ended(self, status: Status) -> Self {
        assert!(
            matches!(self.outcome, Outcome::Done(ended) if ended == status),
            "{self:?}"
        );
        self
    }
}

fn interlock(line: &[&str], environment: &[(&str, &str)]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = environment
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let outcome = run(
        std::iter::once(&"interlock")
            .chain(line)
            .map(OsString::from),
        &mut Surroundings {
            environment,
            out: &mut out,
            err: &mut err,
        },
    );
    Ran {
        outcome,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:8080"
public_url = "http://127.0.0.1:8080"
aliases = ["/oauth2"]
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
path = "/api/*"
access = "token"
methods = ["GET"]
[[routes]]
path = "/*"
require = { groups = ["staff"], max_age = "15m", scopes = ["openid"] }
headers = { X-Team = "team" }
"#;

fn written(text: &str) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("interlock.toml");
    fs::write(&file, text).unwrap();
    (folder, file.display().to_string())
}

#[test]
fn the_definitions_hold_together() {
    command().debug_assert();
}

#[test]
fn every_command_has_help_and_the_root_names_them_all() {
    let root = interlock(&["--help"], &[]).ended(Status::Fine);
    for name in [
        "serve", "demo", "engine", "check", "explain", "token", "schema", "keygen", "health",
    ] {
        assert!(
            root.out.contains(&format!("\n  {name} ")),
            "{name}: {}",
            root.out
        );
        let help = interlock(&[name, "--help"], &[]).ended(Status::Fine);
        assert!(help.out.contains("Usage: interlock"), "{}", help.out);
    }
}

#[test]
fn wrong_usage_is_status_2_and_names_what_is_there() {
    let ran = interlock(&["serv"], &[]).ended(Status::Usage);
    assert!(ran.err.contains("serve"), "{}", ran.err);
    interlock(&["serve", "--nope"], &[]).ended(Status::Usage);
    interlock(&[], &[]).ended(Status::Usage);
}

#[test]
fn servers_are_handed_back() {
    let ran = interlock(
        &[
            "serve", "--config", "a.toml", "--config", "b.yaml", "--set", "a=b",
        ],
        &[],
    );
    let Outcome::Run(Server::Gateway(args)) = ran.outcome else {
        panic!()
    };
    assert_eq!(
        args.config,
        [PathBuf::from("a.toml"), PathBuf::from("b.yaml")]
    );
    assert_eq!(args.set, ["a=b"]);
    #[cfg(feature = "engine")]
    {
        let ran = interlock(&["demo", "--app-port", "1"], &[]);
        let Outcome::Run(Server::Demo(args)) = ran.outcome else {
            panic!()
        };
        assert_eq!(
            (args.gateway_port, args.engine_port, args.app_port),
            (8080, 9400, 1)
        );
        let ran = interlock(&["engine"], &[]);
        let Outcome::Run(Server::Engine(args)) = ran.outcome else {
            panic!()
        };
        assert_eq!(args.listen.to_string(), "127.0.0.1:9400");
    }
    let ran = interlock(&["token"], &[]);
    let Outcome::Run(Server::Token(args)) = ran.outcome else {
        panic!()
    };
    assert_eq!(args.scope, ["openid", "profile", "email"]);
}

#[test]
fn the_environment_names_files_where_the_arguments_do_not() {
    let environment = [("INTERLOCK_CONFIG".to_owned(), "a.toml, b.json".to_owned())];
    let files = |args: &ConfigArgs| args.sources(&environment).files;
    assert_eq!(
        files(&ConfigArgs::default()),
        [PathBuf::from("a.toml"), PathBuf::from("b.json")]
    );
    let named = ConfigArgs {
        config: vec!["c.toml".into()],
        set: Vec::new(),
    };
    assert_eq!(files(&named), [PathBuf::from("c.toml")]);
}

#[test]
fn check_says_what_a_good_file_comes_to_and_every_mistake_of_a_bad_one() {
    let (_folder, file) = written(GOOD);
    let ran = interlock(&["check", "--config", &file], &[]).ended(Status::Fine);
    assert!(
        ran.out
            .starts_with("ok: the configuration is right: http://127.0.0.1:8080"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("3 routes, 1 upstream, issuer"),
        "{}",
        ran.out
    );
    assert!(
        ran.err.starts_with("warning: ") && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );

    let bad = GOOD
        .replace("listen = ", "lisen = ")
        .replace("access = \"public\"", "access = \"open\"")
        .replace("\"15m\"", "15");
    let (_folder, file) = written(&bad);
    let ran = interlock(
        &["check", "-c", &file],
        &[("INTERLOCK__LOG__LEVEL", "loud")],
    )
    .ended(Status::Usage);
    assert_eq!(ran.out, "");
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ran.err);
    for (line, part) in lines.iter().zip([
        "routes[0].access",
        "routes[2].require.max_age",
        "server.lisen",
        "log.level",
    ]) {
        assert!(line.starts_with("error: ") && line.contains(part), "{line}");
    }
}

/// The development identity engine on a port of its own, until the guard is dropped.
#[cfg(feature = "engine")]
fn engine() -> (String, tokio::sync::oneshot::Sender<()>) {
    use std::sync::Arc;

    use crate::{clock::SystemClock, engine, random::SystemRandom};

    let (started, issuer) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let settings = engine::Settings {
                listen: "127.0.0.1:0".parse().unwrap(),
                ..engine::Settings::default()
            };
            let bound =
                engine::Engine::bind(settings, Arc::new(SystemClock), Arc::new(SystemRandom))
                    .unwrap();
            started.send(bound.issuer()).unwrap();
            bound.serve(async { drop(stopped.await) }).await.unwrap();
        });
    });
    (issuer.recv().unwrap(), stop)
}

#[cfg(feature = "engine")]
#[test]
fn check_online_asks_the_authorization_server() {
    let listening = TcpListener::bind("127.0.0.1:0").unwrap();
    let (issuer, _stop) = engine();
    let (_folder, file) = written(GOOD);
    let upstream = format!(
        "upstreams[0].url=http://{}",
        listening.local_addr().unwrap()
    );
    let check = |client_id: &str, issuer: &str| {
        let issuer = format!("authorization_server.issuer={issuer}");
        let client = format!("authorization_server.client_id={client_id}");
        let line = [
            "check", "-c", &file, "--online", "-s", &upstream, "-s", &issuer, "-s", &client,
        ];
        interlock(&line, &[])
    };
    let ran = check("interlock-demo", &issuer).ended(Status::Fine);
    for part in [
        "ok: discovery: http://127.0.0.1:",
        "ok: signing keys: ",
        "ok: interact: a sign-in begins with identify",
        "ok: upstream app: ",
        "ok: session store: cookie",
    ] {
        assert!(ran.out.contains(part), "{part}: {ran:?}");
    }

    let ran = check("nobody", &issuer).ended(Status::Failed);
    assert!(ran.err.contains("error: interact: "), "{ran:?}");
    assert!(
        ran.err.contains("correct authorization_server.client_id"),
        "{ran:?}"
    );

    let ran = check("interlock-demo", &format!("{issuer}x")).ended(Status::Failed);
    assert!(ran.err.contains("error: discovery: "), "{ran:?}");
    assert!(
        ran.err.contains("correct authorization_server.issuer"),
        "{ran:?}"
    );
    assert!(
        ran.out.contains("ok: upstream app: "),
        "the rest is tried all the same: {ran:?}"
    );
}

#[test]
fn check_online_connects_to_the_upstreams() {
    let listening = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap();
        gone.local_addr().unwrap()
    };
    let (_folder, file) = written(GOOD);
    let set = |address: std::net::SocketAddr| format!("upstreams[0].url=http://{address}");
    let good = set(listening.local_addr().unwrap());
    let ran = interlock(&["check", "-c", &file, "--online", "--set", &good], &[]);
    assert!(ran.out.contains("ok: upstream app: 127.0.0.1:"), "{ran:?}");
    assert!(ran.out.contains("ok: session store: cookie"), "{ran:?}");

    let bad = set(closed);
    let ran =
        interlock(&["check", "-c", &file, "--online", "--set", &bad], &[]).ended(Status::Failed);
    assert!(ran.err.contains("error: upstream app: "), "{ran:?}");
    assert!(ran.err.contains("correct upstreams[0].url"), "{ran:?}");
}

#[test]
fn explain_says_which_route_and_what_happens() {
    let (folder, file) = written(GOOD);
    let explain = |line: &[&str]| {
        let line: Vec<&str> = ["explain"]
            .into_iter()
            .chain(line.iter().copied())
            .chain(["-c", &file])
            .collect();
        interlock(&line, &[])
    };
    for (line, parts) in [
        (
            ["GET", "/healthz"],
            vec!["\"/healthz\"", "the gateway answers 200"],
        ),
        (
            ["GET", "http://127.0.0.1:8080/api/x?y=1"],
            vec!["\"/api/*\"", "401 with WWW-Authenticate"],
        ),
        (
            ["POST", "/api/x"],
            vec![
                "\"/*\"",
                "302 to /.interlock/sign-in",
                "the groups staff",
                "900 s",
                "x-team from the claim team",
            ],
        ),
        (
            ["GET", "/.interlock/sign-in"],
            vec!["by the gateway itself"],
        ),
        (
            ["GET", "/oauth2/auth"],
            vec!["by the gateway itself", "server.aliases"],
        ),
    ] {
        let ran = explain(&line).ended(Status::Fine);
        for part in parts {
            assert!(ran.out.contains(part), "{line:?} {part}: {}", ran.out);
        }
    }
    let ran = explain(&["GET", "/a/../b"]).ended(Status::Usage);
    assert!(ran.err.contains("400"), "{}", ran.err);
    explain(&["GET", "ftp://x/"]).ended(Status::Usage);

    let claims = folder.path().join("claims.json");
    let judged = |text: &str| {
        fs::write(&claims, text).unwrap();
        explain(&["POST", "/x", "--claims", claims.to_str().unwrap()])
            .ended(Status::Fine)
            .out
    };
    assert!(
        judged(r#"{"sub": "a", "scp": ["openid"], "groups": ["staff"], "auth_time": 99999999999}"#)
            .contains("these claims   forwarded")
    );
    assert!(
        judged(r#"{"sub": "a", "scp": ["openid"], "groups": ["other"], "auth_time": 99999999999}"#)
            .contains("403: in none of the required groups")
    );
    assert!(judged(r#"{"sub": "a", "scope": "email"}"#).contains("403: scope `openid` is missing"));
    assert!(
        judged(r#"{"sub": "a", "scp": ["openid"], "groups": ["staff"], "auth_time": 1}"#)
            .contains("asked to sign in again")
    );
}

#[test]
fn explain_reads_paths_below_relaxed_routes_as_the_gateway_does() {
    let text = format!("{GOOD}\n[[routes]]\npath = \"/files/*\"\npath_syntax = \"relaxed\"\n");
    let (_folder, file) = written(&text);
    let ran = interlock(&["explain", "GET", "/files/a//b;c", "-c", &file], &[]);
    let ran = ran.ended(Status::Fine);
    assert!(ran.out.contains("\"/files/*\""), "{}", ran.out);
    let ran = interlock(&["explain", "GET", "/a//b", "-c", &file], &[]).ended(Status::Usage);
    assert!(ran.err.contains("400"), "{}", ran.err);
}

#[test]
fn explain_names_near_misses_of_what_is_denied() {
    let text = GOOD.replace("path = \"/*\"", "path = \"/*\"\nhost = \"app.example.com\"");
    let (_folder, file) = written(&text);
    let ran = interlock(&["explain", "POST", "/api/x", "-c", &file], &[]).ended(Status::Fine);
    assert!(ran.out.contains("none: 404"), "{}", ran.out);
    assert!(
        ran.out
            .contains("route \"/api/*\" is for other methods: GET"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("route \"/*\" is for another host: app.example.com"),
        "{}",
        ran.out
    );
}

#[test]
fn keygen_gives_a_new_secret_that_a_configuration_takes() {
    let one = interlock(&["keygen"], &[]).ended(Status::Fine).out;
    let two = interlock(&["keygen"], &[]).ended(Status::Fine).out;
    assert_ne!(one, two);
    assert_eq!(one.trim_end().len(), 43);
    let (folder, file) = written(&GOOD.replace(
        "[[upstreams]]",
        "[session]\nsecret_file = \"key\"\n[[upstreams]]",
    ));
    fs::write(folder.path().join("key"), one).unwrap();
    let ran = interlock(&["check", "-c", &file], &[]).ended(Status::Fine);
    assert_eq!(ran.err, "");
}

#[test]
fn schema_is_json() {
    let ran = interlock(&["schema"], &[]).ended(Status::Fine);
    let schema: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(schema["type"], "object");
}

#[test]
fn health_is_what_the_admin_listener_answers() {
    for (answer, status) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Status::Fine),
        (
            "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
            Status::Failed,
        ),
        ("SSH-2.0-x\r\n", Status::Failed),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..read]).into_owned()
        });
        let admin = address.to_string().replace("127.0.0.1", "0.0.0.0");
        interlock(&["health"], &[("INTERLOCK__SERVER__ADMIN", &admin)]).ended(status);
        let request = server.join().unwrap();
        assert!(
            request.starts_with(&format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\n")),
            "{request}"
        );
    }
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{closed}/readyz");
    let ran = interlock(&["health", "--url", &url], &[]).ended(Status::Failed);
    assert!(ran.err.contains("--url"), "{}", ran.err);
    interlock(&["health", "--url", "https://x"], &[]).ended(Status::Usage);
}

#[test]
fn completions_name_commands_and_options() {
    for shell in ["bash", "fish"] {
        let ran = interlock(&["completions", shell], &[]).ended(Status::Fine);
        assert!(
            ran.out.contains("serve") && ran.out.contains("gateway-port"),
            "{}",
            ran.out
        );
    }
}
