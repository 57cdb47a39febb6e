use std::time::{Duration, UNIX_EPOCH};

use http::{
    HeaderMap, HeaderValue, Method, Request, Uri, Version,
    header::HOST,
    request,
    uri::{self, PathAndQuery},
};
use hyper::{body::Incoming, ext::Protocol};
use ipnet::IpNet;

use super::{
    Admitted, CanonicalPath, PathFault, Proxied, Rejection, Settings,
    authority::Authority,
    client::{FORWARDED_FOR, Origin, is_trusted},
    fields,
    names::Forbidden,
    request_id::{RequestId, RequestIds},
};
use crate::{clock::SharedClock, listener::Peer, random::SharedRandom};

/// The first room of a request.
#[derive(Debug)]
pub struct Edge {
    trusted_proxies: Vec<IpNet>,
    forbidden: Forbidden,
    max_target: usize,
    relaxed_prefixes: Vec<String>,
    request_ids: RequestIds,
    clock: SharedClock,
}

impl Edge {
    /// An edge for these settings; randomness is drawn once, the clock stamps request ids.
    #[expect(clippy::needless_pass_by_value, reason = "a room takes its settings")]
    pub fn new(settings: Settings, clock: SharedClock, random: SharedRandom) -> Self {
        Self {
            forbidden: Forbidden::new(&settings.identity_headers),
            trusted_proxies: settings.trusted_proxies,
            max_target: settings.max_target,
            relaxed_prefixes: settings.relaxed_prefixes,
            request_ids: RequestIds::new(&*random),
            clock,
        }
    }

    /// A fresh request id, for a request that was never admitted.
    pub fn request_id(&self) -> RequestId {
        self.request_ids.next(self.since_1970())
    }

    fn since_1970(&self) -> Duration {
        let now = self.clock.now();
        now.duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    /// Admits a request, or says why not. It comes in a box, since every room hands it on to the next.
    ///
    /// # Errors
    /// The first [`Rejection`] met. The connection should end with its answer.
    pub fn admit(
        &self,
        request: Request<Option<Incoming>>,
        peer: &Peer,
    ) -> Result<Box<Admitted>, Rejection> {
        let (mut head, body) = request.into_parts();
        if is_websocket(&head) {
            head.method = Method::GET;
        } else if is_refused(&head.method) {
            return Err(Rejection::Method);
        }
        let target = head.uri.into_parts();
        let path_and_query = self.target(&target)?;
        let path = self.path(&path_and_query)?;
        let proxied = self.is_proxy(peer);
        let (origin, proxied) = if proxied {
            (
                Origin::proxied(peer, &head.headers, &self.trusted_proxies),
                Proxied::read(&head.headers),
            )
        } else {
            (Origin::direct(peer), None)
        };
        fields::clean(&mut head.headers, &self.forbidden)?;
        let host = authority(&mut head.headers, &target)?;
        if let Some(chain) = origin.chain {
            head.headers.insert(FORWARDED_FOR, chain);
        }
        head.uri = Uri::from(path_and_query);
        let now = self.since_1970();
        Ok(Box::new(Admitted {
            head,
            body,
            path,
            host,
            client: origin.client,
            request_id: self.request_ids.next(now),
            judged_at: now.as_secs(),
            certificate: peer.certificate.clone(),
            proxied,
        }))
    }

    fn target(&self, target: &uri::Parts) -> Result<PathAndQuery, Rejection> {
        if let Some(scheme) = &target.scheme
            && *scheme != uri::Scheme::HTTP
            && *scheme != uri::Scheme::HTTPS
        {
            return Err(Rejection::Scheme);
        }
        let Some(path_and_query) = &target.path_and_query else {
            return Err(PathFault::NotAbsolute.into());
        };
        if path_and_query.as_str().len() > self.max_target {
            return Err(Rejection::TargetTooLong);
        }
        Ok(path_and_query.clone())
    }

    pub(super) fn path(&self, target: &PathAndQuery) -> Result<CanonicalPath, PathFault> {
        CanonicalPath::of(target, &self.relaxed_prefixes)
    }

    fn is_proxy(&self, peer: &Peer) -> bool {
        !self.trusted_proxies.is_empty()
            && is_trusted(&self.trusted_proxies, peer.address.ip().to_canonical())
    }
}

/// The host that both the target (where it names one) and `Host` agree on; afterwards there is exactly one `Host`.
fn authority(headers: &mut HeaderMap, target: &uri::Parts) -> Result<String, Rejection> {
    let named = target.authority.as_ref().map(uri::Authority::as_str);
    let field = match headers.get(HOST) {
        Some(field) => Some(field.to_str().map_err(|_| Rejection::Authority)?),
        None => None,
    };
    let parse = |text| Authority::parse(text).ok_or(Rejection::Authority);
    let host = match (named, field) {
        (None, Some(field)) => parse(field)?.host.to_ascii_lowercase(),
        (Some(named), Some(field)) => {
            let (named, field) = (parse(named)?, parse(field)?);
            if !named.agrees_with(&field) {
                return Err(Rejection::Authority);
            }
            named.host.to_ascii_lowercase()
        }
        // HTTP/2 names it in the target alone.
        (Some(named), None) => {
            let host = parse(named)?.host.to_ascii_lowercase();
            let field = HeaderValue::from_str(named).map_err(|_| Rejection::Authority)?;
            headers.insert(HOST, field);
            host
        }
        (None, None) => return Err(Rejection::Authority),
    };
    Ok(host)
}

/// The one extended CONNECT there is (RFC 8441, decision 19): it asks what a GET with `Upgrade` asks, and is routed and
/// authorised like one. Its mark stays in the extensions.
fn is_websocket(head: &request::Parts) -> bool {
    let protocol = head.extensions.get::<Protocol>().map(Protocol::as_str);
    head.method == Method::CONNECT
        && head.version == Version::HTTP_2
        && protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"))
        && head
            .headers
            .get("sec-websocket-version")
            .is_some_and(|version| version == "13")
}

/// `TRACE` shows fields to scripts, `CONNECT` makes tunnels (security P7). Methods are case-sensitive, but not every
/// app knows that.
pub(super) fn is_refused(method: &Method) -> bool {
    ["TRACE", "TRACK", "CONNECT"]
        .iter()
        .any(|refused| method.as_str().eq_ignore_ascii_case(refused))
}
