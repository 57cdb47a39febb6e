//! Whether two documents ask the same.

use sha2::{Digest, Sha256};

use super::{Action, Control, What};

/// Hashes names, paths and option identities; nothing that a handle, a value or a message could change.
pub(super) fn of(actions: &[Action]) -> [u8; 8] {
    let mut hash = Sha256::new();
    for action in actions {
        text(&mut hash, &action.name);
        for control in &action.controls {
            add(&mut hash, control);
        }
    }
    let digest = hash.finalize();
    let mut short = [0; 8];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = from;
    }
    short
}

fn add(hash: &mut Sha256, control: &Control) {
    for name in &control.path {
        text(hash, name);
    }
    match &control.what {
        What::Choice { options, .. } => options
            .iter()
            .for_each(|item| text(hash, &item.value.text())),
        What::Branches(branches) => {
            for control in branches.iter().flat_map(|branch| &branch.controls) {
                add(hash, control);
                if let What::Fixed(sent) = &control.what {
                    text(hash, &sent.text());
                }
            }
        }
        What::Checkbox { .. }
        | What::Fixed(_)
        | What::NewPassword
        | What::Password
        | What::Phone { .. }
        | What::Script
        | What::Stated(_)
        | What::Text { .. } => {}
    }
}

/// Length first, so that two names never run into one.
fn text(hash: &mut Sha256, text: &str) {
    hash.update(text.len().to_be_bytes());
    hash.update(text.as_bytes());
}
