use http::{HeaderMap, HeaderValue, Method, Uri, uri::PathAndQuery};

use super::{Admitted, Edge, PathFault, admit::is_refused, authority::Authority};

/// What a trusted proxy says about the request that it asks for: what forward authentication judges. Present only when
/// the peer is trusted and said at least one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxied {
    /// `X-Forwarded-Method`.
    pub forwarded_method: Option<HeaderValue>,
    /// `X-Forwarded-Host`.
    pub forwarded_host: Option<HeaderValue>,
    /// `X-Forwarded-Uri`.
    pub forwarded_uri: Option<HeaderValue>,
    /// `X-Original-Method`.
    pub original_method: Option<HeaderValue>,
    /// `X-Original-URI`.
    pub original_uri: Option<HeaderValue>,
    /// `X-Original-URL`, an absolute URL.
    pub original_url: Option<HeaderValue>,
    /// One of them came twice: nobody knows which is the proxy's.
    pub is_ambiguous: bool,
}

/// Why a description can't be judged: always a denial. A proxy that sets one family of fields passes on what the client
/// says in the other, so that both must say the same, and one of them everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undescribed {
    /// A field came twice.
    #[error("the proxy must set X-Forwarded-* or X-Original-*, not add to what the client sent")]
    Ambiguous,
    /// The two families describe two requests: one of them is the client's.
    #[error("X-Forwarded-* and X-Original-* describe different requests")]
    Contradiction,
    /// No `host[:port]`.
    #[error("the described host is no host")]
    Host,
    /// Neither family says all.
    #[error(
        "the proxy must set X-Forwarded-Method, X-Forwarded-Host and X-Forwarded-Uri, or X-Original-Method and \
         X-Original-URL"
    )]
    Incomplete,
    /// No method, or one that is not carried.
    #[error("the described method is not supported")]
    Method,
    /// The path can be read in more than one way.
    #[error("the described path is ambiguous: {0}")]
    Path(#[from] PathFault),
    /// No path and no URL.
    #[error("the described target is no request target")]
    Target,
}

impl Proxied {
    /// Reads the fields before they are removed.
    pub(super) fn read(headers: &HeaderMap) -> Option<Box<Self>> {
        let mut is_ambiguous = false;
        let mut single = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let first = values.next().cloned();
            is_ambiguous |= values.next().is_some();
            first
        };
        let proxied = Self {
            forwarded_method: single("x-forwarded-method"),
            forwarded_host: single("x-forwarded-host"),
            forwarded_uri: single("x-forwarded-uri"),
            original_method: single("x-original-method"),
            original_uri: single("x-original-uri"),
            original_url: single("x-original-url"),
            is_ambiguous: false,
        };
        let proxied = Self {
            is_ambiguous,
            ..proxied
        };
        (proxied != Self::default()).then(|| Box::new(proxied))
    }

    /// The request that is described; `None` where the proxy describes none, and only said how the client came.
    fn request(&self, own_host: &str) -> Result<Option<Told>, Undescribed> {
        let is_original = self.original_method.is_some()
            || self.original_uri.is_some()
            || self.original_url.is_some();
        let is_forwarded = self.forwarded_method.is_some() || self.forwarded_uri.is_some();
        if !is_original && !is_forwarded {
            return Ok(None);
        }
        if self.is_ambiguous {
            return Err(Undescribed::Ambiguous);
        }
        let read = |value: &Option<HeaderValue>| value.as_ref().map(target).transpose();
        let forwarded_host = self.forwarded_host.as_ref().map(host).transpose()?;
        let forwarded = read(&self.forwarded_uri)?;
        let (relative, absolute) = (read(&self.original_uri)?, read(&self.original_url)?);
        let told = if is_original {
            let method = self.original_method.as_ref();
            let uri = absolute.as_ref().or(relative.as_ref());
            let (Some(method), Some(uri)) = (method, uri) else {
                return Err(Undescribed::Incomplete);
            };
            Told {
                method: parse_method(method)?,
                host: uri.host.clone().unwrap_or_else(|| own_host.to_owned()),
                target: uri.target.clone(),
            }
        } else {
            let (Some(method), Some(host), Some(uri)) =
                (&self.forwarded_method, forwarded_host.clone(), &forwarded)
            else {
                return Err(Undescribed::Incomplete);
            };
            Told {
                method: parse_method(method)?,
                host,
                target: uri.target.clone(),
            }
        };
        let methods = [&self.forwarded_method, &self.original_method];
        let targets = [&forwarded, &relative, &absolute];
        let same_method =
            |method: &HeaderValue| method.as_bytes() == told.method.as_str().as_bytes();
        let same_host = |host: &String| *host == told.host;
        let agree = methods.into_iter().flatten().all(same_method)
            && forwarded_host.as_ref().is_none_or(same_host)
            && targets.into_iter().flatten().all(|other| {
                other.target == told.target && other.host.as_ref().is_none_or(same_host)
            });
        if agree {
            Ok(Some(told))
        } else {
            Err(Undescribed::Contradiction)
        }
    }
}

impl Admitted {
    /// Puts the request that a trusted proxy describes into the place of the one by which it asks; `false` where it
    /// describes none. Fields and client stay: they are the described request's own. `edge` reads its path as it reads
    /// that of a request which passes through us.
    ///
    /// # Errors
    /// [`Undescribed`]: nothing may be let through on such a description.
    pub fn describe(&mut self, edge: &Edge) -> Result<bool, Undescribed> {
        let Some(proxied) = self.proxied.take() else {
            return Ok(false);
        };
        let Some(told) = proxied.request(&self.host)? else {
            return Ok(false);
        };
        self.path = edge.path(&told.target)?;
        self.host = told.host;
        self.head.method = told.method;
        self.head.uri = Uri::from(told.target);
        Ok(true)
    }
}

/// A request as far as routes look at it.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    method: Method,
    host: String,
    target: PathAndQuery,
}

struct Target {
    host: Option<String>,
    target: PathAndQuery,
}

/// Path and query, or an absolute URL; a fragment, which parsers drop and apps may not, is none of them.
fn target(value: &HeaderValue) -> Result<Target, Undescribed> {
    let text = value.to_str().map_err(|_| Undescribed::Target)?;
    if text.contains('#') {
        return Err(PathFault::Fragment.into());
    }
    let uri: Uri = text.parse().map_err(|_| Undescribed::Target)?;
    let parts = uri.into_parts();
    let is_web = parts
        .scheme
        .as_ref()
        .is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "ws" | "wss"));
    let target = parts.path_and_query.filter(|_| is_web);
    let host = parts.authority.map(|named| parse_host(named.as_str()));
    Ok(Target {
        host: host.transpose()?,
        target: target.ok_or(Undescribed::Target)?,
    })
}

fn host(value: &HeaderValue) -> Result<String, Undescribed> {
    parse_host(value.to_str().map_err(|_| Undescribed::Host)?)
}

fn parse_host(text: &str) -> Result<String, Undescribed> {
    let parsed = Authority::parse(text).ok_or(Undescribed::Host)?;
    Ok(parsed.host.to_ascii_lowercase())
}

fn parse_method(value: &HeaderValue) -> Result<Method, Undescribed> {
    let method = Method::from_bytes(value.as_bytes()).map_err(|_| Undescribed::Method)?;
    if is_refused(&method) {
        return Err(Undescribed::Method);
    }
    Ok(method)
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn told(
        fields: &[(&'static str, &'static str)],
    ) -> Result<Option<(String, String, String)>, Undescribed> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        let Some(proxied) = Proxied::read(&headers) else {
            return Ok(None);
        };
        let told = proxied.request("gateway.internal")?;
        Ok(told.map(|told| (told.method.to_string(), told.host, told.target.to_string())))
    }

    const FORWARDED: [(&str, &str); 3] = [
        ("x-forwarded-method", "POST"),
        ("x-forwarded-host", "App.Example:443"),
        ("x-forwarded-uri", "/a%20b?c=/../d"),
    ];
    const ORIGINAL: [(&str, &str); 2] = [
        ("x-original-method", "GET"),
        ("x-original-url", "https://app.example/x?y"),
    ];

    fn with(
        fields: &[(&'static str, &'static str)],
        more: &[(&'static str, &'static str)],
    ) -> Vec<(&'static str, &'static str)> {
        [fields, more].concat()
    }

    #[test]
    fn each_family_describes_a_request() {
        let expected = |method: &str, host: &str, target: &str| {
            Ok(Some((
                method.to_owned(),
                host.to_owned(),
                target.to_owned(),
            )))
        };
        assert_eq!(
            told(&FORWARDED),
            expected("POST", "app.example", "/a%20b?c=/../d")
        );
        assert_eq!(told(&ORIGINAL), expected("GET", "app.example", "/x?y"));
        let relative = [("x-original-method", "GET"), ("x-original-uri", "/x")];
        assert_eq!(told(&relative), expected("GET", "gateway.internal", "/x"));
        let both = with(
            &ORIGINAL,
            &[
                ("x-forwarded-host", "app.example"),
                ("x-forwarded-uri", "/x?y"),
                ("x-original-uri", "/x?y"),
            ],
        );
        assert_eq!(told(&both), expected("GET", "app.example", "/x?y"));
    }

    #[test]
    fn how_the_client_came_describes_nothing() {
        assert_eq!(told(&[]), Ok(None));
        assert_eq!(told(&[("x-forwarded-host", "app.example")]), Ok(None));
    }

    #[test]
    fn what_a_client_slips_in_beside_the_proxy_denies() {
        for more in [
            ("x-original-uri", "/public"),
            ("x-forwarded-uri", "/public"),
            ("x-forwarded-host", "other.example"),
            ("x-forwarded-method", "HEAD"),
            ("x-original-url", "https://app.example/public"),
            ("x-original-method", "GET"),
        ] {
            for family in [&FORWARDED[..], &ORIGINAL[..]] {
                let slipped = told(&with(family, &[more]));
                assert!(slipped.is_err(), "{more:?} beside {family:?}: {slipped:?}");
            }
        }
    }

    #[test]
    fn half_a_description_denies() {
        for fields in [
            &FORWARDED[..2],
            &FORWARDED[1..],
            &ORIGINAL[..1],
            &ORIGINAL[1..],
            &[FORWARDED[0], FORWARDED[2]],
        ] {
            assert_eq!(told(fields), Err(Undescribed::Incomplete), "{fields:?}");
        }
    }

    #[test]
    fn what_is_no_request_denies() {
        for (name, value, fault) in [
            ("x-forwarded-uri", "nonsense", Undescribed::Target),
            ("x-forwarded-uri", "ftp://app.example/", Undescribed::Target),
            (
                "x-forwarded-uri",
                "/public#/secret",
                PathFault::Fragment.into(),
            ),
            ("x-forwarded-host", "a, b", Undescribed::Host),
            ("x-forwarded-method", "TRACE", Undescribed::Method),
            ("x-forwarded-method", "G T", Undescribed::Method),
        ] {
            let fields =
                FORWARDED.map(|(other, known)| (other, if other == name { value } else { known }));
            assert_eq!(told(&fields), Err(fault), "{name}: {value}");
        }
    }
}
