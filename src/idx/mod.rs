//! Ion documents and the IDX calls: what the Identity Engine says, and how it is asked.
//!
//! [`ion`] reads every response into a typed [`ion::Document`] that is tolerant of the engine's quirks and keeps what it
//! does not know. It trusts nothing in them: an `href` is text until the client has compared it with the issuer.

mod answer;
mod captcha;
mod client;
pub mod ion;

pub use answer::{Answer, IdxError};
pub use captcha::CaptchaChallenge;
pub use client::{Browser, Client, InteractRequest, InteractionHandle};
