//! What an app of the device can do about what is missing there (ui-guide section 5).
//!
//! `deviceRemediation` of a message names an app that listens on loopback, and what to ask it for. Where no script runs, or
//! no app answers, there is its `fallback`: a link to follow, or a sentence to read.

use serde_json::{Map, Value};

use super::{Text, device};
use crate::idx::ion::Message;

/// How the app is asked: `GET ORIGIN/probe` of each origin, and of the first that answers `GET ORIGIN/PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What it does.
    pub label: Text,
    /// Origins to try, in this order.
    pub origins: Vec<String>,
    /// Milliseconds to wait for each.
    pub timeout: u64,
    /// What it is asked for, beginning with a slash.
    pub path: String,
}

impl Remedy {
    /// What the message, which says `label`, names; `None` where that is nothing that may be asked.
    pub(super) fn of(message: &Message, label: &Text) -> Option<Self> {
        let named = named(message)?;
        if device::text(named, "remediationType") != Some("LOOPBACK") {
            return None;
        }
        let part = |key| device::text(named, key).filter(|part| is_segment(part));
        Some(Self {
            label: label.clone(),
            path: format!("/{}/{}", part("remediationPath")?, part("action")?),
            origins: device::origins(named)?,
            timeout: device::timeout(named),
        })
    }
}

/// Where its fallback leads, unchecked.
pub(super) fn address(message: &Message) -> Option<&str> {
    fallback(message)?.get("href")?.as_str()
}

/// What its fallback says.
pub(super) fn advice(message: &Message) -> Option<&str> {
    fallback(message)?.get("message")?.get("message")?.as_str()
}

fn named(message: &Message) -> Option<&Map<String, Value>> {
    message
        .extra
        .get("deviceRemediation")?
        .get("value")?
        .as_object()
}

fn fallback(message: &Message) -> Option<&Value> {
    named(message)?.get("fallback")
}

/// One segment of a path, and nothing that could end it.
fn is_segment(text: &str) -> bool {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
    (1..=MOST_SEGMENT).contains(&text.len()) && text.bytes().all(plain)
}

/// Longest part of what an app is asked for.
const MOST_SEGMENT: usize = 100;
