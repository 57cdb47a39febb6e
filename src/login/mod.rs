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
mod complete;
mod error;
pub mod flow;
mod held;
pub mod pages;
pub mod return_to;
mod sign_in;
mod sign_out;
pub mod step;
pub mod step_token;
pub mod transaction;
pub mod view;
pub mod visit;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

pub use error::{Failure, FormFault, LoginError};
use tokio::sync::OwnedMutexGuard;

use self::{
    held::HeldAnswers,
    pages::{Page, Pages, StepNote},
    return_to::ReturnTo,
    step::StepOptions,
    step_token::StepTokens,
    transaction::{Transaction, Transactions},
    visit::Visit,
};
use crate::{
    clock::SharedClock,
    idx, oauth,
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
    /// Origins besides our own that pages may post towards through redirects (decision 6).
    pub form_action: Vec<String>,
    /// How long a sign-in may take from its first step.
    pub transaction_lifetime: Duration,
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
}

/// What a page of ours answers.
#[derive(Debug)]
pub struct Reply {
    /// Page or redirect.
    pub kind: ReplyKind,
    /// Cookies to set or clear.
    pub cookies: SetCookies,
}

/// Page or redirect.
#[derive(Debug)]
pub enum ReplyKind {
    /// A page, with the status that suits it: 200 for a step, also for one that shows an error.
    Page(Box<Page>),
    /// 303 (RFC 9110 §15.4.4), to a path of this origin or (a hop) to a provider.
    SeeOther(String),
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
/// The registered `redirect_uri`.
pub const CALLBACK: &str = "/.interlock/callback";
/// Where one signs out.
pub const SIGN_OUT: &str = "/.interlock/sign-out";

impl Login {
    /// Builds the room.
    pub fn new(settings: Settings, parts: Parts, pages: Pages) -> Self {
        let held = HeldAnswers::new(settings.transaction_lifetime);
        let options = StepOptions {
            hide: settings.hide.clone(),
        };
        Self {
            settings,
            parts,
            pages,
            options,
            held,
        }
    }

    /// Waits for the transaction's turn in this replica and reads it again: what came before may have moved it on, or
    /// finished it.
    async fn turn(
        &self,
        visit: &Visit,
        id: [u8; 16],
    ) -> Option<(OwnedMutexGuard<()>, Transaction)> {
        let turn = self.held.turn(id).await;
        let transaction = self.parts.transactions.open(&visit.headers)?;
        Some((turn, transaction))
    }

    fn seal(&self, transaction: &Transaction) -> Result<SetCookies, Failure> {
        Ok(self.parts.transactions.seal(transaction)?)
    }

    /// Where a browser is taken that must sign in before it may go to `rd`.
    pub fn address(rd: &ReturnTo) -> String {
        sign_in_address(rd, None)
    }
}

/// Notes travel in our own redirects as codes; what they say is fixed (security X2).
fn note_code(note: StepNote) -> &'static str {
    match note {
        StepNote::Expired => "expired",
        StepNote::MovedOn => "moved",
        StepNote::NoCookie => "cookies",
        StepNote::TooMany => "slow",
    }
}

fn note_from(code: &str) -> Option<StepNote> {
    [
        StepNote::Expired,
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
        }
    }

    fn see_other(location: impl Into<String>, cookies: SetCookies) -> Self {
        Self {
            kind: ReplyKind::SeeOther(location.into()),
            cookies,
        }
    }
}
