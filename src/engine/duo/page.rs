//! `/frame/web/v1/auth`: what Duo shows in its frame, and what it tells the page around it.

use http::Method;

use crate::engine::{call::Call, form::Form, inbox::escape, org::Org, reply::Reply};

/// Tells the page around the frame, and no other.
const TELL: &str = "const { word, around } = document.body.dataset; \
parent.postMessage(word, new URL(around).origin);";

/// Serves it: one approves, or denies.
pub(crate) fn serve(org: &Org, call: &Call) -> Option<Reply> {
    let request = call.query_field("tx").unwrap_or_default();
    let asked = org.state().duo.asked(org, &request);
    let Some(login) = asked else {
        return Some(Reply::framed("Duo", "<p>Nobody asked for this.</p>"));
    };
    match call.method {
        Method::GET => Some(question(&login)),
        Method::POST => Some(answered(org, call, &login)),
        _ => None,
    }
}

fn question(login: &str) -> Reply {
    let body = format!(
        "<form method=post><p>Is it you, {}?</p><p><button name=answer value=approve>Approve</button> \
<button name=answer value=deny>Deny</button></p></form>",
        escape(login)
    );
    Reply::framed("Duo", &body)
}

fn answered(org: &Org, call: &Call, login: &str) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let approved = form.field("answer") == Some("approve");
    let word = org.state().duo.word(org, login, approved);
    let around = call.query_field("parent").unwrap_or_default();
    let body = format!(
        "<body data-word=\"{}\" data-around=\"{}\"><p>{}</p><script>{TELL}</script>",
        escape(&word),
        escape(&around),
        if approved { "Approved." } else { "Denied." },
    );
    Reply::framed("Duo", &body)
}
