//! The org that `interlock demo` shows (design.md, "The development identity engine's defaults").

use std::{collections::BTreeMap, net::Ipv4Addr, time::Duration};

use super::{
    ClientAuthMethod, ClientSettings, ConsentMode, EnrollMode, GrantType, LimitSettings,
    OrgSettings, PersonSettings, PolicySettings, QuestionSettings, Rate, RefreshSettings, Rotation,
    ServerSettings, Settings, WindowSettings,
};
use crate::{engine::authenticator::Authenticator, secret::Secret};

const PASSWORD: &str = "correct horse battery staple";

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 9400).into(),
            public_url: None,
            org: OrgSettings::default(),
            server: ServerSettings::default(),
            clients: clients(),
            policies: policies(),
            people: people(),
            windows: WindowSettings::default(),
            limits: LimitSettings::default(),
            refresh: RefreshSettings::default(),
            faults: Vec::new(),
        }
    }
}

impl Default for OrgSettings {
    fn default() -> Self {
        Self {
            interaction_code: true,
            prevent_enumeration: false,
            password_on_identify: false,
            registration: true,
            registration_policy: "registered".to_owned(),
            unlock: true,
            recovery: true,
            magic_link: true,
            long_state_handle: false,
            control: true,
            password_min_length: 8,
            keys_max_age: Duration::from_hours(1),
        }
    }
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            id: "default".to_owned(),
            audience: "api://default".to_owned(),
            scopes: vec!["reports:read".to_owned(), "reports:write".to_owned()],
            interaction_code: true,
        }
    }
}

impl Default for WindowSettings {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        Self {
            idle: minutes(120),
            challenge: minutes(5),
            code: minutes(1),
            passcode: minutes(5),
            access_token: minutes(60),
            id_token: minutes(60),
            refresh_token: minutes(90 * 24 * 60),
        }
    }
}

impl Default for LimitSettings {
    fn default() -> Self {
        let rate = |requests, seconds| Rate {
            requests,
            window: Duration::from_secs(seconds),
        };
        Self {
            transaction: rate(100, 5),
            client: rate(6000, 60),
            token: rate(100, 1),
            passcode: rate(5, 300),
            lockout: 10,
        }
    }
}

impl Default for RefreshSettings {
    fn default() -> Self {
        Self {
            rotation: Rotation::Rotate,
            leeway: Duration::from_secs(30),
        }
    }
}

pub(super) fn grants() -> Vec<GrantType> {
    vec![GrantType::InteractionCode, GrantType::RefreshToken]
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn locale() -> String {
    "en_US".to_owned()
}

pub(super) fn time_zone() -> String {
    "America/Los_Angeles".to_owned()
}

fn clients() -> Vec<ClientSettings> {
    let client = |id: &str, label: &str| ClientSettings {
        id: id.to_owned(),
        label: label.to_owned(),
        secret: None,
        auth: vec![ClientAuthMethod::None],
        grants: grants(),
        redirect_uris: Vec::new(),
        loopback_redirects: true,
        email_callback: None,
        consent: ConsentMode::None,
    };
    vec![
        client("interlock-demo", "Interlock demo"),
        ClientSettings {
            secret: Some(Secret::from("interlock-web-secret")),
            auth: vec![
                ClientAuthMethod::ClientSecretBasic,
                ClientAuthMethod::ClientSecretPost,
            ],
            ..client("interlock-web", "Interlock web")
        },
    ]
}

fn policies() -> BTreeMap<String, PolicySettings> {
    use Authenticator::{Email, GoogleOtp, Password, Phone, SecurityKey, SecurityQuestion};
    let policy = |name: &str, first: &[Authenticator], second: &[Authenticator]| {
        (
            name.to_owned(),
            PolicySettings {
                first: first.to_vec(),
                second: second.to_vec(),
                ..PolicySettings::default()
            },
        )
    };
    let any_second = [Email, Phone, GoogleOtp, SecurityQuestion, SecurityKey];
    let mut policies = BTreeMap::from([
        policy("password", &[Password], &[]),
        policy("password-and-email", &[Password], &[Email]),
        policy("password-and-choice", &[Password], &any_second),
        policy("passwordless-email", &[Email], &[]),
        policy("password-and-enrolled", &[Password], &any_second),
        policy("registered", &[Password], &[]),
    ]);
    if let Some(policy) = policies.get_mut("password-and-enrolled") {
        policy.enroll = EnrollMode::Required;
    }
    if let Some(policy) = policies.get_mut("registered") {
        policy.required = vec![Password, Email];
        policy.optional = vec![Phone, GoogleOtp, SecurityQuestion, SecurityKey];
    }
    policies
}

fn person(login: &str, id: &str, names: (&str, &str), policy: &str) -> PersonSettings {
    PersonSettings {
        login: format!("{login}@example.com"),
        id: Some(id.to_owned()),
        first_name: names.0.to_owned(),
        last_name: names.1.to_owned(),
        password: Some(Secret::from(PASSWORD)),
        groups: vec!["Everyone".to_owned(), "staff".to_owned()],
        policy: policy.to_owned(),
        email: true,
        phone: None,
        totp: None,
        question: None,
        security_keys: Vec::new(),
        password_expired: false,
        locked: false,
        locale: locale(),
        time_zone: time_zone(),
        claims: BTreeMap::new(),
    }
}

fn people() -> Vec<PersonSettings> {
    let group = |mut person: PersonSettings, group: &str| {
        person.groups.push(group.to_owned());
        person
    };
    vec![
        group(
            person(
                "ada",
                "00u1ada0lovelace0001",
                ("Ada", "Lovelace"),
                "password",
            ),
            "analysts",
        ),
        group(
            person(
                "grace",
                "00u1grace0hopper0002",
                ("Grace", "Hopper"),
                "password-and-email",
            ),
            "engineering",
        ),
        group(alan(), "admins"),
        PersonSettings {
            password_expired: true,
            ..person(
                "edsger",
                "00u1edsger0wybe00004",
                ("Edsger", "Dijkstra"),
                "password",
            )
        },
        PersonSettings {
            locked: true,
            ..person(
                "barbara",
                "00u1barbara0liskov05",
                ("Barbara", "Liskov"),
                "password",
            )
        },
        group(
            person(
                "donald",
                "00u1donald0knuth0006",
                ("Donald", "Knuth 高德纳"),
                "passwordless-email",
            ),
            "authors",
        ),
        PersonSettings {
            email: false,
            groups: vec!["Everyone".to_owned(), "contractors".to_owned()],
            locale: "de_CH".to_owned(),
            time_zone: "Europe/Zurich".to_owned(),
            ..person(
                "niklaus",
                "00u1niklaus0wirth007",
                ("Niklaus", "Wirth"),
                "password-and-enrolled",
            )
        },
    ]
}

fn alan() -> PersonSettings {
    PersonSettings {
        phone: Some("+15551234567".to_owned()),
        totp: Some(Secret::from("JBSWY3DPEHPK3PXP")),
        question: Some(QuestionSettings {
            key: "favorite_color".to_owned(),
            question: "What is your favorite color?".to_owned(),
            answer: Secret::from("blue"),
        }),
        locale: "en_GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        ..person(
            "alan",
            "00u1alan0turing00003",
            ("Alan", "Turing"),
            "password-and-choice",
        )
    }
}
