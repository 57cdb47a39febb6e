//! What each form does, one file a family.

pub(crate) mod aftercare;
pub(crate) mod captcha;
pub(crate) mod choose;
pub(crate) mod connect;
pub(crate) mod consent;
pub(crate) mod duo;
pub(crate) mod email_consent;
pub(crate) mod enroll;
pub(crate) mod fast_pass;
pub(crate) mod fob;
pub(crate) mod google_otp;
pub(crate) mod identify;
pub(crate) mod nfc;
pub(crate) mod okta_verify;
pub(crate) mod passcode;
pub(crate) mod password;
pub(crate) mod profile;
pub(crate) mod recovery;
pub(crate) mod security_key;
pub(crate) mod security_question;
pub(crate) mod unlock;
