//! Who there is by default: the seven of design.md, and one for each further thing to see.

use std::collections::BTreeMap;

use super::super::{
    FobSettings, PersonSettings, QuestionSettings, SecurityKeySettings,
    defaults::{locale, time_zone},
};
use crate::{engine::authenticator::Authenticator, secret::Secret};

const PASSWORD: &str = "correct horse battery staple";

/// The security key of alan, whose private key anybody can have: its scalar is the SHA-256 of
/// `interlock: the security key of alan@example.com`. A browser's virtual authenticator can be given it (`localhost`).
const ALANS_CREDENTIAL: &str = "YWxhbidzIHNlY3VyaXR5IGtleQ";
const ALANS_PUBLIC_KEY: &str =
    "BKDti6WLjf5JaQBd_rcPONr1DTXSb8GxACDDPtorHiqjKxfsNhCzxJqSsN41ru_JEGsSvUL_mliV5y9TqXdjJvs";

/// Everybody.
pub(in super::super) fn all() -> Vec<PersonSettings> {
    let mut all = first();
    all.extend(further());
    all
}

fn shows(login: &str) -> &'static str {
    match login {
        "ada" => "a password alone",
        "grace" => "a password, then an emailed code",
        "alan" => "a password, then a choice of methods",
        "edsger" => "an expired password",
        "barbara" => "a locked account",
        "donald" => "no password: an emailed code",
        "niklaus" => "a second method to set up",
        "katherine" => "a password, then Okta Verify: a push with a number, or a code",
        "steve" => "a password, then Okta Verify to set up",
        "dennis" => "an account at another identity provider, no password here",
        "ken" => "a password, then another identity provider",
        "mary" => "a password, then a passkey to create; next time the passkey instead",
        "radia" => "a password, then consent",
        "frances" => "a password, then \"stay signed in?\"",
        "hedy" => "a password, then a device that needs attention",
        "joan" => "a password, then missing profile attributes",
        "annie" => "a password, then a telephone to set up, which can wait three times",
        "margaret" => "a password, then a second method that is optional",
        "tony" => "a password that expires in three days",
        "sophie" => "an expired password that is changed elsewhere",
        "evelyn" => {
            "Okta Verify or a password; made for Okta FastPass, where the config names her device"
        }
        "grete" => "a password, then Okta Verify on this device (Okta FastPass) or another method",
        "lise" => "a password, then Duo or an emailed code",
        "sofia" => "a smart card, no password",
        "ida" => "a password, then a smart card or an emailed code",
        "rosalind" => "a password, then papers that a vendor checks",
        "hertha" => "a password, then a device that is let in only once it is mended, at /device",
        "maria" => "a password, then a code that a thing shows, at /fobs, and other rare methods",
        "emmy" => "a password, then such a thing, Duo or a smart card to set up",
        "john" => "an account that is not activated yet",
        _ => "",
    }
}

/// One for each further thing to see.
#[expect(clippy::too_many_lines, reason = "it is a list")]
fn further() -> Vec<PersonSettings> {
    vec![
        PersonSettings {
            okta_verify: Some(Secret::from("KRSXG5CTMVRXEZLU")),
            ..person(
                "katherine",
                "00u2katherine0john01",
                ("Katherine", "Johnson"),
                "password-and-okta-verify",
            )
        },
        person(
            "steve",
            "00u2steve0shirley002",
            ("Steve", "Shirley"),
            "password-and-new-okta-verify",
        ),
        PersonSettings {
            external_idp: true,
            password: None,
            ..person(
                "dennis",
                "00u2dennis0ritchie03",
                ("Dennis", "Ritchie"),
                "identity-provider",
            )
        },
        PersonSettings {
            external_idp: true,
            ..person(
                "ken",
                "00u2ken0thompson0004",
                ("Ken", "Thompson"),
                "password-and-identity-provider",
            )
        },
        person(
            "mary",
            "00u2mary0jackson0005",
            ("Mary", "Jackson"),
            "password-and-passkey",
        ),
        person(
            "radia",
            "00u2radia0perlman006",
            ("Radia", "Perlman"),
            "password-and-consent",
        ),
        person(
            "frances",
            "00u2frances0allen007",
            ("Frances", "Allen"),
            "password-and-stay",
        ),
        person(
            "hedy",
            "00u2hedy0lamarr00008",
            ("Hedy", "Lamarr"),
            "password-and-device",
        ),
        person(
            "joan",
            "00u2joan0clarke00009",
            ("Joan", "Clarke"),
            "password-and-profile",
        ),
        person(
            "annie",
            "00u2annie0easley0010",
            ("Annie", "Easley"),
            "password-and-grace",
        ),
        person(
            "margaret",
            "00u2margaret0hamil11",
            ("Margaret", "Hamilton"),
            "password-and-optional",
        ),
        PersonSettings {
            password_days_left: Some(3),
            ..person(
                "tony",
                "00u2tony0hoare000012",
                ("Tony", "Hoare"),
                "password",
            )
        },
        PersonSettings {
            password_expired: true,
            ..person(
                "sophie",
                "00u2sophie0wilson013",
                ("Sophie", "Wilson"),
                "password-elsewhere",
            )
        },
        PersonSettings {
            okta_verify: Some(Secret::from("KRSXG5CTMVRXEZLU")),
            ..person(
                "evelyn",
                "00u2evelyn0granvil15",
                ("Evelyn", "Granville"),
                "device-or-password",
            )
        },
        PersonSettings {
            okta_verify: Some(Secret::from("KRSXG5CTMVRXEZLU")),
            device: true,
            ..person(
                "grete",
                "00u2grete0hermann016",
                ("Grete", "Hermann"),
                "password-and-device-or-email",
            )
        },
        PersonSettings {
            duo: true,
            ..person(
                "lise",
                "00u2lise0meitner0017",
                ("Lise", "Meitner"),
                "password-and-duo",
            )
        },
        PersonSettings {
            smart_card: true,
            password: None,
            ..person(
                "sofia",
                "00u2sofia0kovalev018",
                ("Sofia", "Kovalevskaya"),
                "smart-card",
            )
        },
        PersonSettings {
            smart_card: true,
            ..person(
                "ida",
                "00u2ida0rhodes000019",
                ("Ida", "Rhodes"),
                "password-and-smart-card",
            )
        },
        person(
            "rosalind",
            "00u2rosalind0frank20",
            ("Rosalind", "Franklin"),
            "password-and-papers",
        ),
        person(
            "hertha",
            "00u2hertha0ayrton021",
            ("Hertha", "Ayrton"),
            "password-and-sound-device",
        ),
        PersonSettings {
            fobs: fobs("1"),
            custom_app: true,
            nfc_pin: Some(Secret::from("2718")),
            temporary_code: Some(Secret::from("TEMP4711")),
            ..person(
                "maria",
                "00u2maria0mitchell22",
                ("Maria", "Mitchell"),
                "password-and-thing",
            )
        },
        person(
            "emmy",
            "00u2emmy0noether0023",
            ("Emmy", "Noether"),
            "password-and-new-thing",
        ),
        PersonSettings {
            inactive: true,
            password: None,
            email: false,
            ..person(
                "john",
                "00u2john0backus00014",
                ("John", "Backus"),
                "registered",
            )
        },
    ]
}

/// Things that show codes and are nobody's yet.
pub(in super::super) fn drawer() -> Vec<FobSettings> {
    fobs("2")
}

/// One of each kind, whose serial ends so.
fn fobs(number: &str) -> Vec<FobSettings> {
    use Authenticator::{CustomOtp, OnPremMfa, RsaToken, SymantecVip, Yubikey};
    let fob = |kind: Authenticator, serial: &str, secret: &str| FobSettings {
        kind,
        serial: format!("{serial}{number}"),
        secret: Secret::from(format!("{secret}{}", if number == "1" { "A" } else { "B" })),
    };
    vec![
        fob(RsaToken, "00030001234", "OJZWCZTPMIQHI33"),
        fob(OnPremMfa, "EXP-0042", "N5XHAZLNMZXWEID"),
        fob(SymantecVip, "VSMT0000471", "OZUXAY3BOJSCA5D"),
        fob(Yubikey, "000785632", "yubikey"),
        fob(CustomOtp, "OTP-90210", "MN2XG5DPNVXXI4A"),
    ]
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
        okta_verify: None,
        device: false,
        custom_app: false,
        duo: false,
        fobs: Vec::new(),
        nfc_pin: None,
        smart_card: false,
        temporary_code: None,
        external_idp: false,
        question: None,
        security_keys: Vec::new(),
        password_expired: false,
        password_days_left: None,
        locked: false,
        inactive: false,
        shows: shows(login).to_owned(),
        locale: locale(),
        time_zone: time_zone(),
        claims: BTreeMap::new(),
    }
}

/// The seven of design.md.
fn first() -> Vec<PersonSettings> {
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
        security_keys: vec![SecurityKeySettings {
            credential_id: ALANS_CREDENTIAL.to_owned(),
            public_key: ALANS_PUBLIC_KEY.to_owned(),
            resident: false,
        }],
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
