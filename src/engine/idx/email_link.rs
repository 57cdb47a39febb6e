//! `GET /email/verify/{app}?token=`: where the link in a mail leads (protocol reference 5.7).

use http::StatusCode;
use url::Url;

use crate::engine::{call::Call, inbox, org::Org, reply::Reply};

/// Sends the browser to the app with code and state; where the app has no place for that, shows the code.
pub(crate) fn follow(org: &Org, call: &Call) -> Reply {
    let state = org.state();
    let link = call
        .query_field("token")
        .and_then(|token| state.transactions.link(&token).cloned());
    let Some((id, code, expires_at)) = link else {
        return page("This link is not valid", "Go back and ask for a new one.");
    };
    let transaction = state.transactions.look(&id);
    let Some(transaction) = transaction.filter(|_| expires_at > org.now()) else {
        return page("This link has expired", "Go back and ask for a new one.");
    };
    let callback = org
        .client(&transaction.request.client_id)
        .and_then(|client| client.email_callback.as_deref())
        .unwrap_or(&transaction.request.redirect_uri);
    let Ok(mut target) = Url::parse(callback) else {
        let text = format!(
            "Enter this code where you began to sign in: {}",
            code.expose()
        );
        return page("Your code", &text);
    };
    target
        .query_pairs_mut()
        .append_pair("otp", code.expose())
        .append_pair("state", &transaction.request.state);
    Reply::redirect(target.as_str())
}

fn page(title: &str, text: &str) -> Reply {
    let body = format!("<p>{}</p>", inbox::escape(text));
    Reply::html(StatusCode::OK, inbox::document(title, &body))
}
