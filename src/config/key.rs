//! Where in the configuration a value stands.

use std::{fmt, sync::Arc};

/// A path such as `routes[1].require.scopes`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Key(Vec<Segment>);

/// One step of a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Into a list.
    Index(usize),
    /// Into a table.
    Name(Arc<str>),
}

impl Key {
    /// A path of plain names, as in `server.listen`.
    pub(super) fn of(dotted: &str) -> Self {
        Self(
            dotted
                .split('.')
                .map(|name| Segment::Name(name.into()))
                .collect(),
        )
    }

    /// What was written after `--set`: names in quotes where they hold dots, positions as `routes[1]` or `routes.1`.
    /// `None` where it can't be read.
    pub(super) fn written(text: &str) -> Option<Self> {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (segment, after) = segment(rest)?;
            segments.push(segment);
            rest = match after.strip_prefix('.') {
                Some("") => return None,
                Some(next) => next,
                None if after.is_empty() || after.starts_with('[') => after,
                None => return None,
            };
        }
        (!segments.is_empty()).then_some(Self(segments))
    }

    /// Takes over steps that were already told apart.
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        Self(segments)
    }

    /// The entry `name` below this.
    pub(super) fn name(&self, name: &str) -> Self {
        self.below(Segment::Name(name.into()))
    }

    /// The element at `index` below this.
    pub(super) fn index(&self, index: usize) -> Self {
        self.below(Segment::Index(index))
    }

    /// Names are shared: a thousand routes have ten thousand keys.
    fn below(&self, segment: Segment) -> Self {
        let mut segments = Vec::with_capacity(self.0.len() + 1);
        segments.extend_from_slice(&self.0);
        segments.push(segment);
        Self(segments)
    }

    /// The steps from the top.
    pub(super) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether this is `other` or stands somewhere below it.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

fn segment(text: &str) -> Option<(Segment, &str)> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (index, rest) = bracketed.split_once(']')?;
        return Some((Segment::Index(index.parse().ok()?), rest));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let (name, rest) = quoted.split_once('"')?;
        return Some((Segment::Name(name.into()), rest));
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let segment = match name.parse() {
        Ok(index) => Segment::Index(index),
        Err(_) if name.is_empty() => return None,
        Err(_) => Segment::Name(name.into()),
    };
    Some((segment, rest))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Name(name) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
                    if !name.is_empty() && name.chars().all(bare) {
                        f.write_str(name)?;
                    } else {
                        write!(f, "{name:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_key_reads_back() {
        for (written, shown) in [
            ("server.listen", "server.listen"),
            ("routes[1].path", "routes[1].path"),
            ("routes.1.path", "routes[1].path"),
            (
                "routes[0].require.claims.\"a.b\"",
                "routes[0].require.claims.\"a.b\"",
            ),
        ] {
            assert_eq!(Key::written(written).unwrap().to_string(), shown);
        }
        for wrong in ["", ".", "server.", "server..listen", "a[x]", "a[1", "a[1]b"] {
            assert_eq!(Key::written(wrong), None, "{wrong}");
        }
    }
}
