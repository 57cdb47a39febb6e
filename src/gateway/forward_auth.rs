//! Forward authentication: another proxy asks, before each request that it forwards itself, whether it may.
//!
//! 1. A trusted proxy describes the request: it is routed, authenticated and authorised by the very function that judges
//!    requests which pass through us, and answered 202 with what the app is to be told, 401, 403, or (with
//!    `?redirect=1`, where a browser is going somewhere) 302 to the sign-in.
//! 2. A description that is incomplete or contradicts itself is 403: a proxy passes on what a client says in the fields
//!    that it does not set.
//! 3. Without a description of somebody trusted nothing is asked but whether somebody is signed in; then nobody is told a
//!    token, because it may be a browser that asks.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, VARY},
};

use super::{
    Rooms, aliases, own, pipeline,
    respond::{self, Failed, GatewayError},
};
use crate::{
    authenticate::{Principal, Who},
    authorize::{Decision, Missing},
    body::Body,
    edge::{Admitted, CanonicalPath},
    forward::Forwarder,
    login::{Login, return_to::ReturnTo, visit::Pairs},
};

/// In whose words the answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// `/.interlock/auth`.
    Ours,
    /// `/oauth2/auth`: oauth2-proxy's.
    Alias,
}

impl Asked {
    /// Whether a path is the one where proxies ask.
    pub(super) fn of(rooms: &Rooms, path: &CanonicalPath) -> Option<Self> {
        if path.decoded() == AUTH {
            return Some(Self::Ours);
        }
        (aliases::path(rooms, path)? == "/auth").then_some(Self::Alias)
    }
}

/// Answers a proxy's question, whatever method it asks with.
pub(super) async fn answer(
    rooms: &Rooms,
    forward: &Forwarder,
    asked: Asked,
    mut admitted: Box<Admitted>,
    about: &mut respond::About,
) -> Result<Response<Body>, GatewayError> {
    let question = Question::of(asked, &admitted);
    if admitted.describe(&rooms.edge)? {
        described(rooms, forward, &question, admitted, about).await
    } else {
        signed_in(rooms, forward, &question, &admitted).await
    }
}

/// Whether the described request may be forwarded, and with what.
async fn described(
    rooms: &Rooms,
    forward: &Forwarder,
    question: &Question,
    admitted: Box<Admitted>,
    about: &mut respond::About,
) -> Result<Response<Body>, GatewayError> {
    // Our own pages are no app's, and judging them would ask for a sign-in at the sign-in.
    if own::is_own(&admitted.path) || aliases::path(rooms, &admitted.path).is_some() {
        return Err(Failed::Unroutable.into());
    }
    let target = admitted.head.uri.path_and_query();
    let rd = ReturnTo::or_root(target.map(http::uri::PathAndQuery::as_str));
    let goes = question.redirect && goes_somewhere(&admitted.head.method, &admitted.head.headers);
    let (decision, cookies) = match pipeline::judge(rooms, admitted, about).await {
        Err(error) if error.is_no_route() => return Err(Failed::Unroutable.into()),
        judged => judged?,
    };
    let answer = match decision {
        Decision::Permit(permit) => question
            .admits(permit.principal())
            .and_then(|()| Ok(forward.identity(permit)?))
            .map(|fields| question.accepted(fields)),
        Decision::SignIn(demand) => Ok(match demand.missing {
            Missing::Token => respond::not_enough(rooms, &demand.route, demand.missing, &rd),
            Missing::Anybody(_) | Missing::Assurance(_) if goes => to_sign_in(rooms, &rd),
            missing @ (Missing::Anybody(_) | Missing::Assurance(_)) => {
                respond::not_enough(rooms, &demand.route, missing, &rd)
            }
        }),
        Decision::Refuse(refusal) => Err(Failed::Refused(refusal).into()),
    };
    own::with_cookies(answer, cookies)
}

/// Whether somebody is signed in: all that is answered to whoever is not trusted to describe a request.
async fn signed_in(
    rooms: &Rooms,
    forward: &Forwarder,
    question: &Question,
    admitted: &Admitted,
) -> Result<Response<Body>, GatewayError> {
    let (who, cookies) = rooms.authenticate.who(&admitted.head.headers, true).await?;
    let answer = match who {
        Who::Known(principal) => question
            .admits(Some(&principal))
            .and_then(|()| Ok(forward.person(&principal)?))
            .map(|fields| question.accepted(fields)),
        Who::Anonymous(_)
            if question.redirect
                && goes_somewhere(&admitted.head.method, &admitted.head.headers) =>
        {
            Ok(to_sign_in(rooms, &ReturnTo::root()))
        }
        Who::Anonymous(_) => Ok(respond::unauthorized(rooms, &ReturnTo::root())),
    };
    own::with_cookies(answer, cookies)
}

fn to_sign_in(rooms: &Rooms, rd: &ReturnTo) -> Response<Body> {
    let mut response = respond::found(rooms, &Login::address(rd));
    response.headers_mut().insert(
        VARY,
        HeaderValue::from_static("Accept, Sec-Fetch-Mode, Cookie"),
    );
    response
}

/// Whether a redirect helps: a script that is sent to a page, or a form whose body is lost, is worse off than with 401.
fn goes_somewhere(method: &Method, headers: &HeaderMap) -> bool {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    if let Some(mode) = headers.get("sec-fetch-mode") {
        return mode == "navigate";
    }
    let accepts = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        text.contains("text/html") || text.contains("*/*")
    };
    let mut accepted = headers.get_all(ACCEPT).iter().peekable();
    accepted.peek().is_none() || accepted.any(accepts)
}

/// What the proxy's own question says, in its query: the operator wrote it.
#[derive(Debug)]
struct Question {
    asked: Asked,
    redirect: bool,
    groups: Option<Vec<String>>,
    emails: Option<Vec<String>>,
    domains: Option<Vec<String>>,
}

impl Question {
    fn of(asked: Asked, admitted: &Admitted) -> Self {
        let query = Pairs::parse(admitted.head.uri.query().unwrap_or_default().as_bytes());
        let list = |name: &str| {
            let mut values = query.all().iter().filter(|(key, _)| key == name).peekable();
            values.peek()?;
            let entries = values.flat_map(|(_, value)| value.split(','));
            Some(entries.map(|entry| entry.trim().to_owned()).collect())
        };
        let narrows = asked == Asked::Alias;
        Self {
            asked,
            redirect: query
                .all()
                .iter()
                .any(|(key, value)| key == "redirect" && value == "1"),
            groups: list("allowed_groups").filter(|_| narrows),
            emails: list("allowed_emails").filter(|_| narrows),
            domains: list("allowed_email_domains").filter(|_| narrows),
        }
    }

    /// oauth2-proxy's narrowing: in one of the groups, with one of the addresses, at one of the domains. It only ever
    /// takes away from what the routes allow; an empty list allows nobody.
    fn admits(&self, principal: Option<&Principal>) -> Result<(), GatewayError> {
        if self.groups.is_none() && self.emails.is_none() && self.domains.is_none() {
            return Ok(());
        }
        let groups = principal.map(Principal::groups).unwrap_or_default();
        let email = principal
            .and_then(|who| who.text("email"))
            .unwrap_or_default();
        let in_groups = self
            .groups
            .as_ref()
            .is_none_or(|allowed| allowed.iter().any(|group| groups.contains(&group.as_str())));
        let by_email = self.emails.as_ref().is_none_or(|allowed| {
            !email.is_empty() && allowed.iter().any(|one| one.eq_ignore_ascii_case(email))
        });
        let by_domain = self
            .domains
            .as_ref()
            .is_none_or(|allowed| allowed.iter().any(|domain| is_at(email, domain)));
        if in_groups && by_email && by_domain {
            return Ok(());
        }
        let subject = principal
            .map(Principal::subject)
            .unwrap_or_default()
            .to_owned();
        Err(Failed::Narrowed { subject }.into())
    }

    /// 202, with what the proxy is to copy into the request that it forwards.
    fn accepted(&self, fields: HeaderMap) -> Response<Body> {
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::ACCEPTED;
        *response.headers_mut() = fields;
        let fields = response.headers_mut();
        if self.asked == Asked::Alias
            && fields.contains_key("x-auth-request-user")
            && let Some(token) = fields.get(AUTHORIZATION).and_then(bearer)
        {
            fields.insert(ACCESS_TOKEN, token);
        }
        fields.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// `local@domain` and nothing else; `.example.com` means every name below, as with oauth2-proxy.
fn is_at(email: &str, domain: &str) -> bool {
    let Some((local, host)) = email.split_once('@') else {
        return false;
    };
    if local.is_empty() || host.contains('@') || domain.is_empty() {
        return false;
    }
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    match domain.strip_prefix("*.").or(domain.strip_prefix('.')) {
        Some(above) => {
            !above.is_empty()
                && host
                    .strip_suffix(above)
                    .is_some_and(|rest| rest.ends_with('.'))
        }
        None => host == domain,
    }
}

fn bearer(authorization: &HeaderValue) -> Option<HeaderValue> {
    let token = authorization.to_str().ok()?.strip_prefix("Bearer ")?;
    let mut value = HeaderValue::from_str(token).ok()?;
    value.set_sensitive(true);
    Some(value)
}

const AUTH: &str = "/.interlock/auth";
const ACCESS_TOKEN: HeaderName = HeaderName::from_static("x-auth-request-access-token");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_the_whole_of_what_follows_the_one_at_sign() {
        for (email, domain, is) in [
            ("ada@example.com", "example.com", true),
            ("ada@EXAMPLE.com", "Example.com", true),
            ("ada@sub.example.com", "example.com", false),
            ("ada@sub.example.com", ".example.com", true),
            ("ada@sub.example.com", "*.example.com", true),
            ("ada@badexample.com", ".example.com", false),
            ("ada@evil@example.com", "example.com", false),
            ("@example.com", "example.com", false),
            ("example.com", "example.com", false),
            ("ada@", "", false),
            ("ada@x", ".", false),
        ] {
            assert_eq!(is_at(email, domain), is, "{email} at {domain}");
        }
    }

    #[test]
    fn only_who_goes_somewhere_is_redirected() {
        for (method, fields, goes) in [
            (Method::GET, &[][..], true),
            (Method::GET, &[("accept", "*/*")], true),
            (Method::GET, &[("accept", "text/html,*/*;q=0.1")], true),
            (Method::HEAD, &[("sec-fetch-mode", "navigate")], true),
            (Method::GET, &[("accept", "application/json")], false),
            (
                Method::GET,
                &[("sec-fetch-mode", "cors"), ("accept", "*/*")],
                false,
            ),
            (Method::POST, &[("sec-fetch-mode", "navigate")], false),
        ] {
            let headers: HeaderMap = fields
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(
                goes_somewhere(&method, &headers),
                goes,
                "{method} {fields:?}"
            );
        }
    }
}
