//! A real nginx runs `deploy/forward-auth/nginx.conf`, with other addresses.

use std::{fs, net::SocketAddr, path::Path, process::Stdio, time::Duration};

use bytes::Bytes;
use http::{Method, StatusCode};
use tokio::process::{Child, Command};

use crate::{
    cast::{ROUTES, said, sign_in},
    support::{
        app::App,
        browser::{Browser, navigation},
        engine::Engine,
        gateway::{Gateway, SECRET, free_address},
        wait::until,
    },
};

/// nginx before an app, asking a gateway.
struct Nginx {
    url: String,
    gateway: Gateway,
    child: Child,
    _folder: tempfile::TempDir,
}

/// The program, where it is installed; `tests/run` sees to that.
fn program() -> Option<&'static str> {
    ["/usr/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|path| Path::new(path).exists())
}

impl Nginx {
    /// `None`, said aloud, where nginx is not installed.
    async fn before(app: &App, engine: &Engine) -> Option<Self> {
        let Some(program) = program() else {
            println!("SKIPPED: nginx is not installed (apt-get install nginx-light)");
            return None;
        };
        let listen = free_address();
        let url = format!("http://{listen}");
        let session = format!(
            "store = \"memory\"\nsecret = \"{SECRET}\"\nidle_timeout = \"3h\"\nlifetime = \"12h\""
        );
        let gateway = ROUTES
            .iter()
            .fold(Gateway::before(app, engine), |plan, route| {
                plan.route(route)
            })
            .server("trusted_proxies = [\"127.0.0.1\"]")
            .public_url(&url)
            .session(&session)
            .start()
            .await;
        let folder = tempfile::tempdir().unwrap();
        let config = write_config(folder.path(), listen, gateway.address, app.address);
        let child = Command::new(program)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(config)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        until("nginx listens", || async {
            tokio::net::TcpStream::connect(listen).await.ok()
        })
        .await;
        Some(Self {
            url,
            gateway,
            child,
            _folder: folder,
        })
    }

    fn browser(&self) -> Browser {
        Browser::at(self.url.clone())
    }

    async fn stop(mut self) {
        self.child.kill().await.unwrap();
        self.gateway.stop().await;
    }
}

/// The example, at addresses of this test, in an `http` block that keeps its files here.
fn write_config(
    folder: &Path,
    listen: SocketAddr,
    gateway: SocketAddr,
    app: SocketAddr,
) -> std::path::PathBuf {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/forward-auth/nginx.conf");
    let mut example = fs::read_to_string(example).unwrap();
    for (written, here) in [
        ("server 127.0.0.1:8080;", format!("server {gateway};")),
        ("server 127.0.0.1:3000;", format!("server {app};")),
        ("listen      80;", format!("listen {listen};")),
    ] {
        assert_eq!(example.matches(written).count(), 1, "{written}");
        example = example.replace(written, &here);
    }
    let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display()))
        .concat();
    // One process: killing it leaves none behind.
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log {0}/error.log;\nevents {{ }}\nhttp {{\naccess_log off;\n\
         {temp}{example}}}\n",
        folder.display()
    );
    let path = folder.join("nginx.conf");
    fs::write(&path, whole).unwrap();
    path
}

#[tokio::test]
async fn a_person_signs_in_behind_nginx_and_the_app_is_told_who_it_is() {
    let (app, engine) = (App::echo().await, Engine::start());
    let Some(nginx) = Nginx::before(&app, &engine).await else {
        return;
    };
    let mut ada = nginx.browser();
    let first = ada.get("/app/r?a=1&b=%26").await;
    first.expect(StatusCode::FOUND);
    assert_eq!(
        first.location(),
        format!(
            "{}/.interlock/sign-in?rd=/app/r%3Fa%3D1%26b%3D%2526",
            nginx.url
        )
    );
    let landed = sign_in(&mut ada, "/app/r?a=1&b=%26", "ada@example.com").await;
    assert_eq!(landed.location(), "/app/r?a=1&b=%26");
    let mut fields = navigation("same-origin");
    fields.insert("x-auth-request-groups", "admins".parse().unwrap());
    fields.insert("x-auth-request-user", "root".parse().unwrap());
    fields.insert("cookie", "theme=dark".parse().unwrap());
    let mut shown = ada.clone();
    shown.cookies.insert("theme".to_owned(), "dark".to_owned());
    let page = shown
        .send(Method::GET, "/app/r?a=1&b=%26", fields, Bytes::new())
        .await;
    page.expect(StatusCode::OK);
    assert_eq!(page.json()["target"], "/app/r?a=1&b=%26");
    assert_eq!(
        page.echoed("x-auth-request-email").as_deref(),
        Some("ada@example.com")
    );
    assert!(
        page.echoed("x-auth-request-user")
            .unwrap()
            .starts_with("00u")
    );
    assert!(
        page.echoed("x-auth-request-groups")
            .unwrap()
            .contains("analysts")
    );
    assert!(page.echoed("authorization").unwrap().starts_with("Bearer "));
    assert!(page.echoed("x-interlock-assertion").is_some());
    assert_eq!(
        page.echoed("cookie").as_deref(),
        Some("theme=dark"),
        "our cookies are not the app's"
    );
    nginx.stop().await;
}

#[tokio::test]
async fn nginx_refuses_what_we_refuse() {
    let (app, engine) = (App::echo().await, Engine::start());
    let Some(nginx) = Nginx::before(&app, &engine).await else {
        return;
    };
    let mut nobody = nginx.browser();
    nobody.get("/public/x").await.expect(StatusCode::OK);
    let mut fields = navigation("same-origin");
    let post = nobody
        .send(
            Method::POST,
            "/app/x",
            fields.clone(),
            Bytes::from_static(b"a=1"),
        )
        .await;
    post.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(said(&post, "www-authenticate"), Some("Bearer"));
    fields.insert("sec-fetch-mode", "cors".parse().unwrap());
    nobody
        .send(Method::GET, "/app/x", fields.clone(), Bytes::new())
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let reached = app.requests();

    let mut ada = nginx.browser();
    sign_in(&mut ada, "/app/", "ada@example.com").await;
    ada.get("/admins/x").await.expect(StatusCode::FORBIDDEN);
    ada.get("/public/%2e%2e/admins/x")
        .await
        .expect(StatusCode::FORBIDDEN);
    ada.get("/nowhere").await.expect(StatusCode::FORBIDDEN);
    // Where nginx asks nobody else may: the answer carries the token.
    ada.get("/.interlock/auth")
        .await
        .expect(StatusCode::NOT_FOUND);
    for (name, value) in [
        ("x-forwarded-uri", "/public/x"),
        ("x-original-uri", "/public/x"),
        ("x-original-url", "/public/x"),
        ("x-original-method", "OPTIONS"),
        ("x-forwarded-host", "other.example"),
        ("x-rewrite-url", "/public/x"),
    ] {
        let mut fields = navigation("same-origin");
        fields.insert(name, value.parse().unwrap());
        let reply = ada
            .send(Method::GET, "/admins/x", fields, Bytes::new())
            .await;
        assert_eq!(reply.status, 403, "{name}: {value}");
    }
    assert_eq!(app.requests(), reached, "nothing refused reached the app");
    nginx.stop().await;
}

#[tokio::test]
async fn a_session_goes_on_behind_nginx_when_its_token_is_renewed() {
    let (app, engine) = (App::echo().await, Engine::start());
    let Some(nginx) = Nginx::before(&app, &engine).await else {
        return;
    };
    let mut ada = nginx.browser();
    sign_in(&mut ada, "/app/", "ada@example.com").await;
    let before = ada.get("/app/").await.echoed("authorization");
    nginx.gateway.clock.advance(Duration::from_mins(65));
    let after = ada.get("/app/").await;
    after.expect(StatusCode::OK);
    assert_ne!(after.echoed("authorization"), before);
    nginx.stop().await;
}
