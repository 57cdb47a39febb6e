//! A step, as its template sees it.

mod aids;
mod said;
mod scripts;
mod sides;

use super::assets::Assets;
use super::brand::CaptchaScripts;
use super::form::{FormView, Given, PasskeyView, forms};
use super::model::{RefreshView, StepView};
use super::policy::Needs;
use super::words::{Words, cut};
use crate::login::pages::StepContext;
use crate::login::step::{Action, Aid, Kind, Role, Step, What};

/// What a page is made with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means<'a> {
    pub(crate) words: &'a Words,
    pub(crate) assets: &'a Assets,
    pub(crate) captcha: &'a CaptchaScripts,
    /// Whether Duo's frame may be shown.
    pub(crate) duo: bool,
}

/// Makes the view of a step, and says what its policy must allow.
pub(crate) fn view(step: &Step, context: &StepContext<'_>, means: Means<'_>) -> (StepView, Needs) {
    let words = means.words;
    let builder = Builder {
        step,
        context,
        words,
        means,
    };
    let shown = context.show.and_then(|id| {
        step.actions
            .iter()
            .find(|action| action.id.to_string() == id && !action.is_link)
    });
    let page = shown.or_else(|| step.page.and_then(|page| step.actions.get(page)));
    builder.view(page, shown.is_some())
}

struct Builder<'a> {
    step: &'a Step,
    context: &'a StepContext<'a>,
    words: &'a Words,
    means: Means<'a>,
}

impl Builder<'_> {
    fn view(&self, page: Option<&Action>, aside: bool) -> (StepView, Needs) {
        let kind = page.map_or(self.step.kind, |action| action.kind);
        let due = page.filter(|action| aside || action.role == Role::Main);
        let own = due.filter(|action| !self.is_in_vain(action));
        let aids: Vec<&Aid> = page.map_or_else(
            || self.step.aids.iter().collect(),
            |action| action.aids.iter().collect(),
        );
        let has_rules = own.is_some()
            && kind.makes_password()
            && aids.iter().any(|aid| matches!(aid, Aid::List { .. }));
        let mut forms = own
            .map(|action| self.forms(action, has_rules))
            .unwrap_or_default();
        if own.is_some_and(|action| action.is_link) {
            forms.clear();
        }
        let summary = self.summary(&forms);
        let mut around = self.around(page, own, aside);
        around.share(&mut forms);
        autofocus(
            kind,
            &mut forms,
            summary.is_empty() && self.notes().is_empty(),
        );
        let waits = self.step.refresh.is_some() && !aside;
        let (mut scripts, needs) = self.scripts(kind, &forms, &around, &aids, waits);
        scripts.duo_off = due.is_some() && own.is_none();
        let folded = kind == Kind::CustomPasswordExpired && !aside;
        around.crown(&forms, folded);
        let chip = self
            .step
            .identifier
            .clone()
            .filter(|_| !matches!(kind, Kind::Identify | Kind::IdentifyPassword));
        let view = StepView {
            title: self.title(page, aside),
            is_error: !summary.is_empty() && !Self::is_told(kind),
            cancel: chip.as_ref().and_then(|_| self.cancel()),
            chip: chip.map(|name| cut(&name).to_owned()),
            intro: own
                .map(|action| {
                    action
                        .intro
                        .iter()
                        .map(|text| self.words.say(text))
                        .filter(|text| !text.is_empty())
                        .collect()
                })
                .unwrap_or_default(),
            aids: aids.into_iter().map(|aid| self.aid(aid)).collect(),
            folded: folded.then(|| self.words.word("folded")),
            notes: self.notes(),
            refresh: self.refresh(waits && looks_again(kind, own)),
            rules: has_rules,
            token: self.context.step_token.to_owned(),
            rd: self.context.rd.map(str::to_owned),
            action: self.context.action.to_owned(),
            scripts,
            buttons: around.buttons,
            providers: around.providers,
            sides: around.sides,
            summary,
            forms,
        };
        (view, needs)
    }

    fn forms(&self, action: &Action, has_rules: bool) -> Vec<FormView> {
        let posted = self
            .context
            .typed
            .iter()
            .find(|(name, _)| name == crate::login::answer::ACTION);
        let mine = match posted {
            Some((_, id)) => *id == action.id.to_string(),
            None => true,
        };
        let given = Given {
            words: self.words,
            typed: if mine { self.context.typed } else { &[] },
            problems: if mine { self.context.problems } else { &[] },
            rules: has_rules.then_some("rules"),
            branch: None,
        };
        let mut forms = forms(action, self.step.identifier.as_deref(), given);
        if let Some(form) = forms.first_mut() {
            form.passkey = self.passkey(action);
        }
        forms
    }

    fn passkey(&self, action: &Action) -> Option<PasskeyView> {
        let ceremony = action.ceremony()?;
        let options = self.step.passkey.as_ref()?;
        let verifies = options
            .get("userVerification")
            .is_some_and(|wanted| wanted == "required");
        Some(PasskeyView {
            ceremony,
            verifies,
            options: options.to_string(),
        })
    }

    fn refresh(&self, waits: bool) -> Option<RefreshView> {
        let count = self.context.poll_count;
        if !waits || !self.context.auto_refresh || count >= MOST_REFRESHES {
            return None;
        }
        Some(RefreshView {
            seconds: (5 + count / 3).min(15),
            url: self.address(&[("n", &(count + 1).to_string())]),
            stop: self.address(&[("auto", "off")]),
        })
    }
}

impl Action {
    /// Which passkey ceremony fills it.
    fn ceremony(&self) -> Option<&'static str> {
        let scripted = |name: &str| {
            self.controls
                .iter()
                .any(|control| matches!(control.what, What::Script) && control.name() == name)
        };
        if scripted("attestation") {
            Some("create")
        } else if scripted("authenticatorData") && self.role == Role::Silent {
            Some("conditional")
        } else if scripted("authenticatorData") {
            Some("get")
        } else {
            None
        }
    }
}

/// Whether the page may load itself anew without script: never where somebody types.
fn looks_again(kind: Kind, own: Option<&Action>) -> bool {
    let polls = own.is_some_and(|action| action.refresh.is_some());
    kind.waits() || (kind == Kind::NfcPin && polls)
}

/// The first field, where the page has one purpose and nothing is wrong.
fn autofocus(kind: Kind, forms: &mut [FormView], is_fine: bool) {
    let one_purpose = matches!(
        kind,
        Kind::Identify
            | Kind::IdentifyPassword
            | Kind::Password
            | Kind::EmailCode
            | Kind::PhoneCode
            | Kind::GoogleCode
            | Kind::VerifyCode
            | Kind::TokenCode
            | Kind::Yubikey
            | Kind::UserCode
            | Kind::Recovery
            | Kind::Question
    );
    if !one_purpose || !is_fine {
        return;
    }
    let first = forms.first_mut().and_then(|form| {
        form.controls
            .iter_mut()
            .find(|control| matches!(control.kind, "text" | "password"))
    });
    if let Some(first) = first {
        first.autofocus = true;
    }
}

/// After this many looks, about three minutes, only the button is left.
const MOST_REFRESHES: u32 = 18;
