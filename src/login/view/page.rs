//! A step, as its template sees it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::form::{Before, FormView, PasskeyView, SubmitView, forms};
use super::model::{AidView, NoteView, RefreshView, SideView, StepView, SummaryView};
use super::words::{cut, say, word};
use crate::idx::ion::Class;
use crate::login::pages::{StepContext, StepNote};
use crate::login::step::{Action, ActionId, Aid, Kind, Note, Role, Step, Text, What};

/// Makes the view of a step.
pub(crate) fn view(
    step: &Step,
    context: &StepContext<'_>,
    scripts: &super::assets::Assets,
) -> StepView {
    let builder = Builder { step, context };
    let shown = context.show.and_then(|id| {
        step.actions
            .iter()
            .find(|action| action.id.to_string() == id && !action.is_link)
    });
    let page = shown.or_else(|| step.page.and_then(|page| step.actions.get(page)));
    builder.view(page, shown.is_some(), scripts)
}

struct Builder<'a> {
    step: &'a Step,
    context: &'a StepContext<'a>,
}

/// What stands around the form.
#[derive(Default)]
struct Around {
    buttons: Vec<SideView>,
    providers: Vec<SideView>,
    sides: Vec<SideView>,
}

impl Builder<'_> {
    fn view(
        &self,
        page: Option<&Action>,
        aside: bool,
        scripts: &super::assets::Assets,
    ) -> StepView {
        let kind = page.map_or(self.step.kind, |action| action.kind);
        let own = page.filter(|action| aside || action.role == Role::Main);
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
        let around = self.around(page, own, aside);
        autofocus(
            kind,
            &mut forms,
            summary.is_empty() && self.notes().is_empty(),
        );
        let passkey = forms.iter().any(|form| form.passkey.is_some());
        let waits = self.step.refresh.is_some() && !aside;
        let status = self.context.status.filter(|_| waits && !passkey);
        let chip = self
            .step
            .identifier
            .clone()
            .filter(|_| !matches!(kind, Kind::Identify | Kind::IdentifyPassword));
        StepView {
            title: self.title(page, aside),
            is_error: !summary.is_empty(),
            cancel: chip.as_ref().and_then(|_| self.cancel()),
            chip: chip.map(|name| cut(&name).to_owned()),
            intro: own
                .map(|action| {
                    action
                        .intro
                        .iter()
                        .map(say)
                        .filter(|text| !text.is_empty())
                        .collect()
                })
                .unwrap_or_default(),
            has_image: aids.iter().any(|aid| matches!(aid, Aid::Qr { .. })),
            aids: aids.into_iter().map(aid).collect(),
            folded: (kind == Kind::CustomPasswordExpired && !aside)
                .then(|| word("folded").to_owned()),
            notes: self.notes(),
            refresh: self.refresh(waits && kind.waits()),
            status: status.map(str::to_owned),
            rules: has_rules,
            token: self.context.step_token.to_owned(),
            rd: self.context.rd.map(str::to_owned),
            action: self.context.action.to_owned(),
            script: if passkey {
                Some(scripts.webauthn.path.clone())
            } else {
                status.map(|_| scripts.wait.path.clone())
            },
            buttons: around.buttons,
            providers: around.providers,
            sides: around.sides,
            summary,
            forms,
        }
    }

    /// Everything that can be done beside the page's form, or instead of it.
    fn around(&self, page: Option<&Action>, own: Option<&Action>, aside: bool) -> Around {
        let mut around = Around::default();
        if let Some(link) = own.filter(|action| action.is_link) {
            around.buttons.push(self.side(link, &link.submit, true));
        }
        for action in self.others(page, own.is_some(), aside) {
            let view = self.side(action, &action.label, false);
            let beside = matches!(action.role, Role::Account | Role::Silent)
                || (action.role == Role::Cancel && page.is_some());
            if action.role == Role::Provider {
                around.providers.push(view);
            } else if own.is_none() && !beside {
                around.buttons.push(view);
            } else {
                around.sides.push(view);
            }
        }
        if aside {
            let back = link("link.back", self.address(&[]));
            around.sides.insert(0, back);
        }
        let can_cancel = self
            .step
            .actions
            .iter()
            .any(|action| action.role == Role::Cancel);
        if page.is_none() && !can_cancel && !self.closes() {
            let again = link("start-again", self.address(&[("start", "1")]));
            around.buttons.push(again);
        }
        if let Some(first) = around.buttons.first_mut() {
            first.primary = true;
        }
        around
    }

    fn title(&self, page: Option<&Action>, aside: bool) -> String {
        match page {
            Some(action) if matches!(action.role, Role::Provider | Role::Other) && !aside => {
                word("identify.title").to_owned()
            }
            Some(action) => say(&action.title),
            None => word(self.terminal_title()).to_owned(),
        }
    }

    fn terminal_title(&self) -> &'static str {
        let keys = self
            .step
            .messages
            .iter()
            .filter_map(|note| note.key.as_deref());
        for key in keys {
            match key {
                "idx.enter.otp.in.original.tab" => return "terminal.title.code",
                "idx.return.to.original.tab" | "idx.transferred.to.new.tab" => {
                    return "terminal.title.return";
                }
                "idx.session.expired" | "core.system.transaction_resource_not_found" => {
                    return "terminal.title.expired";
                }
                "tooManyRequests" | "oie.tooManyRequests" => return "terminal.title.many",
                "idx.device.activated"
                | "idx.recovery.completed"
                | "oie.selfservice.unlock_user.success.message" => {
                    return "terminal.title.done";
                }
                _ => {}
            }
        }
        if self.step.kind == Kind::DeviceSetup {
            "device-setup.title"
        } else if self.step.is_error || self.step.messages.is_empty() {
            "terminal.title.error"
        } else {
            "terminal.title"
        }
    }

    /// Whether the page is one to close, because the sign-in goes on elsewhere.
    fn closes(&self) -> bool {
        let elsewhere = [
            "idx.return.to.original.tab",
            "idx.enter.otp.in.original.tab",
            "idx.transferred.to.new.tab",
            "idx.device.activated",
        ];
        self.step
            .messages
            .iter()
            .filter_map(|note| note.key.as_deref())
            .any(|key| elsewhere.contains(&key))
    }

    /// What else can be done, in the order of ui-guide section 2.
    fn others(&self, page: Option<&Action>, has_own: bool, aside: bool) -> Vec<&Action> {
        let mut others: Vec<&Action> = self
            .step
            .actions
            .iter()
            .filter(|action| !has_own || page.is_none_or(|page| page.id != action.id))
            .filter(|action| !aside || action.role == Role::Cancel)
            .filter(|action| action.role != Role::Check || self.step.kind == Kind::EmailCode)
            .filter(|action| {
                action.role != Role::Cancel
                    || !matches!(self.step.kind, Kind::Identify | Kind::IdentifyPassword)
            })
            .collect();
        others.sort_by_key(|action| action.role);
        others
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
        let before = Before {
            typed: if mine { self.context.typed } else { &[] },
            problems: if mine { self.context.problems } else { &[] },
            rules: has_rules.then_some("rules"),
        };
        let mut forms = forms(action, self.step.identifier.as_deref(), before);
        if let Some(form) = forms.first_mut() {
            form.passkey = self.passkey(action);
        }
        forms
    }

    fn passkey(&self, action: &Action) -> Option<PasskeyView> {
        let ceremony = action.ceremony()?;
        Some(PasskeyView {
            ceremony,
            options: self.step.passkey.as_ref()?.to_string(),
        })
    }

    fn side(&self, action: &Action, text: &Text, primary: bool) -> SideView {
        let id = action.id.to_string();
        let mut view = SideView {
            text: say(text),
            href: None,
            name: None,
            form: None,
            primary,
        };
        if action.is_link {
            view.href = Some(format!(
                "{}/go?{}",
                self.context.action,
                self.query(&[("a", &id)])
            ));
            view.name = Some(action.name.clone());
        } else if action.shown().next().is_some()
            || action.needs_script() && action.role != Role::Silent
        {
            view.href = Some(self.address(&[("show", &id)]));
        } else {
            view.form = self
                .forms(action, false)
                .into_iter()
                .next()
                .map(|mut form| {
                    form.submits = vec![SubmitView {
                        text: say(text),
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

    fn cancel(&self) -> Option<FormView> {
        let action = self
            .step
            .actions
            .iter()
            .find(|action| action.id == ActionId::Cancel)?;
        self.side(action, &Text::word("not-you"), false).form
    }

    fn query(&self, pairs: &[(&str, &str)]) -> String {
        let rd = self.context.rd.map(|rd| ("rd", rd));
        let all = rd.iter().chain(pairs).map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        all.collect::<Vec<_>>().join("&")
    }

    /// The sign-in page of this tab.
    fn address(&self, pairs: &[(&str, &str)]) -> String {
        match self.query(pairs) {
            query if query.is_empty() => self.context.action.to_owned(),
            query => format!("{}?{query}", self.context.action),
        }
    }

    fn summary(&self, forms: &[FormView]) -> Vec<SummaryView> {
        let mut summary: Vec<SummaryView> = self
            .step
            .messages
            .iter()
            .filter(|note| note.class == Class::Error)
            .map(|note| SummaryView {
                text: say(&note.text),
                target: only_link(note),
                links: links(note),
                heading: note
                    .key
                    .as_deref()
                    .is_some_and(|key| key.ends_with(".option_index")),
            })
            .collect();
        let whole = self
            .context
            .problems
            .iter()
            .filter(|problem| problem.index.is_none());
        summary.extend(whole.map(|problem| SummaryView {
            text: word(problem.text).to_owned(),
            target: None,
            links: Vec::new(),
            heading: false,
        }));
        for control in forms.iter().flat_map(|form| &form.controls) {
            for error in &control.errors {
                let target = Some(format!("#{}", control.id));
                summary.push(SummaryView {
                    text: error.clone(),
                    target,
                    links: Vec::new(),
                    heading: false,
                });
            }
        }
        summary
    }

    fn notes(&self) -> Vec<NoteView> {
        let own = self.context.note.map(|note| NoteView {
            class: "info",
            text: word(note.key()).to_owned(),
            target: None,
            links: Vec::new(),
        });
        let said = self
            .step
            .messages
            .iter()
            .filter(|note| note.class != Class::Error)
            .map(|note| NoteView {
                class: if note.class == Class::Warning {
                    "warning"
                } else {
                    "info"
                },
                text: say(&note.text),
                target: only_link(note),
                links: links(note),
            });
        own.into_iter().chain(said).collect()
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

impl StepNote {
    fn key(self) -> &'static str {
        match self {
            Self::Expired => "note.expired",
            Self::MovedOn => "note.moved-on",
            Self::NoCookie => "note.no-cookie",
            Self::TooMany => "note.too-many",
        }
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

fn link(key: &str, href: String) -> SideView {
    SideView {
        text: word(key).to_owned(),
        href: Some(href),
        name: None,
        form: None,
        primary: false,
    }
}

/// The address of an unnamed link, which the text itself then carries.
fn only_link(note: &Note) -> Option<String> {
    match note.links.as_slice() {
        [link] if link.label.is_none() => Some(link.url.clone()),
        _ => None,
    }
}

fn links(note: &Note) -> Vec<(String, String)> {
    if only_link(note).is_some() {
        return Vec::new();
    }
    let text = |label: &Option<String>| {
        label
            .clone()
            .filter(|label| !label.is_empty())
            .unwrap_or_else(|| word("link.more").to_owned())
    };
    note.links
        .iter()
        .map(|link| (link.url.clone(), text(&link.label)))
        .collect()
}

fn aid(aid: &Aid) -> AidView {
    let view = AidView::default();
    match aid {
        Aid::Code(code) => AidView {
            kind: "code",
            value: code.clone(),
            text: word("terminal.warning").to_owned(),
            ..view
        },
        Aid::Facts(facts) => AidView {
            kind: "facts",
            facts: facts
                .iter()
                .map(|(name, value)| (say(name), cut(value).to_owned()))
                .collect(),
            ..view
        },
        Aid::Link { text, url } => AidView {
            kind: "link",
            text: say(text),
            value: url.clone(),
            ..view
        },
        Aid::List {
            heading,
            items,
            ordered,
        } => AidView {
            kind: if *ordered { "steps" } else { "list" },
            text: heading.as_ref().map(say).unwrap_or_default(),
            items: items.iter().map(say).collect(),
            ..view
        },
        Aid::Number(number) => AidView {
            kind: "number",
            text: say(&Text::with("number", "number", number.clone())),
            value: number.clone(),
            ..view
        },
        Aid::Qr { data } => AidView {
            kind: "qr",
            text: word("qr.alt").to_owned(),
            value: data.clone(),
            ..view
        },
        Aid::SharedSecret(secret) => AidView {
            kind: "secret",
            text: word("secret").to_owned(),
            value: secret.clone(),
            ..view
        },
    }
}

/// After this many looks, about three minutes, only the button is left.
const MOST_REFRESHES: u32 = 18;
