//! Things that show a code: fobs, cards and keys. Some are somebody's, some lie in a drawer until they are set up.

mod page;

use sha2::{Digest as _, Sha256};

pub(crate) use self::page::serve;
use super::{
    authenticator::Authenticator,
    idx::{totp_at, totp_step},
    settings::FobSettings,
};
use crate::secret::Secret;

/// How many touches of a key may go unused between two that are used.
const AHEAD: u64 = 20;
/// The letters of modified hexadecimal, which every keyboard types alike.
const MODHEX: &[u8; 16] = b"cbdefghijklnrtuv";

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Fob {
    pub(crate) kind: Authenticator,
    /// What is printed on it.
    pub(crate) serial: String,
    secret: Secret,
    /// The last step (of half a minute, or touch) whose code was used.
    used: Option<u64>,
}

/// What a code is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Good,
    Used,
    Wrong,
}

impl Fob {
    pub(crate) fn new(settings: &FobSettings) -> Self {
        Self {
            kind: settings.kind,
            serial: settings.serial.clone(),
            secret: settings.secret.clone(),
            used: None,
        }
    }

    /// What it shows now, or types when it is touched.
    pub(crate) fn code(&self, now: u64) -> Option<String> {
        if self.kind == Authenticator::Yubikey {
            return Some(self.touch(self.used.unwrap_or_default() + 1));
        }
        totp_at(&self.secret, now)
    }

    /// Spends a code.
    pub(crate) fn spend(&mut self, code: &str, now: u64) -> Worth {
        let Some(step) = self.step_of(code, now) else {
            return Worth::Wrong;
        };
        if Some(step) <= self.used {
            return Worth::Used;
        }
        self.used = Some(step);
        Worth::Good
    }

    /// Whether two codes follow each other: nobody guesses both.
    pub(crate) fn shows_both(&self, code: &str, next: &str, now: u64) -> bool {
        let step = self.step_of(code, now);
        step.is_some() && self.step_of(next, now) == step.map(|step| step + 1)
    }

    fn step_of(&self, code: &str, now: u64) -> Option<u64> {
        if self.kind == Authenticator::Yubikey {
            let last = self.used.unwrap_or_default() + AHEAD;
            return (1..=last).find(|step| self.touch(*step) == code);
        }
        totp_step(&self.secret, code, now)
    }

    /// What a key types at its nth touch: its name and 16 octets that only it can make, 44 letters in all.
    fn touch(&self, nth: u64) -> String {
        let name = Sha256::digest(&self.serial);
        let proof = Sha256::digest(format!("{}/{nth}", self.secret.expose()));
        let octets = name.iter().take(6).chain(proof.iter().take(16));
        let letter = |nibble: u8| {
            MODHEX
                .get(usize::from(nibble))
                .map_or('c', |letter| char::from(*letter))
        };
        octets
            .flat_map(|octet| [letter(octet >> 4), letter(octet & 0x0f)])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fob(kind: Authenticator) -> Fob {
        Fob::new(&FobSettings {
            kind,
            serial: "1".to_owned(),
            secret: Secret::from("JBSWY3DPEHPK3PXP"),
        })
    }

    #[test]
    fn a_key_types_44_letters_each_time_others_and_each_is_good_once() {
        let mut key = fob(Authenticator::Yubikey);
        let first = key.code(0).unwrap();
        assert_eq!(first.len(), 44);
        assert!(first.bytes().all(|letter| MODHEX.contains(&letter)));
        assert_eq!(key.spend(&first, 0), Worth::Good);
        assert_eq!(key.spend(&first, 0), Worth::Used);
        let second = key.code(0).unwrap();
        assert_ne!(first, second);
        assert_eq!(key.spend(&second, 0), Worth::Good);
        assert_eq!(key.spend("cccc", 0), Worth::Wrong);
    }

    #[test]
    fn two_codes_must_follow_each_other() {
        let fob = fob(Authenticator::SymantecVip);
        let (now, next) = (fob.code(90).unwrap(), fob.code(120).unwrap());
        assert!(fob.shows_both(&now, &next, 90));
        assert!(!fob.shows_both(&next, &now, 90));
        assert!(!fob.shows_both(&now, &now, 90));
    }
}
