//! `interlock demo`: engine, app and gateway on loopback, with nothing to set up.

mod app;

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use app::App;

use super::{DemoArgs, serve::until_told};
use crate::{
    clock::{SharedClock, SystemClock},
    config::{Config, ConfigErrors, Sources},
    engine::{self, Engine},
    gateway::{Gateway, StartError},
    random::{SharedRandom, SystemRandom},
};

/// Why the demo does not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A port is taken.
    #[error(
        "the app can't listen on 127.0.0.1:{port}: {source}; choose another port with --app-port"
    )]
    App {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// Its own configuration is wrong: a defect.
    #[error("{0}")]
    Config(#[from] ConfigErrors),
    /// The engine does not start.
    #[error("{0}; choose another port with --engine-port")]
    Engine(#[from] engine::EngineError),
    /// The gateway does not start.
    #[error("{0}; choose another port with --gateway-port")]
    Gateway(#[from] StartError),
    /// Where the words go can't be written to.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Runs all three until a signal, after telling `out` where to go and as whom.
///
/// # Errors
/// One of the three does not start.
pub async fn demo(ports: DemoArgs, out: &mut (dyn Write + Send)) -> Result<(), DemoError> {
    let clock: SharedClock = Arc::new(SystemClock);
    let random: SharedRandom = Arc::new(SystemRandom);

    let mut settings = engine::Settings {
        listen: loopback(ports.engine_port),
        ..engine::Settings::default()
    };
    settings.org.smart_card_on_identify = true;
    let engine = Engine::bind(settings, clock.clone(), random.clone())?;
    let app = App::bind(loopback(ports.app_port))
        .await
        .map_err(|source| DemoError::App {
            port: ports.app_port,
            source,
        })?;
    let config = config(ports.gateway_port, &engine, app.address())?;
    let gateway = Gateway::bind(config, clock, random).await?;

    write!(out, "{}", welcome(&gateway, &engine, &app))?;
    out.flush()?;

    let (stop, _) = tokio::sync::watch::channel(());
    let mut engine_stop = stop.subscribe();
    let engine = tokio::spawn(engine.serve(async move { drop(engine_stop.changed().await) }));
    let app = tokio::spawn(app.serve());
    gateway.serve(until_told()).await?;
    drop(stop);
    app.abort();
    drop(engine.await);
    Ok(())
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// The same configuration that a file would hold.
fn config(port: u16, engine: &Engine, app: SocketAddr) -> Result<Config, ConfigErrors> {
    let set = [
        format!("server.listen=127.0.0.1:{port}"),
        format!("server.public_url=http://127.0.0.1:{port}"),
        "server.admin=127.0.0.1:0".to_owned(),
        format!("authorization_server.issuer={}", engine.issuer()),
        "authorization_server.client_id=interlock-demo".to_owned(),
        "authorization_server.audience=api://default".to_owned(),
        r#"authorization_server.scopes=["openid", "profile", "email", "groups", "offline_access"]"#
            .to_owned(),
        format!(r#"upstreams=[{{"name": "app", "url": "http://{app}"}}]"#),
        r#"routes=[{"path": "/healthz", "access": "public"}, {"path": "/*", "upstream": "app"}]"#
            .to_owned(),
        "sign_in.brand.name=Interlock demo".to_owned(),
        "sign_in.duo=true".to_owned(),
    ];
    Config::load(
        &Sources {
            set: set.into(),
            no_default_file: true,
            ..Sources::default()
        },
        std::iter::empty(),
    )
}

fn welcome(gateway: &Gateway, engine: &Engine, app: &App) -> String {
    let (gateway, inbox, app) = (gateway.address(), engine.address(), app.address());
    format!(
        "\
Interlock demo

  Go to            http://{gateway}/
  Mail and texts   http://{inbox}/inbox
  Other devices    http://{inbox}/phone, /fobs, /device
  Identity engine  {issuer}
  App behind it    http://{app}/

  Sign in as                 to see
  ada@example.com            a password alone
  grace@example.com          a password, then an emailed code
  alan@example.com           a password, then a choice of methods
                             (authenticator app secret JBSWY3DPEHPK3PXP, security question: blue)
  donald@example.com         no password: an emailed code
  niklaus@example.com        a second method to set up
  edsger@example.com         an expired password
  barbara@example.com        a locked account
  sofia@example.com          a smart card, no password
  grete@example.com          a password, then Okta FastPass on this device
  lise@example.com           a password, then Duo
  rosalind@example.com       a password, then papers that a vendor checks
  hertha@example.com         a password, then a device that must be mended first
  maria@example.com          a password, then a code that a thing shows, or another rare method
  emmy@example.com           a password, then such a method to set up
                             and more people at http://{inbox}/

  Everybody's password is    correct horse battery staple

  Ctrl-C ends it.
",
        issuer = engine.issuer(),
    )
}
