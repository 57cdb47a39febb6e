//! What a step asks of the browser itself: to find an app on the device, to solve a captcha, to show somebody's frame.

use serde_json::{Map, Value};
use url::{Host, Url};

use super::is_web;
use crate::idx::ion::Document;

/// What the browser is asked for, each where the document asks for it in a way that can be carried out.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// An app of the device to be asked.
    pub probe: Option<Probe>,
    /// A page of the device's management, to be shown in a frame.
    pub frame: Option<Url>,
    /// A captcha to be solved.
    pub captcha: Option<Captcha>,
    /// Duo's frame.
    pub duo: Option<Duo>,
}

/// How an app on the device is asked (ui-guide section 9).
#[derive(Clone, Debug)]
pub struct Probe {
    /// Origins to try, in this order.
    pub origins: Vec<String>,
    /// Milliseconds to wait for each.
    pub timeout: u64,
    /// What the app signs.
    pub request: String,
}

/// A captcha.
#[derive(Clone, Debug)]
pub struct Captcha {
    /// Which one.
    pub kind: CaptchaKind,
    /// The engine's name for it.
    pub id: String,
    /// The key of the site, where it has one.
    pub site_key: String,
}

/// The kinds of captcha there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaKind {
    /// A proof of work, on our own origin.
    Altcha,
    /// hCaptcha, of a third party.
    Hcaptcha,
    /// reCAPTCHA v2, of a third party.
    Recaptcha,
}

/// Duo's frame (Web SDK 2).
#[derive(Clone, Debug)]
pub struct Duo {
    /// `https://api-….duosecurity.com`.
    pub origin: String,
    /// The signed request for Duo.
    pub request: String,
    /// What is put behind Duo's answer.
    pub app: String,
}

impl Device {
    /// What this document asks of the browser.
    pub(super) fn of(document: &Document) -> Self {
        let challenge = document.device_challenge();
        Self {
            probe: challenge.and_then(probe),
            frame: challenge.and_then(frame),
            captcha: document.object("captcha").and_then(captcha),
            duo: duo(document),
        }
    }
}

pub(super) fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

fn probe(challenge: &Map<String, Value>) -> Option<Probe> {
    if text(challenge, "challengeMethod") != Some("LOOPBACK") {
        return None;
    }
    Some(Probe {
        origins: origins(challenge)?,
        timeout: timeout(challenge),
        request: text(challenge, "challengeRequest")
            .unwrap_or_default()
            .to_owned(),
    })
}

/// Where an app of the device may listen, in the order to try; `None` where there is nothing that may be asked.
pub(super) fn origins(asked: &Map<String, Value>) -> Option<Vec<String>> {
    let ports: Vec<u16> = asked
        .get("ports")?
        .as_array()?
        .iter()
        .filter_map(port)
        .collect();
    let bases = ["httpsDomain", "domain"]
        .into_iter()
        .filter_map(|key| text(asked, key));
    let origins: Vec<String> = bases
        .flat_map(|base| {
            ports
                .iter()
                .take(MOST_PORTS)
                .filter_map(|port| origin(base, *port))
        })
        .collect();
    (!origins.is_empty()).then_some(origins)
}

/// How long to wait for each of them, in milliseconds.
pub(super) fn timeout(asked: &Map<String, Value>) -> u64 {
    let timeout = asked.get("probeTimeoutMillis").and_then(Value::as_u64);
    timeout.unwrap_or(100).clamp(50, 10_000)
}

fn port(value: &Value) -> Option<u16> {
    let number = value.as_u64().and_then(|port| u16::try_from(port).ok());
    number
        .or_else(|| value.as_str()?.parse().ok())
        .filter(|port| *port > 0)
}

/// An origin of the device: plain `http` on loopback alone, and nothing that could end a directive.
fn origin(base: &str, port: u16) -> Option<String> {
    let mut url = Url::parse(base).ok().filter(is_web)?;
    url.set_port(Some(port)).ok()?;
    matches!(
        url.host(),
        Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_))
    )
    .then(|| url.origin().ascii_serialization())
}

fn frame(challenge: &Map<String, Value>) -> Option<Url> {
    if text(challenge, "challengeMethod") != Some("CHROME_DTC") {
        return None;
    }
    Url::parse(text(challenge, "href")?).ok().filter(is_web)
}

fn captcha(captcha: &Map<String, Value>) -> Option<Captcha> {
    let kind = match text(captcha, "type")? {
        "ALTCHA" => CaptchaKind::Altcha,
        "HCAPTCHA" => CaptchaKind::Hcaptcha,
        "RECAPTCHA_V2" => CaptchaKind::Recaptcha,
        _ => return None,
    };
    let own = |key| text(captcha, key).unwrap_or_default().to_owned();
    Some(Captcha {
        kind,
        id: own("id"),
        site_key: own("siteKey"),
    })
}

fn duo(document: &Document) -> Option<Duo> {
    let about = document.current_authenticator()?;
    let context = |key: &str| about.context(key).and_then(Value::as_str);
    if about.key() != Some("duo") || context("integrationType").is_some_and(|kind| kind != "IFRAME")
    {
        return None;
    }
    let url = duo_url(document, context("host")?)?;
    let (request, app) = context("signedToken")?.split_once(':')?;
    Some(Duo {
        origin: url.origin().ascii_serialization(),
        request: request.to_owned(),
        app: app.to_owned(),
    })
}

/// One of Duo's own hosts; or on loopback the engine itself, which plays Duo at the address of its forms.
fn duo_url(document: &Document, host: &str) -> Option<Url> {
    let forms = document.remediations().iter();
    let mut engine = forms.filter_map(|form| Url::parse(&form.href).ok());
    let plays = |url: &Url| url.scheme() == "http" && is_web(url) && url.authority() == host;
    if let Some(engine) = engine.find(plays) {
        return Some(engine);
    }
    let url = Url::parse(&format!("https://{host}")).ok()?;
    let own = |host: &str| host.ends_with(".duosecurity.com");
    url.host_str().is_some_and(own).then_some(url)
}

/// Most ports of one host that are tried.
const MOST_PORTS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn device(json: &str) -> Device {
        let whole = json.replacen('{', r#"{"stateHandle":"02","remediation":{"value":[]},"#, 1);
        Device::of(&Document::parse(whole.as_bytes()).unwrap())
    }

    #[test]
    fn only_loopback_and_https_are_asked() {
        let loopback = device(
            r#"{"authenticatorChallenge":{"value":{"challengeMethod":"LOOPBACK","challengeRequest":"jwt",
            "domain":"http://localhost","httpsDomain":"https://x.authenticatorlocaldev.com","ports":["2000",6511,"x",0]}}}"#,
        );
        let probe = loopback.probe.unwrap();
        assert_eq!(
            probe.origins,
            [
                "https://x.authenticatorlocaldev.com:2000",
                "https://x.authenticatorlocaldev.com:6511",
                "http://localhost:2000",
                "http://localhost:6511"
            ]
        );
        assert_eq!(probe.timeout, 100);
        let foreign = device(
            r#"{"authenticatorChallenge":{"value":{"challengeMethod":"LOOPBACK","domain":"http://intranet.example","ports":[80]}}}"#,
        );
        assert!(foreign.probe.is_none());
    }

    #[test]
    fn duo_is_shown_from_its_own_hosts_alone() {
        let duo = |host: &str| {
            device(&format!(
                r#"{{"currentAuthenticator":{{"value":{{"key":"duo","contextualData":{{"host":"{host}","signedToken":"TX|a|b:APP|c"}}}}}}}}"#
            ))
            .duo
        };
        let found = duo("api-1.duosecurity.com").unwrap();
        assert_eq!(
            (found.request.as_str(), found.app.as_str()),
            ("TX|a|b", "APP|c")
        );
        assert!(duo("evil.example").is_none());
        assert!(duo("127.0.0.1:9400").is_none());
        assert!(duo("evil.example/.duosecurity.com").is_none());
    }

    #[test]
    fn on_loopback_duo_is_shown_from_the_engines_own_address_alone() {
        let origin = |href: &str, host: &str| {
            let json = format!(
                r#"{{"stateHandle":"02","remediation":{{"value":[{{"name":"challenge-authenticator","href":"{href}","value":[]}}]}},
                "currentAuthenticator":{{"value":{{"key":"duo","contextualData":{{"host":"{host}","signedToken":"TX|a|b:APP|c"}}}}}}}}"#
            );
            let found = Device::of(&Document::parse(json.as_bytes()).unwrap()).duo;
            found.map(|duo| duo.origin)
        };
        let engine = "http://127.0.0.1:9400/idp/idx/challenge/answer";
        assert_eq!(
            origin(engine, "127.0.0.1:9400").as_deref(),
            Some("http://127.0.0.1:9400")
        );
        assert_eq!(origin(engine, "127.0.0.1:9401"), None);
        let elsewhere = "http://intranet.example/idp/idx/challenge/answer";
        assert_eq!(origin(elsewhere, "intranet.example"), None);
    }
}
