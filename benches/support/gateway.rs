//! Interlock: its configuration, cookies that it will take, and its process.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use futures_util::FutureExt;
use http::HeaderMap;
use interlock::{
    clock::SystemClock,
    config::{Config, Sources},
    public_url::PublicUrl,
    random::SystemRandom,
    session::{CookieNames, KeyRing, Session, Sessions, Settings, Store},
};

use super::{
    address::free_address,
    issuer::{Algorithm, Issuer, claims},
    process::Process,
};

/// A million, and some more: a part of the store that gets more of them than the others is not full for that.
const MOST_SESSIONS: usize = 1_200_000;
const SECRET: &str = "a-secret-of-benchmarks-with-40-octets-xx";

/// What differs from the plain gateway: one upstream, one thread, no access log.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the settings"
)]
pub struct Plan {
    pub listen: SocketAddr,
    pub upstream: SocketAddr,
    pub spoken: Spoken,
    pub issuer: String,
    pub client_id: &'static str,
    pub threads: usize,
    /// Routes beside the four that there always are.
    pub further_routes: usize,
    pub access_log: bool,
    /// Certificate and key, PEM files.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub store: &'static str,
    /// Verified tokens that are remembered.
    pub verified_tokens: u32,
    /// Whether the app is sent an assertion.
    pub assertion: bool,
    /// Whether the app is sent the access token of a session.
    pub access_token: bool,
    /// Whether clients on loopback are proxies, which say whom they speak for.
    pub behind_proxy: bool,
}

/// How the app is spoken to.
#[derive(Clone, Debug)]
pub enum Spoken {
    H2c,
    Http,
    /// With this certificate, a PEM file, as root; by HTTP/2 where the app offers it.
    Https(PathBuf),
}

/// People who have just signed in, one after the other.
pub struct People {
    sessions: Sessions,
    session: Session,
}

impl Plan {
    pub fn new(upstream: SocketAddr, issuer: &Issuer) -> Self {
        Self::at(upstream, issuer.url())
    }

    /// The same with any issuer.
    pub fn at(upstream: SocketAddr, issuer: String) -> Self {
        Self {
            listen: free_address(),
            upstream,
            spoken: Spoken::Http,
            issuer,
            client_id: "bench",
            threads: 1,
            further_routes: 0,
            access_log: false,
            tls: None,
            store: "cookie",
            verified_tokens: 10_000,
            assertion: true,
            access_token: true,
            behind_proxy: false,
        }
    }

    /// Where it is reached.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }

    /// `/public/` asks nobody, `/token/` wants Bearer tokens, `/` a session.
    pub fn toml(&self) -> String {
        let (listen, app) = (self.listen, self.app());
        let mut toml = format!(
            "[server]\nlisten = \"{listen}\"\npublic_url = \"{}\"\nadmin = \"127.0.0.1:0\"\n\
             threads = {}\nmax_connections = 20000\n",
            self.url(),
            self.threads
        );
        if self.behind_proxy {
            toml.push_str("trusted_proxies = [\"127.0.0.1\"]\n");
        }
        if let Some((certificate, key)) = &self.tls {
            let (certificate, key) = (certificate.display(), key.display());
            writeln!(
                toml,
                "tls = {{ certificate = \"{certificate}\", private_key = \"{key}\" }}"
            )
            .unwrap();
        }
        write!(
            toml,
            "[authorization_server]\nissuer = \"{}\"\nclient_id = \"{}\"\naudience = \"api://default\"\n\
             [tokens]\nalgorithms = [\"RS256\", \"ES256\"]\nverified_tokens = {}\n[session]\nstore = \"{}\"\n\
             max_sessions = {MOST_SESSIONS}\nsecret = \"{SECRET}\"\n\
             [log]\nlevel = \"warn,interlock::access=info\"\naccess = {}\n\
             [[upstreams]]\nname = \"app\"\n{app}\nidle_connections = 1024\nassertion = {}\n\
             [[routes]]\npath = \"/healthz\"\naccess = \"public\"\n\
             [[routes]]\npath = \"/public/*\"\nupstream = \"app\"\naccess = \"public\"\n\
             [[routes]]\npath = \"/token/*\"\nupstream = \"app\"\naccess = \"token\"\n\
             [[routes]]\npath = \"/*\"\nupstream = \"app\"\nupstream_authorization = \"{}\"\n",
            self.issuer,
            self.client_id,
            self.verified_tokens,
            self.store,
            self.access_log,
            self.assertion,
            if self.access_token { "access-token" } else { "none" }
        )
        .unwrap();
        for number in 0..self.further_routes {
            writeln!(
                toml,
                "[[routes]]\npath = \"/team/{number}/*\"\nupstream = \"app\"\naccess = \"public\""
            )
            .unwrap();
        }
        toml
    }

    /// The app's address, as the settings have it.
    fn app(&self) -> String {
        let upstream = self.upstream;
        match &self.spoken {
            Spoken::H2c => format!("url = \"h2c://{upstream}\""),
            Spoken::Http => format!("url = \"http://{upstream}\""),
            Spoken::Https(root) => {
                let root = root.display();
                format!("url = \"https://{upstream}\"\nca_file = \"{root}\"")
            }
        }
    }

    /// The settings in a file of the directory.
    pub fn write(&self, directory: &std::path::Path) -> PathBuf {
        let path = directory.join(format!("interlock-{}.toml", self.listen.port()));
        std::fs::write(&path, self.toml()).unwrap();
        path
    }

    /// The settings as a gateway in this process takes them.
    pub fn config(&self, directory: &std::path::Path) -> Config {
        let sources = Sources {
            files: vec![self.write(directory)],
            ..Sources::default()
        };
        Config::load(&sources, std::iter::empty()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// The command that serves it.
    pub fn command(&self, directory: &std::path::Path) -> Vec<String> {
        let file = self.write(directory).display().to_string();
        vec![binary(), "serve".to_owned(), "--config".to_owned(), file]
    }

    /// Runs it, below another program where `under` names one.
    pub fn start(&self, directory: &std::path::Path, under: &[String]) -> Process {
        let mut line = under.to_vec();
        line.extend(self.command(directory));
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]).stdout(Stdio::null());
        Process::start(command)
    }

    /// A `Cookie` value of somebody who signed in just now.
    pub fn cookie(&self, issuer: &Issuer) -> String {
        self.people(issuer).cookie()
    }

    /// People whose cookies it takes, or would take if it held their sessions.
    pub fn people(&self, issuer: &Issuer) -> People {
        People::of(self.sessions(), issuer)
    }

    fn sessions(&self) -> Sessions {
        let url: PublicUrl = self.url().parse().unwrap();
        let settings = Settings {
            store: match self.store {
                "memory" => Store::Memory,
                _ => Store::Cookie,
            },
            secrets: vec![SECRET.into()],
            idle_timeout: std::time::Duration::from_mins(30),
            max_sessions: MOST_SESSIONS,
            lifetime: std::time::Duration::from_hours(12),
        };
        let ring = KeyRing::new(&settings.secrets).unwrap();
        Sessions::new(
            &settings,
            CookieNames::new(&url),
            Arc::new(ring),
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        )
        .unwrap()
    }
}

impl People {
    /// Those who begin their sessions here, with tokens of the usual size.
    pub fn of(sessions: Sessions, issuer: &Issuer) -> Self {
        let now = super::now();
        let session = Session {
            id: sessions.new_id(),
            subject: "00u1abcdefGHIJKLmnop".to_owned(),
            claims: Session::keeps(claims(&issuer.url()), &BTreeSet::new()),
            scopes: ["openid", "profile", "email", "offline_access"]
                .map(str::to_owned)
                .to_vec(),
            access_token: issuer.access_token(Algorithm::Rs256, 0).into(),
            access_expires_at: now + 6 * 3600,
            access_key_id: Some("rs".to_owned()),
            refresh_token: Some("abcdefghijklmnopqrstuvwxyz-0123456789ABCDEF".into()),
            acr: Some("urn:okta:loa:2fa:any".to_owned()),
            amr: vec!["pwd".to_owned(), "otp".to_owned()],
            auth_time: Some(now),
            started_at: now,
            seen_at: now,
        };
        Self { sessions, session }
    }

    /// Where their cookies are opened.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The `Cookie` value of the next one.
    pub fn cookie(&mut self) -> String {
        self.session.id = self.sessions.new_id();
        self.session.subject = format!("00u{:017}", number(&self.session.subject) + 1);
        let nothing = HeaderMap::new();
        // Neither of the two stores awaits anybody.
        let begun = self.sessions.begin(&self.session, &nothing);
        let set = begun.now_or_never().unwrap().unwrap();
        let pairs: Vec<_> = set
            .iter()
            .filter_map(|value| value.to_str().ok()?.split(';').next().map(str::to_owned))
            .collect();
        pairs.join("; ")
    }
}

fn number(subject: &str) -> u64 {
    subject
        .get(3..)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// What cargo built, or the build that `--binary PATH` names, to compare one with another.
fn binary() -> String {
    super::argument("--binary").unwrap_or_else(|| env!("CARGO_BIN_EXE_interlock").to_owned())
}
