//! What can be done beside the page's form, or instead of it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Builder;
use crate::login::step::{Action, ActionId, Kind, Role, Text, What};
use crate::login::view::control::ControlView;
use crate::login::view::form::{FormView, SubmitView};
use crate::login::view::model::SideView;
use crate::login::view::words::cut;

/// What stands around the form.
#[derive(Default)]
pub(super) struct Around {
    pub(super) buttons: Vec<SideView>,
    pub(super) providers: Vec<SideView>,
    pub(super) sides: Vec<SideView>,
}

impl Around {
    /// Where a button beside the page's form has a box in common with it, the button sends the page's form, and the box is
    /// shown once.
    pub(super) fn share(&mut self, forms: &mut [FormView]) {
        let [own] = forms else { return };
        for beside in self
            .providers
            .iter_mut()
            .filter_map(|side| side.form.as_mut())
        {
            let is_shared = |asked: &ControlView| {
                own.controls
                    .iter()
                    .any(|control| control.kind == asked.kind && control.field == asked.field)
            };
            if !beside.controls.is_empty() && beside.controls.iter().all(is_shared) {
                beside.controls.clear();
                beside.sends = Some(own.id.clone());
                own.lends = true;
            }
        }
    }

    /// A page has one button that stands out: its form's, where people are to use that, else the first of these.
    pub(super) fn crown(&mut self, forms: &[FormView], folded: bool) {
        let has_own = !folded && forms.iter().any(|form| !form.submits.is_empty());
        if let (Some(first), false) = (self.buttons.first_mut(), has_own) {
            first.primary = true;
        }
    }
}

impl Builder<'_> {
    /// Everything that can be done beside the page's form, or instead of it.
    pub(super) fn around(
        &self,
        page: Option<&Action>,
        own: Option<&Action>,
        aside: bool,
    ) -> Around {
        let mut around = Around::default();
        if let Some(link) = own.filter(|action| action.is_link) {
            around.buttons.push(self.side(link, &link.submit, true));
        }
        for action in self.others(page, own.is_some(), aside) {
            let mut view = self.side(action, &action.label, false);
            let beside = matches!(action.role, Role::Account | Role::Silent)
                || (action.role == Role::Cancel && page.is_some());
            if action.role == Role::Provider || own.is_some() && starts(action, &view) {
                view.button = true;
                around.providers.push(view);
            } else if own.is_none() && !beside {
                around.buttons.push(view);
            } else {
                around.sides.push(view);
            }
        }
        if aside {
            let back = self.link("link.back", self.address(&[]));
            around.sides.insert(0, back);
        }
        let can_cancel = self
            .step
            .actions
            .iter()
            .any(|action| action.role == Role::Cancel);
        let is_stuck = page.is_none() || own.is_none() && around.buttons.is_empty();
        if is_stuck && !can_cancel && !self.closes() {
            let again = self.link("start-again", self.address(&[("start", "1")]));
            around.buttons.push(again);
        }
        if let Some(hosted) = self.context.hosted.filter(|_| !aside) {
            let link = self.link("hosted.link", hosted.to_owned());
            around.buttons.push(link);
        }
        around
    }

    /// What else can be done, in the order of ui-guide section 2.
    pub(super) fn others(&self, page: Option<&Action>, has_own: bool, aside: bool) -> Vec<&Action> {
        let mut others: Vec<&Action> = self
            .step
            .actions
            .iter()
            .filter(|action| !has_own || page.is_none_or(|page| page.id != action.id))
            .filter(|action| !self.is_in_vain(action))
            .filter(|action| !aside || action.role == Role::Cancel)
            .filter(|action| action.role != Role::Idle || page.is_none())
            .filter(|action| action.role != Role::Check || self.has_link(page))
            .filter(|action| {
                // A refused push is sent again by the page's own form.
                action.role != Role::Resend || self.step.kind != Kind::PushAgain
            })
            .filter(|action| {
                action.role != Role::Cancel
                    || !matches!(self.step.kind, Kind::Identify | Kind::IdentifyPassword)
            })
            .collect();
        others.sort_by_key(|action| action.role);
        others
    }

    /// Whether an email holds a link besides its code, so that there is something to ask for.
    fn has_link(&self, page: Option<&Action>) -> bool {
        let told =
            |text: &Text| matches!(text, Text::Word(key, _) if key == "email-code.intro.link");
        self.step.kind == Kind::EmailCode && page.is_some_and(|page| page.intro.iter().any(told))
    }

    pub(super) fn side(&self, action: &Action, text: &Text, primary: bool) -> SideView {
        let id = action.id.to_string();
        let mut view = SideView {
            text: self.words.say(text),
            href: None,
            name: None,
            form: None,
            primary,
            button: false,
        };
        if action.is_link {
            view.href = Some(format!(
                "{}/go?{}",
                self.context.action,
                self.query(&[("a", &id)])
            ));
            view.name = Some(cut(&action.name).to_owned());
        } else if action.shown().next().is_some() && !asks_boxes_alone(action)
            || action.needs_script() && action.role != Role::Silent && !self.launches(action)
        {
            view.href = Some(self.address(&[("show", &id)]));
        } else {
            view.form = self
                .forms(action, false)
                .into_iter()
                .next()
                .map(|mut form| {
                    form.submits = vec![SubmitView {
                        text: self.words.say(text),
                        notes: Vec::new(),
                        name: None,
                        value: String::new(),
                        field: None,
                        primary,
                        group: None,
                    }];
                    form
                });
        }
        view
    }

    /// Whether it is a passkey that a button of this page can ask for.
    pub(super) fn launches(&self, action: &Action) -> bool {
        action.name == "launch-passkeys-authenticator" && self.step.passkey.is_some()
    }

    pub(super) fn cancel(&self) -> Option<FormView> {
        let action = self
            .step
            .actions
            .iter()
            .find(|action| action.id == ActionId::Cancel)?;
        self.side(action, &Text::word("not-you"), false).form
    }

    pub(super) fn query(&self, pairs: &[(&str, &str)]) -> String {
        let rd = self.context.rd.map(|rd| ("rd", rd));
        let all = rd.iter().chain(pairs).map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        all.collect::<Vec<_>>().join("&")
    }

    /// The sign-in page of this tab.
    pub(super) fn address(&self, pairs: &[(&str, &str)]) -> String {
        match self.query(pairs) {
            query if query.is_empty() => self.context.action.to_owned(),
            query => format!("{}?{query}", self.context.action),
        }
    }

    fn link(&self, key: &str, href: String) -> SideView {
        SideView {
            text: self.words.word(key),
            href: Some(href),
            name: None,
            form: None,
            primary: false,
            button: false,
        }
    }
}

/// Whether it opens an app and asks for nothing but a box to tick, which needs no page of its own.
fn asks_boxes_alone(action: &Action) -> bool {
    action.name.starts_with("launch-")
        && action
            .shown()
            .all(|control| matches!(control.what, What::Checkbox { .. }))
}

/// Whether it is a way to sign in that stands beside the name, and that no script must offer.
fn starts(action: &Action, view: &SideView) -> bool {
    let scripted = view
        .form
        .as_ref()
        .is_some_and(|form| form.passkey.is_some());
    action.name.starts_with("launch-") && !scripted
}
