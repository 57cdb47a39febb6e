//! The gateway as a process before an app, and honest people who use it whatever else happens.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::support::{app::App, engine::Engine, gateway::Gateway, process::Process};

pub(crate) struct Stage {
    pub(crate) app: App,
    _engine: Engine,
    pub(crate) gateway: Process,
}

impl Stage {
    /// With further lines of `[server]`; every path is public.
    pub(crate) async fn set(server: &str) -> Self {
        // Thousands of sockets, in this process and in its child.
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        let (app, engine) = (App::echo().await, Engine::start());
        let plan = Gateway::before(&app, &engine)
            .server(server)
            .route("path = \"/*\"\naccess = \"public\"");
        let gateway = Process::serve(&plan).await;
        Self {
            app,
            _engine: engine,
            gateway,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.address
    }
}

/// One honest request on a connection of its own, and how long it took.
pub(crate) async fn ask(address: SocketAddr) -> Duration {
    let began = Instant::now();
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET /honest HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        answer
    };
    let answer = timeout(PATIENCE, exchange)
        .await
        .expect("an answer in time");
    assert!(
        answer.starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    began.elapsed()
}

/// Somebody who asks again and again until told to stop; every request must be answered.
pub(crate) struct Honest {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Vec<Duration>>,
}

impl Honest {
    pub(crate) fn begin(address: SocketAddr) -> Self {
        let (stop, mut stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let mut took = Vec::new();
            while stopped.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
                took.push(ask(address).await);
            }
            took
        });
        Self { stop, task }
    }

    /// The slowest of all requests; there has been one at least.
    pub(crate) async fn end(self) -> Duration {
        // One whole request under attack, however short the attack was.
        let _ = self.stop.send(());
        let took = self.task.await.expect("every honest request is answered");
        took.into_iter().max().expect("one request at least")
    }
}

/// Under attack on a busy machine; usually it takes milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
