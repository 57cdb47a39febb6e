//! The actors of the stories, one file each. Everything is real: sockets, the development engine, the gateway.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses its own part of the cast"
)]

pub mod address;
pub mod app;
pub mod browser;
pub mod canary;
pub mod contract;
pub mod engine;
pub mod frames;
pub mod gateway;
pub mod http2_socket;
pub mod judge;
pub mod logs;
pub mod middle;
pub mod page;
pub mod person;
pub mod process;
pub mod raw_socket;
pub mod recording;
pub mod replay;
pub mod site;
pub mod socket;
pub mod tls;
pub mod wait;
pub mod webdriver;
