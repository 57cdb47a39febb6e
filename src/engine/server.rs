//! The socket: connections in, replies out, faults on the way.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderName, Method, Request, Response, StatusCode, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Interval, interval, sleep, timeout},
};

use super::{
    call::Call,
    faults::{Course, Fault},
    org::Org,
    reply::Reply,
    route::{self, Endpoint},
};

/// No request of this protocol is larger.
const MAX_BODY: usize = 1 << 20;
/// How long open requests may take once the engine is told to stop.
const DRAIN: Duration = Duration::from_secs(2);

/// A body that is at hand, or one that never ends.
type Outgoing = Either<Full<Bytes>, Endless>;

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("a fault drops this connection")]
struct Dropped;

/// Serves until `shutdown` resolves, then lets open requests end.
pub(crate) async fn serve(
    listener: TcpListener,
    org: Arc<Org>,
    shutdown: impl Future<Output = ()> + Send,
) {
    let graceful = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => connect(stream, peer, &org, &graceful),
            Err(error) => rest(&error).await,
        }
    }
    drop(listener);
    let _ = timeout(DRAIN, graceful.shutdown()).await;
}

/// Out of sockets or the like: retrying at once would spin.
async fn rest(error: &io::Error) {
    tracing::debug!(error = error as &dyn std::error::Error, "accept failed");
    sleep(Duration::from_millis(20)).await;
}

fn connect(stream: TcpStream, peer: SocketAddr, org: &Arc<Org>, graceful: &GracefulShutdown) {
    let _ = stream.set_nodelay(true);
    let org = Arc::clone(org);
    let service = service_fn(move |request| {
        let org = Arc::clone(&org);
        async move { respond(&org, request, peer).await }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30));
    builder.http2().timer(TokioTimer::new());
    let connection = builder
        .serve_connection(TokioIo::new(stream), service)
        .into_owned();
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        let _ = watched.await;
    });
}

async fn respond(
    org: &Arc<Org>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response<Outgoing>, Dropped> {
    let endpoint = Endpoint::of(request.uri().path(), &org.settings.server.id);
    // A browser's question whether it may call is no call.
    let name = endpoint
        .name()
        .filter(|_| request.method() != Method::OPTIONS);
    let faults = name.map_or_else(Vec::new, |name| {
        org.count_call(&name);
        org.faults().take(&name, request.uri().path())
    });
    let course = Course::of(faults);
    if !course.delay.is_zero() {
        sleep(course.delay).await;
    }
    let reply = match course.instead {
        Some(Fault::Drop) => return Err(Dropped),
        Some(Fault::Endless) => return Ok(endless()),
        Some(fault) => broken(org, &fault),
        None => carried_out(org, &endpoint, request, peer, course).await?,
    };
    Ok(finished(org, reply))
}

async fn carried_out(
    org: &Arc<Org>,
    endpoint: &Endpoint,
    request: Request<Incoming>,
    peer: SocketAddr,
    course: Course,
) -> Result<Reply, Dropped> {
    let reply = match read(org, request, peer).await {
        Ok(mut call) => {
            call.flaws = course.flaws;
            if let Some(origin) = course.foreign_href {
                call.host = origin;
            }
            route::answer(org, endpoint, &call).await
        }
        Err(refusal) => refusal,
    };
    match course.after {
        Some(Fault::Lost) => Err(Dropped),
        Some(_) => Ok(Reply {
            body: reply.body.slice(..reply.body.len() / 2),
            ..reply
        }),
        None => Ok(reply),
    }
}

async fn read(org: &Org, request: Request<Incoming>, peer: SocketAddr) -> Result<Call, Reply> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|_| {
        route::okta_error(
            org,
            StatusCode::PAYLOAD_TOO_LARGE,
            "E0000003",
            "The request body was not well-formed.",
        )
    })?;
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
        .map_or_else(|| org.origin().to_owned(), |host| seen_as(org, host));
    Ok(Call {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body: body.to_bytes(),
        peer,
        host,
        flaws: Vec::new(),
    })
}

/// The origin behind a `Host`: the public one where it is that, else plain HTTP.
fn seen_as(org: &Org, host: &str) -> String {
    let public = org.origin();
    match public.split_once("://") {
        Some((_, authority)) if authority.eq_ignore_ascii_case(host) => public.to_owned(),
        _ => format!("http://{host}"),
    }
}

/// What a fault answers in the place of the endpoint.
fn broken(org: &Org, fault: &Fault) -> Reply {
    match fault {
        Fault::Html => Reply::html(
            StatusCode::BAD_GATEWAY,
            "<html><body><h1>502 Bad Gateway</h1></body></html>".to_owned(),
        ),
        Fault::Huge { bytes } => Reply {
            body: Bytes::from(vec![b' '; *bytes]),
            ..Reply::ok(&serde_json::Value::Null)
        },
        Fault::Redirect { to } => Reply::redirect(to),
        Fault::Status {
            status,
            retry_after,
        } => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let reply = if status == StatusCode::TOO_MANY_REQUESTS {
                route::too_many(org)
            } else {
                route::okta_error(org, status, "E0000009", "Internal Server Error")
            };
            match retry_after {
                Some(seconds) => reply.with(header::RETRY_AFTER, &seconds.to_string()),
                None => reply,
            }
        }
        Fault::Delay { .. }
        | Fault::Drop
        | Fault::Empty
        | Fault::Endless
        | Fault::ForeignHref { .. }
        | Fault::Lost
        | Fault::Token { .. }
        | Fault::Truncated => Reply::empty(StatusCode::OK),
    }
}

fn finished(org: &Org, reply: Reply) -> Response<Outgoing> {
    let now = UNIX_EPOCH + Duration::from_secs(org.now());
    let reply = reply
        .with(header::DATE, &httpdate::fmt_http_date(now))
        .with(HeaderName::from_static("x-okta-request-id"), &org.token());
    let mut response = Response::new(Either::Left(Full::new(reply.body)));
    *response.status_mut() = reply.status;
    *response.headers_mut() = *reply.headers;
    response
}

fn endless() -> Response<Outgoing> {
    let mut ticks = interval(Duration::from_millis(20));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut response = Response::new(Either::Right(Endless(ticks)));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    response
}

/// Spaces, for ever.
#[derive(Debug)]
struct Endless(Interval);

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        ready!(self.0.poll_tick(cx));
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1024])))))
    }
}
