//! Choices read from the octets of an input: short inputs choose the simple, so that a minimiser finds it.

/// Reads choices; past the end every choice is the first.
#[derive(Debug)]
pub(crate) struct Draws<'a>(&'a [u8]);

impl<'a> Draws<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(crate) fn octet(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// A number below `end`, which is at most 256.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::from(self.octet()) % end.max(1)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// True once in so many times.
    pub(crate) fn rarely(&mut self, once_in: usize) -> bool {
        self.below(once_in) == once_in - 1
    }
}
