//! What the engine is told: clients, people, policies, windows, limits, faults. Every key has a default (design.md).

mod captcha;
mod clients;
mod defaults;
mod fast_pass;
mod human;
mod idp;
mod limits;
mod people;
mod policies;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use figment::{
    Figment,
    error::Kind,
    providers::{Format, Toml},
};
use serde::Deserialize;

pub use self::{
    captcha::{CaptchaKind, CaptchaSettings, CaptchaStep},
    clients::{ClientAuthMethod, ClientSettings, ConsentMode, GrantType},
    fast_pass::{DeviceReach, FastPassSettings},
    idp::IdpSettings,
    limits::{LimitSettings, Rate, RefreshSettings, Rotation, WindowSettings},
    people::{
        AttributeSettings, EnrollMode, FobSettings, PasswordPageSettings, PersonSettings,
        PolicySettings, QuestionSettings, SecurityKeySettings,
    },
};
use super::faults::Injection;

/// Everything that can be configured. A list in the file takes the place of the default list.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Scheme, host and port that the issuers are named by; the bound address where absent.
    pub public_url: Option<String>,
    /// The org-wide switches.
    pub org: OrgSettings,
    /// The custom authorization server.
    pub server: ServerSettings,
    /// Registered clients.
    pub clients: Vec<ClientSettings>,
    /// Sign-on policies by name.
    pub policies: BTreeMap<String, PolicySettings>,
    /// Who can sign in.
    pub people: Vec<PersonSettings>,
    /// Things that show or type codes and are nobody's yet; people set them up.
    pub drawer: Vec<FobSettings>,
    /// Identity providers that the org trusts; the engine plays them itself.
    pub identity_providers: Vec<IdpSettings>,
    /// How long things stay valid.
    pub windows: WindowSettings,
    /// How often things may be done.
    pub limits: LimitSettings,
    /// Refresh tokens.
    pub refresh: RefreshSettings,
    /// What goes wrong from the start.
    pub faults: Vec<Injection>,
}

/// Switches of the org.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in an org's settings"
)]
pub struct OrgSettings {
    /// The Interaction Code grant is on for the org (protocol reference 0.3).
    pub interaction_code: bool,
    /// An unknown person gets a decoy challenge instead of a message.
    pub prevent_enumeration: bool,
    /// `identify` asks for the password in the same form.
    pub password_on_identify: bool,
    /// People can register themselves (`select-enroll-profile`).
    pub registration: bool,
    /// The policy that registered people get.
    pub registration_policy: String,
    /// People can unlock their own account.
    pub unlock: bool,
    /// People can reset a forgotten password.
    pub recovery: bool,
    /// Mails carry a link besides the code.
    pub magic_link: bool,
    /// State handles are long and hold `~` and `.`, as newer orgs send them.
    pub long_state_handle: bool,
    /// A push shows a number that must be chosen on the telephone.
    pub number_challenge: bool,
    /// `identify` offers the identity providers.
    pub idp_on_identify: bool,
    /// `identify` offers smart cards (`piv-idp`).
    pub smart_card_on_identify: bool,
    /// `identify` offers passkeys as soon as anybody has one.
    pub passkey_autofill: bool,
    /// Registration asks for a password in the same form.
    pub password_on_registration: bool,
    /// Who follows a mailed link is asked whether it was them (`email-challenge-consent`).
    pub email_consent: bool,
    /// People can sign in with Okta FastPass.
    pub fast_pass: Option<FastPassSettings>,
    /// The relying party of passkeys, where it is not the page's own host.
    pub passkey_domain: Option<String>,
    /// Some steps ask for a CAPTCHA.
    pub captcha: Option<CaptchaSettings>,
    /// A transaction must ask so many times before the org is ready for it (`poll`).
    pub safe_mode_polls: u32,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// `/control` is served, to loopback peers alone.
    pub control: bool,
    /// Least length of a password.
    pub password_min_length: usize,
    /// `max-age` of the key set, in seconds.
    #[serde(deserialize_with = "human::duration")]
    pub keys_max_age: Duration,
}

/// The custom authorization server.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerSettings {
    /// The last segment of its issuer.
    pub id: String,
    /// `aud` of its access tokens.
    pub audience: String,
    /// Its own scopes besides the reserved ones.
    pub scopes: Vec<String>,
    /// An access-policy rule allows the Interaction Code grant.
    pub interaction_code: bool,
}

/// Why a config file is not usable.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read or a value does not fit.
    #[error("engine config: {0}")]
    File(String),
    /// Two parts of the settings contradict each other.
    #[error("engine config: {0}")]
    Contradiction(String),
}

impl Settings {
    /// Reads a TOML file over the defaults; `None` gives the defaults.
    ///
    /// # Errors
    /// Where the file cannot be read, has an unknown key, a value of the wrong type or a name that leads nowhere.
    pub fn load(path: Option<&Path>) -> Result<Self, SettingsError> {
        let settings = match path {
            None => Self::default(),
            Some(path) => Figment::from(Toml::file_exact(path))
                .extract()
                .map_err(|error| SettingsError::File(describe(&error)))?,
        };
        settings.consistent()?;
        Ok(settings)
    }

    /// The defaults on a port of the system's choice: what tests want.
    pub fn on_any_port() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            ..Self::default()
        }
    }

    /// Names that lead nowhere, twins, limits that nothing can pass.
    pub(crate) fn consistent(&self) -> Result<(), SettingsError> {
        let mut logins = BTreeSet::new();
        for person in &self.people {
            if !self.policies.contains_key(&person.policy) {
                return Err(contradiction(format!(
                    "people: {} names the policy `{}`, which is not in `policies`",
                    person.login, person.policy
                )));
            }
            if !logins.insert(person.login.to_lowercase()) {
                return Err(contradiction(format!("people: {} twice", person.login)));
            }
        }
        if !self.policies.contains_key(&self.org.registration_policy) {
            return Err(contradiction(format!(
                "org.registration_policy: `{}` is not in `policies`",
                self.org.registration_policy
            )));
        }
        if let Some((name, _)) = self.policies.iter().find(|(_, p)| p.first.is_empty()) {
            return Err(contradiction(format!("policies.{name}.first: is empty")));
        }
        let owner = self.org.fast_pass.as_ref().and_then(|it| it.owner.as_ref());
        if let Some(owner) = owner.filter(|owner| !logins.contains(&owner.to_lowercase())) {
            return Err(contradiction(format!(
                "org.fast_pass.owner: {owner} is not among `people`"
            )));
        }
        let mut ids = BTreeSet::new();
        for network in &self.org.trusted_proxies {
            if network.parse::<ipnet::IpNet>().is_err() {
                return Err(contradiction(format!(
                    "org.trusted_proxies: `{network}` is no network such as 10.0.0.0/8"
                )));
            }
        }
        for client in &self.clients {
            if !ids.insert(client.id.as_str()) {
                return Err(contradiction(format!("clients: {} twice", client.id)));
            }
            let needs = |method: &ClientAuthMethod| method.needs_secret();
            let keyed = client.auth.contains(&ClientAuthMethod::PrivateKeyJwt);
            if client.auth.iter().any(needs) != client.secret.is_some() {
                return Err(contradiction(format!(
                    "clients: {} needs a secret, or `auth = [\"none\"]` and none",
                    client.id
                )));
            }
            if keyed == client.keys.is_empty() {
                return Err(contradiction(format!(
                    "clients: {} needs `keys` for `private_key_jwt`, and for that alone",
                    client.id
                )));
            }
        }
        Ok(())
    }
}

fn contradiction(text: String) -> SettingsError {
    SettingsError::Contradiction(text)
}

/// Names the key and what it should be; values stay out, some are secrets.
fn describe(error: &figment::Error) -> String {
    let key = error.path.join(".");
    match &error.kind {
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("`{key}` should be {expected}")
        }
        Kind::UnknownField(field, expected) => {
            format!(
                "`{key}`: unknown key `{field}`, known are {}",
                expected.join(", ")
            )
        }
        Kind::UnknownVariant(_, expected) => {
            format!("`{key}` should be one of {}", expected.join(", "))
        }
        Kind::MissingField(field) => format!("`{key}`: `{field}` is missing"),
        Kind::Message(message) => message.clone(),
        Kind::InvalidLength(..)
        | Kind::DuplicateField(_)
        | Kind::ISizeOutOfRange(_)
        | Kind::USizeOutOfRange(_)
        | Kind::Unsupported(_)
        | Kind::UnsupportedKey(..) => format!("`{key}`: {}", error.kind),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn load(text: &str) -> Result<Settings, SettingsError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Settings::load(Some(file.path()))
    }

    #[test]
    fn the_defaults_are_consistent_and_begin_with_the_seven() {
        let settings = Settings::load(None).unwrap();
        let names = settings
            .people
            .iter()
            .map(|person| person.first_name.as_str());
        let seven: Vec<&str> = names.take(7).collect();
        assert_eq!(
            seven,
            [
                "Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Niklaus"
            ]
        );
        assert!(
            settings
                .people
                .iter()
                .all(|person| !person.shows.is_empty())
        );
        assert_eq!(settings.listen.to_string(), "127.0.0.1:9400");
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let settings = load("[windows]\nidle = \"90m\"\n[refresh]\nrotation = \"STATIC\"").unwrap();
        assert_eq!(settings.windows.idle, Duration::from_mins(90));
        assert_eq!(settings.windows.challenge, Duration::from_mins(5));
        assert_eq!(settings.refresh.rotation, Rotation::Static);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, says) in [
            ("[windows]\nidel = 3", "idel"),
            ("[windows]\nidle = \"soon\"", "90s"),
            ("listen = 3", "listen"),
            (
                "[org]\nregistration_policy = \"none\"",
                "registration_policy",
            ),
            (
                "[[people]]\nlogin=\"a@b\"\nfirst_name=\"A\"\nlast_name=\"B\"\npolicy=\"x\"",
                "policy `x`",
            ),
        ] {
            let error = load(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
