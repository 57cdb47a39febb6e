//! Okta FastPass: how a page reaches Okta Verify on the device, and whose device it is.

use serde::Deserialize;

/// Okta Verify on the device at which people sign in, offered before anybody is named. The engine plays it itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FastPassSettings {
    /// How it is reached.
    #[serde(default)]
    pub reach: DeviceReach,
    /// Whose device it is, by login; absent: the app knows nobody here.
    #[serde(default)]
    pub owner: Option<String>,
    /// Where it is looked for on loopback; empty: at the engine's own port, where it answers.
    #[serde(default)]
    pub ports: Vec<u16>,
}

/// The ways from a page to the app (protocol reference 5.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceReach {
    /// A link that opens the app on Android.
    AppLink,
    /// A frame in which a managed Chrome tells of its device.
    ChromeDtc,
    /// An address of the app's own scheme.
    CustomUri,
    /// A server of the app's on loopback.
    #[default]
    Loopback,
    /// Apple's SSO extension, which answers when the browser goes to an address.
    SsoGet,
    /// Apple's SSO extension, which answers what the browser itself posts.
    SsoPost,
    /// A link that opens the app on Apple's systems.
    UniversalLink,
}
