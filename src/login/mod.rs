//! A sign-in demand: the Interaction Code flow, shown as pages.
//!
//! `interact` → the handle is sealed into the browser's transaction cookie → `introspect` → a page → `POST` → the step's
//! form is answered → the next page … → the interaction code → tokens → a session → 303 to where the person was going.
//!
//! What a replica remembers (`held.rs`) only saves a call: the cookie and the engine suffice to go on, after a
//! restart or in another replica. A transaction has a step counter; every page carries a token of the step it shows, and
//! an answer to another step than the one that is due is not sent on (decision 9).

pub mod answer;
pub mod backchannel;
mod callback;
mod captcha;
mod complete;
mod error;
pub mod flow;
mod held;
mod hosted;
mod invited;
mod limit;
pub mod pages;
pub(crate) mod progress;
pub mod return_to;
mod sign_in;
mod sign_out;
pub mod step;
pub mod step_token;
pub mod transaction;
mod typed;
pub mod view;
pub mod visit;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

pub use error::{Failure, FormFault, LoginError};
pub use hosted::HOSTED;
use moka::sync::Cache;
use tokio::sync::OwnedMutexGuard;

use self::{
    held::HeldAnswers,
    limit::Limit,
    pages::{Page, Pages, StepNote},
    progress::Signed,
    return_to::ReturnTo,
    step::StepOptions,
    step_token::StepTokens,
    transaction::{Transaction, Transactions},
    visit::Visit,
};
use crate::{
    clock::SharedClock,
    idx::{self, Browser},
    oauth::{self, ClientAuth},
    public_url::PublicUrl,
    random::SharedRandom,
    session::{Sessions, SetCookies},
    token::Verifier,
};

/// Looks, words and what may be offered (`[sign_in]`).
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Languages of the pages, best first; `en` where empty.
    pub languages: Vec<String>,
    /// Product name shown on the pages; `None`: the app's label from the engine, else the public host.
    pub brand_name: Option<String>,
    /// Methods never offered, as `key` or `key.method` (`okta_verify.signed_nonce`).
    pub hide: BTreeSet<String>,
    /// How an operator makes the pages their own.
    pub brand: view::brand::Brand,
    /// Captchas of third parties that may be shown.
    pub captcha: view::brand::CaptchaScripts,
    /// Whether Duo's frame may be shown.
    pub duo: bool,
    /// Whether a step that can't be done here may be finished at the server's own page.
    pub hosted_page: bool,
    /// Origins besides our own that pages may post towards through redirects (decision 6).
    pub form_action: Vec<String>,
    /// How long a sign-in may take from its first step.
    pub transaction_lifetime: Duration,
    /// Answers to steps that one address may send in a minute, and sign-ins that it may begin; a hundredth of what all
    /// may. 0: no limit.
    pub answers_per_minute: u32,
    /// Answers that may be sent in a minute for one account, from wherever; 0: no limit.
    pub answers_per_account: u32,
    /// Claims that routes require or map to headers: where the ID token lacks one, userinfo is asked once.
    pub needed_claims: BTreeSet<String>,
}

/// What the sign-in works with.
#[derive(Debug)]
pub struct Parts {
    /// Our external origin.
    pub public_url: PublicUrl,
    /// The engine.
    pub idx: idx::Client,
    /// The authorization server.
    pub oauth: Arc<oauth::Client>,
    /// Judges tokens.
    pub verifier: Arc<Verifier>,
    /// Keeps sessions.
    pub sessions: Sessions,
    /// Keeps sign-ins.
    pub transactions: Transactions,
    /// Binds pages to steps.
    pub step_tokens: StepTokens,
    /// Time.
    pub clock: SharedClock,
    /// Chance.
    pub random: SharedRandom,
}

/// The room.
#[derive(Debug)]
pub struct Login {
    settings: Settings,
    parts: Parts,
    pages: Pages,
    options: StepOptions,
    held: HeldAnswers,
    /// What sign-ins brought that were finished in the last half minute.
    finished: Cache<[u8; 16], Signed>,
    limit: Limit,
}

/// What a page of ours answers.
#[derive(Debug)]
pub struct Reply {
    /// Page or redirect.
    pub kind: ReplyKind,
    /// Cookies to set or clear.
    pub cookies: SetCookies,
    /// When to come again, where too many came.
    pub retry_after: Option<Duration>,
}

/// Page or redirect.
#[derive(Debug)]
pub enum ReplyKind {
    /// A page, with the status that suits it: 200 for a step, also for one that shows an error.
    Page(Box<Page>),
    /// 303 (RFC 9110 §15.4.4), to a path of this origin or (a hop) to a provider.
    SeeOther(String),
    /// An answer for a script of ours.
    Json(serde_json::Value),
}

/// What the sign-in must bring, besides somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `acr_values` for `interact`.
    pub acr_values: Option<String>,
    /// `max_age` for `interact`, in seconds.
    pub max_age: Option<u64>,
}

/// The path of the pages.
pub const SIGN_IN: &str = "/.interlock/sign-in";
/// Where a page that waits asks whether to go on.
pub const STATUS: &str = "/.interlock/sign-in/status";
/// Where the problem of a CAPTCHA is fetched.
pub const CAPTCHA: &str = "/.interlock/sign-in/captcha";
/// The registered `redirect_uri`.
pub const CALLBACK: &str = "/.interlock/callback";
/// Where one signs out.
pub const SIGN_OUT: &str = "/.interlock/sign-out";

impl Login {
    /// Builds the room.
    pub fn new(settings: Settings, parts: Parts, pages: Pages) -> Self {
        let held = HeldAnswers::new(settings.transaction_lifetime);
        let limit = Limit::new(settings.answers_per_minute, settings.answers_per_account);
        let options = StepOptions {
            hide: settings.hide.clone(),
        };
        let finished = Cache::builder()
            .max_capacity(MOST_FINISHED)
            .time_to_live(SENT_TWICE)
            .build();
        Self {
            settings,
            parts,
            pages,
            options,
            held,
            finished,
            limit,
        }
    }

    /// Waits for the transaction's turn in this replica and looks how far it has come: what came before may have moved it
    /// on, or finished it.
    async fn turn(&self, transaction: Transaction) -> Option<(OwnedMutexGuard<()>, Transaction)> {
        let turn = self.held.turn(transaction.id).await;
        let transaction = self.parts.transactions.current(transaction)?;
        Some((turn, transaction))
    }

    pub(crate) fn seal(&self, transaction: &Transaction) -> Result<SetCookies, Failure> {
        Ok(self.parts.transactions.seal(transaction)?)
    }

    pub(crate) fn carry(&self, transaction: &Transaction) -> Result<String, Failure> {
        Ok(self.parts.transactions.carry(transaction)?)
    }

    pub(crate) fn carried(&self, sealed: &str) -> Option<Transaction> {
        self.parts.transactions.carried(sealed)
    }

    /// The sign-in that the browser has under way.
    pub(crate) fn opened(&self, visit: &Visit) -> Option<Transaction> {
        self.parts.transactions.open(&visit.headers)
    }

    pub(crate) fn clear(&self) -> SetCookies {
        self.parts.transactions.clear()
    }

    pub(crate) fn forget(&self, transaction: &Transaction) {
        self.held.forget(transaction.id);
    }

    pub(crate) fn options(&self) -> &StepOptions {
        &self.options
    }

    pub(crate) fn public_url(&self) -> &PublicUrl {
        &self.parts.public_url
    }

    /// The pages in the person's language.
    pub(crate) fn pages_for(&self, visit: &Visit) -> Pages {
        self.pages
            .in_language(&self.pages.language_for(visit.accept_language()))
    }

    /// What of the browser the engine is told: its words come in the language of the page.
    fn browser(&self, visit: &Visit, device_token: Option<String>) -> Browser {
        let language = self.pages.language_for(visit.accept_language());
        Browser {
            accept_language: Some(language.to_string()),
            ..visit.browser(device_token)
        }
    }

    /// What the browser is called towards the engine, which listens to that from a client that authenticates alone.
    fn device_token(&self, visit: &Visit) -> Option<String> {
        let tells = !matches!(self.parts.oauth.settings().client_auth, ClientAuth::None);
        tells
            .then(|| self.parts.transactions.device_token(&visit.headers))
            .flatten()
    }

    /// Where a browser is taken that must sign in before it may go to `rd`.
    pub fn address(rd: &ReturnTo) -> String {
        sign_in_address(rd, None)
    }
}

/// As long as a browser may take to send the last answer again.
const SENT_TWICE: Duration = Duration::from_secs(30);
const MOST_FINISHED: u64 = 1_000;

/// Notes travel in our own redirects as codes; what they say is fixed (security X2).
fn note_code(note: StepNote) -> &'static str {
    match note {
        StepNote::Expired => "expired",
        StepNote::HostedPage => "hosted",
        StepNote::MovedOn => "moved",
        StepNote::NoCookie => "cookies",
        StepNote::TooMany => "slow",
    }
}

fn note_from(code: &str) -> Option<StepNote> {
    [
        StepNote::Expired,
        StepNote::HostedPage,
        StepNote::MovedOn,
        StepNote::NoCookie,
        StepNote::TooMany,
    ]
    .into_iter()
    .find(|note| note_code(*note) == code)
}

fn sign_in_address(rd: &ReturnTo, note: Option<StepNote>) -> String {
    let note = note
        .map(|note| format!("&note={}", note_code(note)))
        .unwrap_or_default();
    format!("{SIGN_IN}?{}{note}", rd.as_parameter())
}

impl Reply {
    fn page(page: Page, cookies: SetCookies) -> Self {
        Self {
            kind: ReplyKind::Page(Box::new(page)),
            cookies,
            retry_after: None,
        }
    }

    fn see_other(location: impl Into<String>, cookies: SetCookies) -> Self {
        Self {
            kind: ReplyKind::SeeOther(location.into()),
            cookies,
            retry_after: None,
        }
    }
}
