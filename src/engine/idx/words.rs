//! The engine's texts in German, for browsers that ask for it (protocol reference 1.4).

use http::header;
use serde_json::Value;

use crate::engine::{call::Call, reply::Reply};

/// Members whose text people read.
const READ: [&str; 4] = ["desc", "displayName", "label", "message"];

/// What the engine says, by its English text.
const GERMAN: &[(&str, &str)] = &[
    ("Username", "Benutzername"),
    ("Password", "Passwort"),
    ("Enter password", "Passwort eingeben"),
    ("New password", "Neues Passwort"),
    ("Keep me signed in", "Angemeldet bleiben"),
    ("Stay signed in", "Angemeldet bleiben"),
    (
        "Sign me out of all other devices.",
        "Mich auf allen anderen Geräten abmelden.",
    ),
    ("Enter code", "Code eingeben"),
    ("Enter a code", "Code eingeben"),
    (
        "Enter code from Okta Verify app",
        "Code aus der App Okta Verify eingeben",
    ),
    ("Get a push notification", "Push-Benachrichtigung erhalten"),
    ("Send push automatically", "Push automatisch senden"),
    ("Email", "E-Mail"),
    ("Secondary email", "Zweite E-Mail-Adresse"),
    ("Department", "Abteilung"),
    ("Phone", "Telefon"),
    ("Phone number", "Telefonnummer"),
    ("Voice call", "Anruf"),
    ("QR code", "QR-Code"),
    ("Answer", "Antwort"),
    ("Security Question", "Sicherheitsfrage"),
    ("Security question", "Sicherheitsfrage"),
    (
        "Choose a security question",
        "Eine Sicherheitsfrage auswählen",
    ),
    (
        "Create my own security question",
        "Eine eigene Sicherheitsfrage stellen",
    ),
    (
        "What is your favorite color?",
        "Was ist Ihre Lieblingsfarbe?",
    ),
    (
        "Security Key or Biometric",
        "Sicherheitsschlüssel oder Biometrie",
    ),
    ("First name", "Vorname"),
    ("Last name", "Nachname"),
    ("Activation Code", "Aktivierungscode"),
    ("Allow Access", "Zugriff erlauben"),
    ("Don't Allow", "Nicht erlauben"),
    ("Yes, it's me", "Ja, das bin ich"),
    ("No, it's not me", "Nein, das bin ich nicht"),
    ("Sign you in.", "Sie anmelden."),
    (
        "View your profile information.",
        "Ihre Profildaten ansehen.",
    ),
    ("View your email address.", "Ihre E-Mail-Adresse ansehen."),
    ("View your phone number.", "Ihre Telefonnummer ansehen."),
    ("View your address.", "Ihre Anschrift ansehen."),
    ("View your groups.", "Ihre Gruppen ansehen."),
    (
        "Keep access while you are away.",
        "Zugriff behalten, während Sie abwesend sind.",
    ),
    ("Unable to sign in", "Anmeldung nicht möglich"),
    ("Password is incorrect", "Das Passwort ist falsch"),
    (
        "Please enter a password",
        "Bitte geben Sie ein Passwort ein",
    ),
    (
        "Please enter a username",
        "Bitte geben Sie einen Benutzernamen ein",
    ),
    (
        "Invalid code. Try again.",
        "Ungültiger Code. Versuchen Sie es noch einmal.",
    ),
    ("Too many requests", "Zu viele Anfragen"),
    (
        "You have chosen to reject this login.",
        "Sie haben diese Anmeldung abgelehnt.",
    ),
    (
        "Your push notification has expired.",
        "Ihre Push-Benachrichtigung ist abgelaufen.",
    ),
    (
        "Unable to authenticate user.",
        "Die Person konnte nicht authentifiziert werden.",
    ),
    (
        "The field must not contain HTML tags",
        "Das Feld darf keine HTML-Tags enthalten",
    ),
    (
        "The format of the phone number is invalid.",
        "Das Format der Telefonnummer ist ungültig.",
    ),
    (
        "Follow the instructions on your device",
        "Folgen Sie den Anweisungen auf Ihrem Gerät",
    ),
    (
        "Please return to the original tab.",
        "Bitte kehren Sie zum ursprünglichen Tab zurück.",
    ),
    (
        "You have been logged out due to inactivity. Refresh or return to the sign in screen.",
        "Sie wurden wegen Inaktivität abgemeldet. Laden Sie die Seite neu oder kehren Sie zur Anmeldung zurück.",
    ),
    (
        "Your account is locked. Please contact your administrator.",
        "Ihr Konto ist gesperrt. Bitte wenden Sie sich an Ihren Administrator.",
    ),
    (
        "You do not have permission to perform the requested action.",
        "Sie sind zu dieser Aktion nicht berechtigt.",
    ),
    (
        "Each code can only be used once. Please wait for a new code and try again.",
        "Jeder Code gilt nur einmal. Warten Sie auf einen neuen Code und versuchen Sie es noch einmal.",
    ),
    (
        "Your code doesn't match our records. Please try again.",
        "Ihr Code stimmt nicht. Bitte versuchen Sie es noch einmal.",
    ),
    (
        "Your answer doesn't match our records. Please try again.",
        "Ihre Antwort stimmt nicht. Bitte versuchen Sie es noch einmal.",
    ),
    ("Authentication failed", "Die Anmeldung ist fehlgeschlagen"),
    (
        "Your identity could not be verified.",
        "Ihre Identität konnte nicht bestätigt werden.",
    ),
    (
        "Duo web signature verification failed.",
        "Duo hat die Anmeldung nicht bestätigt.",
    ),
    (
        "Okta Verify on this device didn't answer in time.",
        "Okta Verify auf diesem Gerät hat nicht rechtzeitig geantwortet.",
    ),
    (
        "This device isn't one that was set up for your account.",
        "Dieses Gerät ist für Ihr Konto nicht eingerichtet.",
    ),
    (
        "Incorrect PIN. Please try again.",
        "Falsche PIN. Bitte versuchen Sie es noch einmal.",
    ),
    ("Use Okta FastPass", "Okta FastPass verwenden"),
    ("Enter security code", "Sicherheitscode eingeben"),
    (
        "Insert then tap your YubiKey",
        "YubiKey einstecken und berühren",
    ),
    ("Smart Card", "Smartcard"),
    ("Temporary Access Code", "Vorübergehender Zugangscode"),
    (
        "You can log in using your existing username and password",
        "Sie können sich mit Ihrem bisherigen Benutzernamen und Passwort anmelden",
    ),
];

/// Texts that name something, by the message's key; `{}` is its first parameter.
const GERMAN_BY_KEY: &[(&str, &str)] = &[
    (
        "idx.unknown.user",
        "Es gibt kein Konto mit dem Benutzernamen {}.",
    ),
    (
        "idx.password.expiring.message",
        "Wenn Ihr Passwort in {} Tagen abläuft, wird Ihr Konto gesperrt.",
    ),
    ("registration.error.required", "„{}“ ist erforderlich"),
    (
        "registration.error.notUniqueWithinOrg",
        "Es gibt schon jemanden mit diesem Wert: {}",
    ),
    (
        "registration.error.doesNotMatchPattern",
        "„{}“ muss eine E-Mail-Adresse sein",
    ),
];

/// In the language that the call asks for.
pub(super) fn localised(call: &Call, reply: Reply) -> Reply {
    if !wants_german(call.header("accept-language").unwrap_or_default()) {
        return reply.with(header::CONTENT_LANGUAGE, "en");
    }
    let Ok(mut document) = serde_json::from_slice(&reply.body) else {
        return reply;
    };
    translate(&mut document);
    Reply {
        body: document.to_string().into(),
        ..reply
    }
    .with(header::CONTENT_LANGUAGE, "de")
}

/// Of the languages the engine has, the one that is liked best; the first of equals (RFC 9110 §12.5.4).
fn wants_german(accepted: &str) -> bool {
    let mut best = (0.0, false);
    for part in accepted.split(',') {
        let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let weight: f32 = weight.trim().parse().unwrap_or(0.0);
        let german = primary.eq_ignore_ascii_case("de");
        if (german || primary.eq_ignore_ascii_case("en")) && weight > best.0 {
            best = (weight, german);
        }
    }
    best.1
}

fn translate(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(translate),
        Value::Object(members) => {
            let named = members.get("i18n").and_then(by_key);
            for (name, member) in members.iter_mut() {
                if !READ.contains(&name.as_str()) || !member.is_string() {
                    translate(member);
                    continue;
                }
                let german = GERMAN.iter().find(|(english, _)| *member == *english);
                if let Some((_, german)) = german {
                    *member = (*german).into();
                }
            }
            if let (Some(named), Some(message)) = (named, members.get_mut("message")) {
                *message = named.into();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn by_key(i18n: &Value) -> Option<String> {
    let key = i18n.get("key")?.as_str()?;
    let (_, text) = GERMAN_BY_KEY.iter().find(|(known, _)| *known == key)?;
    let parameter = i18n.pointer("/params/0")?.as_str()?;
    Some(text.replace("{}", parameter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_liked_best_is_spoken() {
        for (accepted, german) in [
            ("de-CH,de;q=0.9,en;q=0.8", true),
            ("en;q=0.5, de;q=0.7", true),
            ("en-GB,en;q=0.9,de;q=0.8", false),
            ("fr,de;q=0.3", true),
            ("", false),
        ] {
            assert_eq!(wants_german(accepted), german, "{accepted}");
        }
    }
}
