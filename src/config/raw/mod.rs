//! The configuration as it is written: the serde twin of the file, and the source of its JSON Schema. Strings end here.

mod authorization_server;
mod routes;
mod server;
mod session;
mod sign_in;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use authorization_server::{AuthorizationServer, ClientAuth, Tokens};
pub(super) use routes::{Access, PathSyntax, Require, Route, Upstream, UpstreamAuthorization};
pub(super) use server::{Server, Size, Tls};
pub(super) use session::{Session, Store};
pub(super) use sign_in::{Api, Brand, Captcha, HostedPage, Log, LogFormat, SignIn};

/// Interlock's configuration. Layers: these defaults, the files in the order given, environment variables such as
/// `INTERLOCK__SERVER__LISTEN`, then `--set server.listen=…`.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// Where the gateway listens and how people see it.
    pub(super) server: Server,
    /// The Okta authorization server, and who we are there.
    pub(super) authorization_server: AuthorizationServer,
    /// What tokens must be like.
    pub(super) tokens: Tokens,
    /// How sessions are kept and when they end.
    pub(super) session: Session,
    /// The apps behind the gateway.
    pub(super) upstreams: Vec<Upstream>,
    /// Which requests reach which app, and who may make them. What no route names is answered 404.
    pub(super) routes: Vec<Route>,
    /// The sign-in pages.
    pub(super) sign_in: SignIn,
    /// The headless flow (JSON) at `/.interlock/api/`.
    pub(super) api: Api,
    /// The log, written to standard error.
    pub(super) log: Log,
}
