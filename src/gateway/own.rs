//! The gateway's own paths, each handed to its room.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::{
    Rooms,
    pipeline::set_cookies,
    respond::{self, Failed, GatewayError},
};
use crate::{
    api::{self, Api, Asked},
    authenticate::{Principal, Who},
    authorize::{Verdict, judge},
    body::Body,
    edge::{Admitted, CanonicalPath},
    login::{
        CALLBACK, CAPTCHA, FormFault, HOSTED, LoginError, Reply, SIGN_IN, SIGN_OUT, STATUS, Wanted,
        return_to::ReturnTo,
        visit::{Pairs, Visit},
    },
    session::{Session, SetCookies},
    token::OF_THE_TOKEN,
};

const PREFIX: &str = "/.interlock";
const ASSETS: &str = "/.interlock/assets/";
const SIGN_IN_GO: &str = "/.interlock/sign-in/go";
const USERINFO: &str = "/.interlock/userinfo";
const BACK_CHANNEL_LOGOUT: &str = "/.interlock/backchannel-logout";
const JWKS: &str = "/.interlock/jwks.json";

/// Largest form; a page of ours sends far less.
const FORM_LIMIT: usize = 64 * 1024;
/// Longest time for a form to arrive.
const FORM_TIMEOUT: Duration = Duration::from_secs(15);

/// Whether a path is ours, whatever the routes say.
pub(super) fn is_own(path: &CanonicalPath) -> bool {
    path.decoded()
        .strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers one of our own paths.
pub(super) async fn serve(
    rooms: &Rooms,
    admitted: Box<Admitted>,
) -> Result<Response<Body>, GatewayError> {
    let method = admitted.head.method.clone();
    let reading = matches!(method, Method::GET | Method::HEAD);
    match admitted.path.decoded() {
        SIGN_IN if reading => show(rooms, admitted).await,
        SIGN_IN if method == Method::POST => answer(rooms, admitted).await,
        STATUS if reading => status(rooms, &admitted).await,
        CAPTCHA if reading => reply(rooms, rooms.login.captcha(&visit(&admitted)).await),
        SIGN_IN_GO if reading => reply(rooms, rooms.login.go(&visit(&admitted)).await),
        HOSTED if reading => {
            let visit = visit(&admitted);
            reply(rooms, rooms.login.leave_for_hosted_page(&visit).await)
        }
        CALLBACK if reading => reply(rooms, rooms.login.callback(&visit(&admitted)).await),
        SIGN_OUT if reading => confirm_sign_out(rooms, admitted).await,
        SIGN_OUT if method == Method::POST => sign_out(rooms, admitted).await,
        BACK_CHANNEL_LOGOUT if method == Method::POST => back_channel(rooms, admitted).await,
        USERINFO if reading => userinfo(rooms, &admitted).await,
        JWKS if reading => Ok(respond::json(
            StatusCode::OK,
            rooms.assertion.jwks(),
            "application/jwk-set+json",
        )),
        path if path.starts_with(ASSETS) && reading => {
            let asset = rooms.pages.asset(path).ok_or(Failed::NoRoute)?;
            Ok(respond::asset(asset, &admitted.head.headers))
        }
        api::STEP if method == Method::GET => headless(rooms, admitted, api::STEP).await,
        path if method == Method::POST => match api::PATHS.iter().find(|(own, _)| *own == path) {
            Some((own, _)) => headless(rooms, admitted, own).await,
            None if matches!(
                path,
                SIGN_IN_GO | HOSTED | STATUS | CAPTCHA | CALLBACK | USERINFO | JWKS
            ) =>
            {
                Err(Failed::Method("GET, HEAD").into())
            }
            None => Err(Failed::NoRoute.into()),
        },
        api::STEP => Err(Failed::Method("GET, POST").into()),
        SIGN_IN | SIGN_OUT => Err(Failed::Method("GET, HEAD, POST").into()),
        api::START | api::ANSWER | api::CANCEL | BACK_CHANNEL_LOGOUT => {
            Err(Failed::Method("POST").into())
        }
        SIGN_IN_GO | HOSTED | STATUS | CAPTCHA | CALLBACK | USERINFO | JWKS => {
            Err(Failed::Method("GET, HEAD").into())
        }
        _ => Err(Failed::NoRoute.into()),
    }
}

fn visit(admitted: &Admitted) -> Visit {
    Visit {
        headers: admitted.head.headers.clone(),
        query: Pairs::parse(admitted.head.uri.query().unwrap_or_default().as_bytes()),
        client: admitted.client.clone(),
        request_id: admitted.request_id.to_string(),
    }
}

fn reply(rooms: &Rooms, reply: Result<Reply, LoginError>) -> Result<Response<Body>, GatewayError> {
    Ok(respond::reply(rooms, reply?))
}

async fn show(rooms: &Rooms, admitted: Box<Admitted>) -> Result<Response<Body>, GatewayError> {
    let visit = visit(&admitted);
    let rd = visit
        .query
        .one("rd")
        .ok()
        .flatten()
        .map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd)));
    let standing = standing(rooms, &admitted, &rd).await?;
    let shown = rooms
        .login
        .show(&visit, &standing.wanted, standing.signed_in)
        .await;
    with_cookies(reply(rooms, shown), standing.cookies)
}

async fn answer(rooms: &Rooms, admitted: Box<Admitted>) -> Result<Response<Body>, GatewayError> {
    let visit = visit(&admitted);
    let (host, headers) = (admitted.host.clone(), admitted.head.headers.clone());
    let posted = form(&headers, admitted.body)
        .await
        .map_err(LoginError::from)?;
    let rd = posted
        .one("rd")
        .ok()
        .flatten()
        .map_or_else(ReturnTo::root, |rd| ReturnTo::or_root(Some(rd)));
    let standing = standing_of(rooms, &host, &headers, &rd).await?;
    let answered = rooms
        .login
        .answer(&visit, &posted, &standing.wanted, standing.signed_in)
        .await;
    with_cookies(reply(rooms, answered), standing.cookies)
}

async fn status(rooms: &Rooms, admitted: &Admitted) -> Result<Response<Body>, GatewayError> {
    let visit = visit(admitted);
    reply(rooms, rooms.login.status(&visit).await)
}

async fn confirm_sign_out(
    rooms: &Rooms,
    admitted: Box<Admitted>,
) -> Result<Response<Body>, GatewayError> {
    let visit = visit(&admitted);
    let presented = rooms.authenticate.session(&admitted.head.headers).await?;
    let session = presented.session.ok();
    let page = respond::reply(
        rooms,
        rooms.login.confirm_sign_out(&visit, session.as_deref()),
    );
    with_cookies(Ok(page), presented.cookies)
}

async fn sign_out(rooms: &Rooms, admitted: Box<Admitted>) -> Result<Response<Body>, GatewayError> {
    let visit = visit(&admitted);
    let session = rooms.authenticate.stored(&admitted.head.headers).await?;
    let posted = form(&admitted.head.headers, admitted.body)
        .await
        .map_err(LoginError::from)?;
    reply(rooms, rooms.login.sign_out(&visit, &posted, session).await)
}

/// The authorization server's own call, proven by what it brings: neither cookie nor origin take part (decision 2).
async fn back_channel(
    rooms: &Rooms,
    admitted: Box<Admitted>,
) -> Result<Response<Body>, GatewayError> {
    let posted = form(&admitted.head.headers, admitted.body)
        .await
        .map_err(LoginError::from)?;
    let token = posted.one("logout_token").ok().flatten();
    let done = rooms.back_channel.end(token.unwrap_or_default()).await;
    Ok(respond::back_channel(done, &admitted.request_id))
}

async fn userinfo(rooms: &Rooms, admitted: &Admitted) -> Result<Response<Body>, GatewayError> {
    let (who, cookies) = rooms.authenticate.who(&admitted.head.headers, true).await?;
    let response = match who {
        Who::Known(principal) => respond::json(
            StatusCode::OK,
            claims_of(&principal).to_string(),
            "application/json",
        ),
        Who::Anonymous(_) => respond::unauthorized(rooms, &ReturnTo::default()),
    };
    with_cookies(Ok(response), cookies)
}

/// The claims of somebody signed in; no token is among them (security X9).
fn claims_of(principal: &Principal) -> serde_json::Value {
    let mut claims = principal.claims().to_values();
    for technical in OF_THE_TOKEN {
        claims.remove(technical);
    }
    claims.insert("sub".to_owned(), principal.subject().into());
    claims.into()
}

/// How a browser stands to the place it wants to go to.
struct Standing {
    /// It has a session, and that is enough there.
    signed_in: bool,
    /// What a sign-in must bring for it.
    wanted: Wanted,
    cookies: SetCookies,
}

async fn standing(
    rooms: &Rooms,
    admitted: &Admitted,
    rd: &ReturnTo,
) -> Result<Standing, GatewayError> {
    standing_of(rooms, &admitted.host, &admitted.head.headers, rd).await
}

async fn standing_of(
    rooms: &Rooms,
    host: &str,
    headers: &HeaderMap,
    rd: &ReturnTo,
) -> Result<Standing, GatewayError> {
    let presented = rooms.authenticate.session(headers).await?;
    let path = CanonicalPath::parse(path_of(rd)).ok();
    let route = path.and_then(|path| rooms.routes.select(host, &path, &Method::GET).cloned());
    let wanted = route.as_ref().map(|route| Wanted {
        acr_values: route.require.acr.clone(),
        max_age: route.require.max_age.map(|age| age.as_secs()),
    });
    let enough = |session: &Arc<Session>| {
        let principal = Principal::of_session(session);
        route
            .as_ref()
            .is_none_or(|route| judge(&principal, &route.require, &*rooms.clock) != Verdict::StepUp)
    };
    let signed_in = presented.session.as_ref().is_ok_and(enough);
    Ok(Standing {
        signed_in,
        wanted: wanted.unwrap_or_default(),
        cookies: presented.cookies,
    })
}

fn path_of(rd: &ReturnTo) -> &str {
    rd.as_str().split(['?', '#']).next().unwrap_or("/")
}

/// The headless flow.
async fn headless(
    rooms: &Rooms,
    admitted: Box<Admitted>,
    path: &str,
) -> Result<Response<Body>, GatewayError> {
    let visit = visit(&admitted);
    let (host, headers) = (admitted.host.clone(), admitted.head.headers.clone());
    let asked = if admitted.head.method == Method::GET {
        Asked::of_query(&visit)
    } else {
        let body = read(&headers, admitted.body, "application/json").await;
        let body = body.map_err(LoginError::from)?;
        Asked::parse(&body).ok_or_else(|| LoginError::from(FormFault::Unreadable))?
    };
    let standing = standing_of(rooms, &host, &headers, &asked.rd()).await?;
    let api = Api {
        login: &rooms.login,
        visit: &visit,
        asked: &asked,
        wanted: &standing.wanted,
        signed_in: standing.signed_in,
        native: rooms.api_native,
    };
    let answered = api.serve(path).await;
    let response = answered.map(respond::headless).map_err(GatewayError::from);
    with_cookies(response, standing.cookies)
}

/// Reads a posted form.
async fn form(headers: &HeaderMap, body: Option<Incoming>) -> Result<Pairs, FormFault> {
    let bytes = read(headers, body, "application/x-www-form-urlencoded").await?;
    Ok(Pairs::parse(&bytes))
}

/// Reads a body of one type, bounded in size and time.
async fn read(headers: &HeaderMap, body: Option<Incoming>, of: &str) -> Result<Bytes, FormFault> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            let kind = value.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case(of)
        });
    if !is_form || headers.contains_key(header::CONTENT_ENCODING) {
        return Err(FormFault::Type);
    }
    let Some(body) = body else {
        return Ok(Bytes::new());
    };
    let limited = Limited::new(body, FORM_LIMIT).collect();
    match tokio::time::timeout(FORM_TIMEOUT, limited).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(FormFault::TooLarge),
        Ok(Err(_)) | Err(_) => Err(FormFault::Broken),
    }
}

/// What the session needs goes first, so that what the answer itself sets wins.
pub(super) fn with_cookies(
    answer: Result<Response<Body>, GatewayError>,
    cookies: SetCookies,
) -> Result<Response<Body>, GatewayError> {
    match answer {
        Ok(mut response) => {
            let own: Vec<_> = response
                .headers()
                .get_all(header::SET_COOKIE)
                .iter()
                .cloned()
                .collect();
            response.headers_mut().remove(header::SET_COOKIE);
            set_cookies(&mut response, cookies);
            for cookie in own {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(mut error) => {
            error.carry(cookies);
            Err(error)
        }
    }
}
