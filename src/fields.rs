//! Fields that the gateway says itself, again and again.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use http::{HeaderName, HeaderValue};

use crate::lines::write_field;

/// What an app is told, each name once: who asks, on one route, or how a request came. Insert, never append: what is there
/// is the gateway's.
///
/// Cheap to clone. Not to be printed: a token is among them.
#[derive(Clone, Default)]
pub struct Fields(Arc<Shared>);

#[derive(Default)]
struct Shared {
    all: Vec<(HeaderName, HeaderValue)>,
    /// Bit `n % 64` is set where a name has `n` octets.
    lengths: u64,
    lines: OnceLock<Vec<u8>>,
}

impl Fields {
    /// Name and value, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = &(HeaderName, HeaderValue)> {
        self.0.all.iter()
    }

    /// Whether these are the very same, not others that say the same.
    #[cfg(test)]
    pub(crate) fn are(&self, others: &Self) -> bool {
        Arc::ptr_eq(&self.0, &others.0)
    }

    /// Whether one has this name.
    pub fn has(&self, name: &HeaderName) -> bool {
        self.0.lengths & bit(name) != 0 && self.0.all.iter().any(|(known, _)| known == name)
    }

    /// All of them as lines of HTTP/1.1, written once for whoever says them again and again.
    pub fn lines(&self) -> &[u8] {
        self.0.lines.get_or_init(|| {
            let length = self
                .0
                .all
                .iter()
                .map(|(name, value)| name.as_str().len() + value.len() + 4);
            let mut lines = Vec::with_capacity(length.sum());
            for (name, value) in &self.0.all {
                write_field(name.as_str(), value.as_bytes(), &mut lines);
            }
            lines
        })
    }
}

fn bit(name: &HeaderName) -> u64 {
    1 << (name.as_str().len() % 64)
}

impl From<Vec<(HeaderName, HeaderValue)>> for Fields {
    fn from(all: Vec<(HeaderName, HeaderValue)>) -> Self {
        Self(Arc::new(Shared {
            lengths: all.iter().fold(0, |bits, (name, _)| bits | bit(name)),
            all,
            lines: OnceLock::new(),
        }))
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_by_name_and_written_as_lines() {
        let all = [
            ("x-user", "ada"),
            ("authorization", "Bearer a"),
            ("x-empty", ""),
        ];
        let all = all.map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, HeaderValue::from_static(value))
        });
        let fields = Fields::from(all.to_vec());
        assert!(fields.iter().eq(&all));
        for (name, has) in [
            ("x-user", true),
            ("x-uses", false),
            ("x-empty", true),
            ("cookie", false),
        ] {
            assert_eq!(fields.has(&name.parse().unwrap()), has, "{name}");
        }
        let lines = "x-user: ada\r\nauthorization: Bearer a\r\nx-empty: \r\n";
        assert_eq!(fields.lines(), lines.as_bytes());
        assert!(!format!("{fields:?}").contains("Bearer"));
        assert_eq!(Fields::default().lines(), b"");
    }
}
