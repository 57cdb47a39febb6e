//! The headless flow: the same sign-in as the pages, as JSON (decision 11, `docs/openapi.yaml`).
//!
//! A browser's script ends with the session cookie and never sees a token. A native client, where the configuration lets
//! them, carries the sealed transaction itself and ends with the tokens.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything but a step is handed on as it is"
)]

mod document;
mod values;

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    login::{
        Failure, Login, LoginError, Wanted,
        progress::{Due, How, Poll, Progress, Signed},
        return_to::ReturnTo,
        transaction::Transaction,
        visit::{Visit, same_origin},
    },
    session::SetCookies,
};

/// Begins a sign-in, or goes on with the browser's own.
pub const START: &str = "/.interlock/api/start";
/// The step that is due.
pub const STEP: &str = "/.interlock/api/step";
/// Answers a step.
pub const ANSWER: &str = "/.interlock/api/answer";
/// Gives a sign-in up.
pub const CANCEL: &str = "/.interlock/api/cancel";

/// Every path and the methods it takes.
pub const PATHS: [(&str, &[&str]); 4] = [
    (START, &["POST"]),
    (STEP, &["GET", "POST"]),
    (ANSWER, &["POST"]),
    (CANCEL, &["POST"]),
];

/// What a request says.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    rd: Option<String>,
    login_hint: Option<String>,
    form: Option<String>,
    values: Map<String, Value>,
    step_token: String,
    transaction: Option<String>,
}

/// Hides what was typed.
impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

impl Asked {
    /// Reads a body; an empty one says nothing.
    pub fn parse(body: &[u8]) -> Option<Self> {
        if body.trim_ascii().is_empty() {
            return Some(Self::default());
        }
        serde_json::from_slice(body).ok()
    }

    /// What the query says, where there is no body.
    pub fn of_query(visit: &Visit) -> Self {
        Self {
            rd: visit.query.one("rd").ok().flatten().map(str::to_owned),
            ..Self::default()
        }
    }

    /// Where the person is going.
    pub fn rd(&self) -> ReturnTo {
        ReturnTo::or_root(self.rd.as_deref())
    }
}

/// What is answered.
#[derive(Debug)]
pub struct Reply {
    /// Its status; from 400 on the body is a problem document.
    pub status: StatusCode,
    /// The document. It may hold tokens: never log it.
    pub body: Value,
    /// Cookies to set or clear; none for native clients.
    pub cookies: SetCookies,
    /// When to come again.
    pub retry_after: Option<Duration>,
}

/// One request to the headless flow.
#[derive(Debug)]
pub struct Api<'a> {
    /// The sign-in.
    pub login: &'a Login,
    /// What was asked with.
    pub visit: &'a Visit,
    /// What it says.
    pub asked: &'a Asked,
    /// What a sign-in must bring for where it is going.
    pub wanted: &'a Wanted,
    /// Whether the browser has a session that is enough there.
    pub signed_in: bool,
    /// Whether native clients are let in.
    pub native: bool,
}

/// Whether a request can't be a browser's: it names no origin, and carries nothing that browsers add.
pub fn is_native(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::ORIGIN)
        && !headers.contains_key(header::COOKIE)
        && !headers
            .keys()
            .any(|name| name.as_str().starts_with("sec-fetch-"))
}

impl Api<'_> {
    /// Answers at one of [`PATHS`].
    ///
    /// # Errors
    /// The request comes from elsewhere, or the engine can't be asked.
    pub async fn serve(&self, path: &str) -> Result<Reply, LoginError> {
        let native = self.native && is_native(&self.visit.headers);
        // What a native client carries is nothing to a browser.
        if self.asked.transaction.is_some() && !native {
            return Err(Failure::CrossOrigin.into());
        }
        let reads = path == STEP;
        if !reads && !same_origin(&self.visit.headers, self.login.public_url()) {
            return Err(Failure::CrossOrigin.into());
        }
        let served = match path {
            START => self.start(native).await,
            STEP => self.step(native).await,
            ANSWER => self.answer(native).await,
            _ => self.cancel(native).await,
        };
        served.map_err(|error| {
            if native {
                error.with(SetCookies::none())
            } else {
                error
            }
        })
    }

    async fn start(&self, native: bool) -> Result<Reply, LoginError> {
        if self.signed_in && !native {
            return Ok(self.signed_in_already());
        }
        let under_way = if native {
            None
        } else {
            self.login.under_way(self.visit, self.wanted)
        };
        let hint = self.asked.login_hint.clone();
        let progress = match under_way.filter(|_| hint.is_none()) {
            Some(transaction) => {
                self.login
                    .resume(self.visit, transaction, Poll::WhenDue)
                    .await?
            }
            None => self.login.begin(self.visit, self.wanted, hint).await?,
        };
        match progress {
            Progress::Expired(_) | Progress::Finished => {
                let progress = self.login.begin(self.visit, self.wanted, None).await?;
                self.say(progress, native).await
            }
            progress => self.say(progress, native).await,
        }
    }

    async fn step(&self, native: bool) -> Result<Reply, LoginError> {
        match self.under_way(native) {
            Some(transaction) => {
                let progress = self
                    .login
                    .resume(self.visit, transaction, Poll::WhenDue)
                    .await?;
                self.say(progress, native).await
            }
            None => Ok(self.nothing(native)),
        }
    }

    async fn answer(&self, native: bool) -> Result<Reply, LoginError> {
        let Some(transaction) = self.under_way(native) else {
            return Ok(self.nothing(native));
        };
        let (form, values) = (self.asked.form.as_deref(), &self.asked.values);
        if values::split_lists(values) {
            return Ok(problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "An entry of a list holds a comma or a line end, which no list can; send it without.",
                [],
            ));
        }
        let progress = self
            .login
            .proceed(self.visit, transaction, &self.asked.step_token, |step| {
                values::posted(step, form, values)
            })
            .await?;
        self.say(progress, native).await
    }

    async fn cancel(&self, native: bool) -> Result<Reply, LoginError> {
        if let Some(transaction) = self.under_way(native) {
            self.login.give_up(self.visit, transaction).await;
        }
        let cookies = if native {
            SetCookies::none()
        } else {
            self.login.clear()
        };
        Ok(ok(json!({ "state": "cancelled" }), cookies))
    }

    fn under_way(&self, native: bool) -> Option<Transaction> {
        if native {
            let carried = self.asked.transaction.as_deref()?;
            self.login.carried(carried)
        } else {
            self.login.opened(self.visit)
        }
    }

    fn nothing(&self, native: bool) -> Reply {
        if self.signed_in && !native {
            return self.signed_in_already();
        }
        problem(
            StatusCode::NOT_FOUND,
            "No sign-in is under way; start one.",
            [("start", START.into())],
        )
    }

    fn signed_in_already(&self) -> Reply {
        let rd = self.asked.rd();
        ok(
            json!({ "state": "signed_in", "rd": rd.as_str() }),
            SetCookies::none(),
        )
    }

    async fn say(&self, progress: Progress, native: bool) -> Result<Reply, LoginError> {
        match progress {
            Progress::Due(due) => self.due(&due, native),
            Progress::Ended(transaction, document) => {
                self.login.forget(&transaction);
                let body = json!({ "state": "ended", "step": self.login.describe_end(self.visit, &document) });
                let cookies = if native {
                    SetCookies::none()
                } else {
                    self.login.clear()
                };
                Ok(ok(body, cookies))
            }
            Progress::Expired(_) => Ok(problem(
                StatusCode::GONE,
                "The sign-in took too long; start again.",
                [("start", START.into())],
            )),
            Progress::Finished => Ok(self.nothing(native)),
            Progress::Signed(signed) if native => {
                if signed.is_first().await {
                    Ok(ok(tokens(&signed), SetCookies::none()))
                } else {
                    Ok(self.nothing(native))
                }
            }
            Progress::Signed(signed) => {
                let cookies = self.login.begin_session(self.visit, &signed).await?;
                let rd = self.asked.rd();
                Ok(ok(
                    json!({ "state": "signed_in", "rd": rd.as_str() }),
                    cookies,
                ))
            }
        }
    }

    fn due(&self, due: &Due, native: bool) -> Result<Reply, LoginError> {
        let rd = self.asked.rd();
        let step = self.login.describe(self.visit, due, &rd, native);
        let mut members = Map::new();
        members.insert("step".to_owned(), step);
        let cookies = if native {
            members.insert(
                "transaction".to_owned(),
                self.login.carry(&due.transaction)?.into(),
            );
            SetCookies::none()
        } else {
            self.login.seal(&due.transaction)?
        };
        let mut reply = match due.how {
            How::Answered { .. } | How::Shown => {
                members.insert("state".to_owned(), "step".into());
                return Ok(ok(members.into(), cookies));
            }
            How::MovedOn => problem(
                StatusCode::CONFLICT,
                "The answer is to another step than the one that is due.",
                [],
            ),
            How::TooMany(_) => problem(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many answers; wait a while.",
                [],
            ),
            How::Unsent => problem(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Something is missing or can't be sent.",
                [(
                    "errors",
                    self.login
                        .describe_problems(self.visit, due, self.asked.form.as_deref()),
                )],
            ),
        };
        if let How::TooMany(wait) = due.how {
            reply.retry_after = Some(wait);
        }
        if let Some(body) = reply.body.as_object_mut() {
            body.append(&mut members);
        }
        reply.cookies = cookies;
        Ok(reply)
    }
}

/// For a native client alone (RFC 6749 §5.1).
fn tokens(signed: &Signed) -> Value {
    let session = &signed.session;
    let mut body = json!({
        "state": "tokens",
        "token_type": "Bearer",
        "access_token": session.access_token.expose(),
        "expires_in": session.access_expires_at.saturating_sub(session.started_at),
        "scope": session.scopes.join(" "),
        "id_token": signed.id_token.expose(),
    });
    if let (Some(refresh), Some(body)) = (&session.refresh_token, body.as_object_mut()) {
        body.insert("refresh_token".to_owned(), refresh.expose().into());
    }
    body
}

fn ok(body: Value, cookies: SetCookies) -> Reply {
    Reply {
        status: StatusCode::OK,
        body,
        cookies,
        retry_after: None,
    }
}

/// A problem document (RFC 9457).
fn problem<const N: usize>(status: StatusCode, detail: &str, members: [(&str, Value); N]) -> Reply {
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let Some(body) = body.as_object_mut() {
        body.extend(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
    }
    Reply {
        status,
        body,
        cookies: SetCookies::none(),
        retry_after: None,
    }
}

#[cfg(test)]
mod tests;
