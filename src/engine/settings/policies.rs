//! The default policies, by what they ask for.

use std::collections::BTreeMap;

use super::{AttributeSettings, ConsentMode, EnrollMode, PasswordPageSettings, PolicySettings};
use crate::engine::authenticator::Authenticator;

pub(super) fn all() -> BTreeMap<String, PolicySettings> {
    use Authenticator::{
        Email, ExternalIdp, GoogleOtp, OktaVerify, Password, Phone, SecurityKey, SecurityQuestion,
    };
    let any_second = [Email, Phone, GoogleOtp, SecurityQuestion, SecurityKey];
    let mut policies = BTreeMap::from([
        policy("password", &[Password], &[]),
        policy("password-and-email", &[Password], &[Email]),
        policy("password-and-choice", &[Password], &any_second),
        policy("passwordless-email", &[Email], &[]),
        policy("password-and-enrolled", &[Password], &any_second),
        policy("registered", &[Password], &[]),
        policy("password-and-okta-verify", &[Password], &[OktaVerify]),
        policy("password-and-new-okta-verify", &[Password], &[OktaVerify]),
        policy("identity-provider", &[ExternalIdp], &[]),
        policy(
            "password-and-identity-provider",
            &[Password],
            &[ExternalIdp],
        ),
        policy("device-or-password", &[OktaVerify, Password], &[]),
        policy("password-and-passkey", &[Password, SecurityKey], &[]),
        policy("password-and-consent", &[Password], &[]),
        policy("password-and-stay", &[Password], &[]),
        policy("password-and-device", &[Password], &[]),
        policy("password-and-profile", &[Password], &[]),
        policy("password-and-grace", &[Password], &[]),
        policy(
            "password-and-optional",
            &[Password],
            &[Phone, GoogleOtp, SecurityQuestion],
        ),
        policy("password-elsewhere", &[Password], &[]),
    ]);
    if let Some(policy) = policies.get_mut("password-and-enrolled") {
        policy.enroll = EnrollMode::Required;
    }
    if let Some(policy) = policies.get_mut("registered") {
        policy.required = vec![Password, Email];
        policy.optional = vec![Phone, GoogleOtp, SecurityQuestion, SecurityKey];
    }
    let mut change = |name: &str, how: &dyn Fn(&mut PolicySettings)| {
        policies.get_mut(name).into_iter().for_each(how);
    };
    change("password-and-new-okta-verify", &|policy| {
        policy.enroll = EnrollMode::Required;
    });
    change("password-and-passkey", &|policy| {
        policy.optional = vec![SecurityKey];
        policy.offer = true;
    });
    change("password-and-optional", &|policy| {
        policy.enroll = EnrollMode::Optional;
    });
    change("password-and-consent", &|policy| {
        policy.consent = ConsentMode::Simple;
    });
    change("password-and-stay", &|policy| {
        policy.keep_me_signed_in = true;
    });
    change("password-and-device", &|policy| policy.device_grace = true);
    change("password-and-profile", &|policy| {
        policy.profile = profile();
    });
    change("password-and-grace", &|policy| {
        policy.required = vec![Phone];
        policy.grace_skips = 3;
    });
    change("password-elsewhere", &|policy| {
        policy.password_page = Some(PasswordPageSettings {
            name: "Example Passwords".to_owned(),
            url: "http://localhost:9400/".to_owned(),
        });
    });
    policies.extend(rare());
    policies
}

fn policy(
    name: &str,
    first: &[Authenticator],
    second: &[Authenticator],
) -> (String, PolicySettings) {
    let settings = PolicySettings {
        first: first.to_vec(),
        second: second.to_vec(),
        ..PolicySettings::default()
    };
    (name.to_owned(), settings)
}

/// What few orgs ask for.
fn rare() -> BTreeMap<String, PolicySettings> {
    use Authenticator::{
        CustomApp, CustomOtp, Duo, Email, NfcPin, OktaVerify, OnPremMfa, Password, RsaToken,
        SmartCard, SymantecVip, TemporaryCode, Yubikey,
    };
    let things = [RsaToken, OnPremMfa, SymantecVip, Yubikey, CustomOtp, NfcPin];
    let held = [&things[..], &[TemporaryCode, CustomApp]].concat();
    let new = [&things[..], &[Duo, SmartCard]].concat();
    let mut policies = BTreeMap::from([
        policy(
            "password-and-device-or-email",
            &[Password],
            &[OktaVerify, Email],
        ),
        policy("password-and-duo", &[Password], &[Duo, Email]),
        policy("smart-card", &[SmartCard], &[]),
        policy("password-and-smart-card", &[Password], &[SmartCard, Email]),
        policy("password-and-papers", &[Password], &[]),
        policy("password-and-sound-device", &[Password], &[]),
        policy("password-and-thing", &[Password], &held),
        policy("password-and-new-thing", &[Password], &new),
    ]);
    for (name, policy) in &mut policies {
        match name.as_str() {
            "password-and-new-thing" => policy.enroll = EnrollMode::Required,
            "password-and-papers" => policy.identity_proofing = true,
            "password-and-sound-device" => policy.device_required = true,
            _ => {}
        }
    }
    policies
}

fn profile() -> Vec<AttributeSettings> {
    let attribute = |name: &str, label: &str, required| AttributeSettings {
        name: name.to_owned(),
        label: label.to_owned(),
        required,
    };
    vec![
        attribute("department", "Department", true),
        attribute("secondEmail", "Secondary email", false),
    ]
}
