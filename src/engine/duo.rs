//! Duo, which the engine plays itself: a request that the org signs for a frame, and what the frame signs back (Web SDK 2).
//!
//! There are two keys: one that the org shares with Duo (`TX`, `AUTH`), and one of the org's alone (`APP`).

mod page;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};

pub(crate) use self::page::serve;
use super::{captcha::hex, org::Org};
use crate::random;

/// Names the org at Duo.
const INTEGRATION: &str = "DIINTERLOCKENGINE001";
/// How long a request and an answer are good, in seconds.
const LIFE: u64 = 300;

/// The keys, once they have been needed.
#[derive(Debug, Default)]
pub(crate) struct Duo(Option<Keys>);

#[derive(Debug)]
struct Keys {
    shared: hmac::Key,
    own: hmac::Key,
}

/// What is signed: who, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    login: String,
    expires_at: u64,
}

/// Why an answer proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is not what Duo signs for somebody it let through.
    Failed,
    TimedOut,
}

impl Duo {
    /// The request for somebody: Duo's part, a colon, and the part that comes back as it is. That one has a name of its own,
    /// for an answer to belong to this request alone, however quickly the next one follows.
    pub(crate) fn request(&mut self, org: &Org, login: &str) -> String {
        let keys = self.keys(org);
        let cookie = Cookie {
            login: login.to_owned(),
            expires_at: org.now() + LIFE,
        };
        let named = format!("{}|{}", cookie.text(), org.token());
        let request = signed(&keys.shared, "TX", &cookie.text());
        format!("{request}:{}", signed(&keys.own, "APP", &named))
    }

    /// Judges the answer to a request of this very sign-in.
    pub(crate) fn verify(
        &mut self,
        org: &Org,
        login: &str,
        request: &str,
        answer: &str,
    ) -> Result<(), Refusal> {
        let keys = self.keys(org);
        let (word, app) = answer.split_once(':').ok_or(Refusal::Failed)?;
        let asked = request.split_once(':').map(|(_, app)| app);
        let own = Cookie::read(&keys.own, "APP", app).filter(|_| asked == Some(app));
        let word = Cookie::read(&keys.shared, "AUTH", word);
        let (own, word) = own.zip(word).ok_or(Refusal::Failed)?;
        if own.login != login || word.login != login {
            return Err(Refusal::Failed);
        }
        if own.expires_at.min(word.expires_at) <= org.now() {
            return Err(Refusal::TimedOut);
        }
        Ok(())
    }

    /// Whom the frame is asked to let through. `None`: the org did not ask that.
    fn asked(&mut self, org: &Org, request: &str) -> Option<String> {
        let cookie = Cookie::read(&self.keys(org).shared, "TX", request);
        cookie.map(|cookie| cookie.login)
    }

    /// What the frame says of somebody; who is not let through gets a word that is not signed.
    fn word(&mut self, org: &Org, login: &str, approved: bool) -> String {
        let cookie = Cookie {
            login: login.to_owned(),
            expires_at: org.now() + LIFE,
        };
        if approved {
            signed(&self.keys(org).shared, "AUTH", &cookie.text())
        } else {
            format!("AUTH|{}|", STANDARD.encode(cookie.text()))
        }
    }

    fn keys(&mut self, org: &Org) -> &Keys {
        self.0.get_or_insert_with(|| {
            let key = || {
                let secret = random::octets::<20>(org.random.as_ref());
                // The hash of the SDK that Okta uses; it is not ours to choose.
                hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret)
            };
            Keys {
                shared: key(),
                own: key(),
            }
        })
    }
}

impl Cookie {
    fn text(&self) -> String {
        format!("{}|{INTEGRATION}|{}", self.login, self.expires_at)
    }

    /// Reads one that this key signed.
    fn read(key: &hmac::Key, prefix: &str, text: &str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('|')?;
        if hex(hmac::sign(key, message.as_bytes()).as_ref()) != signature {
            return None;
        }
        let (found, text) = message.split_once('|')?;
        let text = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
        let mut parts = text.split('|');
        let (login, integration, expires_at) = (parts.next()?, parts.next()?, parts.next()?);
        (found == prefix && integration == INTEGRATION).then_some(Self {
            login: login.to_owned(),
            expires_at: expires_at.parse().ok()?,
        })
    }
}

/// `PREFIX|text|signature`, the text in base64.
fn signed(key: &hmac::Key, prefix: &str, text: &str) -> String {
    let message = format!("{prefix}|{}", STANDARD.encode(text));
    let signature = hmac::sign(key, message.as_bytes());
    format!("{message}|{}", hex(signature.as_ref()))
}
