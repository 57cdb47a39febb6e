//! The external origin under which people see the gateway (`server.public_url`).

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// Scheme, host and port of the gateway as browsers see it: decides cookie names, the redirect URI and what counts as
/// the same origin. `https`, or `http` on loopback alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    authority: String,
    host: String,
    secure: bool,
    loopback: bool,
}

/// Why a text is no public URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// No absolute URL with a host.
    #[error("is not an absolute URL such as https://app.example.com")]
    NotAUrl,
    /// A scheme other than `https`, and not `http` on loopback.
    #[error("must be https:// (http:// is accepted on loopback alone)")]
    Scheme,
    /// Something stands behind the authority, or credentials before it.
    #[error(
        "must be an origin alone: scheme, host and port, without path, query, fragment or credentials"
    )]
    NotAnOrigin,
}

impl PublicUrl {
    /// The origin as browsers write it in `Origin`: `https://app.example.com`, default port left out.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `host[:port]`, default port left out.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host alone, IPv6 in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Whether cookies carry `Secure` and the `__Host-` prefix.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// An absolute URL on this origin; `path` begins with `/`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl PublicUrl {
    /// The same origin at the port that was bound, where it names port 0, which leaves that to the system.
    #[must_use]
    pub fn bound_to(self, port: u16) -> Self {
        let bound = self
            .origin
            .strip_suffix(":0")
            .and_then(|origin| format!("{origin}:{port}").parse().ok());
        bound.unwrap_or(self)
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let url = Url::parse(text).map_err(|_| PublicUrlError::NotAUrl)?;
        let host = url.host().ok_or(PublicUrlError::NotAUrl)?;
        let loopback = is_loopback(&host);
        let secure = match url.scheme() {
            "https" => true,
            "http" if loopback => false,
            _ => return Err(PublicUrlError::Scheme),
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(PublicUrlError::NotAnOrigin);
        }
        let host = host.to_string();
        let authority = url
            .port()
            .map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Ok(Self {
            origin: format!("{}://{authority}", url.scheme()),
            authority,
            host,
            secure,
            loopback,
        })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// Whether a host is this machine: `localhost` and its subdomains (RFC 6761 §6.3), `127.0.0.0/8`, `::1`.
pub fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_zero_stands_for_the_one_that_is_bound() {
        let bound = |text: &str| text.parse::<PublicUrl>().unwrap().bound_to(8081);
        assert_eq!(
            bound("http://127.0.0.1:0").origin(),
            "http://127.0.0.1:8081"
        );
        for fixed in [
            "http://127.0.0.1:80",
            "http://127.0.0.1:10",
            "https://app.example",
        ] {
            assert_eq!(bound(fixed), fixed.parse().unwrap());
        }
    }

    #[test]
    fn an_origin_is_kept_and_its_default_port_dropped() {
        let url: PublicUrl = "https://App.Example.com:443/".parse().unwrap();
        assert_eq!(
            (url.origin(), url.authority(), url.is_secure()),
            ("https://app.example.com", "app.example.com", true)
        );
        let url: PublicUrl = "http://127.0.0.1:8080".parse().unwrap();
        assert_eq!(
            (url.origin(), url.is_secure(), url.is_loopback()),
            ("http://127.0.0.1:8080", false, true)
        );
        assert_eq!(
            "http://[::1]:80".parse::<PublicUrl>().unwrap().authority(),
            "[::1]"
        );
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        for (text, error) in [
            ("app.example.com", PublicUrlError::NotAUrl),
            ("http://app.example.com", PublicUrlError::Scheme),
            ("ftp://app.example.com", PublicUrlError::Scheme),
            ("https://app.example.com/x", PublicUrlError::NotAnOrigin),
            ("https://app.example.com/?q", PublicUrlError::NotAnOrigin),
            ("https://me@app.example.com/", PublicUrlError::NotAnOrigin),
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(error), "{text}");
        }
    }
}
