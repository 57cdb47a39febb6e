//! What is said about a configuration: mistakes, all at once, and warnings.

use std::fmt;

use super::key::Key;

/// One sentence about one place of the configuration: where it stands, its key, its value (never a secret's) and what
/// to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The file, the environment variable or the `--set` that says it.
    pub origin: String,
    /// The key's path, such as `routes[1].path`; empty where a whole file is meant.
    pub key: String,
    /// The value as it was read; `None` where there is none, where it is not short, or where it may be a secret.
    pub value: Option<String>,
    /// What is wrong and what to write instead.
    pub says: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)?;
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        if let Some(value) = &self.value {
            write!(f, " = {value}")?;
        }
        write!(f, ": {}", self.says)
    }
}

/// Every mistake of a configuration, in the order in which they were found; never empty. Displays a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigErrors(Vec<Remark>);

impl ConfigErrors {
    /// The mistakes one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Remark> {
        self.0.iter()
    }
}

impl ConfigErrors {
    /// The same, after another that explains them.
    pub(super) fn preceded_by(mut self, first: Remark) -> Self {
        self.0.insert(0, first);
        self
    }
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a Remark;
    type IntoIter = std::slice::Iter<'a, Remark>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, mistake) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Collects mistakes, at most one for a key: what follows from a mistake is not reported beside it.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    remarks: Vec<(Key, Remark)>,
    excused: Vec<Key>,
}

impl Mistakes {
    /// Notes a mistake, unless the key or one above it already has one.
    pub(super) fn add(&mut self, key: Key, remark: Remark) {
        if !self.cover(&key) {
            self.remarks.push((key, remark));
        }
    }

    /// Notes a mistake about a source as a whole.
    pub(super) fn add_source(&mut self, origin: String, says: String) {
        let remark = Remark {
            origin,
            key: String::new(),
            value: None,
            says,
        };
        // A key that covers nothing: the mistakes inside other sources still count.
        self.remarks.push((Key::of("?"), remark));
    }

    /// What is missing at a key is explained by another mistake: the key was misspelt.
    pub(super) fn excuse(&mut self, key: Key) {
        self.excused.push(key);
    }

    fn cover(&self, key: &Key) -> bool {
        let wrong = self.remarks.iter().map(|(wrong, _)| wrong);
        wrong.chain(&self.excused).any(|wrong| key.is_within(wrong))
    }

    /// The value, if there is no mistake.
    pub(super) fn into_result<T>(self, value: Option<T>) -> Result<T, ConfigErrors> {
        match value {
            Some(value) if self.remarks.is_empty() => Ok(value),
            _ => Err(ConfigErrors(
                self.remarks.into_iter().map(|(_, remark)| remark).collect(),
            )),
        }
    }
}
