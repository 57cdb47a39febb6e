use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    os::unix::net::UnixListener,
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpStream, UnixStream},
    runtime::Builder,
    sync::{Semaphore, oneshot},
    time::{sleep, timeout},
};
use tokio_util::{either::Either, sync::CancellationToken, task::TaskTracker};

use super::{Handler, Settings, connection::Server, tls::Identity, watch::Watch};

/// One data thread, about to start.
#[derive(Debug)]
pub(super) struct DataThread {
    pub(super) index: usize,
    pub(super) socket: TcpListener,
    pub(super) unix: Option<UnixListener>,
    pub(super) settings: Arc<Settings>,
    pub(super) tls: Option<Arc<Identity>>,
    pub(super) permits: Arc<Semaphore>,
    pub(super) shutdown: CancellationToken,
}

impl DataThread {
    /// Starts it; the receiver hears of its end.
    pub(super) fn start<H: Handler>(
        self,
        handler_for_thread: Arc<impl Fn(usize) -> H + Send + Sync + 'static>,
    ) -> io::Result<oneshot::Receiver<()>> {
        let (ended, end) = oneshot::channel();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name(format!("data-{}", self.index))
            .spawn(move || {
                runtime.block_on(self.run(&*handler_for_thread));
                drop(runtime);
                let _ = ended.send(());
            })?;
        Ok(end)
    }

    async fn run<H: Handler>(self, handler_for_thread: &(impl Fn(usize) -> H + Send + Sync)) {
        let unix = self.unix.map(tokio::net::UnixListener::from_std);
        let listeners = tokio::net::TcpListener::from_std(self.socket)
            .and_then(|listener| Ok((listener, unix.transpose()?)));
        let (listener, unix) = match listeners {
            Ok(listeners) => listeners,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a data thread cannot listen"
                );
                return;
            }
        };
        let watch = Watch::new(&self.settings);
        let handler = handler_for_thread(self.index);
        let server = Arc::new(Server::new(handler, &self.settings, self.tls.clone()));
        let connections = TaskTracker::new();
        let looking = tokio::spawn(look(Arc::clone(&watch)));
        let following = self
            .tls
            .filter(|_| self.index == 0)
            .map(|tls| tokio::spawn(follow(tls)));
        let admit = |stream: Either<TcpStream, UnixStream>, address: SocketAddr| {
            // Over the limit the connection is closed at once.
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
                return;
            };
            #[cfg(not(target_os = "linux"))]
            if let Either::Left(stream) = &stream {
                let _ = stream.set_nodelay(true);
            }
            let exchange = Arc::clone(&server).serve(stream, address, watch.enter());
            connections.spawn(async move {
                exchange.await;
                drop(permit);
            });
        };
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, address)) => admit(Either::Left(stream), address),
                    Err(error) => pause_after(&error).await,
                },
                accepted = accept(unix.as_ref()) => match accepted {
                    Ok(stream) => admit(Either::Right(stream), NEIGHBOUR),
                    Err(error) => pause_after(&error).await,
                },
            }
        }
        // What the kernel has accepted already would otherwise be reset.
        if let Ok(listener) = listener.into_std() {
            while let Ok((stream, address)) = listener.accept() {
                if stream.set_nonblocking(true).is_ok()
                    && let Ok(stream) = TcpStream::from_std(stream)
                {
                    admit(Either::Left(stream), address);
                }
            }
        }
        if let Some(Ok(unix)) = unix.map(tokio::net::UnixListener::into_std) {
            while let Ok((stream, _)) = unix.accept() {
                if stream.set_nonblocking(true).is_ok()
                    && let Ok(stream) = UnixStream::from_std(stream)
                {
                    admit(Either::Right(stream), NEIGHBOUR);
                }
            }
        }
        watch.drain();
        connections.close();
        let drained = timeout(self.settings.drain_timeout, async {
            // A first request may be on its way on connections that are new.
            let _ = timeout(GRACE, connections.wait()).await;
            watch.close_unused();
            connections.wait().await;
        })
        .await;
        if drained.is_err() {
            tracing::warn!(
                left = connections.len(),
                "connections cut off at the end of drain_timeout"
            );
        }
        looking.abort();
        if let Some(following) = following {
            following.abort();
        }
    }
}

/// The next connection on the unix socket; without one, never any.
async fn accept(unix: Option<&tokio::net::UnixListener>) -> io::Result<UnixStream> {
    match unix {
        Some(unix) => unix.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

/// Out of file handles or memory: others must give some back first. Anything else concerns one connection.
async fn pause_after(error: &io::Error) {
    let is_peers = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    );
    if !is_peers {
        tracing::warn!(
            error = error as &dyn std::error::Error,
            "cannot accept a connection"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

async fn look(watch: Arc<Watch>) {
    loop {
        watch.wait().await;
        watch.look();
    }
}

/// Follows the certificate files by their times: mounted secrets are replaced by renames that watches miss (P4).
async fn follow(tls: Arc<Identity>) {
    loop {
        sleep(Duration::from_secs(2)).await;
        let identity = Arc::clone(&tls);
        match tokio::task::spawn_blocking(move || identity.follow()).await {
            Ok(Ok(true)) => tracing::info!("certificate reloaded"),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the new certificate cannot be used; the old one stays"
            ),
            Err(_stopping) => return,
        }
    }
}

/// Who comes by the unix socket: a process of this machine.
const NEIGHBOUR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// For requests that were sent before the client could know that we stop.
const GRACE: Duration = Duration::from_millis(250);
