//! Which authorization server is meant, and where its endpoints stand.

use std::{fmt, str::FromStr};

use url::Url;

use crate::public_url::is_loopback;

/// The configured issuer: `https://{org}` (org server) or `https://{org}/oauth2/{id}` (custom server), without query,
/// fragment or trailing slash (protocol reference 1.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer {
    text: String,
    origin: String,
    base: String,
    kind: IssuerKind,
    loopback: bool,
}

/// The two kinds of authorization server an Okta org has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IssuerKind {
    /// `https://{org}/oauth2/{id}`: access tokens are JWTs for our API.
    Custom,
    /// `https://{org}`: access tokens are opaque to everybody but Okta (protocol reference 6.4).
    Org,
}

/// Why a text is no issuer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// No absolute URL with a host.
    #[error("is not an absolute URL such as https://example.okta.com/oauth2/default")]
    NotAUrl,
    /// A scheme other than `https`, and not `http` on loopback.
    #[error("must be https:// (http:// is accepted on loopback alone)")]
    Scheme,
    /// A query, a fragment or credentials.
    #[error("must have neither query nor fragment nor credentials")]
    Extra,
}

impl Issuer {
    /// The exact text that `iss` must equal.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port: the only place the gateway calls (invariant 4).
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Org or custom server.
    pub fn kind(&self) -> IssuerKind {
        self.kind
    }

    /// Whether it is this machine (plain `http` is then accepted).
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// `{base}/v1/{name}`: where `interact`, `token`, `revoke` … stand (protocol reference 1.1).
    pub fn endpoint(&self, name: &str) -> String {
        format!("{}/v1/{name}", self.base)
    }

    /// `{origin}/idp/idx/introspect`, always at the origin.
    pub fn idx_introspect(&self) -> String {
        format!("{}/idp/idx/introspect", self.origin)
    }

    /// The OpenID Connect metadata document of this issuer.
    pub fn openid_configuration(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.text)
    }

    /// Whether an absolute URL has this issuer's scheme, host and port and no credentials (invariant 4).
    pub fn owns(&self, url: &Url) -> bool {
        url.username().is_empty()
            && url.password().is_none()
            && url.origin().ascii_serialization() == self.origin
    }
}

impl FromStr for Issuer {
    type Err = IssuerError;

    fn from_str(text: &str) -> Result<Self, IssuerError> {
        let url = Url::parse(text).map_err(|_| IssuerError::NotAUrl)?;
        let host = url.host().ok_or(IssuerError::NotAUrl)?;
        let loopback = is_loopback(&host);
        if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
            return Err(IssuerError::Scheme);
        }
        let credentials = !url.username().is_empty() || url.password().is_some();
        if url.query().is_some() || url.fragment().is_some() || credentials {
            return Err(IssuerError::Extra);
        }
        let origin = url.origin().ascii_serialization();
        let path = url.path().trim_end_matches('/');
        let text = format!("{origin}{path}");
        let (base, kind) = if path.contains("/oauth2") {
            (
                text.clone(),
                if path == "/oauth2" {
                    IssuerKind::Org
                } else {
                    IssuerKind::Custom
                },
            )
        } else {
            (format!("{text}/oauth2"), IssuerKind::Org)
        };
        Ok(Self {
            text,
            origin,
            base,
            kind,
            loopback,
        })
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_url_shapes_lead_to_the_right_endpoints() {
        let org: Issuer = "https://example.okta.com/".parse().unwrap();
        assert_eq!(org.as_str(), "https://example.okta.com");
        assert_eq!(org.kind(), IssuerKind::Org);
        assert_eq!(
            org.endpoint("interact"),
            "https://example.okta.com/oauth2/v1/interact"
        );
        assert_eq!(
            org.idx_introspect(),
            "https://example.okta.com/idp/idx/introspect"
        );

        let custom: Issuer = "https://example.okta.com/oauth2/default/".parse().unwrap();
        assert_eq!(custom.as_str(), "https://example.okta.com/oauth2/default");
        assert_eq!(custom.kind(), IssuerKind::Custom);
        assert_eq!(
            custom.endpoint("token"),
            "https://example.okta.com/oauth2/default/v1/token"
        );
        assert_eq!(custom.idx_introspect(), org.idx_introspect());
    }

    #[test]
    fn what_is_no_issuer_is_refused() {
        for (text, error) in [
            ("example.okta.com", IssuerError::NotAUrl),
            ("http://example.okta.com", IssuerError::Scheme),
            ("https://example.okta.com/?x=1", IssuerError::Extra),
            ("https://example.okta.com/#x", IssuerError::Extra),
            ("https://u:p@example.okta.com", IssuerError::Extra),
        ] {
            assert_eq!(text.parse::<Issuer>(), Err(error), "{text}");
        }
        assert!(
            "http://127.0.0.1:9400/oauth2/default"
                .parse::<Issuer>()
                .is_ok()
        );
    }

    #[test]
    fn only_its_own_origin_is_owned() {
        let issuer: Issuer = "https://example.okta.com/oauth2/default".parse().unwrap();
        for (url, owned) in [
            ("https://example.okta.com/idp/idx/identify", true),
            ("https://EXAMPLE.okta.com:443/idp/idx/identify", true),
            ("https://example.okta.com:444/idp/idx/identify", false),
            ("http://example.okta.com/idp/idx/identify", false),
            ("https://example.okta.com@evil.example/idp", false),
            ("https://u@example.okta.com/idp", false),
            ("https://evil.example/idp/idx/identify", false),
        ] {
            assert_eq!(issuer.owns(&Url::parse(url).unwrap()), owned, "{url}");
        }
    }
}
