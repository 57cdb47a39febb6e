//! Identity providers that the org trusts.

use serde::Deserialize;

use crate::engine::authenticator::Authenticator;

/// One of them. The engine plays it itself, at `/sso/idps/{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdpSettings {
    /// Its id, `0oa…`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// `OIDC`, `SAML2`, `GOOGLE`, … as the wire says it; `X509` for smart cards.
    pub kind: String,
}

impl IdpSettings {
    /// What stands for the browser's choice of certificates.
    pub(super) fn smart_card() -> Self {
        Self {
            id: "0oa2interlockcard001".to_owned(),
            name: "Smart Card".to_owned(),
            kind: "X509".to_owned(),
        }
    }

    /// What its word proves.
    pub(crate) fn proves(&self) -> Authenticator {
        if self.kind == "X509" {
            Authenticator::SmartCard
        } else {
            Authenticator::ExternalIdp
        }
    }
}

impl Default for IdpSettings {
    fn default() -> Self {
        Self {
            id: "0oa1interlockidp0001".to_owned(),
            name: "Example Directory".to_owned(),
            kind: "OIDC".to_owned(),
        }
    }
}
