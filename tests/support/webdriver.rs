//! Chromium through chromedriver, in the words of the W3C's `WebDriver`.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::{gateway::free_address, wait::until};

/// What `WebDriver` calls an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long a page may take to be there; a machine that runs all the tests at once is slow.
const PATIENCE: Duration = Duration::from_secs(45);
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";

/// A chromedriver of our own.
pub struct Driver {
    origin: String,
    client: Client<HttpConnector, Full<Bytes>>,
    _child: Child,
}

/// One browser with a profile of its own.
pub struct Chromium<'a> {
    driver: &'a Driver,
    path: String,
    _profile: tempfile::TempDir,
}

/// How a browser is set up.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether a certificate that nobody has signed will do.
    pub any_certificate: bool,
    pub script: bool,
    pub width: u32,
    pub height: u32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            any_certificate: false,
            script: true,
            width: 720,
            height: 900,
        }
    }
}

impl Driver {
    /// `None` where no browser is installed and the environment says that this is known; fails where it does not.
    pub async fn start() -> Option<Self> {
        if !installed("chromium") || !installed("chromedriver") {
            assert!(
                std::env::vars().any(|(name, _)| name == "INTERLOCK_WITHOUT_BROWSER"),
                "no chromium or chromedriver in PATH: apt-get install chromium chromium-driver, or set INTERLOCK_WITHOUT_BROWSER"
            );
            eprintln!("SKIPPED: no chromium here, and INTERLOCK_WITHOUT_BROWSER is set");
            return None;
        }
        let address = free_address();
        let child = Command::new("chromedriver")
            .arg(format!("--port={}", address.port()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        until("chromedriver listens", || async {
            tokio::net::TcpStream::connect(address).await.ok()
        })
        .await;
        Some(Self {
            origin: format!("http://{address}"),
            client: Client::builder(TokioExecutor::new()).build_http(),
            _child: child,
        })
    }

    pub async fn open(&self, look: Look) -> Chromium<'_> {
        self.open_with(look, &[]).await
    }

    /// With further arguments on its command line.
    pub async fn open_with(&self, look: Look, more: &[String]) -> Chromium<'_> {
        let profile = tempfile::tempdir().unwrap();
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={},{}", look.width, look.height));
        arguments.extend_from_slice(more);
        let scripts = if look.script { 1 } else { 2 };
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "acceptInsecureCerts": look.any_certificate,
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "profile.managed_default_content_settings.javascript": scripts },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let session = self.call(Method::POST, "/session", &capabilities).await;
        let session = session.unwrap_or_else(|error| panic!("no browser: {error}"));
        Chromium {
            driver: self,
            path: format!("/session/{}", session["sessionId"].as_str().unwrap()),
            _profile: profile,
        }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value, String> {
        let body = if method == Method::POST {
            Bytes::from(body.to_string())
        } else {
            Bytes::new()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(Full::new(body))
            .unwrap();
        let answer = tokio::time::timeout(Duration::from_mins(1), self.client.request(request));
        let response = answer.await.expect("chromedriver answers").unwrap();
        let good = response.status().is_success();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let mut body: Value = serde_json::from_slice(&body).unwrap();
        let value = body["value"].take();
        if good {
            Ok(value)
        } else {
            Err(format!("{}: {}", value["error"], value["message"]))
        }
    }
}

/// Also after a failure, no browser stays behind: a chromedriver that is asked to end closes what it opened.
impl Drop for Driver {
    fn drop(&mut self) {
        use std::io::{Read as _, Write as _};
        let address = self.origin.trim_start_matches("http://");
        let Ok(mut stream) = std::net::TcpStream::connect(address) else {
            return;
        };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        let ask = format!("GET /shutdown HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        if stream.write_all(ask.as_bytes()).is_ok() {
            let _ = stream.read_to_end(&mut Vec::new());
        }
    }
}

/// Whether an element left the page before anything was done to it.
fn is_gone(error: &str) -> bool {
    error.contains("stale element") || error.contains("does not belong to the document")
}

fn installed(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(name).is_file())
}

impl Chromium<'_> {
    async fn try_call(&self, method: Method, path: &str, body: Value) -> Result<Value, String> {
        self.driver
            .call(method, &format!("{}{path}", self.path), &body)
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.try_call(Method::POST, path, body)
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    async fn ask(&self, path: &str) -> Value {
        self.try_call(Method::GET, path, Value::Null)
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub async fn go(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    pub async fn back(&self) {
        self.post("/back", json!({})).await;
    }

    pub async fn reload(&self) {
        self.post("/refresh", json!({})).await;
    }

    pub async fn url(&self) -> String {
        self.ask("/url").await.as_str().unwrap().to_owned()
    }

    pub async fn source(&self) -> String {
        self.ask("/source").await.as_str().unwrap().to_owned()
    }

    /// An element, once it is there.
    pub async fn find(&self, selector: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let body = json!({ "using": "css selector", "value": selector });
            match self.try_call(Method::POST, "/element", body).await {
                Ok(element) => return element[ELEMENT].as_str().unwrap().to_owned(),
                Err(error) if Instant::now() > end => panic!(
                    "no `{selector}` at {}: {error}\n{}",
                    self.url().await,
                    self.source().await
                ),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    pub async fn has(&self, selector: &str) -> bool {
        let body = json!({ "using": "css selector", "value": selector });
        self.try_call(Method::POST, "/element", body).await.is_ok()
    }

    /// Does something to an element, once it is there. A page may be exchanged between the look and the deed: then it is
    /// looked for anew.
    async fn with(&self, selector: &str, method: Method, deed: &str, body: Value) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let element = self.find(selector).await;
            let path = format!("/element/{element}/{deed}");
            match self.try_call(method.clone(), &path, body.clone()).await {
                Ok(value) => return value,
                Err(error) => assert!(
                    is_gone(&error) && Instant::now() < end,
                    "`{selector}`, {deed}: {error}"
                ),
            }
        }
    }

    pub async fn text(&self, selector: &str) -> String {
        let text = self.with(selector, Method::GET, "text", Value::Null).await;
        text.as_str().unwrap().to_owned()
    }

    /// Until an element says this, whatever page comes in between.
    pub async fn wait_for_text(&self, selector: &str, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let said = self.try_text(selector).await.unwrap_or_default();
            if said.contains(text) {
                return;
            }
            assert!(
                Instant::now() < end,
                "`{selector}` says {said:?}, not {text:?}, at {}\n{}",
                self.url().await,
                self.source().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn try_text(&self, selector: &str) -> Result<String, String> {
        let body = json!({ "using": "css selector", "value": selector });
        let element = self.try_call(Method::POST, "/element", body).await?;
        let element = element[ELEMENT].as_str().unwrap_or_default();
        let path = format!("/element/{element}/text");
        let text = self.try_call(Method::GET, &path, Value::Null).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Until a field has been filled.
    pub async fn wait_for_value(&self, selector: &str) {
        let end = Instant::now() + PATIENCE;
        while self.value(selector).await.is_empty() {
            assert!(Instant::now() < end, "`{selector}` stays empty");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks something in a frame, and comes back out of it.
    pub async fn click_in_frame(&self, frame: &str, selector: &str) {
        let frame = self.find(frame).await;
        self.post("/frame", json!({ "id": { ELEMENT: frame } }))
            .await;
        self.click(selector).await;
        self.post("/frame", json!({ "id": null })).await;
    }

    pub async fn value(&self, selector: &str) -> String {
        self.property(selector, "value").await
    }

    pub async fn property(&self, selector: &str, name: &str) -> String {
        let property = format!("property/{name}");
        let value = self
            .with(selector, Method::GET, &property, Value::Null)
            .await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        self.with(selector, Method::POST, "clear", json!({})).await;
        let text = json!({ "text": text });
        self.with(selector, Method::POST, "value", text).await;
    }

    pub async fn click(&self, selector: &str) {
        self.with(selector, Method::POST, "click", json!({})).await;
    }

    /// Presses it if it is there now: a page that looks by itself may have gone on meanwhile.
    pub async fn click_if_there(&self, selector: &str) {
        let body = json!({ "using": "css selector", "value": selector });
        let Ok(element) = self.try_call(Method::POST, "/element", body).await else {
            return;
        };
        let element = element[ELEMENT].as_str().unwrap();
        let path = format!("/element/{element}/click");
        if let Err(error) = self.try_call(Method::POST, &path, json!({})).await {
            assert!(is_gone(&error), "`{selector}`: {error}");
        }
    }

    /// Presses the first of these elements whose text holds this one, once it is there.
    pub async fn click_text(&self, selector: &str, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.try_click_text(selector, text).await {
                Ok(true) => return,
                Err(error) => assert!(is_gone(&error), "`{selector}`: {error}"),
                Ok(false) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
            assert!(
                Instant::now() < end,
                "no `{selector}` says {text:?}:\n{}",
                self.source().await
            );
        }
    }

    async fn try_click_text(&self, selector: &str, text: &str) -> Result<bool, String> {
        let body = json!({ "using": "css selector", "value": selector });
        let elements = self.try_call(Method::POST, "/elements", body).await?;
        for element in elements.as_array().unwrap() {
            let path = format!("/element/{}", element[ELEMENT].as_str().unwrap());
            let text_of = format!("{path}/text");
            let said = self.try_call(Method::GET, &text_of, Value::Null).await?;
            if said.as_str().unwrap().contains(text) {
                let click = format!("{path}/click");
                self.try_call(Method::POST, &click, json!({})).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Chooses the option whose text holds this one, as a person does: the page hears of it.
    pub async fn choose(&self, selector: &str, text: &str) {
        let element = self.find(selector).await;
        let script = "const option = [...arguments[0].options].find((option) => option.text.includes(arguments[1]));\
                      option.selected = true; arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";
        let body = json!({ "script": script, "args": [{ ELEMENT: element }, text] });
        self.post("/execute/sync", body).await;
    }

    /// Keys, to whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let strokes: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() }))
            })
            .collect();
        self.post(
            "/actions",
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }),
        )
        .await;
    }

    /// What a script of the test returns.
    pub async fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] }))
            .await
    }

    /// What a promise of the test's script comes to.
    pub async fn run_async(&self, promise: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; {promise}.then(done, (error) => done(String(error)))"
        );
        self.post("/execute/async", json!({ "script": script, "args": [] }))
            .await
    }

    /// `id` of what has the focus.
    pub async fn focus(&self) -> String {
        let active = self.ask("/element/active").await;
        let element = active[ELEMENT].as_str().unwrap();
        let id = self.ask(&format!("/element/{element}/attribute/id")).await;
        id.as_str().unwrap_or_default().to_owned()
    }

    pub async fn window(&self) -> String {
        self.ask("/window").await.as_str().unwrap().to_owned()
    }

    pub async fn new_tab(&self) -> String {
        let tab = self.post("/window/new", json!({ "type": "tab" })).await;
        let handle = tab["handle"].as_str().unwrap().to_owned();
        self.switch(&handle).await;
        handle
    }

    pub async fn switch(&self, window: &str) {
        self.post("/window", json!({ "handle": window })).await;
    }

    /// Closes the tab that is open, and goes to another.
    pub async fn close_tab(&self, then: &str) {
        self.try_call(Method::DELETE, "/window", Value::Null)
            .await
            .unwrap();
        self.switch(then).await;
    }

    pub async fn forget_cookies(&self) {
        self.try_call(Method::DELETE, "/cookie", Value::Null)
            .await
            .unwrap();
    }

    /// A command of the `DevTools` protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post(
            "/goog/cdp/execute",
            json!({ "cmd": command, "params": parameters }),
        )
        .await
    }

    pub async fn screenshot(&self) -> Vec<u8> {
        use base64::Engine as _;
        let picture = self.ask("/screenshot").await;
        base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().unwrap())
            .unwrap()
    }

    /// What the console said since last asked: violations of the policy stand here.
    pub async fn console(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().unwrap().iter();
        entries
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    pub async fn close(self) {
        let _ = self.try_call(Method::DELETE, "", Value::Null).await;
    }
}
