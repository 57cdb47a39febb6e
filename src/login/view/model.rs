//! What the template of a step sees.

use serde::Serialize;

use super::form::FormView;

/// A whole page.
#[derive(Debug, Serialize)]
pub(crate) struct StepView {
    pub(crate) title: String,
    pub(crate) is_error: bool,
    pub(crate) summary: Vec<SummaryView>,
    pub(crate) notes: Vec<NoteView>,
    pub(crate) chip: Option<String>,
    /// The form that gives up, for "Not you?".
    pub(crate) cancel: Option<FormView>,
    pub(crate) intro: Vec<String>,
    pub(crate) aids: Vec<AidView>,
    pub(crate) forms: Vec<FormView>,
    /// Links and forms that stand for the page's form where it has none.
    pub(crate) buttons: Vec<SideView>,
    /// Whether the forms are not meant for people and are folded away.
    pub(crate) folded: Option<String>,
    pub(crate) providers: Vec<SideView>,
    pub(crate) sides: Vec<SideView>,
    pub(crate) refresh: Option<RefreshView>,
    pub(crate) rules: bool,
    pub(crate) token: String,
    pub(crate) rd: Option<String>,
    pub(crate) action: String,
    pub(crate) scripts: ScriptsView,
}

/// One entry of the error summary.
#[derive(Debug, Serialize)]
pub(crate) struct SummaryView {
    pub(crate) text: String,
    pub(crate) target: Option<String>,
    pub(crate) links: Vec<(String, String)>,
    /// Whether it is the name of a group (`Option 1:`).
    pub(crate) heading: bool,
    pub(crate) remedy: Option<RemedyView>,
}

/// A message that is no error.
#[derive(Debug, Serialize)]
pub(crate) struct NoteView {
    pub(crate) class: &'static str,
    pub(crate) text: String,
    /// Where the text itself leads.
    pub(crate) target: Option<String>,
    pub(crate) links: Vec<(String, String)>,
    pub(crate) remedy: Option<RemedyView>,
}

/// What a script has an app of the device do, in place of what is said.
#[derive(Debug, Serialize)]
pub(crate) struct RemedyView {
    /// What its button says.
    pub(crate) label: String,
    /// What the script must know, as JSON.
    pub(crate) data: String,
}

/// An action beside the page's form: a link or a small form.
#[derive(Debug, Serialize)]
pub(crate) struct SideView {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    /// `data-remediation` of a link that carries out what it names.
    pub(crate) name: Option<String>,
    pub(crate) form: Option<FormView>,
    pub(crate) primary: bool,
    /// Whether it is a button among others, and not like a link.
    pub(crate) button: bool,
}

/// How a page without script looks again.
#[derive(Debug, Serialize)]
pub(crate) struct RefreshView {
    pub(crate) seconds: u32,
    pub(crate) url: String,
    pub(crate) stop: String,
}

/// Something beside the form; `kind` says which members count.
#[derive(Debug, Default, Serialize)]
pub(crate) struct AidView {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) value: String,
    pub(crate) items: Vec<String>,
    pub(crate) facts: Vec<(String, String)>,
}

/// The scripts of a page, and what they find there.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ScriptsView {
    /// Our own.
    pub(crate) paths: Vec<String>,
    /// One of a third party, where it is configured.
    pub(crate) foreign: Option<String>,
    /// Where the waiting script asks.
    pub(crate) status: Option<String>,
    pub(crate) probe: Option<ProbeView>,
    /// A page of the device's management.
    pub(crate) frame: Option<String>,
    pub(crate) captcha: Option<CaptchaView>,
    /// Whether a captcha is asked that is not set up here.
    pub(crate) captcha_off: bool,
    pub(crate) duo: Option<DuoView>,
    /// Whether Duo is asked and may not be shown here.
    pub(crate) duo_off: bool,
}

/// What the probe must know, as JSON.
#[derive(Debug, Serialize)]
pub(crate) struct ProbeView {
    pub(crate) data: String,
}

/// A captcha.
#[derive(Debug, Serialize)]
pub(crate) struct CaptchaView {
    pub(crate) kind: &'static str,
    /// Where a proof of work is set.
    pub(crate) source: String,
    pub(crate) site_key: String,
}

/// Duo's frame.
#[derive(Debug, Serialize)]
pub(crate) struct DuoView {
    pub(crate) origin: String,
    pub(crate) request: String,
    pub(crate) app: String,
}
