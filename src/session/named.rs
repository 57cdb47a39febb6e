//! Sealed names of sessions that are kept elsewhere.

use std::sync::Arc;

use super::{KeyRing, Purpose, SealError, SessionId, unsealed::Unsealed};

/// Seals names of sessions for the cookie, and opens them.
#[derive(Debug)]
pub(crate) struct Named {
    /// Of the cookie.
    name: String,
    ring: Arc<KeyRing>,
    opened: Unsealed<SessionId>,
}

impl Named {
    pub(crate) fn new(name: &str, ring: Arc<KeyRing>) -> Self {
        Self {
            name: name.to_owned(),
            ring,
            opened: Unsealed::new(MAX_OPENED),
        }
    }

    pub(crate) fn seal(&self, id: SessionId) -> Result<String, SealError> {
        self.ring.seal(Purpose::SessionId, &self.name, &id.octets())
    }

    /// The name in a sealed text. It says nothing about whether there is such a session.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<SessionId> {
        if let Some(id) = self.opened.get(sealed) {
            return Some(id);
        }
        let octets = self.ring.open(Purpose::SessionId, &self.name, sealed);
        let id = SessionId::from_slice(&octets.ok()?)?;
        if self.opened.comes_again(sealed) {
            self.opened.insert(sealed, id, 0);
        }
        Some(id)
    }
}

/// Octets for the texts of some thousands who come again and again.
const MAX_OPENED: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn a_name_opens_as_often_as_it_comes_and_under_its_own_cookie_alone() {
        let ring = Arc::new(KeyRing::generate(&SystemRandom).unwrap());
        let named = Named::new("interlock", Arc::clone(&ring));
        let other = Named::new("interlock-tx", ring);
        let id = SessionId::generate(&SystemRandom);
        let sealed = named.seal(id).unwrap();
        for _ in 0..4 {
            assert_eq!(named.open(sealed.as_bytes()), Some(id));
            assert_eq!(other.open(sealed.as_bytes()), None);
            for at in 0..sealed.len() {
                let mut changed = sealed.clone().into_bytes();
                changed[at] ^= 1;
                assert_eq!(named.open(&changed), None, "changed at {at}");
                assert_eq!(named.open(&changed[..at]), None, "cut at {at}");
            }
        }
        assert_eq!(named.opened.len(), 1);
    }
}
