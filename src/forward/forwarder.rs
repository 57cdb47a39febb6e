use std::{
    future::{Future, ready},
    sync::Arc,
};

use futures_util::{FutureExt as _, TryFutureExt as _, future::Either};

use http::{
    HeaderValue, Request, Response, StatusCode, Version,
    header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, UPGRADE},
    request::Parts,
};
use http_body::Body as _;
use hyper::body::Incoming;

use super::{
    ForwardError, UpstreamFault,
    cookies::OwnCookies,
    endpoint::{Answer, Exchange},
    identity::Identities,
    incoming,
    lane::Lane,
    outgoing::{self, Forwarding, Texts},
    websocket::{ACCEPT, Handshake, Tunnels, is_same_origin},
};
use crate::{
    authenticate::{Credential, Principal},
    authorize::Permit,
    body::{
        Body, Trailers,
        download::Download,
        upload::{Progress, Upload},
    },
    edge::Admitted,
    fields::Fields,
    listener::Busy,
    public_url::PublicUrl,
    route::{Access, Route, UpstreamAuthorization},
};

/// Forwards on one data thread, over connections of its own. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Forwarder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    lanes: Vec<Lane>,
    identities: Identities,
    own_cookies: OwnCookies,
    public_url: PublicUrl,
    texts: Texts,
    tunnels: Tunnels,
}

impl Forwarder {
    pub(super) fn new(
        lanes: Vec<Lane>,
        identities: Identities,
        public_url: PublicUrl,
        tunnels: Tunnels,
    ) -> Self {
        Self(Arc::new(Inner {
            lanes,
            identities,
            own_cookies: OwnCookies::new(public_url.is_secure()),
            public_url,
            texts: Texts::default(),
            tunnels,
        }))
    }

    /// Sends a permitted request to its upstream and gives back the answer, both bodies streaming. Dropped, it breaks
    /// off the upstream's work.
    ///
    /// # Errors
    /// [`ForwardError`], each variant with its status.
    pub fn send(
        &self,
        permit: Permit,
    ) -> impl Future<Output = Result<Response<Body>, ForwardError>> + Send {
        let (admitted, route, principal) = permit.into_parts();
        self.forward(admitted, &route, principal.as_deref())
    }

    /// What can be done at once is, before the future: it is the smaller for it.
    pub(super) fn forward<'a>(
        &'a self,
        admitted: Box<Admitted>,
        route: &Arc<Route>,
        principal: Option<&Principal>,
    ) -> impl Future<Output = Result<Response<Body>, ForwardError>> + Send + use<'a> {
        let seal = Seal {
            version: admitted.head.version,
            is_private: principal.is_some(),
            is_optional: route.access == Access::Optional,
        };
        match self.begin(admitted, route, principal) {
            Ok(exchange) => Either::Left(exchange.map_ok(move |mut response| {
                self.seal(&mut response, seal);
                response
            })),
            Err(error) => Either::Right(ready(Err(error))),
        }
    }

    fn seal(&self, response: &mut Response<Body>, seal: Seal) {
        let headers = response.headers_mut();
        self.0.own_cookies.refuse(headers);
        if seal.is_private {
            incoming::keep_private(headers);
        }
        if seal.is_optional {
            incoming::vary_by_credential(headers);
        }
        // The client's connection says the version; an upstream's HTTP/1.0 must not end it.
        *response.version_mut() = seal.version.max(Version::HTTP_11);
    }

    fn begin<'a>(
        &'a self,
        admitted: Box<Admitted>,
        route: &Arc<Route>,
        principal: Option<&Principal>,
    ) -> Result<
        impl Future<Output = Result<Response<Body>, ForwardError>> + Send + use<'a>,
        ForwardError,
    > {
        let lane = route
            .upstream
            .and_then(|index| self.0.lanes.get(index))
            .ok_or(ForwardError::Unrouted)?;
        let Admitted {
            mut head,
            body,
            client,
            request_id,
            judged_at,
            ..
        } = *admitted;
        let body = body.filter(|body| !body.is_end_stream());
        let handshake = Handshake::of(&head, &request_id)
            .filter(|asked| asked.is_http2 || lane.can_upgrade() && body.is_none());
        let is_cookie = principal.is_some_and(|who| who.credential() == Credential::Session);
        if handshake.is_some() && is_cookie && !is_same_origin(&head.headers, &self.0.public_url) {
            return Err(ForwardError::Origin);
        }
        let wants_trailers = outgoing::wants_trailers(&head.headers);
        let had_length = head.headers.contains_key(CONTENT_LENGTH);
        outgoing::strip_connection(&mut head.headers);
        self.0.own_cookies.strip(&mut head.headers);
        let forwarding = Forwarding {
            client: &client,
            public_url: &self.0.public_url,
            request_id,
            texts: &self.0.texts,
        };
        if route.upstream_authorization != UpstreamAuthorization::Pass {
            head.headers.remove(AUTHORIZATION);
        }
        let person = principal.map(|principal| {
            let identities = &self.0.identities;
            identities.fields(principal, route, lane.upstream.audience(), judged_at)
        });
        let said = forwarding.said(&head.headers, person.transpose()?);
        if let Some(handshake) = handshake {
            said.put_into(&mut head.headers);
            return Ok(Either::Right(Box::pin(self.upgrade(lane, head, handshake))));
        }
        head.extensions.clear();
        let is_http2 = head.version == Version::HTTP_2;
        let trailers = trailers(is_http2);
        let limit = route.max_body;
        let (body, progress) = if let Some(body) = body {
            if limit.is_some_and(|limit| body.size_hint().lower() > limit) {
                return Err(ForwardError::BodyTooLarge);
            }
            let progress = Arc::new(Progress::default());
            // Mapped names are known to the edge alone, so nothing is let past it.
            let trailers = if route.headers.is_empty() {
                trailers
            } else {
                Trailers::Drop
            };
            let upload = Upload::new(body, trailers, Arc::clone(&progress), limit);
            (Body::Upload(upload), Some(progress))
        } else {
            if had_length {
                head.headers
                    .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            }
            (Body::Empty, None)
        };
        let request = Request::from_parts(head, body);
        let exchange = lane.exchange(request, &said, progress.clone(), wants_trailers);
        Ok(Either::Left(exchange.map(move |exchange| {
            let answered = exchange.map_err(|error| match &progress {
                Some(progress) if progress.is_too_large() => ForwardError::BodyTooLarge,
                _ => error,
            })?;
            let exchange = match answered {
                Answer::Hyper(exchange) => exchange,
                Answer::Plain(response) => return Ok(response),
            };
            if exchange.response.status() == StatusCode::SWITCHING_PROTOCOLS {
                return Err(lane.broken(UpstreamFault::Unasked));
            }
            answer(lane, exchange, trailers)
        })))
    }

    pub(super) fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// The identity fields for the app behind a route, `now` (seconds since 1970).
    pub(super) fn fields(
        &self,
        principal: &Principal,
        route: &Arc<Route>,
        now: u64,
    ) -> Result<Fields, ForwardError> {
        let lane = route.upstream.and_then(|index| self.0.lanes.get(index));
        let lane = lane.ok_or(ForwardError::Unrouted)?;
        self.0
            .identities
            .fields(principal, route, lane.upstream.audience(), now)
    }

    /// The client's connection switches only after the upstream's has (security S4).
    async fn upgrade(
        &self,
        lane: &Lane,
        head: Parts,
        handshake: Handshake,
    ) -> Result<Response<Body>, ForwardError> {
        let mut request = Request::from_parts(head, Body::Empty);
        let client = hyper::upgrade::on(&mut request);
        let busy = request.extensions_mut().remove::<Busy>();
        request.extensions_mut().clear();
        handshake.ask(request.headers_mut());
        let mut exchange = lane.exchange_upgrade(request).await?;
        let status = exchange.response.status();
        if status != StatusCode::SWITCHING_PROTOCOLS {
            // Over HTTP/2 a success would mean that the tunnel stands.
            if handshake.is_http2 && status.is_success() {
                return Err(lane.broken(UpstreamFault::Refused));
            }
            return answer(lane, exchange, Trailers::Drop);
        }
        if !handshake.is_answered_by(&exchange.response) {
            return Err(lane.broken(UpstreamFault::Unasked));
        }
        let upstream = hyper::upgrade::on(&mut exchange.response);
        self.0.tunnels.join(client, upstream, busy);
        let (mut head, _body) = exchange.response.into_parts();
        incoming::strip_connection(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH);
        head.extensions.clear();
        if handshake.is_http2 {
            head.status = StatusCode::OK;
            head.headers.remove(ACCEPT);
        } else {
            head.headers
                .insert(CONNECTION, HeaderValue::from_static("Upgrade"));
            head.headers
                .insert(UPGRADE, HeaderValue::from_static("websocket"));
        }

        Ok(Response::from_parts(head, Body::Empty))
    }
}

/// What an answer still needs when it is there.
#[derive(Clone, Copy, Debug)]
struct Seal {
    /// Of the client's request.
    version: Version,
    is_private: bool,
    is_optional: bool,
}

/// The upstream's answer, free of what concerns its connection, its body leased from that connection.
fn answer(
    lane: &Lane,
    exchange: Exchange,
    trailers: Trailers,
) -> Result<Response<Body>, ForwardError> {
    let Exchange { response, lease } = exchange;
    let (mut head, body): (_, Incoming) = response.into_parts();
    incoming::check_framing(&head.headers).map_err(|fault| lane.broken(fault))?;
    incoming::strip_connection(&mut head.headers);
    let trailers = if lease.is_some() {
        Trailers::Drop
    } else {
        trailers
    };
    let body = if body.is_end_stream() {
        if let Some(lease) = lease {
            lease.give_back();
        }
        Body::Empty
    } else {
        Body::Download(Download::new(body, trailers, lease))
    };
    Ok(Response::from_parts(head, body))
}

fn trailers(is_http2: bool) -> Trailers {
    if is_http2 {
        Trailers::Filter(outgoing::is_trailer)
    } else {
        Trailers::Drop
    }
}
