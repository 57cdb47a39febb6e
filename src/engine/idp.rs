//! Identity providers of the engine's own, the choice of smart cards among them, and what is pushed before a browser is
//! sent there (protocol reference 5.12).

use std::{collections::HashMap, fmt::Write as _};

use http::{Method, StatusCode};
use url::Url;

use super::{
    authenticator::Authenticator,
    call::Call,
    form::Form,
    inbox::{document, escape},
    org::{Org, State},
    people::Person,
    reply::Reply,
    settings::IdpSettings,
};

/// How long a pushed request waits.
const LIFE: u64 = 3600;
/// How `request_uri` begins.
pub(crate) const URN: &str = "urn:okta:";

/// What a client pushed itself (RFC 9126).
#[derive(Clone, Debug)]
pub(crate) struct Pushed {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) expires_at: u64,
}

/// What the identity provider says of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) transaction: String,
    /// What it proves.
    pub(crate) proves: Authenticator,
    /// The account; `None`: the person went away without naming one.
    pub(crate) account: Option<String>,
    expires_at: u64,
}

/// The books of both sides.
#[derive(Debug, Default)]
pub(crate) struct Idp {
    /// Transactions that may be sent to a provider, by the name of their request.
    requests: HashMap<String, (String, u64)>,
    pushed: HashMap<String, Pushed>,
    verdicts: HashMap<String, Verdict>,
}

impl Idp {
    /// Names the request of a transaction, or keeps its name alive.
    pub(crate) fn open(&mut self, org: &Org, transaction: &str, name: Option<String>) -> String {
        let name = name.unwrap_or_else(|| org.token());
        let request = (transaction.to_owned(), org.now() + LIFE);
        self.requests.insert(name.clone(), request);
        name
    }

    /// The transaction of a request.
    pub(crate) fn request(&self, name: &str, now: u64) -> Option<&str> {
        let (transaction, expires_at) = self.requests.get(name)?;
        (*expires_at > now).then_some(transaction)
    }

    /// Keeps what a client pushed, and returns its `request_uri`.
    pub(crate) fn push(&mut self, org: &Org, pushed: Pushed) -> String {
        let uri = format!("{URN}{}", org.token());
        self.pushed.insert(uri.clone(), pushed);
        uri
    }

    /// Spends what a client pushed.
    pub(crate) fn take_pushed(&mut self, uri: &str, now: u64) -> Option<Pushed> {
        let pushed = self.pushed.remove(uri)?;
        (pushed.expires_at > now).then_some(pushed)
    }

    /// Spends what the identity provider said.
    pub(crate) fn take_verdict(&mut self, code: &str, now: u64) -> Option<Verdict> {
        let verdict = self.verdicts.remove(code)?;
        (verdict.expires_at > now).then_some(verdict)
    }

    /// Forgets what is over.
    pub(crate) fn sweep(&mut self, now: u64) {
        self.requests.retain(|_, (_, expires_at)| *expires_at > now);
        self.pushed.retain(|_, pushed| pushed.expires_at > now);
        self.verdicts.retain(|_, verdict| verdict.expires_at > now);
    }
}

/// Splits `urn:okta:NAME:IDP`.
pub(crate) fn parse(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix(URN)?.split_once(':')
}

/// Serves `/sso/idps/{id}`: one says who one is, or goes back.
pub(crate) fn serve(org: &Org, id: &str, call: &Call) -> Option<Reply> {
    let provider = provider(org, id)?;
    match call.method {
        Method::GET => Some(page(org, provider, call)),
        Method::POST => Some(posted(org, provider, call)),
        _ => None,
    }
}

pub(crate) fn provider<'a>(org: &'a Org, id: &str) -> Option<&'a IdpSettings> {
    let mut providers = org.settings.identity_providers.iter();
    providers.find(|provider| provider.id == id)
}

fn page(org: &Org, provider: &IdpSettings, call: &Call) -> Reply {
    let request = call.query_field("state").unwrap_or_default();
    let state = org.state();
    if state.idp.request(&request, org.now()).is_none() {
        return over();
    }
    let hidden = format!(
        "<input type=hidden name=state value=\"{}\">",
        escape(&request)
    );
    let mut body = format!("<article><form method=post>{hidden}");
    let proves = provider.proves();
    let (known, unknown) = words(proves);
    let setting_up = setting_up(&state, &request, org.now());
    let has = |person: &&Person| person.has(proves) || setting_up == Some(person.id.as_str());
    for person in state.people.all().filter(has) {
        let _ = write!(
            body,
            "<p><button name=account value=\"{0}\">{known} {0}</button></p>",
            escape(&person.login)
        );
    }
    let _ = write!(
        body,
        "<p><button name=account value=\"stranger@elsewhere.example\">{unknown}</button></p>\
<p><button name=cancel value=yes>Cancel</button></p></form></article>",
    );
    Reply::html(StatusCode::OK, document(&provider.name, &body))
}

/// What the buttons say: for somebody the org knows, and for anybody else.
fn words(proves: Authenticator) -> (&'static str, &'static str) {
    if proves == Authenticator::SmartCard {
        ("Use the card of", "Use a card that the org does not know")
    } else {
        ("Continue as", "Continue as somebody the org does not know")
    }
}

/// Who is in the middle of a sign-in, and may have an account that the org does not know of yet.
fn setting_up<'a>(state: &'a State, request: &str, now: u64) -> Option<&'a str> {
    let transaction = state.idp.request(request, now)?;
    state.transactions.look(transaction)?.person()
}

fn over() -> Reply {
    let text = "<article><p>Nobody waits for this any more. Go back and begin again.</p></article>";
    Reply::html(StatusCode::GONE, document("Too late", text))
}

/// Back to the org, with a code that stands for what was said.
fn posted(org: &Org, provider: &IdpSettings, call: &Call) -> Reply {
    let form = match Form::of_page(call) {
        Ok(form) => form,
        Err(refusal) => return refusal,
    };
    let request = form.field("state").unwrap_or_default();
    let mut state = org.state();
    let now = org.now();
    let Some(transaction) = state.idp.request(request, now).map(str::to_owned) else {
        return over();
    };
    let code = org.token();
    let verdict = Verdict {
        transaction,
        proves: provider.proves(),
        account: form.field("account").map(str::to_owned),
        expires_at: now + 60,
    };
    state.idp.verdicts.insert(code.clone(), verdict);
    let target = format!("{}/oauth2/v1/authorize/callback", call.host);
    match Url::parse_with_params(&target, [("code", code.as_str()), ("state", request)]) {
        Ok(target) => Reply::see_other(target.as_str()),
        Err(_) => over(),
    }
}
