//! Turns written values into typed ones, noting every mistake with its key on the way.

use std::{cell::RefCell, fmt::Display, ops::RangeInclusive, str::FromStr, time::Duration};

use super::{
    human,
    key::Key,
    layers::Layers,
    raw::Size,
    remark::{Mistakes, Remark},
    shape::Shape,
    show,
};

/// One reading of one configuration.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// The merged layers, for origins and folders.
    pub(super) layers: &'a Layers,
    shape: &'a Shape,
    mistakes: RefCell<Mistakes>,
    warnings: RefCell<Vec<Remark>>,
}

impl<'a> Reader<'a> {
    /// Goes on where the judge stopped.
    pub(super) fn new(layers: &'a Layers, shape: &'a Shape, mistakes: Mistakes) -> Self {
        Self {
            layers,
            shape,
            mistakes: RefCell::new(mistakes),
            warnings: RefCell::default(),
        }
    }

    /// What was found.
    pub(super) fn finish(self) -> (Mistakes, Vec<Remark>) {
        (self.mistakes.into_inner(), self.warnings.into_inner())
    }

    /// Notes a mistake in the value at `key`, or in its absence.
    pub(super) fn wrong(&self, key: &Key, says: impl Into<String>) {
        let remark = self.remark(key, says.into());
        self.mistakes.borrow_mut().add(key.clone(), remark);
    }

    /// Notes what is no mistake and still should be known.
    pub(super) fn warn(&self, key: &Key, says: impl Into<String>) {
        let remark = self.remark(key, says.into());
        self.warnings.borrow_mut().push(remark);
    }

    /// Whether a layer gives a value at `key`.
    pub(super) fn given(&self, key: &Key) -> bool {
        self.layers.value(key).is_some()
    }

    /// A value that must be there and not be empty; `remedy` says what to write.
    pub(super) fn required<'t>(
        &self,
        key: &Key,
        text: Option<&'t String>,
        remedy: &str,
    ) -> Option<&'t str> {
        match text {
            Some(text) if !text.trim().is_empty() => Some(text),
            Some(_) => {
                self.wrong(key, format!("is empty; {remedy}"));
                None
            }
            None => {
                self.wrong(key, format!("is missing; {remedy}"));
                None
            }
        }
    }

    /// A value that may be left out, but not be empty.
    pub(super) fn optional(&self, key: &Key, text: Option<&String>) -> Option<String> {
        let text = text?;
        if text.trim().is_empty() {
            self.wrong(key, "is empty; give a value or remove the key");
            return None;
        }
        Some(text.clone())
    }

    /// Parses text; the error's own words say what to write.
    pub(super) fn parse<T: FromStr>(&self, key: &Key, text: &str) -> Option<T>
    where
        T::Err: Display,
    {
        text.parse()
            .map_err(|error: T::Err| self.wrong(key, error.to_string()))
            .ok()
    }

    /// Parses text whose error's words would not help; `remedy` says what to write.
    pub(super) fn parse_or<T: FromStr>(&self, key: &Key, text: &str, remedy: &str) -> Option<T> {
        let parsed = text.trim().parse().ok();
        if parsed.is_none() {
            self.wrong(key, remedy);
        }
        parsed
    }

    /// A duration within bounds.
    pub(super) fn duration(
        &self,
        key: &Key,
        text: &str,
        bounds: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        match human::duration(text) {
            Ok(duration) if bounds.contains(&duration) => Some(duration),
            Ok(_) => {
                let (least, most) = (human::show(*bounds.start()), human::show(*bounds.end()));
                self.wrong(key, format!("must be from \"{least}\" to \"{most}\""));
                None
            }
            Err(says) => {
                self.wrong(key, says);
                None
            }
        }
    }

    /// A size within bounds.
    pub(super) fn size(
        &self,
        key: &Key,
        size: &Size,
        bounds: RangeInclusive<u64>,
    ) -> Option<usize> {
        let octets = match size {
            Size::Octets(octets) => Ok(*octets),
            Size::Text(text) => human::size(text),
        };
        match octets {
            Ok(octets) if bounds.contains(&octets) => usize::try_from(octets).ok(),
            Ok(_) => {
                let (least, most) = (bounds.start(), bounds.end());
                self.wrong(
                    key,
                    format!("must be from {least} to {most} octets, such as \"64KiB\""),
                );
                None
            }
            Err(says) => {
                self.wrong(key, says);
                None
            }
        }
    }

    /// A list of texts of which none is empty and none is there twice.
    pub(super) fn words(&self, key: &Key, words: &[String]) -> Option<Vec<String>> {
        let mut fine = true;
        for (index, word) in words.iter().enumerate() {
            let key = key.index(index);
            if word.trim().is_empty() {
                self.wrong(&key, "is empty; remove it from the list or give it a value");
                fine = false;
            } else if words.iter().take(index).any(|earlier| earlier == word) {
                self.wrong(&key, "is in the list twice; remove one");
                fine = false;
            }
        }
        fine.then(|| words.to_vec())
    }

    fn remark(&self, key: &Key, says: String) -> Remark {
        let value = self.layers.value(key);
        Remark {
            origin: self.layers.origin(key),
            key: key.to_string(),
            value: value.and_then(|value| show::value(value, self.shape.at(key))),
            says,
        }
    }
}
