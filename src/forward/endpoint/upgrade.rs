//! An upgrade request, on a connection of its own.

use http::Request;

use super::{Endpoint, Exchange, Failure, channel::Channel, pace::within};
use crate::{
    body::Body,
    forward::{ForwardError, UpstreamFault, outgoing, tls},
};

impl Endpoint {
    /// Sends an upgrade request on a connection of its own.
    pub(in crate::forward) async fn exchange_upgrade(
        &self,
        mut request: Request<Body>,
    ) -> Result<Exchange, Failure> {
        if !self.can_upgrade() {
            return Err(self.cannot_upgrade(request));
        }
        let mut lease = match Box::pin(self.connect(true)).await {
            Ok(Channel::Http1 { lease, .. }) => lease,
            Ok(Channel::Http2(_)) => return Err(self.cannot_upgrade(request)),
            Err(ForwardError::Connect { source, .. }) if tls::has_no_protocol(&source) => {
                return Err(self.cannot_upgrade(request));
            }
            Err(error) => return Err(Failure::unsent(error, request)),
        };
        outgoing::for_http1(&mut request);
        self.name_host(&mut request);
        let sent = lease.connection().send_request(request);
        let response = within(self.upstream.response_timeout, None, sent)
            .await
            .map_err(|_| self.too_slow())?
            .map_err(|error| self.broken(error.into()))?;
        Ok(Exchange {
            response,
            lease: Some(lease),
        })
    }

    /// What asks for an upgrade where HTTP/2 alone is spoken says nothing about the endpoint's health.
    fn cannot_upgrade(&self, request: Request<Body>) -> Failure {
        Failure {
            is_clients: true,
            ..Failure::unsent(self.broken(UpstreamFault::Refused), request)
        }
    }
}
