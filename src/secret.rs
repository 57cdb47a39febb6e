//! Text that must not be printed: passwords, tokens, handles, keys.

use std::{fmt, mem};

use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A secret string: wiped when dropped, hidden from `Debug`, without `Display`, compared in constant time.
///
/// Reading it is a visible call, [`Secret::expose`]. It has no `Serialize` of its own: a record that must be sealed
/// names [`exposed`] on the field.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Never give it to a log, a page, a URL or an error.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        drop(wiped(mem::take(&mut self.0)));
    }
}

/// What is left of a text: zeros, also behind its end. A `String` of itself would be wiped octet by octet.
fn wiped(text: String) -> Vec<u8> {
    let mut octets = text.into_bytes();
    octets.spare_capacity_mut().zeroize();
    octets.as_mut_slice().zeroize();
    octets
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// `#[serde(with = "crate::secret::exposed")]`: writes the secret out, for records that are sealed at once.
pub mod exposed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Secret;

    /// Serialises the text itself.
    ///
    /// # Errors
    /// Whatever the serializer reports.
    pub fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    /// Reads the text back.
    ///
    /// # Errors
    /// When the value is no string.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        Secret::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?}", Some(Secret::new("hunter2"))),
            "Some([secret])"
        );
    }

    #[test]
    fn nothing_is_left_of_what_was_wiped() {
        let mut text = String::with_capacity(100);
        text.push_str("hunter2");
        assert_eq!(wiped(text), [0; 7]);
    }

    #[test]
    fn equality_is_by_content() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("ab"));
    }
}
