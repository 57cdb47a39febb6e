//! The request's path, read top to bottom.

use std::{sync::Arc, time::Instant};

use http::{Request, Response, StatusCode, header::SET_COOKIE};
use hyper::body::Incoming;

use super::{
    Rooms,
    access_log::{Entry, Pen},
    aliases, forward_auth, own,
    respond::{self, Failed, GatewayError},
};
use crate::{
    authorize::{self, Decision},
    body::Body,
    edge::Admitted,
    forward::Forwarder,
    listener::{Handler, Peer},
    session::SetCookies,
};

/// What one data thread answers with: the shared rooms and its own connections to the upstreams.
#[derive(Clone, Debug)]
pub(super) struct Pipeline(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    rooms: Arc<Rooms>,
    forward: Forwarder,
    log: Pen,
}

impl Pipeline {
    pub(super) fn new(rooms: Arc<Rooms>) -> Self {
        let forward = rooms.forward.for_thread();
        let log = rooms.access_log.pen();
        Self(Arc::new(Parts {
            rooms,
            forward,
            log,
        }))
    }

    /// The life of one request. Each step takes, by value, what only the step above can make.
    async fn answer(
        &self,
        admitted: Box<Admitted>,
        about: &mut respond::About,
    ) -> Result<Response<Body>, GatewayError> {
        let Parts { rooms, forward, .. } = &*self.0;
        about.admitted(&admitted);
        if let Some(asked) = forward_auth::Asked::of(rooms, &admitted.path) {
            let answer = forward_auth::answer(rooms, forward, asked, admitted, about);
            return Box::pin(answer).await;
        }
        if own::is_own(&admitted.path) {
            return Box::pin(detached(rooms.clone(), admitted)).await;
        }
        if let Some(path) = aliases::path(rooms, &admitted.path) {
            return Box::pin(aliases::serve(rooms, path, &admitted)).await;
        }
        let (decision, cookies) = judge(rooms, admitted, about).await?;
        let mut response = match decision {
            Decision::Permit(permit) if permit.is_answered_here() => Ok(respond::healthy()),
            Decision::Permit(permit) => forward.send(permit).await.map_err(GatewayError::from),
            Decision::SignIn(demand) => Ok(respond::challenge(rooms, *demand)),
            Decision::Refuse(refusal) => Err(Failed::Refused(refusal).into()),
        };
        match &mut response {
            Ok(response) => set_cookies(response, cookies),
            Err(error) => error.carry(cookies),
        }
        response
    }
}

impl Pipeline {
    fn note(&self, arrived: Instant, about: &respond::About, status: StatusCode) {
        self.0.log.note(&Entry {
            at: self.0.rooms.clock.now(),
            took: arrived.elapsed(),
            method: about.method(),
            path: about.path(),
            status,
            route: about.route.as_ref(),
            client: about.client,
            request: about.request_id,
        });
    }
}

/// Our own pages are answered by a task of its own, so that a code is not spent and its tokens lost when a browser goes
/// away; sign-in is rare enough.
async fn detached(
    rooms: Arc<Rooms>,
    admitted: Box<Admitted>,
) -> Result<Response<Body>, GatewayError> {
    let task = tokio::spawn(async move { own::serve(&rooms, admitted).await });
    match task.await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Failed::Abandoned.into()),
        },
    }
}

/// Which route a request meets, who sends it, and what may become of it: the same for a request that is forwarded and
/// for one that a proxy asks about. The cookies must be set on the answer.
pub(super) async fn judge(
    rooms: &Rooms,
    admitted: Box<Admitted>,
    about: &mut respond::About,
) -> Result<(Decision, SetCookies), GatewayError> {
    let route = rooms
        .routes
        .select(&admitted.host, &admitted.path, &admitted.head.method)
        .cloned()
        .ok_or(Failed::NoRoute)?;
    about.route(&route);
    if let Some(fault) = admitted.path.relaxed()
        && !route.takes_relaxed_paths
    {
        return Err(Failed::Rejected(fault.into()).into());
    }
    let mut identified = rooms.authenticate.identify(admitted, route).await?;
    let cookies = std::mem::take(&mut identified.cookies);
    Ok((authorize::decide(identified, &*rooms.clock), cookies))
}

impl Handler for Pipeline {
    /// Admits before anything is waited for: a box is what goes on.
    fn handle(
        self,
        request: Request<Option<Incoming>>,
        peer: Peer,
    ) -> impl Future<Output = Response<Body>> + Send {
        let arrived = self.0.log.is_on().then(Instant::now);
        let mut about = respond::About::new(&request);
        let admitted = self.0.rooms.edge.admit(request, &peer);
        async move {
            let answer = match admitted {
                Ok(admitted) => self.answer(admitted, &mut about).await,
                Err(rejection) => Err(rejection.into()),
            };
            let response = respond::finish(&self.0.rooms, answer, &about);
            if let Some(arrived) = arrived {
                self.note(arrived, &about, response.status());
            }
            response
        }
    }
}

pub(super) fn set_cookies(response: &mut Response<Body>, cookies: SetCookies) {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
