//! `interlock token`: a native client that runs the flow in the terminal, straight against the issuer. What it prints it has
//! verified.

mod person;
mod qr;
mod show;

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use self::{
    person::{Person, fill},
    show::{eprint_line, plain, say, show, word},
};
use super::TokenArgs;
use crate::{
    clock::SystemClock,
    idx::{self, Browser, IdxError, InteractRequest, ion::Document},
    login::{
        answer::{self, answer as compose},
        flow::{Issued, Stage},
        step::{Step, StepOptions},
    },
    oauth::{self, ClientAuth, CodeVerifier, IssuerError, OAuthError, TokenResponse},
    outbound::{self, Outbound, OutboundError},
    random::{self, SystemRandom},
    secret::Secret,
    token::{self, AccessTokenError, IdTokenError, IdTokenExpectation, Verifier},
};

/// Why no tokens come out.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The access token is not what was asked for.
    #[error("the access token is not good, and not printed")]
    AccessToken(#[from] AccessTokenError),
    /// The terminal or the pipe is closed.
    #[error("nobody answers")]
    Ask(#[from] io::Error),
    /// The engine can't be asked.
    #[error("the identity engine can't be asked")]
    Engine(#[from] IdxError),
    /// The ID token is not what was asked for.
    #[error("the ID token is not good, and not printed")]
    IdToken(#[from] IdTokenError),
    /// No address of an authorization server.
    #[error("--issuer is wrong")]
    Issuer(#[from] IssuerError),
    /// The code was not redeemed.
    #[error("the code can't be redeemed")]
    OAuth(#[from] OAuthError),
    /// The trust roots can't be read.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// The sign-in ended without a code.
    #[error("{0}")]
    Ended(String),
    /// Nobody is there to ask.
    #[error("the step `{step}` asks for `{field}`; add --answer {field}=…")]
    Unanswered {
        /// The remediation.
        step: String,
        /// Its field.
        field: String,
    },
}

/// Signs in and prints the tokens as JSON; prompts and messages go to standard error.
///
/// # Errors
/// The issuer can't be reached or refuses, or the person gives up.
pub async fn token(args: &TokenArgs, out: &mut (dyn Write + Send)) -> Result<(), TokenError> {
    let settings = Arc::new(oauth::Settings {
        issuer: args.issuer.parse()?,
        client_id: args.client_id.clone(),
        client_auth: ClientAuth::None,
        scopes: args.scope.clone(),
        ca_file: None,
    });
    let outbound = Outbound::new(
        &outbound::Settings::default(),
        tokio::runtime::Handle::current(),
    )?;
    let client = Arc::new(oauth::Client::new(
        settings,
        outbound.clone(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
    ));
    let engine = idx::Client::new(client.clone(), outbound.clone());
    let verifier = CodeVerifier::generate(&SystemRandom);
    let request = InteractRequest {
        redirect_uri: args.redirect_uri.clone(),
        code_challenge: verifier.challenge(),
        state: random::token(&SystemRandom),
        nonce: random::token(&SystemRandom),
        login_hint: args.login_hint.clone(),
        acr_values: args.acr_values.clone(),
        ..InteractRequest::default()
    };
    let browser = Browser::default();
    let handle = engine.interact(&request, &browser).await?;
    let first = engine.introspect(&handle, &browser).await?.document;
    let mut person = Person::new(&args.answer);
    let issued = run(&engine, &browser, first, &mut person).await?;
    let tokens = client
        .redeem_interaction_code(&issued.interaction_code, &verifier)
        .await?;
    let judge = Verifier::new(
        token::Settings::default(),
        client,
        outbound,
        Arc::new(SystemClock),
    );
    verify(&judge, &tokens, &request.nonce).await?;
    writeln!(out, "{:#}", printed(&tokens))?;
    Ok(())
}

/// Judges what came as the gateway itself does. Whose audience the access token is for is not known here; the org
/// server's is opaque.
async fn verify(judge: &Verifier, tokens: &TokenResponse, nonce: &str) -> Result<(), TokenError> {
    if let Some(id_token) = &tokens.id_token {
        let expected = IdTokenExpectation {
            nonce: Some(nonce),
            access_token: Some(&tokens.access_token),
            max_age: None,
        };
        judge.id_token(id_token, &expected).await?;
    }
    judge.session_access_token(&tokens.access_token).await?;
    Ok(())
}

fn printed(tokens: &TokenResponse) -> Value {
    let exposed = |secret: &Option<Secret>| {
        secret
            .as_ref()
            .map_or(Value::Null, |secret| secret.expose().into())
    };
    json!({
        "token_type": "Bearer",
        "access_token": tokens.access_token.expose(),
        "expires_in": tokens.expires_in,
        "scope": tokens.scope.join(" "),
        "refresh_token": exposed(&tokens.refresh_token),
        "id_token": exposed(&tokens.id_token),
    })
}

/// One step after the other, until there is a code.
async fn run(
    engine: &idx::Client,
    browser: &Browser,
    mut document: Document,
    person: &mut Person,
) -> Result<Issued, TokenError> {
    loop {
        let due = match Stage::of(document) {
            Stage::Due(due) => due,
            Stage::Issued(issued) => return Ok(issued),
            Stage::Expired => return Err(ended("the sign-in took too long; start again")),
            Stage::Ended(last) => {
                let said: Vec<String> = Step::of(&last, &StepOptions::default())
                    .messages
                    .iter()
                    .map(|note| say(&note.text))
                    .collect();
                return Err(ended(format!("the sign-in ended: {}", said.join(" "))));
            }
        };
        let step = Step::of(&due, &StepOptions::default());
        let action = step
            .page
            .and_then(|page| step.actions.get(page))
            .ok_or_else(|| ended("the step has no form that a terminal could fill"))?;
        if action.is_link || action.needs_script() {
            let text = format!(
                "the step `{}` needs a browser; sign in with another method",
                action.name
            );
            return Err(ended(text));
        }
        show(&step, action, person.has_not_seen(&step))?;
        if let (Some(refresh), None) = (action.refresh, action.shown().next()) {
            tokio::time::sleep(Duration::from_millis(refresh.clamp(2_000, 60_000))).await;
        }
        let mut posted = vec![(answer::ACTION.to_owned(), action.id.to_string())];
        fill(&action.controls, action, person, &mut posted)?;
        match compose(&due, &step, &posted) {
            Ok(answered) => {
                let sent = engine.proceed(&answered.form, &answered.body.0, browser);
                document = sent.await?.document;
            }
            Err(problems) => {
                for problem in problems {
                    eprint_line(&format!("! {}", word(problem.text)))?;
                }
                document = due;
            }
        }
    }
}

fn ended(text: impl AsRef<str>) -> TokenError {
    TokenError::Ended(plain(text.as_ref()))
}
