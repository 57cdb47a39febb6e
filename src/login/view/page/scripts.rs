//! The scripts of a page, each with what it must know, and what the policy must allow for them.

use serde_json::json;

use super::Builder;
use super::sides::Around;
use crate::login::CAPTCHA;
use crate::login::step::{Action, Aid, CaptchaKind, Control, Duo, Kind, What};
use crate::login::view::control::every;
use crate::login::view::form::FormView;
use crate::login::view::model::{CaptchaView, DuoView, ProbeView, ScriptsView, SideView};
use crate::login::view::policy::Needs;

impl Builder<'_> {
    pub(super) fn scripts(
        &self,
        kind: Kind,
        forms: &[FormView],
        around: &Around,
        aids: &[&Aid],
        waits: bool,
    ) -> (ScriptsView, Needs) {
        let assets = self.means.assets;
        let mut needs = Needs {
            image_data: aids.iter().any(|aid| matches!(aid, Aid::Qr { .. })),
            ..Needs::default()
        };
        let mut view = ScriptsView::default();
        let beside = around
            .sides
            .iter()
            .chain(&around.buttons)
            .filter_map(side_form);
        if forms
            .iter()
            .chain(beside)
            .any(|form| form.passkey.is_some())
        {
            view.paths.push(assets.webauthn.path.clone());
        }
        let waiting = waits && kind == Kind::DeviceProbe;
        view.probe = self.probe(waiting, &mut needs);
        if view.probe.is_some() {
            view.status = self.context.status.map(str::to_owned);
            view.paths
                .extend(view.status.iter().map(|_| assets.wait.path.clone()));
            view.paths.push(assets.probe.path.clone());
        } else if view.paths.is_empty() && waits {
            view.status = self.context.status.map(str::to_owned);
            view.paths
                .extend(view.status.iter().map(|_| assets.wait.path.clone()));
        }
        view.frame = self.frame(waiting, &mut needs);
        self.remedies(&mut view, &mut needs);
        self.captcha(forms, &mut view, &mut needs);
        self.duo(kind, forms, &mut view, &mut needs);
        let shows = forms
            .iter()
            .flat_map(|form| every(&form.controls))
            .any(|control| !control.show.is_empty());
        let copies = aids.iter().any(|aid| match aid {
            Aid::Address { .. } | Aid::SharedSecret(_) => true,
            Aid::Facts(facts) => facts.iter().any(|(_, value)| value.starts_with("https://")),
            Aid::Code(_)
            | Aid::Link { .. }
            | Aid::List { .. }
            | Aid::Number(_)
            | Aid::Qr { .. } => false,
        });
        if shows || copies {
            view.paths.push(assets.helpers.path.clone());
        }
        needs.script = !view.paths.is_empty();
        (view, needs)
    }

    fn probe(&self, waiting: bool, needs: &mut Needs) -> Option<ProbeView> {
        let probe = self.step.device.probe.as_ref().filter(|_| waiting)?;
        needs.connect.clone_from(&probe.origins);
        let data = json!({
            "origins": probe.origins,
            "timeout": probe.timeout,
            "request": probe.request,
        });
        Some(ProbeView {
            data: data.to_string(),
        })
    }

    /// Apps of the device that the page's messages name; each may be asked where it listens.
    fn remedies(&self, view: &mut ScriptsView, needs: &mut Needs) {
        let remedies = self
            .step
            .messages
            .iter()
            .filter_map(|note| note.remedy.as_ref());
        for origin in remedies.flat_map(|remedy| &remedy.origins) {
            if !needs.connect.contains(origin) && needs.connect.len() < MOST_ASKED {
                needs.connect.push(origin.clone());
            }
        }
        if self.step.messages.iter().any(|note| note.remedy.is_some()) {
            view.paths.push(self.means.assets.remedy.path.clone());
        }
    }

    fn frame(&self, waiting: bool, needs: &mut Needs) -> Option<String> {
        let url = self.step.device.frame.as_ref().filter(|_| waiting)?;
        needs.frame.push(url.origin().ascii_serialization());
        Some(url.to_string())
    }

    /// A captcha, where the page's form asks for one and it can be shown here.
    fn captcha(&self, forms: &[FormView], view: &mut ScriptsView, needs: &mut Needs) {
        let asked = forms
            .iter()
            .flat_map(|form| &form.controls)
            .any(|control| control.field.ends_with("captchaToken"));
        if !asked {
            return;
        }
        let Some(captcha) = &self.step.device.captcha else {
            view.captcha_off = true;
            return;
        };
        let (name, script, sources) = match captcha.kind {
            CaptchaKind::Altcha => {
                view.paths.push(self.means.assets.altcha.path.clone());
                view.captcha = Some(CaptchaView {
                    kind: "altcha",
                    source: CAPTCHA.to_owned(),
                    site_key: String::new(),
                });
                return;
            }
            CaptchaKind::Hcaptcha => ("hcaptcha", &self.means.captcha.hcaptcha, HCAPTCHA),
            CaptchaKind::Recaptcha => ("grecaptcha", &self.means.captcha.recaptcha, RECAPTCHA),
        };
        let Some(script) = script else {
            view.captcha_off = true;
            return;
        };
        needs.foreign.push(script.origin().ascii_serialization());
        if sources
            .first()
            .is_some_and(|own| script.as_str().starts_with(own))
        {
            needs
                .foreign
                .extend(sources.iter().map(|source| (*source).to_owned()));
            needs.foreign.sort();
            needs.foreign.dedup();
        }
        view.paths.push(self.means.assets.captcha.path.clone());
        view.foreign = Some(format!("{script}?render=explicit"));
        view.captcha = Some(CaptchaView {
            kind: name,
            source: String::new(),
            site_key: captcha.site_key.clone(),
        });
    }

    /// Whether its form is Duo's to fill, and Duo may not be shown here: whatever a person does, it cannot be sent.
    pub(super) fn is_in_vain(&self, action: &Action) -> bool {
        let scripted = |control: &Control| matches!(control.what, What::Script);
        action.kind == Kind::Duo
            && self.shown_duo().is_none()
            && action.controls.iter().any(scripted)
    }

    fn shown_duo(&self) -> Option<&Duo> {
        self.step.device.duo.as_ref().filter(|_| self.means.duo)
    }

    fn duo(&self, kind: Kind, forms: &[FormView], view: &mut ScriptsView, needs: &mut Needs) {
        if kind != Kind::Duo || forms.is_empty() {
            return;
        }
        let Some(duo) = self.shown_duo() else { return };
        needs.frame.push(duo.origin.clone());
        view.paths.push(self.means.assets.duo.path.clone());
        view.duo = Some(DuoView {
            origin: duo.origin.clone(),
            request: duo.request.clone(),
            app: duo.app.clone(),
        });
    }
}

fn side_form(side: &SideView) -> Option<&FormView> {
    side.form.as_ref()
}

/// Most origins that one page may ask, so that its policy stays a header that browsers and proxies take.
const MOST_ASKED: usize = 32;
/// The origins that hCaptcha's own pages name for a policy; the first is its script's.
const HCAPTCHA: &[&str] = &[
    "https://js.hcaptcha.com",
    "https://hcaptcha.com",
    "https://newassets.hcaptcha.com",
    "https://api.hcaptcha.com",
];
/// The same of reCAPTCHA.
const RECAPTCHA: &[&str] = &[
    "https://www.google.com",
    "https://www.gstatic.com",
    "https://recaptcha.google.com",
];
