//! What the operator does not want offered (`sign_in.hide`).

use super::{
    super::control::{Control, What},
    Builder,
};

impl Builder<'_> {
    /// Whether a method is not to be offered.
    fn hides(&self, key: &str, method: &str) -> bool {
        self.options.hide.contains(&format!("{key}.{method}"))
    }

    /// Marks what is not to be offered; `true` where nothing is left.
    pub(super) fn hide(&self, key: &str, controls: &mut [Control]) -> bool {
        let mut all = self.options.hide.contains(key);
        for control in controls
            .iter_mut()
            .filter(|control| control.name() == "methodType")
        {
            if let What::Fixed(sent) | What::Stated(sent) = &control.what {
                all |= self.hides(key, &sent.text());
            } else if let What::Choice { options, .. } = &mut control.what {
                for item in options.iter_mut() {
                    item.hidden = self.hides(key, &item.value.text());
                }
                all |= options.iter().all(|item| item.hidden);
            }
        }
        all
    }
}
