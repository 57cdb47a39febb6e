//! A stand-in for hCaptcha and reCAPTCHA: a script with their `render`, which shows a frame of this origin with one button.

use http::{StatusCode, header};

use crate::engine::{call::Call, form::Form, inbox::escape, org::Org, reply::Reply};

/// What both scripts promise: `render(box, { sitekey, callback })`, the callback getting a token.
const SCRIPT: &str = r#"(() => {
  const own = new URL(document.currentScript.src).origin;
  const render = (box, { callback }) => {
    const frame = document.createElement("iframe");
    frame.title = "CAPTCHA";
    frame.src = `${own}/captcha/frame?host=${encodeURIComponent(location.origin)}`;
    addEventListener("message", (event) => {
      if (event.origin === own && event.source === frame.contentWindow) callback(event.data);
    });
    box.append(frame);
    return 0;
  };
  window.hcaptcha = window.grecaptcha = { render };
})();
"#;

/// Hands the token to the page around the frame.
const HAND_OVER: &str =
    "const { token, host } = document.body.dataset; parent.postMessage(token, host);";

pub(super) fn script() -> Reply {
    Reply::html(StatusCode::OK, SCRIPT.to_owned())
        .with(header::CONTENT_TYPE, "text/javascript; charset=utf-8")
}

pub(super) fn question() -> Reply {
    Reply::framed(
        "CAPTCHA",
        "<form method=post><button>I am not a robot</button></form>",
    )
}

/// Somebody pressed the button.
pub(super) fn passed(org: &Org, call: &Call) -> Reply {
    if !call.is_own() || Form::parse(&call.body).is_err() {
        return Reply::empty(StatusCode::FORBIDDEN);
    }
    let token = org.state().captcha.pass(org);
    let host = call.query_field("host").unwrap_or_default();
    let body = format!(
        "<body data-token=\"{token}\" data-host=\"{}\"><p>Passed.</p><script>{HAND_OVER}</script>",
        escape(&host)
    );
    Reply::framed("CAPTCHA", &body)
}
