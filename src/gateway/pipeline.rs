//! The request's path, read top to bottom.

use std::sync::Arc;

use http::{Request, Response, header::SET_COOKIE};
use hyper::body::Incoming;

use super::{
    Rooms, own,
    respond::{self, GatewayError},
};
use crate::{
    authorize::{self, Decision},
    body::Body,
    forward::ThreadForward,
    listener::{Handler, Peer},
    session::SetCookies,
};

/// What one data thread answers with: the shared rooms and its own connections to the upstreams.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    rooms: Arc<Rooms>,
    forward: ThreadForward,
}

impl Pipeline {
    pub(super) fn new(rooms: Arc<Rooms>) -> Self {
        let forward = rooms.forward.for_thread();
        Self { rooms, forward }
    }

    /// The life of one request. Each step takes, by value, what only the step above can make.
    async fn answer(&self, request: Request<Incoming>, peer: &Peer, about: &mut respond::About) -> Result<Response<Body>, GatewayError> {
        let admitted = self.rooms.edge.admit(request, peer)?;
        about.admitted(&admitted);
        if own::is_own(&admitted.path) {
            return own::serve(&self.rooms, admitted).await;
        }
        let Some(route) = self.rooms.routes.select(&admitted.host, &admitted.path, &admitted.head.method).cloned()
        else {
            return Err(GatewayError::NoRoute);
        };
        about.route(&route);
        let identified = self.rooms.authenticate.identify(admitted, route).await?;
        let cookies = identified.cookies.clone();
        let mut response = match authorize::decide(identified, &*self.rooms.clock) {
            Decision::Permit(permit) => self.forward.send(*permit).await.map_err(GatewayError::from),
            Decision::SignIn(demand) => Ok(respond::challenge(&self.rooms, *demand)),
            Decision::Refuse(refusal) => Err(GatewayError::Refused(refusal)),
        };
        match &mut response {
            Ok(response) => set_cookies(response, cookies),
            Err(error) => error.carry(cookies),
        }
        response
    }
}

impl Handler for Pipeline {
    async fn handle(&self, request: Request<Incoming>, peer: Peer) -> Response<Body> {
        let mut about = respond::About::new(&request);
        let answer = self.answer(request, &peer, &mut about).await;
        respond::finish(&self.rooms, answer, &about)
    }
}

pub(super) fn set_cookies(response: &mut Response<Body>, cookies: SetCookies) {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
