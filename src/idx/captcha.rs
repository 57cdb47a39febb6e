//! The problem of a CAPTCHA that the org sets itself (ALTCHA).

use serde::{Deserialize, Serialize};

/// Which number from 0 to `maxnumber`, put behind `salt`, has the hash `challenge`? Nothing else of the org's answer is
/// kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CaptchaChallenge {
    /// The hash's name in Web Cryptography: `SHA-256`.
    pub algorithm: String,
    /// The hash, in hexadecimal.
    pub challenge: String,
    /// What stands before the number.
    pub salt: String,
    /// The org's own, handed back as it is.
    pub signature: String,
    /// The largest number that need be tried.
    #[serde(alias = "maxNumber", skip_serializing_if = "Option::is_none")]
    pub maxnumber: Option<u64>,
}
