use std::{
    io::{self, Write},
    path::Path,
};

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use super::{Status, Surroundings, args::ExplainArgs};
use crate::{
    clock::SystemClock,
    config::Config,
    edge::CanonicalPath,
    forward::Upstream,
    route::{Access, Requirements, Route, RouteTable, UpstreamAuthorization},
};

mod verdict;

/// What is asked about.
struct Question {
    method: Method,
    url: Url,
    path: CanonicalPath,
    host: String,
}

/// Says which route a request matches, what it requires, and what would happen.
pub(super) fn run(args: &ExplainArgs, surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    let config = match args.config.load(surroundings) {
        Ok(config) => config,
        Err(status) => return Ok(status),
    };
    let read = || -> Result<_, String> {
        let claims = args.claims.as_deref().map(claims).transpose()?;
        Ok((question(&args.method, &args.url, &config)?, claims))
    };
    let (question, claims) = match read() {
        Ok(read) => read,
        Err(says) => {
            writeln!(surroundings.err, "error: {says}")?;
            return Ok(Status::Usage);
        }
    };
    answer(&question, claims.as_ref(), &config, surroundings.out)?;
    Ok(Status::Fine)
}

fn question(method: &str, url: &str, config: &Config) -> Result<Question, String> {
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| format!("{method:?} is no method; write one such as GET"))?;
    let text = if url.starts_with('/') {
        config.edge.public_url.join(url)
    } else {
        url.to_owned()
    };
    let parsed = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            format!(
                "{url:?} is no URL; write one such as https://app.example.com/reports, or a path"
            )
        })?;
    // The path as it was typed: the url crate would resolve dot segments before they can be refused.
    let typed = text.split_once("://").map_or("", |(_, rest)| rest);
    let typed = typed
        .find(['/', '?', '#'])
        .and_then(|at| typed.get(at..))
        .unwrap_or("/");
    let typed = typed
        .split(['?', '#'])
        .next()
        .filter(|path| !path.is_empty())
        .unwrap_or("/");
    let path = CanonicalPath::parse_relaxed(typed, &config.edge.relaxed_prefixes)
        .map_err(|fault| format!("the gateway answers {typed} with 400, because {fault}; write the path in its plain form"))?;
    let host = parsed
        .host_str()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_lowercase();
    Ok(Question {
        method,
        url: parsed,
        path,
        host,
    })
}

fn claims(file: &Path) -> Result<Map<String, Value>, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{shown} can't be read ({error})"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err(format!(
            "{shown} holds no JSON object; write claims such as {{\"sub\": \"ada\"}}"
        )),
        Err(error) => Err(format!("{shown} holds no JSON ({error})")),
    }
}

fn answer(
    question: &Question,
    claims: Option<&Map<String, Value>>,
    config: &Config,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{} {}", question.method, question.url)?;
    let path = question.path.decoded();
    if let Some(whose) = own(path, config) {
        return writeln!(out, "  answered by the gateway itself: {whose}");
    }
    let table = RouteTable::new(config.routes.clone()).map_err(io::Error::other)?;
    let Some(route) = table.select(&question.host, &question.path, &question.method) else {
        writeln!(
            out,
            "  route          none: 404, because what no route names is denied"
        )?;
        return near_misses(question, config, out);
    };
    describe(route, config, out)?;
    happens(route, config, out)?;
    if let Some(claims) = claims {
        writeln!(
            out,
            "  these claims   {}",
            verdict::of(route, claims, &SystemClock)
        )?;
    }
    Ok(())
}

fn own<'a>(path: &str, config: &'a Config) -> Option<&'a str> {
    let below = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if below("/.interlock") {
        return Some("the path lies below /.interlock/");
    }
    let alias = config.aliases.iter().find(|alias| below(alias));
    alias.map(|_| "the path lies below one of server.aliases")
}

/// Routes that fit the path, and why they do not fit the request.
fn near_misses(question: &Question, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    for route in &config.routes {
        let mut alone = route.clone();
        (alone.host, alone.methods) = (None, Vec::new());
        let fits = |route: Route| {
            let table = RouteTable::new(vec![route]).ok()?;
            table
                .select(&question.host, &question.path, &question.method)
                .map(|_| ())
        };
        if fits(alone.clone()).is_none() {
            continue;
        }
        alone.host.clone_from(&route.host);
        let reason = if fits(alone).is_none() {
            format!("is for another host: {}", host(route))
        } else {
            format!("is for other methods: {}", methods(route))
        };
        writeln!(out, "  close          route \"{}\" {reason}", route.name)?;
    }
    Ok(())
}

fn describe(route: &Route, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "  route          \"{}\": {} on {}, {}",
        route.name,
        route.path,
        host(route),
        methods(route)
    )?;
    let upstream = route
        .upstream
        .and_then(|index| config.forward.upstreams.get(index));
    match upstream {
        Some(upstream) => writeln!(
            out,
            "  upstream       {} ({})",
            upstream.name,
            address(upstream)
        )?,
        None => writeln!(out, "  upstream       none: the gateway answers 200")?,
    }
    writeln!(out, "  access         {}", access(route.access))?;
    for line in requirements(&route.require) {
        writeln!(out, "  requires       {line}")?;
    }
    if upstream.is_some() {
        writeln!(out, "  authorization  {}", authorization(route))?;
    }
    for (header, claim) in &route.headers {
        writeln!(out, "  header         {header} from the claim {claim}")?;
    }
    Ok(())
}

/// What becomes of a request without a credential.
fn happens(route: &Route, config: &Config, out: &mut dyn Write) -> io::Result<()> {
    let says = match route.access {
        Access::Public if route.upstream.is_none() => "200",
        Access::Public => "forwarded, nobody is asked",
        Access::Optional => "forwarded without an identity",
        Access::SignedIn => "a browser navigation: 302 to /.interlock/sign-in; anything else: 401",
        Access::Token => "401 with WWW-Authenticate: Bearer",
    };
    writeln!(out, "  nobody known   {says}")?;
    if route.access == Access::SignedIn && config.token.audience.is_none() {
        writeln!(
            out,
            "  bearer tokens  refused: authorization_server.audience is not given"
        )?;
    }
    Ok(())
}

fn host(route: &Route) -> String {
    route
        .host
        .as_ref()
        .map_or_else(|| "any host".to_owned(), ToString::to_string)
}

fn methods(route: &Route) -> String {
    if route.methods.is_empty() {
        return "all methods".to_owned();
    }
    let names: Vec<&str> = route.methods.iter().map(Method::as_str).collect();
    names.join(", ")
}

fn address(upstream: &Upstream) -> String {
    let targets: Vec<String> = upstream.targets.iter().map(ToString::to_string).collect();
    targets.join(", ")
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Public => "public: everybody, nobody is asked who they are",
        Access::Optional => "optional: everybody; who is signed in is told to the app",
        Access::SignedIn => "signed-in: people with a session, or callers with a Bearer token",
        Access::Token => "token: callers with a Bearer token alone",
    }
}

fn authorization(route: &Route) -> &'static str {
    match route.upstream_authorization {
        UpstreamAuthorization::AccessToken => "the app receives Bearer and the access token",
        UpstreamAuthorization::None => "the app receives none",
        UpstreamAuthorization::Pass => "the app receives what the client sent",
    }
}

fn requirements(require: &Requirements) -> Vec<String> {
    let mut lines = Vec::new();
    if !require.scopes.is_empty() {
        lines.push(format!("the scopes {}", require.scopes.join(", ")));
    }
    if !require.groups.is_empty() {
        lines.push(format!("one of the groups {}", require.groups.join(", ")));
    }
    for (claim, values) in &require.claims {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        lines.push(format!("the claim {claim} with {}", values.join(" or ")));
    }
    if !require.client_certificates.is_empty() {
        let names = require.client_certificates.join(", ");
        lines.push(format!(
            "a client certificate with one of the names {names}"
        ));
    }
    if let Some(acr) = &require.acr {
        lines.push(format!("the assurance {acr}"));
    }
    if let Some(max_age) = require.max_age {
        lines.push(format!("a sign-in not older than {} s", max_age.as_secs()));
    }
    lines
}
