//! Title, errors and notes of a page.

use serde_json::json;

use super::Builder;
use crate::idx::ion::Class;
use crate::login::pages::StepNote;
use crate::login::step::{Action, Kind, Note, Role};
use crate::login::view::control::every;
use crate::login::view::form::FormView;
use crate::login::view::model::{NoteView, RemedyView, SummaryView};
use crate::login::view::words::cut;

impl Builder<'_> {
    pub(super) fn title(&self, page: Option<&Action>, aside: bool) -> String {
        match page {
            Some(action) if matches!(action.role, Role::Provider | Role::Other) && !aside => {
                self.words.word("identify.title")
            }
            Some(action) => self.words.say(&action.title),
            None => self.words.word(self.terminal_title()),
        }
    }

    pub(super) fn terminal_title(&self) -> &'static str {
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
                key if key.ends_with(".device_assurance.remediation.title") => {
                    return "device-assurance.title";
                }
                "idx.session.expired" | "core.system.transaction_resource_not_found" => {
                    return "terminal.title.expired";
                }
                "E0000047" | "tooManyRequests" | "oie.tooManyRequests" => {
                    return "terminal.title.many";
                }
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
    pub(super) fn closes(&self) -> bool {
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

    pub(super) fn summary(&self, forms: &[FormView]) -> Vec<SummaryView> {
        let mut summary: Vec<SummaryView> = self
            .step
            .messages
            .iter()
            .filter(|note| note.class == Class::Error)
            .map(|note| SummaryView {
                text: self.words.say(&note.text),
                target: only_link(note),
                links: self.links(note),
                heading: note
                    .key
                    .as_deref()
                    .is_some_and(|key| key.ends_with(".option_index")),
                remedy: self.remedy(note),
            })
            .collect();
        let whole = self
            .context
            .problems
            .iter()
            .filter(|problem| problem.index.is_none());
        summary.extend(whole.map(|problem| SummaryView {
            text: self.words.word(problem.text),
            target: None,
            links: Vec::new(),
            heading: false,
            remedy: None,
        }));
        for control in forms.iter().flat_map(|form| every(&form.controls)) {
            for error in &control.errors {
                let text = if control.breaks_rules {
                    self.words.word("problem.rules")
                } else {
                    error.clone()
                };
                summary.push(SummaryView {
                    text,
                    target: control.target(),
                    links: Vec::new(),
                    heading: false,
                    remedy: None,
                });
            }
        }
        summary
    }

    /// Whether what comes as errors is what the step is about, and nothing went wrong (ui-guide section 5).
    pub(super) fn is_told(kind: Kind) -> bool {
        matches!(kind, Kind::ActivationEmail | Kind::DeviceAssurance)
    }

    pub(super) fn notes(&self) -> Vec<NoteView> {
        let own = self.context.note.map(|note| NoteView {
            class: "info",
            text: self.words.word(note.key()),
            target: None,
            links: Vec::new(),
            remedy: None,
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
                text: self.words.say(&note.text),
                target: only_link(note),
                links: self.links(note),
                remedy: self.remedy(note),
            });
        own.into_iter().chain(said).collect()
    }

    fn remedy(&self, note: &Note) -> Option<RemedyView> {
        let remedy = note.remedy.as_ref()?;
        let data = json!({
            "origins": remedy.origins,
            "timeout": remedy.timeout,
            "path": remedy.path,
        });
        Some(RemedyView {
            label: self.words.say(&remedy.label),
            data: data.to_string(),
        })
    }

    fn links(&self, note: &Note) -> Vec<(String, String)> {
        if only_link(note).is_some() {
            return Vec::new();
        }
        let text = |label: &Option<String>| match label.as_deref() {
            None | Some("") => self.words.word("link.more"),
            Some(label) => cut(label).to_owned(),
        };
        note.links
            .iter()
            .map(|link| (link.url.clone(), text(&link.label)))
            .collect()
    }
}

impl StepNote {
    fn key(self) -> &'static str {
        match self {
            Self::Expired => "note.expired",
            Self::HostedPage => "note.hosted",
            Self::MovedOn => "note.moved-on",
            Self::NoCookie => "note.no-cookie",
            Self::TooMany => "note.too-many",
        }
    }
}

/// The address of an unnamed link, which the text itself then carries.
fn only_link(note: &Note) -> Option<String> {
    match note.links.as_slice() {
        [link] if link.label.is_none() => Some(link.url.clone()),
        _ => None,
    }
}
