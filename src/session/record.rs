//! What a session holds, and its form when sealed.

use std::{collections::BTreeSet, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{Anonymous, SessionError, Settings, compressed, packed};
use crate::{
    random::{self, Random},
    secret::Secret,
    token::{ClaimsSet, OF_THE_TOKEN},
};

/// A session's name: 128 random bits, new at every sign-in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId([u8; 16]);

impl SessionId {
    /// Draws a new one.
    pub fn generate(random: &dyn Random) -> Self {
        Self(random::octets(random))
    }

    /// The octets. They are no credential alone, since cookies are sealed, but belong in no log either.
    pub fn octets(&self) -> [u8; 16] {
        self.0
    }

    pub(crate) fn from_slice(octets: &[u8]) -> Option<Self> {
        octets.try_into().ok().map(Self)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let octets = URL_SAFE_NO_PAD.decode(text).map_err(D::Error::custom)?;
        Self::from_slice(&octets).ok_or_else(|| D::Error::custom("a session id has 16 octets"))
    }
}

/// Somebody who has signed in, and with what. Times are whole seconds since 1970.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    #[serde(rename = "i")]
    pub id: SessionId,
    /// The ID token's `sub`.
    #[serde(rename = "s")]
    pub subject: String,
    /// What rules and headers read: the ID token's claims, completed from userinfo where one was missing (decision 4).
    #[serde(rename = "c", default, skip_serializing_if = "ClaimsSet::is_empty")]
    pub claims: ClaimsSet,
    /// The access token's scopes.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// For the app's `Authorization`. In a record no secret is in the JSON.
    #[serde(skip)]
    pub access_token: Secret,
    /// When it expires.
    #[serde(rename = "e")]
    pub access_expires_at: u64,
    /// `kid` of the key that signed it; of the ID token's, where the access token is opaque (invariant 7).
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// With it the session outlives the access token.
    #[serde(skip)]
    pub refresh_token: Option<Secret>,
    /// `acr`: the authentication context class that was reached.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// `amr`: how (RFC 8176).
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// `auth_time`: when the person last proved who they are.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// When the session began.
    #[serde(rename = "b")]
    pub started_at: u64,
    /// When the person was last seen, as far as this copy knows.
    #[serde(rename = "n")]
    pub seen_at: u64,
}

impl Session {
    /// The authorization server's name for the person's session there (`sid`), where the ID token told it.
    pub fn sid(&self) -> Option<&str> {
        self.claims.text("sid")
    }

    /// When it ends for certain, used or not: by its lifetime or, without a refresh token, with the access token
    /// (decision 16).
    pub fn ends_at(&self, settings: &Settings) -> u64 {
        let end = self.started_at.saturating_add(settings.lifetime.as_secs());
        match self.refresh_token {
            None => end.min(self.access_expires_at),
            Some(_) => end,
        }
    }

    /// Whether it still runs at `now` for somebody last seen at `seen_at`.
    pub(crate) fn check(
        &self,
        seen_at: u64,
        now: u64,
        settings: &Settings,
    ) -> Result<(), Anonymous> {
        if now >= self.ends_at(settings) {
            Err(Anonymous::Expired)
        } else if now.saturating_sub(seen_at) >= settings.idle_timeout.as_secs() {
            Err(Anonymous::Idle)
        } else {
            Ok(())
        }
    }

    /// The claims of an ID token that a session keeps: all but those that only say something about the token itself, unless
    /// a rule or a mapped header needs one.
    pub fn keeps(mut claims: Map<String, Value>, needed: &BTreeSet<String>) -> ClaimsSet {
        claims.retain(|name, _| needed.contains(name) || !OF_THE_TOKEN.contains(&name.as_str()));
        ClaimsSet::compact(claims)
    }

    /// Its form before sealing: a version; what token and session say, compressed; what makes tokens good, as it is.
    pub(crate) fn to_octets(&self) -> Result<Zeroizing<Vec<u8>>, SessionError> {
        let token = self.access_token.expose();
        let refresh_token = self.refresh_token.as_ref();
        let refresh = refresh_token.map_or(0, |secret| secret.expose().len());
        // As much as is needed from the start: what is moved is not wiped.
        let most = token.len() + refresh + 2 * packed::OVERHEAD;
        let mut apart = Zeroizing::new(Vec::with_capacity(most));
        let mut said = Zeroizing::new(Vec::with_capacity(8 * 1024 + token.len()));
        packed::write(token, &mut said, &mut apart);
        packed::write_secret(refresh_token, &mut apart);
        serde_json::to_writer(&mut *said, self).map_err(SessionError::Encode)?;
        let mut octets = Zeroizing::new(Vec::with_capacity(said.len() + most + 64));
        octets.push(VERSION);
        if !compressed::write(&said, &mut octets) {
            return Err(SessionError::SaysTooMuch {
                size: said.len(),
                limit: compressed::LONGEST,
            });
        }
        octets.extend_from_slice(&apart);
        Ok(octets)
    }

    /// Reads it back; `None` for a version that this build does not know.
    pub(crate) fn from_octets(octets: &[u8]) -> Option<Self> {
        let (version, record) = octets.split_first()?;
        if *version != VERSION {
            return None;
        }
        let (said, apart) = compressed::read(record)?;
        let (access_token, json, apart) = packed::read(&said, apart)?;
        let (refresh_token, behind) = packed::read_secret(apart)?;
        if !behind.is_empty() {
            return None;
        }
        Some(Self {
            access_token: access_token.into(),
            refresh_token,
            ..serde_json::from_slice(json).ok()?
        })
    }

    /// Octets that it takes in memory, about: claims and scopes as text and where things stand in it.
    pub(crate) fn octets(&self) -> usize {
        let scopes: usize = self.scopes.iter().map(|scope| scope.len() + 24).sum();
        let refresh = self.refresh_token.as_ref();
        let refresh = refresh.map_or(0, |secret| secret.expose().len());
        size_of::<Self>()
            + self.access_token.expose().len()
            + refresh
            + self.claims.octets()
            + scopes
    }
}

/// Shows nothing about the person but who it is.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("subject", &self.subject)
            .field("started_at", &self.started_at)
            .field("seen_at", &self.seen_at)
            .field("access_expires_at", &self.access_expires_at)
            .finish_non_exhaustive()
    }
}

const VERSION: u8 = 3;

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::{random::SystemRandom, session::Store};

    pub(crate) fn sample(now: u64) -> Session {
        let claims = json!({ "email": "ada@example.com", "groups": ["staff"], "sid": "s1" });
        Session {
            id: SessionId::generate(&SystemRandom),
            subject: "00u1".to_owned(),
            claims: ClaimsSet::compact(claims.as_object().unwrap().clone()),
            scopes: vec!["openid".to_owned()],
            access_token: "access".into(),
            access_expires_at: now + 3600,
            access_key_id: Some("k1".to_owned()),
            refresh_token: Some("refresh".into()),
            acr: Some("urn:okta:loa:2fa:any".to_owned()),
            amr: vec!["pwd".to_owned()],
            auth_time: Some(now),
            started_at: now,
            seen_at: now,
        }
    }

    pub(crate) fn settings(store: Store) -> Settings {
        Settings {
            store,
            secrets: vec!["s".repeat(32).into()],
            idle_timeout: Duration::from_mins(30),
            max_sessions: 1_000_000,
            lifetime: Duration::from_hours(12),
        }
    }

    #[test]
    fn every_field_survives_the_sealed_form() {
        let full = sample(1_000);
        let octets = full.to_octets().unwrap();
        assert_eq!(Session::from_octets(&octets).unwrap(), full);
        let bare = Session {
            claims: ClaimsSet::default(),
            scopes: Vec::new(),
            access_key_id: None,
            refresh_token: None,
            acr: None,
            amr: Vec::new(),
            auth_time: None,
            ..full
        };
        assert_eq!(
            Session::from_octets(&bare.to_octets().unwrap()).unwrap(),
            bare
        );
    }

    #[test]
    fn what_only_concerns_the_token_is_not_kept_unless_needed() {
        let claims = json!({ "aud": "a", "nonce": "b", "at_hash": "c", "email": "d", "sid": "e" });
        let kept = |needed: &[&str]| {
            let needed = needed.iter().map(|name| (*name).to_owned()).collect();
            let kept = Session::keeps(claims.as_object().unwrap().clone(), &needed);
            Value::Object(kept.to_values())
        };
        assert_eq!(kept(&[]), json!({ "email": "d", "sid": "e" }));
        let needed = json!({ "aud": "a", "email": "d", "sid": "e" });
        assert_eq!(kept(&["aud", "name"]), needed);
    }

    #[test]
    fn another_version_or_noise_is_nothing() {
        let octets = sample(1_000).to_octets().unwrap();
        let other = [&[2], &octets[1..]].concat();
        let longer = [&octets[..], &[0]].concat();
        let said = |json: &[u8]| {
            let mut record = vec![VERSION];
            assert!(compressed::write(&[&[0], json].concat(), &mut record));
            // A token of no length, and no other secret.
            [record, vec![0; 5]].concat()
        };
        let whole = serde_json::to_vec(&sample(1_000)).unwrap();
        assert!(Session::from_octets(&said(&whole)).is_some());
        for octets in [
            &other,
            &longer,
            &said(b"{}"),
            &said(b"null"),
            &said(b""),
            &b"\x03"[..],
            b"",
        ] {
            assert!(Session::from_octets(octets).is_none(), "{octets:?}");
        }
        for end in 0..octets.len() {
            assert!(Session::from_octets(&octets[..end]).is_none(), "{end}");
        }
    }

    #[test]
    fn no_secret_is_in_what_is_compressed() {
        // The last of them is `{}.{}` with a signature.
        for (token, said_of_it) in [
            ("access", &b"\0"[..]),
            ("e30.e30.c2lnbmF0dXJl", b"\x03\0\0\0\x02{}\0\0\0\x02{}"),
        ] {
            let session = Session {
                access_token: token.into(),
                ..sample(1_000)
            };
            let octets = session.to_octets().unwrap();
            let said = compressed::read(&octets[1..]).unwrap().0;
            let json = serde_json::to_vec(&session).unwrap();
            assert_eq!(*said, [said_of_it, &json].concat());
            let said = String::from_utf8_lossy(&said);
            for secret in ["access", "refresh", "signature"] {
                assert!(!said.contains(secret), "{said}");
            }
            assert_eq!(Session::from_octets(&octets).unwrap(), session);
        }
    }

    #[test]
    fn one_that_says_too_much_is_not_written() {
        let claims = json!({ "groups": vec!["a"; compressed::LONGEST / 4] });
        let session = Session {
            claims: ClaimsSet::compact(claims.as_object().unwrap().clone()),
            ..sample(1_000)
        };
        let error = session.to_octets().unwrap_err();
        assert!(matches!(error, SessionError::SaysTooMuch { .. }), "{error}");
    }

    #[test]
    fn it_ends_by_lifetime_by_idleness_and_without_a_refresh_token_with_the_access_token() {
        let settings = settings(Store::Cookie);
        let session = sample(1_000);
        let (idle, life) = (30 * 60, 12 * 3600);
        assert_eq!(session.check(1_000, 1_000 + idle - 1, &settings), Ok(()));
        assert_eq!(
            session.check(1_000, 1_000 + idle, &settings),
            Err(Anonymous::Idle)
        );
        let late = 1_000 + life;
        assert_eq!(session.check(late - 1, late - 1, &settings), Ok(()));
        assert_eq!(
            session.check(late, late, &settings),
            Err(Anonymous::Expired)
        );
        let bare = Session {
            refresh_token: None,
            ..session
        };
        assert_eq!(bare.check(4_599, 4_599, &settings), Ok(()));
        assert_eq!(bare.check(4_600, 4_600, &settings), Err(Anonymous::Expired));
    }

    #[test]
    fn debug_shows_no_token_and_no_claim() {
        let printed = format!("{:?}", sample(0));
        assert!(!printed.contains("example.com"), "{printed}");
        assert!(
            !printed.contains("\"access\"") && !printed.contains("refresh"),
            "{printed}"
        );
    }
}
