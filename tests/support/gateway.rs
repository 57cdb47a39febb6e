//! The gateway under test, in this process, with a clock that is moved by hand.

use std::{fmt::Write as _, net::SocketAddr, sync::Arc};

use interlock::{
    clock::ManualClock,
    config::{Config, Sources},
    gateway::Gateway as Real,
    random::SystemRandom,
};
use tokio::{sync::oneshot, task::JoinHandle};

use super::{app::App, browser::Browser, engine::Engine, logs::logs};

pub use super::address::free_address;

/// A secret that every gateway of a test shares, unless the test says otherwise.
pub const SECRET: &str = "an-example-secret-of-at-least-32-octets!";

pub struct Gateway {
    pub address: SocketAddr,
    pub admin: SocketAddr,
    pub clock: ManualClock,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// What differs from the plain gateway: one app, every path behind a sign-in, the public demo client.
#[derive(Clone, Debug)]
pub struct Plan {
    issuer: String,
    apps: Vec<(String, String)>,
    routes: Vec<String>,
    server: String,
    client: String,
    session: String,
    more: String,
    clock: ManualClock,
    public_url: Option<String>,
}

impl Gateway {
    pub fn before(app: &App, engine: &Engine) -> Plan {
        Self::at(&app.url(), &engine.issuer(), engine.clock.clone())
    }

    pub fn at(app: &str, issuer: &str, clock: ManualClock) -> Plan {
        Plan {
            issuer: issuer.to_owned(),
            apps: vec![("app".to_owned(), app.to_owned())],
            routes: Vec::new(),
            server: String::new(),
            client: "client_id = \"interlock-demo\"".to_owned(),
            session: format!("store = \"cookie\"\nsecret = \"{SECRET}\""),
            more: String::new(),
            clock,
            public_url: None,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn browser(&self) -> Browser {
        Browser::at(self.url())
    }

    /// Stops, and waits until every task has ended.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.task)
            .await
            .expect("the gateway ends without a panic");
    }
}

impl From<&Gateway> for Browser {
    fn from(gateway: &Gateway) -> Self {
        gateway.browser()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

impl Plan {
    /// Adds a route, as lines of TOML.
    pub fn route(mut self, toml: &str) -> Self {
        self.routes.push(toml.to_owned());
        self
    }

    pub fn upstream(mut self, name: &str, url: &str) -> Self {
        self.apps.push((name.to_owned(), url.to_owned()));
        self
    }

    /// The confidential client instead of the public one.
    pub fn confidential(mut self) -> Self {
        self.client =
            "client_id = \"interlock-web\"\nclient_secret = \"interlock-web-secret\"".to_owned();
        self
    }

    /// More lines of `[authorization_server]`.
    pub fn authorization_server(mut self, toml: &str) -> Self {
        self.client.push('\n');
        self.client.push_str(toml);
        self
    }

    /// Another public client.
    pub fn client(mut self, id: &str) -> Self {
        self.client = format!("client_id = \"{id}\"");
        self
    }

    /// More lines of `[server]`.
    pub fn server(mut self, toml: &str) -> Self {
        self.server.push_str(toml);
        self.server.push('\n');
        self
    }

    /// Lines of `[session]` instead of the cookie store with the shared secret.
    pub fn session(mut self, toml: &str) -> Self {
        self.session = toml.to_owned();
        self
    }

    /// More sections.
    pub fn more(mut self, toml: &str) -> Self {
        self.more.push_str(toml);
        self.more.push('\n');
        self
    }

    pub fn issuer(mut self, issuer: &str) -> Self {
        self.issuer = issuer.to_owned();
        self
    }

    pub fn public_url(mut self, url: &str) -> Self {
        self.public_url = Some(url.to_owned());
        self
    }

    /// The file that `interlock serve` would read.
    pub fn toml(&self, listen: SocketAddr, admin: SocketAddr) -> String {
        let public_url = self
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{listen}"));
        let audience = if self.issuer.contains("/oauth2/") {
            "audience = \"api://default\""
        } else {
            ""
        };
        let mut toml = format!(
            "[server]\nlisten = \"{listen}\"\npublic_url = \"{public_url}\"\nadmin = \"{admin}\"\nthreads = 1\n{}\
             [authorization_server]\nissuer = \"{}\"\n{}\n{audience}\n\
             scopes = [\"openid\", \"profile\", \"email\", \"groups\", \"offline_access\"]\n\
             [session]\n{}\n",
            self.server, self.issuer, self.client, self.session
        );
        for (name, url) in &self.apps {
            writeln!(toml, "[[upstreams]]\nname = \"{name}\"\nurl = \"{url}\"").unwrap();
        }
        let everything = ["path = \"/*\"\nupstream = \"app\"".to_owned()];
        let routes = if self.routes.is_empty() {
            &everything[..]
        } else {
            &self.routes
        };
        for route in routes {
            writeln!(toml, "[[routes]]\n{route}").unwrap();
        }
        toml.push_str(&self.more);
        toml
    }

    pub async fn start(&self) -> Gateway {
        self.start_at(free_address()).await
    }

    /// At a given address: a restart of one that was stopped.
    pub async fn start_at(&self, listen: SocketAddr) -> Gateway {
        logs();
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        std::fs::write(
            file.path(),
            self.toml(listen, "127.0.0.1:0".parse().unwrap()),
        )
        .unwrap();
        let sources = Sources {
            files: vec![file.path().to_owned()],
            ..Sources::default()
        };
        let config =
            Config::load(&sources, std::iter::empty()).unwrap_or_else(|errors| panic!("{errors}"));
        let real = Real::bind(config, Arc::new(self.clock.clone()), Arc::new(SystemRandom))
            .await
            .unwrap();
        let (address, admin) = (real.address(), real.admin_address());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            real.serve(async move { drop(stopped.await) })
                .await
                .unwrap();
        });
        Gateway {
            address,
            admin,
            clock: self.clock.clone(),
            stop: Some(stop),
            task,
        }
    }
}
