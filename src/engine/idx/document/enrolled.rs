//! What somebody has set up, masked where others might look on.

use serde_json::{Value, json};

use crate::engine::{
    authenticator::{Authenticator, Method},
    idx::ion,
    people::Person,
    webauthn::SecurityKey,
};

/// `methods`, as the wire lists them.
pub(super) fn methods(methods: &[Method]) -> Value {
    let methods = methods.iter();
    methods.map(|m| json!({"type": m.word()})).collect()
}

pub(super) fn enrollment(person: &Person, known: Authenticator) -> Value {
    let value = json!({"type": known.kind(), "key": known.key(), "id": person.enrollment_id(known),
        "displayName": known.display_name(), "methods": methods(&person.methods(known))});
    match known {
        Authenticator::Email => ion::with(
            value,
            "profile",
            json!({ "email": mask_email(&person.login) }),
        ),
        Authenticator::Phone => {
            let phone = person.phone.as_deref().unwrap_or_default();
            ion::with(
                value,
                "profile",
                json!({ "phoneNumber": mask_phone(phone) }),
            )
        }
        Authenticator::SecurityKey => {
            let first = person.security_keys.first();
            let id = first.map(SecurityKey::id).unwrap_or_default();
            ion::with(value, "credentialId", id)
        }
        Authenticator::OktaVerify if !person.equipment.device_keys.is_empty() => {
            ion::with(value, "deviceKnown", true)
        }
        Authenticator::CustomApp
        | Authenticator::CustomOtp
        | Authenticator::Duo
        | Authenticator::ExternalIdp
        | Authenticator::GoogleOtp
        | Authenticator::NfcPin
        | Authenticator::OktaVerify
        | Authenticator::OnPremMfa
        | Authenticator::Password
        | Authenticator::RsaToken
        | Authenticator::SecurityQuestion
        | Authenticator::SmartCard
        | Authenticator::SymantecVip
        | Authenticator::TemporaryCode
        | Authenticator::Yubikey => value,
    }
}

/// `a***n@example.com`.
pub(super) fn mask_email(address: &str) -> String {
    let (local, domain) = address.split_once('@').unwrap_or((address, ""));
    let first = local.chars().next().map(String::from).unwrap_or_default();
    let last = local.chars().last().map(String::from).unwrap_or_default();
    format!("{first}***{last}@{domain}")
}

/// `+1 XXX-XXX-4567`.
pub(super) fn mask_phone(phone: &str) -> String {
    let split = phone.len().saturating_sub(4);
    let last = phone.get(split..).unwrap_or_default();
    let country = phone
        .get(..phone.len().saturating_sub(10))
        .unwrap_or_default();
    let country = if country.len() > 1 { country } else { "+" };
    format!("{country} XXX-XXX-{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_masked() {
        assert_eq!(mask_email("alan@example.com"), "a***n@example.com");
        assert_eq!(mask_phone("+15551234567"), "+1 XXX-XXX-4567");
    }
}
