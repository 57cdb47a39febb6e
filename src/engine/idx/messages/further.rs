//! What is said around registration, enrolment, devices, mails and other identity providers.

use super::Message;

pub(crate) fn invalid_phone() -> Message {
    Message::error(
        "api.factors.error.sms.invalid_phone",
        "The format of the phone number is invalid.",
    )
}

pub(crate) fn not_unique(label: &str) -> Message {
    Message {
        params: vec![label.to_owned()],
        ..Message::error(
            "registration.error.notUniqueWithinOrg",
            format!("A user with this {label} already exists"),
        )
    }
}

pub(crate) fn does_not_match(label: &str) -> Message {
    Message {
        params: vec![label.to_owned()],
        ..Message::error(
            "registration.error.doesNotMatchPattern",
            format!("'{label}' must be in the form of an email address"),
        )
    }
}

pub(crate) fn captcha_failed() -> Message {
    Message::error(
        "oie.captcha.verification.failed",
        "CAPTCHA verification failed. Try again.",
    )
}

pub(crate) fn field_required(label: &str) -> Message {
    Message {
        params: vec![label.to_owned()],
        ..Message::error(
            "registration.error.required",
            format!("'{label}' is required"),
        )
    }
}

pub(crate) fn tags_not_allowed() -> Message {
    Message::error("tagsNotAllowed", "The field must not contain HTML tags")
}

pub(crate) fn push_rejected() -> Message {
    Message::error(
        "api.authn.poll.error.push_rejected",
        "You have chosen to reject this login.",
    )
}

pub(crate) fn push_timed_out() -> Message {
    Message::error(
        "oie.authenticator.app.method.push.verify.timeout",
        "Your push notification has expired.",
    )
}

pub(crate) fn device_refused() -> Message {
    Message::error(
        "core.auth.factor.signedNonce.error.invalidDevice",
        "This device isn't one that was set up for your account.",
    )
}

pub(crate) fn device_timed_out() -> Message {
    Message::error(
        "oie.authenticator.oktaverify.method.fastpass.verify.timeout",
        "Okta Verify on this device didn't answer in time.",
    )
}

pub(crate) fn identity_provider_failed() -> Message {
    Message::error(
        "idx.identity.provider.auth.error",
        "Unable to authenticate user.",
    )
}

pub(crate) fn password_expires(days: u32) -> Message {
    Message {
        params: vec![days.to_string()],
        ..Message::info(
            "idx.password.expiring.message",
            format!("When password expires in {days} days you will be locked out of your account."),
        )
    }
}

pub(crate) fn activation_expired() -> Message {
    Message::error(
        "idx.expired.activation.token",
        "Your account activation link is no longer valid. Request a new activation email below.",
    )
}

pub(crate) fn activation_requested() -> Message {
    Message::info(
        "idx.request.activation.email",
        "We sent an activation email to your email address. Follow the link in it to activate your account.",
    )
}

pub(crate) fn inactive_user() -> Message {
    Message::error(
        "idx.activating.inactive.user",
        "Your account is not active yet. Use the link in your activation email.",
    )
}

pub(crate) fn invalid_device_code() -> Message {
    Message::error("idx.invalid.device.code", "Invalid code. Try again.")
}

pub(crate) fn device_activated() -> Message {
    Message::info(
        "idx.device.activated",
        "Follow the instructions on your device",
    )
}

pub(crate) fn device_denied() -> Message {
    Message::error(
        "idx.device.not.activated.consent.denied",
        "Your device cannot be activated because you did not allow access",
    )
}

pub(crate) fn return_to_original_tab() -> Message {
    Message::info(
        "idx.return.to.original.tab",
        "Please return to the original tab.",
    )
}

pub(crate) fn cancelled_by_user() -> Message {
    Message::error(
        "idx.operation.cancelled.by.user",
        "Access denied on other device.",
    )
}

pub(crate) fn cancelled_elsewhere() -> Message {
    Message::error(
        "idx.operation.cancelled.on.other.device",
        "Operation cancelled by user.",
    )
}

pub(crate) fn card_refused() -> Message {
    Message::error("errors.E0000004", "Authentication failed")
}

pub(crate) fn identity_not_proven() -> Message {
    Message::error(
        "idx.identity.provider.auth.error",
        "Your identity could not be verified.",
    )
}

pub(crate) fn duo_failed() -> Message {
    Message::error(
        "oie.authenticator.duo.method.duo.verification_failed",
        "Duo web signature verification failed.",
    )
}

pub(crate) fn duo_timed_out() -> Message {
    Message::error(
        "oie.authenticator.duo.method.duo.verification_timeout",
        "Duo web signature has expired.",
    )
}

pub(crate) fn wait_for_next_code() -> Message {
    let text = "Pin accepted, Wait for token to change, then enter new passcode";
    Message {
        params: vec![text.to_owned()],
        ..Message::error("errors.E0000113", text)
    }
}

pub(crate) fn ask_administrator() -> Message {
    Message::error(
        "enroll.hotp.restricted",
        "Contact your administrator to continue enrollment",
    )
}

pub(crate) fn wrong_pin() -> Message {
    Message::error(
        "api.authenticator.error.nfc.pin_incorrect",
        "Incorrect PIN. Please try again.",
    )
}

pub(crate) fn not_a_pin() -> Message {
    Message::error(
        "api.authenticator.error.nfc.pin_invalid",
        "The PIN must have 4 to 8 digits.",
    )
}
