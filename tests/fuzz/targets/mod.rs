//! The bodies of the fuzz targets: each takes any octets, drives the gateway's own code with them and judges the outcome by
//! rules of its own. A panic is a finding.
//!
//! Shared by `cargo test --all-features --test fuzz` and by the binaries of `fuzz/`.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a finding is a panic, and each fuzz binary uses one target"
)]

pub(crate) mod answer;
pub(crate) mod config;
pub(crate) mod cookie;
pub(crate) mod form_body;
pub(crate) mod forwarded;
pub(crate) mod ion;
pub(crate) mod jwks;
pub(crate) mod jwt;
pub(crate) mod logout_token;
pub(crate) mod path;
pub(crate) mod proxy_header;
pub(crate) mod request;
pub(crate) mod return_to;
pub(crate) mod session_record;
pub(crate) mod step_token;

mod draws;
mod issuer;
mod keeper;
#[path = "../../support/recording.rs"]
mod recording;
mod signed;
mod wire;
