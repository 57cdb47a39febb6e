//! Identity providers that the org trusts.

use serde::Deserialize;

/// One of them. The engine plays it itself, at `/sso/idps/{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdpSettings {
    /// Its id, `0oa…`.
    pub id: String,
    /// What people read.
    pub name: String,
    /// `OIDC`, `SAML2`, `GOOGLE`, … as the wire says it.
    pub kind: String,
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
