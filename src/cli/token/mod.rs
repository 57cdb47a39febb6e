//! `interlock token`: a native client that runs the flow in the terminal, straight against the issuer.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::{Arc, LazyLock},
    time::Duration,
};

use serde_json::{Value, json};

use super::TokenArgs;
use crate::{
    clock::SystemClock,
    idx::{self, Browser, IdxError, InteractRequest, ion::Document},
    login::{
        answer::{self, answer as compose},
        flow::{Issued, Stage},
        step::{Action, Aid, Branch, Control, Item, Step, StepOptions, Text, What},
        view::words::Words,
    },
    oauth::{self, ClientAuth, CodeVerifier, IssuerError, OAuthError},
    outbound::{self, Outbound, OutboundError},
    random::{self, SystemRandom},
};

/// Why no tokens come out.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The terminal or the pipe is closed.
    #[error("nobody answers")]
    Ask(#[from] io::Error),
    /// The engine can't be asked.
    #[error("the identity engine can't be asked")]
    Engine(#[from] IdxError),
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
    let engine = idx::Client::new(client.clone(), outbound);
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
    let secret = |secret: &Option<crate::secret::Secret>| {
        secret
            .as_ref()
            .map_or(Value::Null, |secret| secret.expose().into())
    };
    let printed = json!({
        "token_type": "Bearer",
        "access_token": tokens.access_token.expose(),
        "expires_in": tokens.expires_in,
        "scope": tokens.scope.join(" "),
        "refresh_token": secret(&tokens.refresh_token),
        "id_token": secret(&tokens.id_token),
    });
    writeln!(out, "{printed:#}")?;
    Ok(())
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
        show(&step, action, document_is_new(person, &step))?;
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

/// The terminal speaks English.
static WORDS: LazyLock<Option<Arc<Words>>> = LazyLock::new(|| Words::english().ok());

fn say(text: &Text) -> String {
    WORDS
        .as_ref()
        .map(|words| words.say(text))
        .unwrap_or_default()
}

fn word(key: &str) -> String {
    WORDS
        .as_ref()
        .map_or_else(|| key.to_owned(), |words| words.word(key))
}

fn ended(text: impl Into<String>) -> TokenError {
    TokenError::Ended(text.into())
}

/// Whether the step is another one than was shown last.
fn document_is_new(person: &mut Person, step: &Step) -> bool {
    let new = person.shown != Some(step.fingerprint());
    person.shown = Some(step.fingerprint());
    new
}

fn show(step: &Step, action: &Action, new: bool) -> io::Result<()> {
    if new {
        eprint_line(&format!("\n{}", say(&action.title)))?;
        for line in action.intro.iter().map(say).filter(|line| !line.is_empty()) {
            eprint_line(&line)?;
        }
        for aid in &action.aids {
            match aid {
                Aid::Code(text) | Aid::Number(text) | Aid::SharedSecret(text) => {
                    eprint_line(&format!("  {text}"))?;
                }
                Aid::Facts(facts) => {
                    for (name, value) in facts {
                        eprint_line(&format!("  {}: {value}", say(name)))?;
                    }
                }
                Aid::Link { text, url } => eprint_line(&format!("  {}: {url}", say(text)))?,
                Aid::List { items, .. } => {
                    for item in items {
                        eprint_line(&format!("  - {}", say(item)))?;
                    }
                }
                Aid::Qr { .. } => {}
            }
        }
    }
    let notes = step
        .messages
        .iter()
        .chain(action.controls.iter().flat_map(|control| &control.messages));
    for note in notes.filter(|_| new || action.refresh.is_none()) {
        eprint_line(&format!("! {}", say(&note.text)))?;
    }
    Ok(())
}

fn fill(
    controls: &[Control],
    action: &Action,
    person: &mut Person,
    posted: &mut Vec<(String, String)>,
) -> Result<(), TokenError> {
    for control in controls.iter().filter(|control| control.is_shown()) {
        let name = format!("f{}", control.index);
        match &control.what {
            What::Fixed(_) | What::Stated(_) | What::Script => {}
            What::Branches(branches) => {
                let offered: Vec<(usize, &Branch)> = branches
                    .iter()
                    .enumerate()
                    .filter(|(_, branch)| !branch.hidden)
                    .collect();
                let names: Vec<[String; 2]> = offered
                    .iter()
                    .map(|(_, branch)| [say(&branch.label), branch.key.clone().unwrap_or_default()])
                    .collect();
                let at = person.choose(control, action, &names)?;
                if let Some((number, branch)) = offered.get(at) {
                    posted.push((name, number.to_string()));
                    fill(&branch.controls, action, person, posted)?;
                }
            }
            What::Choice { options, .. } => {
                let offered: Vec<(usize, &Item)> = options
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| !item.hidden)
                    .collect();
                let names: Vec<[String; 2]> = offered
                    .iter()
                    .map(|(_, item)| [say(&item.label), item.value.text()])
                    .collect();
                let at = person.choose(control, action, &names)?;
                posted.extend(
                    offered
                        .get(at)
                        .map(|(number, _)| (name, number.to_string())),
                );
            }
            What::Checkbox { .. } => {
                let text =
                    person.ask(control, action, &format!("{} [y/N]", say(&control.label)))?;
                if matches!(text.trim(), "y" | "Y" | "yes" | "true" | "on") {
                    posted.push((name, "on".to_owned()));
                }
            }
            What::NewPassword => {
                let text = person.ask(control, action, &say(&control.label))?;
                posted.push((format!("{name}.again"), text.clone()));
                posted.push((name, text));
            }
            What::Password | What::Phone { .. } => {
                posted.push((name, person.ask(control, action, &say(&control.label))?));
            }
            What::Text { value, .. } => {
                let text = person.ask(control, action, &say(&control.label))?;
                let text = match value {
                    Some(value) if text.is_empty() => value.clone(),
                    _ => text,
                };
                posted.push((name, text));
            }
        }
    }
    Ok(())
}

/// Who answers: what the command line says, then whoever sits at the terminal.
struct Person {
    answers: Vec<(String, String)>,
    shown: Option<[u8; 8]>,
}

impl Person {
    fn new(answers: &[String]) -> Self {
        let pairs = answers.iter().filter_map(|pair| pair.split_once('='));
        Self {
            answers: pairs
                .map(|(field, value)| (field.to_owned(), value.to_owned()))
                .collect(),
            shown: None,
        }
    }

    /// Each answer is given once, so that a wrong one is not given for ever.
    fn given(&mut self, control: &Control) -> Option<String> {
        let field = control.field();
        let at = self
            .answers
            .iter()
            .position(|(named, _)| *named == field || named == control.name())?;
        Some(self.answers.remove(at).1)
    }

    fn ask(
        &mut self,
        control: &Control,
        action: &Action,
        prompt: &str,
    ) -> Result<String, TokenError> {
        if let Some(given) = self.given(control) {
            return Ok(given);
        }
        if !io::stdin().is_terminal() {
            if !control.required {
                return Ok(String::new());
            }
            return Err(TokenError::Unanswered {
                step: action.name.clone(),
                field: control.field(),
            });
        }
        let mut err = io::stderr().lock();
        write!(err, "{prompt}: ")?;
        err.flush()?;
        if matches!(control.what, What::Password | What::NewPassword) {
            return Ok(rpassword::read_password()?);
        }
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The place of what is chosen: by number, by label, or by what the engine calls it.
    fn choose(
        &mut self,
        control: &Control,
        action: &Action,
        names: &[[String; 2]],
    ) -> Result<usize, TokenError> {
        if names.len() == 1 {
            return Ok(0);
        }
        for (at, [label, _]) in names.iter().enumerate() {
            eprint_line(&format!("  {}. {label}", at + 1))?;
        }
        loop {
            let said = self.ask(control, action, &say(&control.label))?;
            let said = said.trim();
            let by_name = names.iter().position(|[label, key]| {
                label.eq_ignore_ascii_case(said) || key.eq_ignore_ascii_case(said)
            });
            let by_number = said.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            match by_name.or(by_number.filter(|at| *at < names.len())) {
                Some(at) => return Ok(at),
                None => eprint_line(&format!("! {}", word("problem.choose")))?,
            }
        }
    }
}

fn eprint_line(text: &str) -> io::Result<()> {
    // What the engine says never drives the terminal.
    let plain: String = text
        .chars()
        .filter(|character| *character == '\n' || !character.is_control())
        .collect();
    writeln!(io::stderr().lock(), "{plain}")
}
