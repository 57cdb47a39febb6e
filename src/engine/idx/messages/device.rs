//! What is said of a device that lacks something: a title, the ways to mend it, and where there is help (ui-guide section 5).

use serde_json::json;

use super::{Class, Message};
use crate::engine::{health::INSTALL, idx::device_ports, org::Org};

/// Milliseconds that a page waits for each port.
const PROBE_TIMEOUT: u64 = 2000;

/// It lets people in for a while yet.
pub(crate) fn device_grace() -> Vec<Message> {
    let until = "2099-12-31T00:00:00.000Z";
    let title = Message {
        params: vec![until.to_owned()],
        ..Message::new(
            Class::Warning,
            "idx.device_assurance.grace_period.warning.title.due_by_date",
            "Your device doesn't meet the security requirements. Fix the issue by 12/31/2099, 12:00 AM UTC to \
             prevent lockout.",
        )
    };
    let help = |page: &str| format!("https://help.example/{page}");
    vec![
        title,
        option("1"),
        lock_screen(help("lock-screen")),
        option("2"),
        encryption(help("encryption")),
        more_help(),
    ]
}

/// It lets nobody in; `host` is where it is mended.
pub(crate) fn device_unfit(org: &Org, host: &str) -> Vec<Message> {
    let bench = format!("{host}/device");
    vec![
        Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.title",
            "Your device doesn't meet the security requirements",
        ),
        Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.explanation_multiple_rules",
            "To sign in, pick an option and make the updates. Then, access the app again.",
        ),
        option("1"),
        lock_screen(bench.clone()),
        option("2"),
        encryption(bench.clone()),
        policy_app(org, &bench),
        more_help(),
    ]
}

fn option(number: &str) -> Message {
    Message {
        params: vec![number.to_owned()],
        ..Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.option_index",
            format!("Option {number}:"),
        )
    }
}

fn lock_screen(link: String) -> Message {
    Message {
        link: Some(link),
        ..Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.android.use_lock_screen",
            "Enable lock screen",
        )
    }
}

fn encryption(link: String) -> Message {
    Message {
        link: Some(link),
        ..Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.android.device_disk_encrypted",
            "Encrypt your device",
        )
    }
}

/// Okta Verify can do this one itself, where a page finds it.
fn policy_app(org: &Org, bench: &str) -> Message {
    let mending = json!({"name": "device-assurance-android-device-policy-app-required", "remediationPath": "azt",
        "action": INSTALL, "remediationType": "LOOPBACK", "platform": "ANDROID", "domain": "http://localhost",
        "ports": device_ports(org), "probeTimeoutMillis": PROBE_TIMEOUT,
        "fallback": {"type": "APP_LINK", "href": bench}});
    Message {
        mending: Some(mending),
        ..Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.android.zero.trust.\
android_device_policy_app_required",
            "Install the Android Device Policy app on this device",
        )
    }
}

fn more_help() -> Message {
    Message {
        link: Some("https://help.example/".to_owned()),
        ..Message::error(
            "idx.error.code.access_denied.device_assurance.remediation.additional_help_default",
            "For more information, follow the instructions on the help page or contact your administrator for help",
        )
    }
}
