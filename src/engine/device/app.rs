//! The app: an account for each of those who use it here, with a key that never leaves it.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{engine::org::Org, random};

/// Keys by user id.
#[derive(Debug, Default)]
pub(crate) struct App {
    accounts: BTreeMap<String, Ed25519KeyPair>,
    /// Who answers where nobody is named.
    pub(crate) owner: Option<String>,
}

/// What the app says to a challenge.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// The challenge's id.
    pub(crate) id: String,
    /// The user id of the account.
    pub(crate) person: String,
    signature: Vec<u8>,
}

impl Signed {
    /// Whether a key signed this very request.
    pub(crate) fn holds(&self, public_key: &[u8], request: &str) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, public_key);
        key.verify(request.as_bytes(), &self.signature).is_ok()
    }
}

impl App {
    /// Adds an account, or gives it another key, and returns the public half of the key.
    pub(crate) fn add(&mut self, org: &Org, person: &str) -> Option<Vec<u8>> {
        let seed = random::octets::<32>(org.random.as_ref());
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).ok()?;
        let public = key.public_key().as_ref().to_vec();
        self.accounts.insert(person.to_owned(), key);
        Some(public)
    }

    /// Signs as whoever the challenge names, else as the owner. `None`: there is no such account.
    pub(crate) fn sign(&self, request: &str) -> Option<Signed> {
        let claims = claims(request).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let person = text("sub").or(self.owner.as_deref())?;
        let key = self.accounts.get(person)?;
        Some(Signed {
            id: text("jti").unwrap_or_default().to_owned(),
            person: person.to_owned(),
            signature: key.sign(request.as_bytes()).as_ref().to_vec(),
        })
    }
}

/// The claims of a JWT; who put it is judged by whoever asked, not here.
fn claims(jwt: &str) -> Option<Value> {
    let claims = jwt.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
