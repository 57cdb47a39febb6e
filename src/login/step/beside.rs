//! What only the page can say of the actions beside it: how its step is put off, and whether there is another way.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most roles and kinds of step are as they are"
)]

use super::{Action, Control, Due, Kind, Role, Text, action};
use crate::idx::ion::Document;

/// Names the action that skips, and takes back what leads nowhere (ui-guide section 4).
pub(super) fn settle(document: &Document, actions: &mut [Action]) {
    let Some(page) = action::page(actions).and_then(|page| actions.get(page)) else {
        return;
    };
    let own = page.id;
    let label = Text::word(put_off(document, page));
    let must = page.kind == Kind::ProfileUpdate && page.shown().any(|control| control.required);
    let asked = own
        .form(document)
        .and_then(|form| document.authenticator_of(form)?.key());
    for action in actions.iter_mut().filter(|action| action.id != own) {
        match action.role {
            Role::Skip if must => action.role = Role::Idle,
            Role::Skip => action.label = label.clone(),
            Role::Other if asked.is_some() && only_method(action) == asked => {
                action.role = Role::Idle;
            }
            _ => {}
        }
    }
    if let Some(page) = actions.iter_mut().find(|action| action.id == own)
        && page.role == Role::Skip
    {
        page.label = label;
    }
}

/// What the button says that puts the page's step off.
fn put_off(document: &Document, page: &Action) -> &'static str {
    let is_soon = |control: &Control| {
        let branches = control.what.branches().unwrap_or_default();
        branches.iter().any(|branch| branch.due == Some(Due::Soon))
    };
    let has_grace = || {
        let form = page.id.form(document);
        form.and_then(|form| document.authenticator_of(form)?.member("gracePeriod"))
            .is_some()
    };
    match page.kind {
        Kind::PasswordExpiring | Kind::CustomPasswordExpired | Kind::DeviceAssurance => "link.skip",
        Kind::SelectEnroll if page.controls.iter().any(is_soon) => "link.skip",
        Kind::SelectEnroll | Kind::Skip => "skip.submit",
        _ if page.name == "enroll-authenticator-promotion" => "link.skip.perhaps",
        _ if has_grace() => "link.skip",
        _ => "link.skip.now",
    }
}

/// The key of the one method that a choice of methods offers, Okta Verify's counted one by one.
fn only_method(action: &Action) -> Option<&str> {
    if action.name != "select-authenticator-authenticate" {
        return None;
    }
    let branches = action
        .controls
        .iter()
        .filter_map(|control| control.what.branches());
    let mut offered = branches.flatten().filter(|branch| !branch.hidden);
    let (Some(only), None) = (offered.next(), offered.next()) else {
        return None;
    };
    let ways = only.choice().map_or(1, |(_, items)| {
        items.iter().filter(|item| !item.hidden).count()
    });
    only.key.as_deref().filter(|_| ways <= 1)
}
