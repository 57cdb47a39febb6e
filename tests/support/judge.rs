//! Whether tokens are good, judged by the gateway's own verifier as any resource server of the issuer would.

use std::sync::Arc;

use interlock::{
    oauth::{self, ClientAuth},
    outbound::{self, Outbound},
    random::SystemRandom,
    token::{self, IdTokenExpectation, Verifier},
};
use serde_json::Value;

use super::engine::Engine;

pub struct Judge(Verifier);

impl Judge {
    /// Trusts the engine's custom authorization server and the demo's public client.
    pub fn of(engine: &Engine) -> Self {
        let clock = Arc::new(engine.clock.clone());
        let settings = oauth::Settings {
            issuer: engine.issuer().parse().unwrap(),
            client_id: "interlock-demo".to_owned(),
            client_auth: ClientAuth::None,
            scopes: Vec::new(),
            ca_file: None,
        };
        let runtime = tokio::runtime::Handle::current();
        let outbound = Outbound::new(&outbound::Settings::default(), runtime).unwrap();
        let client = oauth::Client::new(
            Arc::new(settings),
            outbound.clone(),
            clock.clone(),
            Arc::new(SystemRandom),
        );
        let settings = token::Settings {
            audience: Some("api://default".to_owned()),
            ..token::Settings::default()
        };
        Self(Verifier::new(settings, Arc::new(client), outbound, clock))
    }

    /// The address of whom a pair of tokens is about. Fails where either is not good, or they don't belong together.
    pub async fn signed_in(&self, tokens: &Value) -> String {
        let text = |name: &str| {
            tokens[name]
                .as_str()
                .unwrap_or_else(|| panic!("no `{name}` in {tokens}"))
        };
        let access = self.0.access_token(text("access_token")).await.unwrap();
        let beside = text("access_token").into();
        let expected = IdTokenExpectation {
            nonce: tokens["nonce"].as_str(),
            access_token: Some(&beside),
            max_age: None,
        };
        let identity = self.0.id_token(&text("id_token").into(), &expected).await;
        let identity = identity.unwrap();
        assert_eq!(access.uid(), Some(identity.subject.as_str()));
        identity.claims["email"].as_str().unwrap().to_owned()
    }
}
