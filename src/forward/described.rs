use http::{
    HeaderMap,
    header::{AUTHORIZATION, SEC_WEBSOCKET_KEY},
};

use super::{ForwardError, Forwarder, identity::person, websocket::is_same_origin};
use crate::{
    authenticate::{Credential, Principal},
    authorize::Permit,
    route::UpstreamAuthorization,
};

impl Forwarder {
    /// What [`Forwarder::send`] would tell the app about the person, for a proxy that forwards the request itself
    /// (forward authentication).
    ///
    /// # Errors
    /// [`ForwardError::Identity`], [`ForwardError::Origin`].
    pub fn identity(&self, permit: Permit) -> Result<HeaderMap, ForwardError> {
        let (admitted, route, principal) = permit.into_parts();
        let sent = &admitted.head.headers;
        let mut fields = HeaderMap::new();
        if route.upstream_authorization == UpstreamAuthorization::Pass
            && let Some(authorization) = sent.get(AUTHORIZATION)
        {
            fields.insert(AUTHORIZATION, authorization.clone());
        }
        let Some(principal) = principal else {
            return Ok(fields);
        };
        let is_handshake = sent.contains_key(SEC_WEBSOCKET_KEY);
        let is_cookie = principal.credential() == Credential::Session;
        if is_handshake && is_cookie && !is_same_origin(sent, self.public_url()) {
            return Err(ForwardError::Origin);
        }
        for (name, value) in self.fields(&principal, &route, admitted.judged_at)?.iter() {
            fields.insert(name.clone(), value.clone());
        }
        Ok(fields)
    }

    /// Who somebody is, where no app is to be told: neither token nor assertion.
    ///
    /// # Errors
    /// [`ForwardError::Identity`].
    pub fn person(&self, principal: &Principal) -> Result<HeaderMap, ForwardError> {
        Ok(person(principal)?.into_iter().collect())
    }
}
