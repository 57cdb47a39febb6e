use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Client, OAuthError};
use crate::secret::Secret;

/// Why claims were not completed.
#[derive(Debug, thiserror::Error)]
pub enum UserinfoError {
    /// The server could not be asked.
    #[error(transparent)]
    Call(#[from] OAuthError),
    /// It names somebody else than the ID token (OpenID Connect Core §5.3.2).
    #[error("userinfo names somebody else")]
    SomebodyElse,
}

impl Client {
    /// Completes the claims of an ID token from userinfo, where it leaves one of `needed` out (decision 4). What the ID
    /// token says is never overwritten.
    ///
    /// # Errors
    /// [`UserinfoError`]; the claims are then as they were.
    pub async fn complete_claims(
        &self,
        claims: &mut Map<String, Value>,
        subject: &str,
        needed: &BTreeSet<String>,
        access_token: &Secret,
    ) -> Result<(), UserinfoError> {
        if needed.iter().all(|claim| claims.contains_key(claim)) {
            return Ok(());
        }
        let userinfo = self.userinfo(access_token).await?;
        if userinfo.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(UserinfoError::SomebodyElse);
        }
        for (claim, value) in userinfo {
            claims.entry(claim).or_insert(value);
        }
        Ok(())
    }
}
