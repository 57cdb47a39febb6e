//! The one HTTPS client of the gateway for calls to the authorization server.
//!
//! It follows no redirect, keeps no cookie, uses no proxy, and reads no answer past a limit of size and time. Each call
//! runs as a task of its own, so that a caller who goes away never leaves a one-time code spent and its answer lost.

mod flight;
mod roots;

use std::{path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::RootCertStore;
use tokio::{runtime::Handle, sync::OnceCell};
use url::Url;

pub(crate) use flight::Flight;
pub(crate) use roots::system_and;

use crate::public_url::is_loopback;

/// Limits and trust of outgoing calls.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Further trust roots (PEM), besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Longest time to connect.
    pub connect_timeout: Duration,
    /// Longest time for a whole call, answer included.
    pub timeout: Duration,
    /// Largest answer, in octets.
    pub max_body: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ca_file: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(15),
            max_body: 1024 * 1024,
        }
    }
}

/// Why a call brought no answer. Names the server alone, never the path, the query or a body. Cheap to clone, since one
/// failed fetch may be the answer to many.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OutboundError {
    /// Plain `http` to another machine, or no absolute URL.
    #[error("`{0}` may not be called: it must be https, or http on loopback")]
    Address(String),
    /// Nobody answers there.
    #[error("can't connect to {0}")]
    Connect(String, #[source] Arc<hyper_util::client::legacy::Error>),
    /// The connection broke before the whole answer was there.
    #[error("the call to {0} broke off")]
    Exchange(String, #[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The trust roots can't be read.
    #[error("trust roots: {0}")]
    Roots(String),
    /// The runtime is shutting down.
    #[error("the gateway is stopping")]
    Stopping,
    /// No answer within the limit.
    #[error("{0} did not answer in time")]
    Timeout(String),
    /// The answer is larger than the limit.
    #[error("the answer of {0} is too large")]
    TooLarge(String),
}

/// The client. Cheap to clone; all clones share their connections.
#[derive(Clone, Debug)]
pub struct Outbound {
    /// Made at the first call: the gateway listens before it has read the system's trust roots.
    client: Arc<OnceCell<HttpClient>>,
    own_roots: Arc<RootCertStore>,
    connect_timeout: Duration,
    runtime: Handle,
    timeout: Duration,
    max_body: usize,
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

const USER_AGENT: &str = concat!("interlock/", env!("CARGO_PKG_VERSION"));

impl Outbound {
    /// A client whose calls run on `runtime`.
    ///
    /// # Errors
    /// [`OutboundError::Roots`] when `ca_file` can't be read or holds no certificate.
    pub fn new(settings: &Settings, runtime: Handle) -> Result<Self, OutboundError> {
        let own_roots = roots::own(settings.ca_file.as_deref())?;
        Ok(Self {
            client: Arc::default(),
            own_roots: Arc::new(own_roots),
            connect_timeout: settings.connect_timeout,
            runtime,
            timeout: settings.timeout,
            max_body: settings.max_body,
        })
    }

    async fn client(&self) -> Result<&HttpClient, OutboundError> {
        let make = || async {
            let (own, connect_timeout) = (Arc::clone(&self.own_roots), self.connect_timeout);
            let made = self
                .runtime
                .spawn_blocking(move || client(&own, connect_timeout));
            made.await.unwrap_or(Err(OutboundError::Stopping))
        };
        self.client.get_or_try_init(make).await
    }

    /// Makes one call and reads the whole answer, whatever its status.
    ///
    /// Cancel safe: the call goes on when the future is dropped.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, OutboundError> {
        let peer =
            peer(request.uri()).ok_or_else(|| OutboundError::Address(shown(request.uri())))?;
        let client = self.clone();
        let call = self
            .runtime
            .spawn(async move { client.call(request, peer).await });
        call.await.unwrap_or(Err(OutboundError::Stopping))
    }

    /// Where calls run.
    pub(crate) fn runtime(&self) -> &Handle {
        &self.runtime
    }

    async fn call(
        &self,
        request: Request<Bytes>,
        peer: String,
    ) -> Result<Response<Bytes>, OutboundError> {
        let mut request = request.map(Full::new);
        request
            .headers_mut()
            .entry(header::USER_AGENT)
            .or_insert(HeaderValue::from_static(USER_AGENT));
        let client = self.client().await?;
        let whole = async {
            let response = client.request(request).await.map_err(|error| {
                if error.is_connect() {
                    OutboundError::Connect(peer.clone(), Arc::new(error))
                } else {
                    OutboundError::Exchange(peer.clone(), Arc::new(error))
                }
            })?;
            let (head, body) = response.into_parts();
            match Limited::new(body, self.max_body).collect().await {
                Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
                Err(error) if error.is::<LengthLimitError>() => {
                    Err(OutboundError::TooLarge(peer.clone()))
                }
                Err(error) => Err(OutboundError::Exchange(peer.clone(), error.into())),
            }
        };
        match tokio::time::timeout(self.timeout, whole).await {
            Ok(result) => result,
            Err(_) => Err(OutboundError::Timeout(peer)),
        }
    }
}

fn client(
    own_roots: &RootCertStore,
    connect_timeout: Duration,
) -> Result<HttpClient, OutboundError> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_connect_timeout(Some(connect_timeout));
    connector.set_nodelay(true);
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(roots::client_config(own_roots)?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(connector);
    let client = Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        // A peer that vanished without a word must not swallow every call that shares its connection.
        .http2_keep_alive_interval(Duration::from_secs(10))
        .http2_keep_alive_timeout(Duration::from_secs(5))
        .build(connector);
    Ok(client)
}

/// The host that is called, where it may be.
fn peer(uri: &Uri) -> Option<String> {
    let url = Url::parse(&uri.to_string()).ok()?;
    let host = url.host()?;
    let allowed = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&host);
    (allowed && url.username().is_empty() && url.password().is_none())
        .then(|| url.origin().ascii_serialization())
}

impl OutboundError {
    /// Whether the same call may do better at once: the connection was refused or broke, nothing timed out. Only for
    /// calls that may be made twice.
    pub(crate) fn is_hiccup(&self) -> bool {
        matches!(self, Self::Connect(..) | Self::Exchange(..))
    }
}

/// A URL without what could be secret in it.
fn shown(uri: &Uri) -> String {
    format!(
        "{}://{}",
        uri.scheme_str().unwrap_or("?"),
        uri.host().unwrap_or("?")
    )
}

#[cfg(test)]
pub(crate) mod test_server;
#[cfg(test)]
mod tests;
