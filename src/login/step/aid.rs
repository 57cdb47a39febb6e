//! What a page says and shows around its form.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most kinds of step need nothing of their own here"
)]

use serde_json::Value;

use super::{Kind, MOST_ADDRESS, Text, rules, web_address};
use crate::idx::ion::{Authenticator, Document, Form};

/// Something a page shows beside its form.
#[derive(Clone, Debug)]
pub enum Aid {
    /// An address to open elsewhere, which may be copied but not followed here.
    Address {
        /// What it is called.
        label: Text,
        /// The address, as text.
        address: String,
    },
    /// A code to type elsewhere, large.
    Code(String),
    /// Names and values.
    Facts(Vec<(Text, String)>),
    /// A link; its address is checked, or of an app scheme that the engine names for its own app.
    Link {
        /// What it says.
        text: Text,
        /// Where to.
        url: String,
    },
    /// A list of sentences under a heading.
    List {
        /// What they are.
        heading: Option<Text>,
        /// The sentences.
        items: Vec<Text>,
        /// Whether they are steps, in order.
        ordered: bool,
    },
    /// The number to choose on the phone.
    Number(String),
    /// A picture of a code to scan; checked to be a PNG of bounded size.
    Qr {
        /// `data:image/png;base64,…`.
        data: String,
    },
    /// The same as text.
    SharedSecret(String),
}

/// What a page of this form shows beside it.
pub(super) fn of(document: &Document, form: &Form, kind: Kind) -> Vec<Aid> {
    let about = document.authenticator_of(form);
    let mut aids = Vec::new();
    if let Some(about) = about {
        of_authenticator(about, kind, &mut aids);
    }
    match kind {
        _ if kind.makes_password() => {
            let at = ["recoveryAuthenticator", "enrollmentAuthenticator"];
            let own = at
                .iter()
                .find_map(|key| document.authenticator_at(key))
                .or_else(|| about_password(document, form))
                .or(about);
            let items = own.map(rules::of).unwrap_or_default();
            if !items.is_empty() {
                aids.push(Aid::List {
                    heading: Some(Text::word("rules.heading")),
                    items,
                    ordered: false,
                });
            }
        }
        Kind::DeviceProbe if form.name != "launch-authenticator" => {
            device_links(document, &mut aids);
        }
        Kind::Consent => consent(form, &mut aids),
        Kind::EmailConsent => {
            let facts = form
                .extra
                .get("requestInfo")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let facts: Vec<_> = facts
                .filter_map(|info| {
                    Some((
                        Text::said(info.get("label")?.as_str()?),
                        info.get("value")?.as_str()?.to_owned(),
                    ))
                })
                .collect();
            if !facts.is_empty() {
                aids.push(Aid::Facts(facts));
            }
        }
        Kind::CustomPasswordExpired => {
            let name = form.text("customExpiredPasswordName").unwrap_or_default();
            link(
                Text::with("link.go-to", "name", name),
                form.text("customExpiredPasswordURL"),
                &mut aids,
            );
        }
        Kind::IdentityProofing => {
            let metadata = form.extra.get("idvMetadata");
            for (key, word) in [
                ("termsOfUse", "link.terms"),
                ("privacyPolicy", "link.privacy"),
            ] {
                let url = metadata.and_then(|metadata| metadata.get(key));
                link(
                    Text::word(word),
                    url.and_then(|url| url.as_str().or_else(|| url.get("href")?.as_str())),
                    &mut aids,
                );
            }
        }
        _ => {}
    }
    aids
}

/// The password authenticator that a `credentials` field of a registration names.
fn about_password<'a>(document: &'a Document, form: &Form) -> Option<Authenticator<'a>> {
    form.value
        .iter()
        .find_map(|field| document.related(&field.relates_to))
}

fn of_authenticator(about: Authenticator<'_>, kind: Kind, aids: &mut Vec<Aid>) {
    let context = |key: &str| about.context(key).and_then(Value::as_str);
    if kind == Kind::PushWait
        && let Some(number) = about.context("correctAnswer")
    {
        let number = number
            .as_str()
            .map_or_else(|| number.to_string(), str::to_owned);
        aids.push(Aid::Number(number));
    }
    if matches!(kind, Kind::GoogleEnroll | Kind::VerifyEnroll) {
        let image = about
            .context("qrcode")
            .and_then(|code| code.get("href"))
            .and_then(Value::as_str);
        let data = image.filter(|data| is_png(data)).map(str::to_owned);
        if kind == Kind::VerifyEnroll {
            verify_steps(about, data.is_some(), aids);
        } else {
            steps("google-enroll", 3, aids);
        }
        aids.extend(data.map(|data| Aid::Qr { data }));
        aids.extend(context("sharedSecret").map(|secret| Aid::SharedSecret(secret.to_owned())));
    }
    if kind == Kind::NfcPin {
        app_link("link.open-app", context("setupNfcUrl"), aids);
    }
}

fn verify_steps(about: Authenticator<'_>, has_image: bool, aids: &mut Vec<Aid>) {
    match about.context("selectedChannel").and_then(Value::as_str) {
        Some("samedevice") => {
            steps("verify-enroll.samedevice", 3, aids);
            let data = about.context("samedevice");
            let text = |key: &str| data.and_then(|data| data.get(key)).and_then(Value::as_str);
            if let Some(address) = text("orgUrl") {
                aids.push(Aid::Facts(vec![(
                    Text::word("fact.org"),
                    address.to_owned(),
                )]));
            }
            link(Text::word("link.download"), text("downloadHref"), aids);
            app_link("link.set-up", text("setupOVUrl"), aids);
        }
        Some("devicebootstrap") => {
            let data = about
                .context("devicebootstrap")
                .and_then(|data| data.get("enrolledDevices"));
            let items: Vec<Text> = match data {
                Some(Value::Array(list)) => list
                    .iter()
                    .filter_map(device_name)
                    .map(Text::said)
                    .collect(),
                Some(other) => device_name(other).map(Text::said).into_iter().collect(),
                None => Vec::new(),
            };
            if !items.is_empty() {
                aids.push(Aid::List {
                    heading: Some(Text::word("fact.devices")),
                    items,
                    ordered: false,
                });
            }
            steps("verify-enroll.devicebootstrap", 3, aids);
        }
        Some("email" | "sms") => {}
        _ if has_image => steps("verify-enroll", 3, aids),
        _ => {}
    }
}

fn device_name(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("name")?.as_str())
}

/// `prefix.step.1` and so on.
fn steps(prefix: &str, count: usize, aids: &mut Vec<Aid>) {
    let items = (1..=count)
        .map(|number| Text::word(format!("{prefix}.step.{number}")))
        .collect();
    aids.push(Aid::List {
        heading: None,
        items,
        ordered: true,
    });
}

fn device_links(document: &Document, aids: &mut Vec<Aid>) {
    let Some(challenge) = document.device_challenge() else {
        return;
    };
    let text = |key: &str| challenge.get(key).and_then(Value::as_str);
    let opens = ["APP_LINK", "CUSTOM_URI", "UNIVERSAL_LINK"];
    if text("challengeMethod").is_some_and(|method| opens.contains(&method)) {
        app_link("link.open-app", text("href"), aids);
    }
    link(Text::word("link.download"), text("downloadHref"), aids);
}

fn consent(form: &Form, aids: &mut Vec<Aid>) {
    let scopes = form
        .extra
        .get("scopes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let items: Vec<Text> = scopes
        .filter_map(|scope| {
            scope
                .get("label")
                .or_else(|| scope.get("name"))
                .or(Some(scope))
        })
        .filter_map(Value::as_str)
        .map(Text::said)
        .collect();
    if !items.is_empty() {
        aids.push(Aid::List {
            heading: Some(Text::word("consent.scopes")),
            items,
            ordered: false,
        });
    }
}

/// What a page without any form shows.
pub(super) fn of_terminal(document: &Document) -> Vec<Aid> {
    let mut aids = Vec::new();
    let code = document
        .current_authenticator()
        .and_then(|about| about.context("otp"))
        .and_then(Value::as_str);
    aids.extend(code.map(|code| Aid::Code(code.to_owned())));
    if code.is_some() {
        let facts = client_facts(document);
        if !facts.is_empty() {
            aids.push(Aid::Facts(facts));
        }
    }
    if let Some(device) = document.object("deviceEnrollment") {
        let text = |key: &str| device.get(key).and_then(Value::as_str);
        let mut facts = Vec::new();
        for (key, word) in [
            ("vendor", "fact.vendor"),
            ("platform", "fact.platform"),
            ("orgUrl", "fact.org"),
        ] {
            facts.extend(text(key).map(|value| (Text::word(word), value.to_owned())));
        }
        steps("device-setup", 3, &mut aids);
        if !facts.is_empty() {
            aids.push(Aid::Facts(facts));
        }
        aids.extend(text("enrollmentLink").map(|address| Aid::Address {
            label: Text::word("fact.enrolment-link"),
            address: address.to_owned(),
        }));
        link(Text::word("link.download"), text("downloadHref"), &mut aids);
    }
    aids
}

fn client_facts(document: &Document) -> Vec<(Text, String)> {
    let mut facts = Vec::new();
    facts.extend(
        document
            .app_label()
            .map(|app| (Text::word("fact.app"), app.to_owned())),
    );
    let Some(client) = document.object("client") else {
        return facts;
    };
    let text = |key: &str| client.get(key).and_then(Value::as_str);
    let browser: Vec<&str> = [text("browser"), text("os")]
        .into_iter()
        .flatten()
        .collect();
    if !browser.is_empty() {
        facts.push((Text::word("fact.browser"), browser.join(", ")));
    }
    let place = client.get("location");
    let place: Vec<&str> = ["city", "state", "country"]
        .iter()
        .filter_map(|key| place?.get(*key)?.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    if !place.is_empty() {
        facts.push((Text::word("fact.place"), place.join(", ")));
    }
    facts
}

/// A link to the web, or to Okta Verify by its own scheme; no other app may be opened by a response.
fn app_link(word: &'static str, url: Option<&str>, aids: &mut Vec<Aid>) {
    let is_own = |url: &&str| {
        url.len() <= MOST_ADDRESS && OWN_SCHEMES.iter().any(|scheme| url.starts_with(scheme))
    };
    match url.filter(is_own) {
        Some(own) => aids.push(Aid::Link {
            text: Text::word(word),
            url: own.to_owned(),
        }),
        None => link(Text::word(word), url, aids),
    }
}

fn link(text: Text, url: Option<&str>, aids: &mut Vec<Aid>) {
    aids.extend(url.and_then(web_address).map(|url| Aid::Link { text, url }));
}

/// Whether a data URI is a PNG of bounded size, and nothing else.
fn is_png(data: &str) -> bool {
    use base64::Engine as _;
    let Some(encoded) = data.strip_prefix("data:image/png;base64,") else {
        return false;
    };
    encoded.len() <= MOST_IMAGE
        && base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .is_ok_and(|bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"))
}

/// Longest QR image, in characters of base64.
const MOST_IMAGE: usize = 128 * 1024;
/// Schemes of the engine's own app.
const OWN_SCHEMES: [&str; 2] = ["com-okta-authenticator:/", "okta-verify:/"];
