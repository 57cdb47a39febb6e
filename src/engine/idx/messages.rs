//! What the engine says: a text, the key that clients compare (protocol reference, appendix A), and a class.

mod device;
mod further;

use serde_json::{Value, json};

use super::ion;

pub(crate) use self::{device::*, further::*};

/// How grave it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Error,
    Info,
    Warning,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) key: &'static str,
    text: String,
    class: Class,
    params: Vec<String>,
    link: Option<String>,
    /// What Okta Verify can do about it (`deviceRemediation`).
    mending: Option<Value>,
}

impl Message {
    fn new(class: Class, key: &'static str, text: impl Into<String>) -> Self {
        Self {
            key,
            text: text.into(),
            class,
            params: Vec::new(),
            link: None,
            mending: None,
        }
    }

    fn error(key: &'static str, text: impl Into<String>) -> Self {
        Self::new(Class::Error, key, text)
    }

    fn info(key: &'static str, text: impl Into<String>) -> Self {
        Self::new(Class::Info, key, text)
    }

    pub(crate) fn ion(&self) -> Value {
        let class = match self.class {
            Class::Error => "ERROR",
            Class::Info => "INFO",
            Class::Warning => "WARNING",
        };
        let mut message = json!({"message": self.text, "i18n": {"key": self.key, "params": self.params}, "class": class});
        if let (Some(url), Some(message)) = (&self.link, message.as_object_mut()) {
            message.insert("links".to_owned(), json!([{ "url": url }]));
        }
        if let Some(mending) = &self.mending {
            message = ion::with(message, "deviceRemediation", ion::wrapped(mending));
        }
        message
    }
}

pub(crate) fn wrong_password() -> Message {
    Message::error("errors.E0000004", "Unable to sign in")
}

pub(crate) fn incorrect_password() -> Message {
    Message::error("incorrectPassword", "Password is incorrect")
}

pub(crate) fn password_required() -> Message {
    Message::error("error.password.required", "Please enter a password")
}

pub(crate) fn username_required() -> Message {
    Message::error("error.username.required", "Please enter a username")
}

pub(crate) fn unknown_user(identifier: &str) -> Message {
    Message {
        params: vec![identifier.to_owned()],
        ..Message::info(
            "idx.unknown.user",
            format!("There is no account with the Username {identifier}."),
        )
    }
}

pub(crate) fn invalid_passcode() -> Message {
    Message::error(
        "api.authn.error.PASSCODE_INVALID",
        "Invalid code. Try again.",
    )
}

pub(crate) fn used_passcode() -> Message {
    Message::error(
        "authfactor.challenge.soft_token.used_passcode",
        "Each code can only be used once. Please wait for a new code and try again.",
    )
}

pub(crate) fn invalid_totp() -> Message {
    Message::error(
        "authfactor.challenge.soft_token.invalid_passcode",
        "Your code doesn't match our records. Please try again.",
    )
}

pub(crate) fn security_key_refused() -> Message {
    Message::error(
        "authfactor.webauthn.error.assertion_validation_failure",
        "Unable to validate incoming assertion",
    )
}

pub(crate) fn wrong_answer() -> Message {
    Message::error(
        "errors.E0000068",
        "Your answer doesn't match our records. Please try again.",
    )
}

pub(crate) fn answer_too_short() -> Message {
    Message {
        params: vec!["4".to_owned()],
        ..Message::error(
            "securityQuestion.answer.tooShort.arg",
            "The security question answer must be at least 4 characters in length",
        )
    }
}

pub(crate) fn too_many_requests() -> Message {
    Message::error("tooManyRequests", "Too many requests")
}

pub(crate) fn session_expired() -> Message {
    Message::error(
        "idx.session.expired",
        "You have been logged out due to inactivity. Refresh or return to the sign in screen.",
    )
}

pub(crate) fn locked_out() -> Message {
    Message::error(
        "errors.E0000119",
        "Your account is locked. Please contact your administrator.",
    )
}

pub(crate) fn access_denied() -> Message {
    Message::error(
        "security.access_denied",
        "You do not have permission to perform the requested action.",
    )
}

pub(crate) fn unsatisfiable() -> Message {
    Message::error(
        "oie.assurance.unsatisfiable",
        "Access denied. Your sign-in methods can't meet what this app requires. Contact your administrator for help.",
    )
}

pub(crate) fn not_well_formed() -> Message {
    Message::error("errors.E0000003", "The request body was not well-formed.")
}

pub(crate) fn password_requirements(min_length: usize) -> Message {
    let rules = format!(
        "Password requirements: at least {min_length} characters. Your password cannot be your current password."
    );
    Message {
        params: vec![rules.clone()],
        ..Message::error(
            "password.passwordRequirementsNotMet",
            format!("Password requirements were not met. {rules}"),
        )
    }
}

pub(crate) fn common_password() -> Message {
    Message::error(
        "password.common",
        "This password was found in a list of commonly used passwords. Please try another password.",
    )
}

pub(crate) fn recovery_not_allowed() -> Message {
    Message::error(
        "oie.selfservice.reset.password.not.allowed",
        "Reset password is not allowed at this time. Please contact support for assistance.",
    )
}

pub(crate) fn unlock_not_allowed() -> Message {
    Message::error(
        "oie.selfservice.user.unlock.not.allowed",
        "Account unlock is not allowed at this time. Please contact support for assistance.",
    )
}

pub(crate) fn unlocked() -> Message {
    Message::info(
        "oie.selfservice.unlock_user.success.message",
        "You can log in using your existing username and password",
    )
}
