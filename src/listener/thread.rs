use std::{io, net::TcpListener, sync::Arc, time::Duration};

use tokio::{
    net::TcpStream,
    runtime::Builder,
    sync::{Semaphore, oneshot},
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Handler, Settings, connection::Server, tls::Identity, watch::Watch};

/// One data thread, about to start.
#[derive(Debug)]
pub(super) struct DataThread {
    pub(super) index: usize,
    pub(super) socket: TcpListener,
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
        let listener = match tokio::net::TcpListener::from_std(self.socket) {
            Ok(listener) => listener,
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
        let admit = |(stream, address): (TcpStream, _)| {
            // Over the limit the connection is closed at once.
            let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
                return;
            };
            #[cfg(not(target_os = "linux"))]
            let _ = stream.set_nodelay(true);
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
                    Ok(accepted) => admit(accepted),
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
                    admit((stream, address));
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
    let mut ticks = interval(watch.interval());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
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

/// For requests that were sent before the client could know that we stop.
const GRACE: Duration = Duration::from_millis(250);
