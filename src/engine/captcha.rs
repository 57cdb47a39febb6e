//! The org's CAPTCHA: ALTCHA's proof of work, which the org sets and checks itself, and stand-ins for two third parties.

mod third_party;

use std::{collections::HashMap, fmt::Write as _};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    call::Call,
    org::Org,
    reply::Reply,
    settings::{CaptchaKind, CaptchaSettings},
};
use crate::random;

/// How long a problem, or the word of a third party, is good.
const LIFE: u64 = 600;
/// What ALTCHA calls the hash.
const ALGORITHM: &str = "SHA-256";

/// What was set, and what is spent.
#[derive(Debug, Default)]
pub(crate) struct Captcha {
    /// Signs problems, so that none need be remembered until it is solved.
    key: Option<hmac::Key>,
    /// Solved problems, by their salt: each is good once.
    spent: HashMap<String, u64>,
    /// What third parties said.
    passed: HashMap<String, u64>,
}

/// A solution, as ALTCHA's clients write it: base64 of this JSON.
#[derive(Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u64,
    salt: String,
    signature: String,
}

impl Captcha {
    /// Sets a problem: which number, put behind the salt, has this hash?
    pub(crate) fn set(&mut self, org: &Org, work: u32) -> Value {
        // Without the last `&` the number could be read as a part of the time.
        let salt = format!("{}?expires={}&", org.token(), org.now() + LIFE);
        let number =
            u64::from_be_bytes(random::octets(org.random.as_ref())) % (u64::from(work) + 1);
        let challenge = hash(&salt, number);
        let signature = hmac::sign(self.key(org), challenge.as_bytes());
        json!({"algorithm": ALGORITHM, "challenge": challenge, "maxnumber": work, "salt": salt,
            "signature": hex(signature.as_ref())})
    }

    /// Spends what was handed in. `false`: it is wrong, too old, or not for the first time here.
    pub(crate) fn take(&mut self, org: &Org, kind: CaptchaKind, token: &str) -> bool {
        match kind {
            CaptchaKind::Altcha => self.solved(org, token),
            CaptchaKind::Hcaptcha | CaptchaKind::RecaptchaV2 => {
                let passed = self.passed.remove(token);
                passed.is_some_and(|expires_at| expires_at > org.now())
            }
        }
    }

    fn solved(&mut self, org: &Org, token: &str) -> bool {
        let solution = STANDARD.decode(token).ok();
        let solution = solution.and_then(|json| serde_json::from_slice::<Solution>(&json).ok());
        let Some(solution) = solution.filter(|solution| solution.algorithm == ALGORITHM) else {
            return false;
        };
        let ours = hmac::sign(self.key(org), solution.challenge.as_bytes());
        let expires_at = expires_at(&solution.salt).filter(|at| *at > org.now());
        let right = hex(ours.as_ref()) == solution.signature
            && hash(&solution.salt, solution.number) == solution.challenge;
        match expires_at.filter(|_| right) {
            Some(expires_at) => self.spent.insert(solution.salt, expires_at).is_none(),
            None => false,
        }
    }

    /// A token that says that somebody passed at a third party.
    fn pass(&mut self, org: &Org) -> String {
        let token = org.token();
        self.passed.insert(token.clone(), org.now() + LIFE);
        token
    }

    fn key(&mut self, org: &Org) -> &hmac::Key {
        self.key.get_or_insert_with(|| {
            let octets = random::octets::<32>(org.random.as_ref());
            hmac::Key::new(hmac::HMAC_SHA256, &octets)
        })
    }

    /// Forgets what is too old to come again.
    pub(crate) fn sweep(&mut self, now: u64) {
        self.spent.retain(|_, expires_at| *expires_at > now);
        self.passed.retain(|_, expires_at| *expires_at > now);
    }
}

/// Serves `/idp/idx/captcha/challenge`: a problem for whoever asks.
pub(crate) fn challenge(org: &Org) -> Option<Reply> {
    let settings = of(org).filter(|settings| settings.kind == CaptchaKind::Altcha)?;
    Some(Reply::ok(&org.state().captcha.set(org, settings.work)))
}

/// Serves `/captcha/{name}`: what a page loads from a third party.
pub(crate) fn serve(org: &Org, name: &str, call: &Call) -> Option<Reply> {
    of(org).filter(|settings| settings.kind != CaptchaKind::Altcha)?;
    match (&call.method, name) {
        (&Method::GET, "api.js") => Some(third_party::script()),
        (&Method::GET, "frame") => Some(third_party::question()),
        (&Method::POST, "frame") => Some(third_party::passed(org, call)),
        _ => None,
    }
}

fn of(org: &Org) -> Option<&CaptchaSettings> {
    org.settings.org.captcha.as_ref()
}

fn hash(salt: &str, number: u64) -> String {
    hex(&Sha256::digest(format!("{salt}{number}")))
}

pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut hex, octet| {
        let _ = write!(hex, "{octet:02x}");
        hex
    })
}

fn expires_at(salt: &str) -> Option<u64> {
    let (_, parameters) = salt.split_once('?')?;
    let mut parameters = url::form_urlencoded::parse(parameters.as_bytes());
    let (_, expires_at) = parameters.find(|(name, _)| name == "expires")?;
    expires_at.parse().ok()
}
