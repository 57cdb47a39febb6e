use std::{
    convert::Infallible,
    future::{Future, ready},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::Either;
use http::{Request, Response};
use hyper::{
    body::Incoming,
    service::{Service as HttpService, service_fn},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};

use super::{
    Handler, Peer,
    connection::{Left, Server, obey, until},
    lent::Home,
    prefixed::Prefixed,
    shorter,
    tracked::Tracked,
    watch::{Guard, Order},
};

impl<H: Handler> Server<H> {
    /// HTTP/1 until the end: the shorter way as long as what comes may go it, hyper for what may not. Whenever the watch
    /// sends the connection to rest, all state of it is given up, with its buffers, and made anew for the next request.
    pub(super) async fn exchange_http1<S>(&self, mut stream: Prefixed<S>, peer: Peer, guard: &Guard)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        loop {
            let shortly = self.exchange_shortly(&mut stream, &peer, guard);
            let answered = match Box::pin(shortly).await {
                shorter::Left::Beyond(answered) => answered,
                shorter::Left::AtRest => {
                    let stirred = until(
                        guard.connection(),
                        |order| order != Order::Serve,
                        stream.stir(),
                    );
                    if matches!(stirred.await, Some(Ok(()))) {
                        continue;
                    }
                    return farewell(stream).await;
                }
                shorter::Left::AtEnd => return farewell(stream).await,
                shorter::Left::Broken => return,
            };
            match self.exchange_by_hyper(stream, answered, &peer, guard).await {
                Some(back) => stream = back,
                None => return,
            }
        }
    }

    /// Until all that has come is answered; then the stream comes back, unless the connection is over. The first request
    /// may have been `answered` already.
    pub(super) async fn exchange_by_hyper<S>(
        &self,
        stream: Prefixed<S>,
        answered: Option<Box<Response<Tracked>>>,
        peer: &Peer,
        guard: &Guard,
    ) -> Option<Prefixed<S>>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let connection = guard.connection();
        let home = Home::new();
        connection.forget_read();
        // A known answer goes out whatever the order is.
        let requests = answered.as_ref().map_or(0, |_| connection.requests());
        let io = TokioIo::new(home.lend(stream, connection));
        let service = replaying(answered, self.service(peer.clone(), guard), guard);
        let exchange = self.http1.serve_connection(io, service);
        let mut exchange = Box::pin(exchange.with_upgrades());
        let left = obey(connection, requests, |cx, drain| {
            if drain {
                exchange.as_mut().graceful_shutdown();
            }
            exchange.as_mut().poll(cx).map(drop)
        });
        if left.await == Left::Over {
            return None;
        }
        drop(exchange);
        home.take()
    }
}

/// A service whose first answer may be known.
fn replaying<T>(
    answered: Option<Box<Response<Tracked>>>,
    service: T,
    guard: &Guard,
) -> impl HttpService<
    Request<Incoming>,
    Response = Response<Tracked>,
    Error = Infallible,
    Future = impl Future<Output = Result<Response<Tracked>, Infallible>> + Send + use<T>,
> + use<T>
where
    T: HttpService<Request<Incoming>, Response = Response<Tracked>, Error = Infallible>,
    T::Future: Send,
{
    let answered = Mutex::new(answered);
    let connection = Arc::clone(guard.connection());
    service_fn(move |request| {
        let known = answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match known {
            Some(response) => {
                connection.count();
                Either::Left(ready(Ok(*response)))
            }
            None => Either::Right(service.call(request)),
        }
    })
}

/// TLS tells an end from a cut.
async fn farewell<S: AsyncWrite + Unpin>(mut stream: S) {
    let _ = timeout(FAREWELL, stream.shutdown()).await;
}

/// For the last octets of a connection that ends.
const FAREWELL: Duration = Duration::from_secs(1);
