//! How long things stay valid, and how often they may be done.

use std::time::Duration;

use serde::Deserialize;

use super::human;

/// How long things stay valid.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WindowSettings {
    /// A transaction nobody has named themselves in, from the last response.
    #[serde(deserialize_with = "human::duration")]
    pub idle: Duration,
    /// A transaction in which somebody is being challenged.
    #[serde(deserialize_with = "human::duration")]
    pub challenge: Duration,
    /// An interaction code.
    #[serde(deserialize_with = "human::duration")]
    pub code: Duration,
    /// A passcode sent by mail or telephone.
    #[serde(deserialize_with = "human::duration")]
    pub passcode: Duration,
    /// Access tokens.
    #[serde(deserialize_with = "human::duration")]
    pub access_token: Duration,
    /// ID tokens.
    #[serde(deserialize_with = "human::duration")]
    pub id_token: Duration,
    /// Refresh tokens, from the sign-in.
    #[serde(deserialize_with = "human::duration")]
    pub refresh_token: Duration,
}

/// So many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many.
    pub requests: u32,
    /// Within how long.
    #[serde(deserialize_with = "human::duration")]
    pub window: Duration,
}

/// How often things may be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// IDX calls of a transaction. A real org: 10 in 5 s.
    pub transaction: Rate,
    /// Interact calls of a client from one address and device. A real org: 60 a minute.
    pub client: Rate,
    /// Token calls for one person. A real org: 4 a second.
    pub token: Rate,
    /// Wrong passcodes of a person and authenticator.
    pub passcode: Rate,
    /// Wrong passwords in a row until the account is locked.
    pub lockout: u32,
}

/// Whether a refresh token is replaced when it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Rotation {
    /// A new one each time.
    #[default]
    Rotate,
    /// The same one always.
    Static,
}

/// Refresh tokens (protocol reference 1.9).
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefreshSettings {
    /// `ROTATE` or `STATIC`.
    pub rotation: Rotation,
    /// How long a replaced token still works.
    #[serde(deserialize_with = "human::duration")]
    pub leeway: Duration,
}
