//! What the engine is told: clients, people, policies, windows, limits, faults. Every key has a default (design.md).

mod defaults;
mod human;

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

use super::{authenticator::Authenticator, faults::Injection};
use crate::secret::Secret;

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

/// How a client proves itself (protocol reference 1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// `Authorization: Basic`.
    ClientSecretBasic,
    /// `client_secret` in the body.
    ClientSecretPost,
    /// A public client.
    None,
}

/// What a client may redeem at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// Okta's extension.
    InteractionCode,
    /// RFC 6749 §6.
    RefreshToken,
}

/// Whether a client asks people for their consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentMode {
    /// Each scope by itself (`granular-consent`).
    Granular,
    /// Never.
    #[default]
    None,
    /// All or nothing (`consent`).
    Simple,
}

/// A registered client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// `client_id`.
    pub id: String,
    /// What people read.
    pub label: String,
    /// The secret of a confidential client.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// Which methods it may use; any other is refused.
    pub auth: Vec<ClientAuthMethod>,
    /// Which grants are ticked.
    #[serde(default = "defaults::grants")]
    pub grants: Vec<GrantType>,
    /// Exact sign-in redirect URIs.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Any redirect URI on a loopback host is registered, too.
    #[serde(default = "defaults::yes")]
    pub loopback_redirects: bool,
    /// Where links in mails lead: this URL, or the redirect URI of the transaction where absent.
    #[serde(default)]
    pub email_callback: Option<String>,
    /// Whether consent is asked for.
    #[serde(default)]
    pub consent: ConsentMode,
}

/// When enrolment is part of signing in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrollMode {
    /// Who lacks a second factor cannot have one set up here.
    #[default]
    Never,
    /// Offered where it is missing, with `skip`.
    Optional,
    /// Must be set up where it is missing.
    Required,
}

/// A sign-on policy: what one must prove.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicySettings {
    /// Any one of these proves who it is.
    pub first: Vec<Authenticator>,
    /// Any one of these must follow; empty: one factor is enough.
    pub second: Vec<Authenticator>,
    /// Every one of these must be set up.
    pub required: Vec<Authenticator>,
    /// Offered at registration, with `skip`.
    pub optional: Vec<Authenticator>,
    /// What happens where none of `second` is set up.
    pub enroll: EnrollMode,
    /// Ask "stay signed in?" after authentication.
    pub keep_me_signed_in: bool,
}

/// A security question and its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSettings {
    /// Its key, such as `favorite_color`.
    pub key: String,
    /// What is asked.
    pub question: String,
    /// What is right, whatever the case.
    pub answer: Secret,
}

/// Somebody who can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSettings {
    /// Login and address.
    pub login: String,
    /// The user id, `00u…`; made from the login where absent.
    #[serde(default)]
    pub id: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The password; absent: none set.
    #[serde(default)]
    pub password: Option<Secret>,
    /// Group names.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Which policy applies.
    pub policy: String,
    /// The address is set up as a factor.
    #[serde(default)]
    pub email: bool,
    /// Telephone for SMS and calls, E.164.
    #[serde(default)]
    pub phone: Option<String>,
    /// Base32 secret of the authenticator app.
    #[serde(default)]
    pub totp: Option<Secret>,
    /// Security question.
    #[serde(default)]
    pub question: Option<QuestionSettings>,
    /// The password must be changed at the next sign-in.
    #[serde(default)]
    pub password_expired: bool,
    /// Locked out.
    #[serde(default)]
    pub locked: bool,
    /// BCP 47 with underscore, as Okta writes it.
    #[serde(default = "defaults::locale")]
    pub locale: String,
    /// IANA time zone.
    #[serde(default = "defaults::time_zone")]
    pub time_zone: String,
    /// Further profile attributes, shown as claims in userinfo and the tokens of the custom server.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
}

/// How long things stay valid.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WindowSettings {
    /// A transaction nobody has named themselves in, from the last response.
    #[serde(deserialize_with = "human::duration")]
    pub idle: Duration,
    /// A transaction in which somebody is being challenged.
    #[serde(deserialize_with = "human::duration")]
    pub challenge: Duration,
    /// An interaction code.
    #[serde(deserialize_with = "human::duration")]
    pub code: Duration,
    /// A passcode sent by mail or telephone.
    #[serde(deserialize_with = "human::duration")]
    pub passcode: Duration,
    /// Access tokens.
    #[serde(deserialize_with = "human::duration")]
    pub access_token: Duration,
    /// ID tokens.
    #[serde(deserialize_with = "human::duration")]
    pub id_token: Duration,
    /// Refresh tokens, from the sign-in.
    #[serde(deserialize_with = "human::duration")]
    pub refresh_token: Duration,
}

/// So many within so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// How many.
    pub requests: u32,
    /// Within how long.
    #[serde(deserialize_with = "human::duration")]
    pub window: Duration,
}

/// How often things may be done.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitSettings {
    /// IDX calls of a transaction. A real org: 10 in 5 s.
    pub transaction: Rate,
    /// Interact calls of a client from one address and device. A real org: 60 a minute.
    pub client: Rate,
    /// Token calls for one person. A real org: 4 a second.
    pub token: Rate,
    /// Wrong passcodes of a person and authenticator.
    pub passcode: Rate,
    /// Wrong passwords in a row until the account is locked.
    pub lockout: u32,
}

/// Whether a refresh token is replaced when it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Rotation {
    /// A new one each time.
    #[default]
    Rotate,
    /// The same one always.
    Static,
}

/// Refresh tokens (protocol reference 1.9).
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RefreshSettings {
    /// `ROTATE` or `STATIC`.
    pub rotation: Rotation,
    /// How long a replaced token still works.
    #[serde(deserialize_with = "human::duration")]
    pub leeway: Duration,
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
        let mut ids = BTreeSet::new();
        for client in &self.clients {
            if !ids.insert(client.id.as_str()) {
                return Err(contradiction(format!("clients: {} twice", client.id)));
            }
            let public = client.auth == [ClientAuthMethod::None];
            if public == client.secret.is_some() {
                return Err(contradiction(format!(
                    "clients: {} needs a secret, or `auth = [\"none\"]` and none",
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
    fn the_defaults_are_consistent_and_have_seven_people() {
        let settings = Settings::load(None).unwrap();
        assert_eq!(settings.people.len(), 7);
        assert_eq!(settings.listen.to_string(), "127.0.0.1:9400");
    }

    #[test]
    fn a_file_changes_what_it_names_and_nothing_else() {
        let settings = load("[windows]\nidle = \"90m\"\n[refresh]\nrotation = \"STATIC\"").unwrap();
        assert_eq!(settings.windows.idle, Duration::from_secs(5400));
        assert_eq!(settings.windows.challenge, Duration::from_secs(300));
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
