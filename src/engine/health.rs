//! How the device at which people sign in is, and where it is mended: `/device` (ui-guide section 5, device assurance).

use http::{Method, StatusCode};

use super::{call::Call, form::Form, inbox::document, org::Org, reply::Reply};

/// Where a page asks that of the app (`remediationPath`).
const AZT: &str = "/azt/";
/// What `deviceRemediation` has the app do.
pub(crate) const INSTALL: &str = "install-android-device-policy";
/// Names of what can be mended, and what people read.
const WORKS: [(&str, &str); 3] = [
    ("lock", "Turn on the lock screen"),
    ("encryption", "Encrypt the device"),
    ("policy", "Install the device policy app"),
];

/// What is in order; nothing is, at first.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Health {
    lock_screen: bool,
    encrypted: bool,
    policy_app: bool,
}

impl Health {
    /// Whether it may sign people in: with a lock screen, or encrypted and watched.
    pub(crate) fn is_sound(self) -> bool {
        self.lock_screen || self.encrypted && self.policy_app
    }

    /// `false`: nothing of that name.
    pub(crate) fn mend(&mut self, work: &str) -> bool {
        match work {
            "lock" => self.lock_screen = true,
            "encryption" => self.encrypted = true,
            "policy" => self.policy_app = true,
            _ => return false,
        }
        true
    }

    fn is_done(self, work: &str) -> bool {
        let mut mended = self;
        mended.mend(work);
        (mended.lock_screen, mended.encrypted, mended.policy_app)
            == (self.lock_screen, self.encrypted, self.policy_app)
    }
}

/// Serves `/device`, and `/azt/`, where a page has Okta Verify mend what it can.
pub(crate) fn serve(org: &Org, path: &str, call: &Call) -> Option<Reply> {
    match (&call.method, path) {
        (&Method::GET, "/device") => Some(page(org)),
        (&Method::POST, "/device") => Some(mended(org, call)),
        (&Method::GET, path) => {
            let known = path.strip_prefix(AZT)? == INSTALL;
            let done = known && org.state().health.mend("policy");
            Some(Reply::empty(if done {
                StatusCode::OK
            } else {
                StatusCode::BAD_REQUEST
            }))
        }
        _ => None,
    }
}

fn page(org: &Org) -> Reply {
    let health = org.state().health;
    let mut rows = String::new();
    for (name, text) in WORKS {
        let row = if health.is_done(name) {
            format!("<p>{text}: done</p>")
        } else {
            format!("<p><button name=work value={name}>{text}</button></p>")
        };
        rows.push_str(&row);
    }
    let body = format!("<article><form method=post>{rows}</form></article>");
    Reply::html(StatusCode::OK, document("Device", &body))
}

fn mended(org: &Org, call: &Call) -> Reply {
    match Form::of_page(call) {
        Ok(form) => {
            org.state()
                .health
                .mend(form.field("work").unwrap_or_default());
            page(org)
        }
        Err(refusal) => refusal,
    }
}
