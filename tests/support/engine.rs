//! The authorization server: the development engine of the project itself, with a clock that is moved by hand.

use std::{net::SocketAddr, sync::Arc};

use interlock::{
    clock::{Clock, ManualClock},
    engine::{Control, Engine as Development, Settings},
    random::SystemRandom,
};
use tokio::{sync::oneshot, task::JoinHandle};

use super::browser::Browser;

pub struct Engine {
    pub address: SocketAddr,
    pub clock: ManualClock,
    pub control: Control,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Engine {
    /// With the people and clients that everybody gets.
    pub fn start() -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), |_| {})
    }

    /// With settings of the story's own.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), change)
    }

    pub fn at(address: SocketAddr, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            listen: address,
            ..Settings::default()
        };
        change(&mut settings);
        let clock = ManualClock::running();
        let engine = Development::bind(settings, Arc::new(clock.clone()), Arc::new(SystemRandom))
            .expect("the engine starts");
        let (address, control) = (engine.address(), engine.control());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            engine
                .serve(async move { drop(stopped.await) })
                .await
                .unwrap();
        });
        Self {
            address,
            clock,
            control,
            stop: Some(stop),
            task,
        }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}/oauth2/default", self.address)
    }

    pub fn org_issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The newest code sent to an address.
    pub async fn code_for(&self, to: &str) -> String {
        self.mail_for(to).await["code"]
            .as_str()
            .expect("the message holds a code")
            .to_owned()
    }

    /// The newest message to an address.
    pub async fn mail_for(&self, to: &str) -> serde_json::Value {
        let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
        let reply = Browser::at(format!("http://{}", self.address))
            .get(&format!("/inbox.json?to={to}"))
            .await;
        reply.json()[0].clone()
    }

    /// How often an endpoint was called, by the engine's name for it.
    pub fn calls(&self, endpoint: &str) -> u64 {
        self.control.calls_to(endpoint)
    }

    /// What the authenticator app of the demo's people shows now (RFC 6238).
    pub fn totp(&self) -> String {
        self.totp_of("JBSWY3DPEHPK3PXP")
    }

    /// What an app with this base32 secret shows now.
    pub fn totp_of(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        // Okta's secrets have 80 bits, less than RFC 4226 asks for.
        let app = totp_rs::Builder::new()
            .with_secret(secret)
            .build_noncompliant();
        app.generate(self.clock.unix()).to_string()
    }

    /// Goes away, as in an outage.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.task.abort();
    }
}
