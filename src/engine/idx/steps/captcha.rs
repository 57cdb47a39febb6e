//! A step that asks for a CAPTCHA beside its own fields (protocol reference 2.1, 3.1).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::engine::{
    idx::{
        flow::{Flow, Notes},
        ion::{self, Forms},
        messages,
        policy::Due,
    },
    settings::{CaptchaKind, CaptchaSettings, CaptchaStep},
};

/// Its id in this org.
const ID: &str = "cap1interlock000001";
/// What third parties would know the org by.
const SITE_KEY: &str = "10000000-ffff-ffff-ffff-000000000001";

impl Flow<'_> {
    /// The CAPTCHA that a step asks for.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "few steps can ask for one, and a new one is not among them"
    )]
    pub(crate) fn captcha_of(&self, due: &Due) -> Option<&CaptchaSettings> {
        let step = match due {
            Due::EnrollProfile => CaptchaStep::Registration,
            Due::Identify => CaptchaStep::Identify,
            Due::IdentifyRecovery => CaptchaStep::Recovery,
            _ => return None,
        };
        let settings = self.org.settings.org.captcha.as_ref();
        settings.filter(|settings| settings.steps.contains(&step))
    }

    /// What is said where an answer comes without a good one.
    pub(crate) fn captcha_missing(
        &mut self,
        path: &str,
        due: &Due,
        body: &Map<String, Value>,
    ) -> Option<Notes> {
        if !matches!(path, "identify" | "enroll/new") {
            return None;
        }
        let kind = self.captcha_of(due)?.kind;
        let text = |name| ion::text(body, &["captchaVerify", name]).unwrap_or_default();
        let passed = text("captchaId") == ID
            && self
                .state
                .captcha
                .take(self.org, kind, text("captchaToken"));
        let refused = || Notes::saying(StatusCode::BAD_REQUEST, messages::captcha_failed());
        (!passed).then(refused)
    }
}

/// The field that carries it.
pub(crate) fn field() -> Value {
    let fields = json!([
        {"name": "captchaId", "required": true, "value": ID, "visible": false, "mutable": false},
        {"name": "captchaToken", "required": true, "visible": false, "hint": "captcha"},
    ]);
    json!({"name": "captchaVerify", "form": {"value": fields}, "relatesTo": "$.captcha"})
}

/// What the field points at.
pub(crate) fn object(settings: &CaptchaSettings, forms: &Forms<'_>) -> Value {
    let own = |name, kind| json!({"id": ID, "name": name, "siteKey": SITE_KEY, "type": kind});
    match settings.kind {
        CaptchaKind::Hcaptcha => own("hCaptcha", "HCAPTCHA"),
        CaptchaKind::RecaptchaV2 => own("reCaptcha", "RECAPTCHA_V2"),
        CaptchaKind::Altcha => {
            let href = format!("{}/idp/idx/captcha/challenge", forms.host);
            let form = json!({"rel": ["create-form"], "name": "challenge-url", "href": href, "method": "GET"});
            ion::with(own("altcha", "ALTCHA"), "challengeUrlForm", form)
        }
    }
}
