//! Interlock: a reverse-proxy gateway that runs Okta's Interaction Code sign-in on the app's own origin.

pub mod admin;
pub mod api;
pub mod authenticate;
pub mod authorize;
pub mod body;
pub mod cli;
pub mod clock;
pub mod config;
pub mod edge;
#[cfg(feature = "engine")]
pub mod engine;
pub mod forward;
pub mod gateway;
pub mod idx;
pub mod listener;
pub mod login;
pub mod oauth;
pub mod outbound;
pub mod public_url;
pub mod random;
pub mod route;
pub mod secret;
pub mod session;
pub mod telemetry;
pub mod token;
