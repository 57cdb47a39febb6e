//! What of an answer is shown again.

use std::collections::BTreeSet;

use super::{
    answer,
    step::{Control, Format, Step, What},
};

/// What may be shown again after a failed answer: neither passwords nor codes nor answers, which are not even kept.
pub(super) fn typed(step: &Step, posted: &[(String, String)]) -> Vec<(String, String)> {
    let Some(action) = answer::pressed(step, posted) else {
        return Vec::new();
    };
    let shown_again = |control: &Control| match &control.what {
        // Of branches, which one was chosen: what was wrong in it is said there.
        What::Branches(_) | What::Checkbox { .. } | What::Choice { .. } | What::Phone { .. } => {
            true
        }
        What::Text { format, .. } => matches!(format, Format::Text | Format::Number | Format::Set),
        What::Fixed(_) | What::NewPassword | What::Password | What::Script | What::Stated(_) => {
            false
        }
    };
    let names: BTreeSet<String> = every(&action.controls)
        .into_iter()
        .filter(|control| shown_again(control))
        .map(|control| format!("f{}", control.index))
        .collect();
    let keeps = |name: &str| {
        let control = name.split_once('.').map_or(name, |(control, _)| control);
        name == answer::ACTION || names.contains(control)
    };
    posted
        .iter()
        .filter(|(name, _)| keeps(name))
        .cloned()
        .collect()
}

/// Every control, those of branches too.
fn every(controls: &[Control]) -> Vec<&Control> {
    let mut all = Vec::new();
    for control in controls {
        all.push(control);
        for branch in control.what.branches().unwrap_or_default() {
            all.extend(every(&branch.controls));
        }
    }
    all
}
