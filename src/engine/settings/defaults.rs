//! The org that `interlock demo` shows (design.md, "The development identity engine's defaults").

use std::{net::Ipv4Addr, time::Duration};

use super::{
    ClientAuthMethod, ClientSettings, ConsentMode, GrantType, IdpSettings, LimitSettings,
    OrgSettings, Rate, RefreshSettings, Rotation, ServerSettings, Settings, WindowSettings, people,
    policies,
};
use crate::secret::Secret;

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 9400).into(),
            public_url: None,
            org: OrgSettings::default(),
            server: ServerSettings::default(),
            clients: clients(),
            policies: policies::all(),
            people: people::defaults::all(),
            drawer: people::defaults::drawer(),
            identity_providers: vec![IdpSettings::default(), IdpSettings::smart_card()],
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
            number_challenge: true,
            idp_on_identify: true,
            smart_card_on_identify: false,
            passkey_autofill: true,
            password_on_registration: false,
            email_consent: false,
            fast_pass: None,
            passkey_domain: None,
            captcha: None,
            safe_mode_polls: 0,
            trusted_proxies: vec!["127.0.0.0/8".to_owned(), "::1/128".to_owned()],
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
    vec![
        GrantType::InteractionCode,
        GrantType::RefreshToken,
        GrantType::DeviceCode,
    ]
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
        keys: Vec::new(),
        device_activation: false,
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
        ClientSettings {
            consent: ConsentMode::Granular,
            ..client("interlock-granular", "Interlock granular")
        },
        ClientSettings {
            device_activation: true,
            ..client("interlock-activate", "Interlock device activation")
        },
    ]
}
