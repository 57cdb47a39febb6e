//! The words of the pages, by key. English; other languages come beside it under the same keys.

use crate::login::step::Text;

/// Puts a text into words. A key without words never reaches a page: a general sentence stands in for it.
pub fn say(text: &Text) -> String {
    match text {
        Text::Said(said) => cut(said).to_owned(),
        Text::Word(key, parameters) => {
            let words = english(key).unwrap_or_else(|| general(key));
            fill(words, parameters)
        }
    }
}

/// The words of a key without parameters.
pub fn word(key: &str) -> &'static str {
    english(key).unwrap_or_else(|| general(key))
}

/// Whether there are words for the key.
pub fn exists(key: &str) -> bool {
    english(key).is_some()
}

/// The beginning of a text that is longer than anyone reads.
pub(crate) fn cut(text: &str) -> &str {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// What stands in for a key that has no words.
fn general(key: &str) -> &'static str {
    let part = key.rsplit('.').next().unwrap_or_default();
    match part {
        _ if key.starts_with("message.") => "Something needs your attention. Please try again.",
        "title" => "One more step",
        "submit" => "Continue",
        _ => "",
    }
}

/// Replaces `{name}`; what is put in is never read again.
fn fill(words: &str, parameters: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        if let Some((_, value)) = parameters.iter().find(|(parameter, _)| *parameter == name) {
            text.push_str(cut(value));
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

#[expect(
    clippy::too_many_lines,
    clippy::match_same_arms,
    reason = "a flat table of words"
)]
fn english(key: &str) -> Option<&'static str> {
    Some(match key {
        // Titles, first sentences and buttons of the steps
        "activation-email.title" => "Your activation link has expired",
        "activation-email.intro" => "We can send you a new one.",
        "activation-email.submit" => "Send a new link",
        "busy.title" => "Please wait a moment",
        "busy.intro" => "The sign-in service is busy. We’ll try again shortly; nothing is lost.",
        "busy.submit" => "Try now",
        "channel-data.title" => "Where should we send the link?",
        "channel-data.intro" => "Open the link on the phone you want to use.",
        "channel-data.submit" => "Send link",
        "consent.title" => "{app} would like access",
        "consent.intro" => "Allow this only if you trust the app.",
        "consent.scopes" => "The app would be able to:",
        "consent.yes" => "Allow",
        "consent.no" => "Don’t allow",
        "consent.submit" => "Allow",
        "custom-password-expired.title" => "Your password has expired",
        "custom-password-expired.intro" => "Change it at {name}, then come back and sign in.",
        "custom-password-expired.intro.soon" => "You can change it at {name}.",
        "custom-password-expired.submit" => "Continue",
        "device-assurance.title" => "Your device needs attention",
        "device-assurance.intro" => "You can go on for now.",
        "device-assurance.submit" => "Continue",
        "device-probe.title" => "Checking this device",
        "device-probe.intro" => {
            "Open Okta Verify on this device and follow its instructions, then come back here."
        }
        "device-probe.submit" => "Check now",
        "device-setup.title" => "Set up this device first",
        "device-setup.step.1" => {
            "Open the address below on this device, or install the app it names."
        }
        "device-setup.step.2" => "Follow the instructions until the device is set up.",
        "device-setup.step.3" => "Come back here and sign in again.",
        "duo.title" => "Verify with Duo",
        "duo.intro" => {
            "This step needs Duo’s own page, which can’t be shown here without JavaScript."
        }
        "duo.submit" => "Verify",
        "email-code.title" => "Enter the code we emailed",
        "email-code.intro" => "We sent a code to {to}.",
        "email-code.intro.nowhere" => "We sent you an email with a code.",
        "email-code.intro.link" => "You can also follow the link in the email.",
        "email-code.submit" => "Verify",
        "email-consent.title" => "Did you just try to sign in?",
        "email-consent.intro" => "Someone asked to sign in with your email address.",
        "email-consent.yes" => "Yes, it’s me",
        "email-consent.no" => "No, not me",
        "email-consent.submit" => "Yes, it’s me",
        "email-send.title" => "Get a code by email",
        "email-send.intro" => "We’ll send a code to {to}.",
        "email-send.intro.nowhere" => "We’ll send a code to your email address.",
        "email-send.submit" => "Send email",
        "google-code.title" => "Enter the code from your app",
        "google-code.intro" => {
            "Open {name} on your phone and type the code it shows for this account."
        }
        "google-code.submit" => "Verify",
        "google-enroll.title" => "Set up your authenticator app",
        "google-enroll.intro" => "The app makes codes that only you have.",
        "google-enroll.step.1" => "Open your authenticator app and add an account.",
        "google-enroll.step.2" => "Scan the picture, or type the setup key below it.",
        "google-enroll.step.3" => "Type the code that the app then shows.",
        "google-enroll.submit" => "Verify",
        "identify.title" => "Sign in",
        "identify.submit" => "Next",
        "identify-password.title" => "Sign in",
        "identify-password.submit" => "Sign in",
        "identity-proofing.title" => "Verify your identity",
        "identity-proofing.intro" => "{name} will check who you are, then send you back here.",
        "identity-proofing.submit" => "Continue",
        "keep-signed-in.title" => "Stay signed in?",
        "keep-signed-in.intro" => "Choose this only on a device that is yours.",
        "keep-signed-in.yes" => "Stay signed in",
        "keep-signed-in.no" => "Don’t stay signed in",
        "keep-signed-in.submit" => "Stay signed in",
        "nfc-pin.title" => "Use your card",
        "nfc-pin.intro" => "Hold the card to your phone and enter its PIN.",
        "nfc-pin.submit" => "Next",
        "other.title" => "Continue with {name}",
        "other.title.unnamed" => "One more step",
        "other.submit" => "Continue",
        "password.title" => "Enter your password",
        "password.submit" => "Verify",
        "password-enroll.title" => "Create a password",
        "password-enroll.intro" => "Choose one that you use nowhere else.",
        "password-enroll.submit" => "Save password",
        "password-expired.title" => "Your password has expired",
        "password-expired.intro" => "Choose a new one to go on.",
        "password-expired.submit" => "Change password",
        "password-expiring.title" => "Your password expires in {days} days",
        "password-expiring.title.soon" => "Your password will expire soon",
        "password-expiring.title.today" => "Your password expires today",
        "password-expiring.intro" => "You can change it now and go on with the new one.",
        "password-expiring.submit" => "Change password",
        "password-reset.title" => "Reset your password",
        "password-reset.intro" => "Choose a new password.",
        "password-reset.submit" => "Reset password",
        "phone-code.title" => "Enter the code from your phone",
        "phone-code.intro" => "We sent a code to {to}.",
        "phone-code.intro.nowhere" => "We sent a code to your phone.",
        "phone-code.intro.voice" => "We’re calling {to} with a code.",
        "phone-code.submit" => "Verify",
        "phone-enroll.title" => "Set up your phone",
        "phone-enroll.intro" => {
            "We’ll send codes to this number. Your carrier may charge for messages and calls."
        }
        "phone-enroll.submit" => "Get a code",
        "phone-send.title" => "Verify by phone",
        "phone-send.intro" => {
            "We’ll send a code to {to}. Your carrier may charge for messages and calls."
        }
        "phone-send.intro.nowhere" => {
            "We’ll send a code to your phone. Your carrier may charge for messages and calls."
        }
        "phone-send.submit" => "Get a code",
        "profile.title" => "Create an account",
        "profile.submit" => "Sign up",
        "profile-update.title" => "A few more details",
        "profile-update.intro" => "Please complete your profile.",
        "profile-update.submit" => "Finish",
        "push-again.title" => "The push was not approved",
        "push-again.intro" => "You can have another one sent to your device.",
        "push-again.submit" => "Send again",
        "push-send.title" => "Verify with {name}",
        "push-send.title.unnamed" => "Verify with your app",
        "push-send.intro" => "Choose how you want to verify.",
        "push-send.submit" => "Send push",
        "push-wait.title" => "Check your phone",
        "push-wait.intro" => {
            "We sent a push notification to your device. Open it and approve the sign-in."
        }
        "push-wait.submit" => "Check now",
        "question.title" => "Answer your security question",
        "question.submit" => "Verify",
        "question-enroll.title" => "Set up a security question",
        "question-enroll.intro" => {
            "Choose a question, or write your own. Its answer should be known to you alone."
        }
        "question-enroll.submit" => "Save answer",
        "recovery.title" => "Reset your password",
        "recovery.intro" => "Tell us who you are, and we’ll help you choose a new password.",
        "recovery.submit" => "Next",
        "redirect.title" => "Continue with {name}",
        "redirect.title.unnamed" => "Continue",
        "redirect.intro" => "You’ll go there to verify, then come back here.",
        "redirect.submit" => "Continue",
        "reset.title" => "Reset {name}",
        "reset.intro" => "Choose a new one to go on.",
        "reset.submit" => "Reset",
        "select-authenticate.title" => "Choose how to verify",
        "select-authenticate.intro" => "Pick one of the ways you’ve set up.",
        "select-authenticate.submit" => "Continue",
        "select-channel.title" => "Choose another way to set up Okta Verify",
        "select-channel.intro" => "Pick what works best for your device.",
        "select-channel.submit" => "Next",
        "select-enroll.title" => "Set up security methods",
        "select-enroll.intro" => "They protect your account and make sure it’s you who signs in.",
        "select-enroll.submit" => "Set up",
        "select-identify.title" => "Sign in",
        "select-identify.intro" => "Already have an account?",
        "select-identify.submit" => "Sign in",
        "select-recover.title" => "Choose how to reset your password",
        "select-recover.intro" => "First, verify that it’s you.",
        "select-recover.submit" => "Continue",
        "select-unlock.title" => "Unlock your account",
        "select-unlock.intro" => "Verify that it’s you, and we’ll unlock your account.",
        "select-unlock.submit" => "Unlock",
        "skip.title" => "Finish setting up",
        "skip.intro" => "You can go on now.",
        "skip.submit" => "Continue",
        "smart-card.title" => "Insert your smart card",
        "smart-card.intro" => {
            "Put the card into its reader. Your browser will ask for a certificate and perhaps a PIN."
        }
        "smart-card.submit" => "Continue",
        "sso-extension.title" => "Checking this device",
        "sso-extension.intro" => {
            "Your device’s management may answer by itself. If nothing happens, go on."
        }
        "sso-extension.submit" => "Continue",
        "terminal.title" => "You can close this page",
        "token-code.title" => "Enter the code from {name}",
        "token-code.title.unnamed" => "Enter your code",
        "token-code.title.tac" => "Enter your temporary access code",
        "token-code.intro" => "Type the code that your device or administrator gave you.",
        "token-code.submit" => "Verify",
        "token-enroll.title" => "Set up {name}",
        "token-enroll.title.unnamed" => "Set up your token",
        "token-enroll.intro" => "Type what your token or app shows.",
        "token-enroll.submit" => "Verify",
        "unlock.title" => "Unlock your account",
        "unlock.intro" => "We’ll check that it’s you first.",
        "unlock.submit" => "Next",
        "user-code.title" => "Connect a device",
        "user-code.intro" => "Type the code that your device shows.",
        "user-code.submit" => "Next",
        "verify-code.title" => "Enter the code from Okta Verify",
        "verify-code.intro" => "Open Okta Verify on your phone and type the code it shows.",
        "verify-code.submit" => "Verify",
        "verify-enroll.title" => "Set up Okta Verify",
        "verify-enroll.intro" => "Okta Verify confirms on your phone that it’s you.",
        "verify-enroll.intro.email" => "We sent a link to {to}. Open it on your phone to go on.",
        "verify-enroll.intro.sms" => "We sent a link to {to}. Open it on your phone to go on.",
        "verify-enroll.intro.samedevice" => {
            "Set up Okta Verify on this device, then come back here."
        }
        "verify-enroll.intro.devicebootstrap" => {
            "Use a device on which Okta Verify is already set up."
        }
        "verify-enroll.step.1" => "Install Okta Verify on your phone from its app store.",
        "verify-enroll.step.2" => "Open it and choose to add an account for your organization.",
        "verify-enroll.step.3" => "Scan this picture. If you can’t, choose another way below.",
        "verify-enroll.samedevice.step.1" => "Install Okta Verify on this device.",
        "verify-enroll.samedevice.step.2" => "Open it and choose to add an account.",
        "verify-enroll.samedevice.step.3" => {
            "Enter the sign-in address of your organization, then follow the app."
        }
        "verify-enroll.devicebootstrap.step.1" => "Open Okta Verify on one of those devices.",
        "verify-enroll.devicebootstrap.step.2" => {
            "Choose your account, then to add it to another device."
        }
        "verify-enroll.devicebootstrap.step.3" => "Follow the instructions in the app.",
        "verify-enroll.submit" => "Check now",
        "webauthn-create.title" => "Set up a passkey",
        "webauthn-create.intro" => {
            "Your fingerprint, face, PIN or security key will confirm that it’s you."
        }
        "webauthn-create.submit" => "Create passkey",
        "webauthn-get.title" => "Use your passkey or security key",
        "webauthn-get.intro" => {
            "Your browser will ask for your fingerprint, face, PIN or security key."
        }
        "webauthn-get.submit" => "Use passkey",
        "yubikey.title" => "Touch your YubiKey",
        "yubikey.intro" => "Insert the key and touch it: it types a code and goes on by itself.",
        "yubikey.submit" => "Verify",
        // Terminal pages, by the key of their message
        "terminal.title.error" => "We can’t continue",
        "terminal.title.return" => "Go back to your other tab",
        "terminal.title.code" => "Enter this code where you started",
        "terminal.title.done" => "Done",
        "terminal.title.expired" => "Your sign-in has expired",
        "terminal.title.many" => "Too many attempts",
        "terminal.warning" => {
            "If you didn’t ask for this code, give it to nobody and close this page."
        }
        "folded" => "Use this form instead",
        "start-again" => "Start again",
        "back-to-sign-in" => "Back to sign in",
        // Actions on other pages
        "cancel.link" => "Back to sign in",
        "cancel.submit" => "Back to sign in",
        "not-you" => "Not you?",
        "embedded.resend" => "Send it again",
        "embedded.send" => "Send it now",
        "embedded.recover" => "Forgot password?",
        "embedded.poll" => "I’ve followed the link",
        "embedded.cancel" => "Continue without this",
        "link.select-authenticator-authenticate" => "Verify with something else",
        "link.select-authenticator-enroll" | "link.select-authenticator-enroll-data" => {
            "Set up something else"
        }
        "link.select-authenticator-unlock-account" => "Unlock with something else",
        "link.select-enrollment-channel" => "Can’t do this? Try another way",
        "link.select-enroll-profile" => "Sign up",
        "link.select-identify" => "Sign in instead",
        "link.unlock-account" => "Unlock account",
        "link.skip" => "Remind me later",
        "link.launch-authenticator" => "Sign in with Okta Verify",
        "link.launch-nfc-authenticator" => "Sign in with a card",
        "link.launch-webauthn-authenticator" | "link.launch-passkeys-authenticator" => {
            "Sign in with a passkey"
        }
        "link.enroll-webauthn-residentkey" => "Set up a passkey on this device",
        "link.piv-idp" => "Sign in with a smart card",
        "link.provider" => "Continue with {name}",
        "link.provider.unnamed" => "Continue with your identity provider",
        "link.go-to" => "Go to {name}",
        "link.open-app" => "Open Okta Verify",
        "link.download" => "Get Okta Verify",
        "link.set-up" => "Set up Okta Verify",
        "link.terms" => "Terms of use",
        "link.privacy" => "Privacy policy",
        "link.more" => "Find out more",
        "link.back" => "Back",
        "or" => "or",
        "branch" => "Continue",
        // Methods and channels
        "methodType.sms" => "Text me a code",
        "methodType.voice" => "Call me with a code",
        "methodType.email" => "Send email",
        "methodType.push" => "Send a push",
        "methodType.totp" => "Enter a code",
        "methodType.signed_nonce" => "Use Okta FastPass",
        "channel.qrcode" => "Scan a QR code",
        "channel.email" => "Email me a link",
        "channel.sms" => "Text me a link",
        "channel.samedevice" => "Set up on this device",
        "channel.devicebootstrap" => "Use a device that is set up",
        // Fields
        "field.identifier" => "Username",
        "field.passcode" => "Code",
        "field.totp" => "Code",
        "field.phoneNumber" => "Phone number",
        "field.email" => "Email address",
        "field.answer" => "Answer",
        "field.question" => "Your question",
        "field.questionKey" => "Question",
        "field.userCode" => "Code",
        "field.methodType" => "How",
        "field.channel" => "How",
        "field.authenticator" => "Methods",
        "field.consent" => "Decision",
        "field.rememberMe" => "Keep me signed in",
        "field.country" => "Country or region",
        "field.extension" => "Extension",
        "field.again" => "Repeat the new password",
        "field.again.pin" => "Repeat the new PIN",
        "field.optional" => "{label} (optional)",
        "choose" => "Choose…",
        "always" => "Always shared",
        "hint.answer" => "Your answer isn’t shown while you type.",
        "hint.phone" => {
            "You may also type the whole number, beginning with + and the country code."
        }
        "hint.user-code" => "With or without the hyphen.",
        "hint.set" => "Separate several with commas.",
        "hint.length" => "{n} characters",
        "hint.least" => "At least {n} characters",
        "hint.most" => "At most {n} characters",
        "hint.between" => "{least} to {most} characters",
        "grace.skips" => "Can be put off {n} more times",
        "grace.date" => "Required by {date}",
        // Passwords
        "rules.heading" => "Your password needs:",
        "rule.length" => "at least {n} characters",
        "rule.lower" => "a lowercase letter",
        "rule.upper" => "an uppercase letter",
        "rule.number" => "a number",
        "rule.symbol" => "a symbol",
        "rule.ad" => "three of these four: lowercase letters, uppercase letters, numbers, symbols",
        "rule.repeat" => "no character more than {n} times in a row",
        "rule.username" => "no part of your username",
        "rule.first-name" => "not your first name",
        "rule.last-name" => "not your last name",
        "rule.history" => "not one of your last {n} passwords",
        "rule.age.days" => "once changed, it stays for at least {n} days",
        "rule.age.hours" => "once changed, it stays for at least {n} hours",
        "rule.age.minutes" => "once changed, it stays for at least {n} minutes",
        // Facts
        "fact.app" => "App",
        "fact.browser" => "Browser",
        "fact.place" => "Place",
        "fact.org" => "Sign-in address",
        "fact.vendor" => "Managed by",
        "fact.platform" => "Platform",
        "fact.enrolment-link" => "Address",
        "fact.devices" => "Your devices with Okta Verify",
        "number" => "Your number is {number}. Choose it on your phone.",
        "qr.alt" => {
            "QR code to scan with your app; the same as text or another way follows on this page."
        }
        "secret" => "Setup key",
        // Problems found here
        "problem.heading" => "There is a problem",
        "problem.required" => "Please fill this in.",
        "problem.choose" => "Please choose one.",
        "problem.again" => "The two entries are not the same.",
        "problem.number" => "Please enter a number.",
        "problem.country" => "Choose a country, or begin the number with + and its code.",
        "problem.script" => "This step needs JavaScript. Turn it on, or choose another way.",
        "problem.action" => "That isn’t possible any more. Please go on with this step.",
        // Messages by key, where the engine sends none
        "message" => "Something needs your attention. Please try again.",
        "message.idx.session.expired" => "Your sign-in has expired. Please start again.",
        "message.tooManyRequests" | "message.oie.tooManyRequests" | "message.E0000047" => {
            "Too many attempts. Wait a while, then try again."
        }
        "message.api.authn.error.PASSCODE_INVALID" => "That code isn’t right. Please try again.",
        "message.incorrectPassword" | "message.errors.E0000004" => {
            "The username or password isn’t right."
        }
        "message.idx.password.expiring.message" => {
            "When your password expires, you’ll be asked for a new one."
        }
        "message.error.username.required" => "Please enter your username.",
        "message.error.password.required" => "Please enter your password.",
        "message.error.expired.session" => "Your sign-in has expired. Please start again.",
        "message.security.access_denied" => "You don’t have access.",
        "message.idx.return.to.original.tab" => {
            "Go back to the tab in which you started. It goes on there."
        }
        "message.E0000009" | "message.E0000010" => {
            "The service is being looked after. Please try again later."
        }
        // The frame of every page
        "frame.skip" => "Skip to content",
        "frame.error" => "Error:",
        "frame.signing-in" => "Signing in as",
        "frame.brand" => "Sign in",
        "frame.footer" => "Secured by Interlock",
        "frame.actions" => "Other ways to go on",
        "wait.noscript" => "This page looks again by itself.",
        "wait.stop" => "Stop checking by itself",
        "script.needed" => {
            "This step needs JavaScript and a browser that knows passkeys. If yours can’t, choose another way."
        }
        "webauthn.failed" => "That didn’t work. Try again, or choose another way.",
        "webauthn.origin" => "Passkeys can’t be used at this address. Please choose another way.",
        // Notes
        "note.moved-on" => "You moved on in the meantime. This is the step that’s due now.",
        "note.expired" => "That took too long, so we started a new sign-in.",
        "note.no-cookie" => {
            "Your browser sent no cookie with your answer. Allow cookies for this site, then try again."
        }
        "note.too-many" => "Too many attempts. Wait a while, then try again.",
        // Notices
        "notice.app-away.title" => "The app isn’t available right now",
        "notice.app-away.text" => {
            "You are signed in, but the app did not answer. Please try again in a moment."
        }
        "notice.error.title" => "Something went wrong",
        "notice.error.text" => {
            "We couldn’t sign you in. Nothing you did caused this; please start again."
        }
        "notice.refused.title" => "That request can’t be accepted",
        "notice.refused.text" => {
            "It doesn’t belong to this sign-in, or it came from another site. Please start again."
        }
        "notice.denied.title" => "Sign-in was not completed",
        "notice.denied.text" => "The sign-in was declined or you aren’t allowed to use this app.",
        "notice.forbidden.title" => "You don’t have access",
        "notice.forbidden.text" => {
            "You’re signed in, but this page isn’t open to you. If you think it should be, ask your administrator."
        }
        "notice.unavailable.title" => "Sign-in isn’t available right now",
        "notice.unavailable.text" => {
            "The sign-in service can’t be reached. Please try again in a moment."
        }
        "notice.too-many.title" => "Too many requests",
        "notice.too-many.text" => "Please wait a while, then try again.",
        "notice.signed-out.title" => "You’re signed out",
        "notice.signed-out.text" => "You can close this page or sign in again.",
        "notice.leave.title" => "Taking you back",
        "notice.leave.text" => "If nothing happens, use the link.",
        "notice.email-code.title" => "Enter this code where you started",
        "notice.email-code.text" => {
            "Go back to the browser in which you were signing in and type this code there."
        }
        "notice.not-found.title" => "There’s nothing here",
        "notice.not-found.text" => "The address may be wrong or out of date.",
        "notice.reference" => "Reference",
        "notice.retry" => "Try again",
        "notice.sign-in" => "Sign in again",
        "notice.continue" => "Continue",
        "sign-out.title" => "Sign out?",
        "sign-out.text" => "You’ll have to sign in again to use this app.",
        "sign-out.submit" => "Sign out",
        "sign-out.stay" => "Stay signed in",
        _ => return None,
    })
}

/// Longest text of the engine that is shown, in characters.
const MOST_CHARACTERS: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_read_again() {
        let text = Text::Word(
            "phone-code.intro".into(),
            vec![("to", "{to}{name}".to_owned())],
        );
        assert_eq!(say(&text), "We sent a code to {to}{name}.");
    }

    #[test]
    fn a_raw_key_is_never_said() {
        assert!(!say(&Text::word("message.some.new.key")).contains("some.new"));
    }
}
