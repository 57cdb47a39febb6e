//! The org's CAPTCHA: whose it is, and which steps ask for it.

use serde::Deserialize;

/// A CAPTCHA.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptchaSettings {
    /// Whose.
    #[serde(default)]
    pub kind: CaptchaKind,
    /// The steps that ask for it.
    pub steps: Vec<CaptchaStep>,
    /// ALTCHA: how many numbers must be tried at most.
    #[serde(default = "work")]
    pub work: u32,
}

/// Whose CAPTCHA it is. The engine plays the third parties itself, at `/captcha/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptchaKind {
    /// The org's own, a proof of work.
    #[default]
    Altcha,
    /// hCaptcha.
    Hcaptcha,
    /// reCAPTCHA, version 2.
    RecaptchaV2,
}

/// A step that can ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptchaStep {
    /// `identify`.
    Identify,
    /// `identify-recovery`.
    Recovery,
    /// `enroll-profile`.
    Registration,
}

fn work() -> u32 {
    20_000
}
