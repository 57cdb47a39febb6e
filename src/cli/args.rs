#![expect(
    clippy::doc_markdown,
    reason = "these comments are the help texts, shown in a terminal as they stand"
)]

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A reverse proxy that puts Okta's Interaction Code sign-in in front of any app, on the app's own origin.
///
/// Try it with nothing to set up: `interlock demo`.
#[derive(Debug, Parser)]
#[command(name = "interlock", version, propagate_version = true, max_term_width = 100, after_help = EXIT_STATUS)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the gateway
    Serve(ConfigArgs),
    /// Run everything on this machine, with nothing to set up: a development identity engine, a small app and the gateway
    ///
    /// Prints where to go and whom to sign in as.
    #[cfg(feature = "engine")]
    Demo(DemoArgs),
    /// Run the development identity engine alone
    ///
    /// It speaks the same protocol as an Okta org, for tests and for trying things out. Never use it for real people.
    #[cfg(feature = "engine")]
    Engine(EngineArgs),
    /// Read the configuration and report every mistake at once
    ///
    /// Each line names the file, the key, the value and what to write instead.
    Check(CheckArgs),
    /// Say which route a request matches, what it requires and what would happen
    Explain(ExplainArgs),
    /// Sign in from the terminal, as a native client, and print the tokens as JSON
    ///
    /// Asks for each step on the terminal; the prompts go to standard error.
    Token(TokenArgs),
    /// Print the JSON Schema of the configuration, for editors
    Schema,
    /// Print a new cookie secret, for the file that session.secret_file names
    Keygen,
    /// Ask a running gateway whether it is ready: exit status 0 or 1, for container probes
    Health(HealthArgs),
    /// Print a completion script for a shell
    #[command(hide = true)]
    Completions(CompletionsArgs),
}

/// Where the configuration comes from.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigArgs {
    /// Configuration file (.toml, .yaml, .json); may be repeated, later files win
    ///
    /// Without it: the files in INTERLOCK_CONFIG (separated by commas), else config/interlock.toml.
    #[arg(short, long, value_name = "FILE")]
    pub config: Vec<PathBuf>,
    /// Set one key, over files and environment; may be repeated: --set server.listen=127.0.0.1:8080
    ///
    /// Lists are written a,b or as JSON; elements are named as in `upstreams[0].url`. The environment variable
    /// INTERLOCK__SERVER__LISTEN sets the same key, under --set and over the files.
    #[arg(short, long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// `interlock demo`.
#[cfg(feature = "engine")]
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct DemoArgs {
    /// Port of the gateway: where to go with a browser
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub gateway_port: u16,
    /// Port of the development identity engine, with its inbox
    #[arg(long, value_name = "PORT", default_value_t = 9400)]
    pub engine_port: u16,
    /// Port of the app behind the gateway
    #[arg(long, value_name = "PORT", default_value_t = 9300)]
    pub app_port: u16,
}

/// `interlock engine`.
#[cfg(feature = "engine")]
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct EngineArgs {
    /// The engine's own file: people, clients, policies and faults; without it, those of the demo
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port, on loopback
    #[arg(short, long, value_name = "ADDR", default_value = "127.0.0.1:9400")]
    pub listen: std::net::SocketAddr,
}

/// `interlock check`.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// Also try discovery, signing keys, interact, the upstreams and the session store, a line each
    #[arg(long)]
    pub(super) online: bool,
}

/// `interlock explain`.
#[derive(Args, Clone, Debug)]
pub(super) struct ExplainArgs {
    /// The request's method, such as GET
    pub(super) method: String,
    /// The request's URL; a path alone stands on server.public_url
    pub(super) url: String,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
    /// JSON file with the claims of the person or token: sub, groups, scp, acr, auth_time …
    #[arg(long, value_name = "FILE")]
    pub(super) claims: Option<PathBuf>,
}

/// `interlock token`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct TokenArgs {
    /// The authorization server
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:9400/oauth2/default"
    )]
    pub issuer: String,
    /// The client, a public one with the Interaction Code grant
    #[arg(long, value_name = "ID", default_value = "interlock-demo")]
    pub client_id: String,
    /// A redirect URI that is registered for the client; nothing is ever sent there
    #[arg(
        long,
        value_name = "URI",
        default_value = "http://127.0.0.1:8080/.interlock/callback"
    )]
    pub redirect_uri: String,
    /// Scopes to ask for, separated by commas
    #[arg(
        long,
        value_name = "SCOPES",
        value_delimiter = ',',
        default_value = "openid,profile,email"
    )]
    pub scope: Vec<String>,
    /// Whom to sign in, so that the first question can be left out
    #[arg(long, value_name = "IDENTIFIER")]
    pub login_hint: Option<String>,
    /// Assurance to ask for, such as urn:okta:loa:2fa:any
    #[arg(long, value_name = "ACR")]
    pub acr_values: Option<String>,
    /// Answer a field without being asked; may be repeated: --answer identifier=ada@example.com
    ///
    /// Each is used once, in order. Others on this machine can see a command's arguments: type passwords instead.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub answer: Vec<String>,
}

/// `interlock health`.
#[derive(Args, Clone, Debug)]
pub(super) struct HealthArgs {
    /// Where to ask; without it, /readyz at server.admin of the configuration, else at 127.0.0.1:9090
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

/// `interlock completions`.
#[derive(Args, Clone, Debug)]
pub(super) struct CompletionsArgs {
    /// bash or fish
    pub(super) shell: super::completions::Shell,
}

const EXIT_STATUS: &str = "Exit status: 0 fine, 1 failed, 2 wrong usage or configuration.";
