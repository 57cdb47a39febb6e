//! The cast of a class of attacks, and the judge of its rows.

use crate::{
    row::{Must, Row},
    support::{
        app::App,
        browser::Browser,
        engine::Engine,
        gateway::{Gateway, Plan},
        middle::Middle,
        person::ada,
        raw_socket::exchange,
    },
};

/// One gateway for all rows of a class: public, optional, token and signed-in paths, and one that nobody routed.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) engine: Engine,
    pub(crate) gateway: Gateway,
    /// Somebody signed in.
    pub(crate) ada: Browser,
    /// Her access token.
    pub(crate) token: String,
}

const ROUTES: [&str; 7] = [
    "path = \"/public/*\"\naccess = \"public\"\nupstream = \"app\"",
    "path = \"/optional/*\"\naccess = \"optional\"\nupstream = \"app\"",
    "path = \"/api/*\"\naccess = \"token\"\nupstream = \"app\"",
    "path = \"/private/*\"\nupstream = \"app\"",
    "path = \"/socket\"\nupstream = \"app\"",
    "path = \"/staff/*\"\nupstream = \"app\"\nrequire = { groups = [\"nobody-is-in-it\"] }",
    "path = \"/mapped/*\"\nupstream = \"app\"\nheaders = { X-Department = \"department\", X-Name = \"name\" }",
];

/// The cast of what is watched on its way to the engine, and changed on its way back.
pub(crate) struct Watched {
    pub(crate) app: App,
    pub(crate) engine: Engine,
    pub(crate) middle: Middle,
    pub(crate) gateway: Gateway,
}

impl Watched {
    pub(crate) async fn start() -> Self {
        let app = App::echo().await;
        let (middle, engine) = Middle::and_engine(|_| {}).await;
        let plan = Gateway::before(&app, &engine).issuer(&middle.issuer());
        let plan = routes(plan).route("path = \"/*\"\nupstream = \"app\"");
        Self {
            gateway: plan.start().await,
            app,
            engine,
            middle,
        }
    }
}

/// The routes of every stage.
pub(crate) fn routes(plan: Plan) -> Plan {
    ROUTES.iter().fold(plan, |plan, route| plan.route(route))
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::with(|plan| plan).await
    }

    pub(crate) async fn with(change: impl FnOnce(Plan) -> Plan) -> Self {
        let (app, engine) = (App::echo().await, Engine::start());
        let plan = change(
            routes(Gateway::before(&app, &engine)).route("path = \"/\"\nupstream = \"app\""),
        );
        let gateway = plan.start().await;
        let mut ada = ada(&gateway).await;
        let token = ada.get("/private/").await.echoed("authorization").unwrap();
        let token = token.trim_start_matches("Bearer ").to_owned();
        Self {
            app,
            engine,
            gateway,
            ada,
            token,
        }
    }

    /// Sends every row and fails with all that went otherwise than it must.
    pub(crate) async fn judge(&self, rows: &[Row]) {
        let mut failures = Vec::new();
        for row in rows {
            if let Err(failure) = self.perform(row).await {
                let sent = String::from_utf8_lossy(&row.sent);
                let shown: String = sent.chars().take(300).collect();
                failures.push(format!("{}: {failure}\n    {shown:?}", row.proves));
            }
        }
        assert!(
            failures.is_empty(),
            "{} of {} attacks:\n{}",
            failures.len(),
            rows.len(),
            failures.join("\n")
        );
    }

    async fn perform(&self, row: &Row) -> Result<(), String> {
        let mut sent = self.filled(&row.sent);
        if matches!(row.must, Must::Refuse) {
            sent.extend(self.filled(SMUGGLED));
        }
        let before = self.app.requests();
        let answer = exchange(self.gateway.address, &sent).await;
        let shown: String = answer.chars().take(300).collect();
        let (status, expected) = (
            status(&answer),
            before + usize::from(matches!(row.must, Must::Reach(_))),
        );
        match row.must {
            Must::Answer(statuses) if !statuses.contains(&status) => {
                return Err(format!("answered {shown:?}"));
            }
            Must::Refuse if !(400..500).contains(&status) => {
                return Err(format!("answered {shown:?}"));
            }
            Must::Refuse if answer.matches("HTTP/1.").count() != 1 => {
                return Err(format!("more than one answer: {answer:?}"));
            }
            Must::Reach(_) if self.app.requests() == before => {
                return Err(format!("nothing reached the app: {shown:?}"));
            }
            Must::Reach(check) => check(&self.app.last().ok_or("nothing was echoed")?)?,
            Must::Answer(_) | Must::Refuse => {}
        }
        self.honest(expected).await
    }

    /// The next one is served, and nothing but it and what was allowed has reached the app.
    pub(crate) async fn honest(&self, reached: usize) -> Result<(), String> {
        let answer = exchange(self.gateway.address, &self.filled(HONEST)).await;
        if status(&answer) != 200 {
            return Err(format!("then an honest request was answered {answer:?}"));
        }
        let requests = self.app.requests() - 1;
        if requests != reached {
            return Err(format!("{requests} requests at the app, not {reached}"));
        }
        Ok(())
    }

    pub(crate) fn filled(&self, sent: &[u8]) -> Vec<u8> {
        let host = self.gateway.address.to_string();
        let cookie = self.ada.cookie_line();
        let mut sent = sent.to_vec();
        for (name, value) in [
            ("{host}", &host),
            ("{cookie}", &cookie),
            ("{token}", &self.token),
        ] {
            sent = replaced(&sent, name.as_bytes(), value.as_bytes());
        }
        sent
    }
}

/// The status of the first answer; 0 where there is none.
pub(crate) fn status(answer: &str) -> u16 {
    let code = answer.split(' ').nth(1).unwrap_or_default();
    code.parse().unwrap_or(0)
}

fn replaced(octets: &[u8], name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some((first, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(name) {
            replaced.extend_from_slice(value);
            rest = behind;
        } else {
            replaced.push(*first);
            rest = behind;
        }
    }
    replaced
}

const HONEST: &[u8] = b"GET /public/honest HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";
const SMUGGLED: &[u8] =
    b"GET /public/smuggled HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";
