//! Somebody between the gateway and the engine, who changes answers as a test says and keeps what was asked.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use interlock::engine::Settings;
use tokio::{net::TcpListener, task::JoinHandle};

use super::engine::Engine;

/// What the engine answered, to be changed before the gateway sees it.
#[derive(Debug)]
pub struct Answer {
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What the gateway asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

type Change = Box<dyn FnMut(&mut Answer) + Send>;

pub struct Middle {
    pub address: SocketAddr,
    stage: Arc<Stage>,
    task: JoinHandle<()>,
}

struct Stage {
    engine: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    change: Mutex<Option<Change>>,
    asked: Mutex<Vec<Asked>>,
}

impl Middle {
    /// An engine that is known by this place's name, and what stands there.
    pub async fn and_engine(change: impl FnOnce(&mut Settings)) -> (Self, Engine) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let engine = Engine::with(|settings| {
            settings.public_url = Some(format!("http://{address}"));
            change(settings);
        });
        let stage = Arc::new(Stage {
            engine: engine.address,
            client: Client::builder(TokioExecutor::new()).build_http(),
            change: Mutex::default(),
            asked: Mutex::default(),
        });
        let shared = stage.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let stage = shared.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let stage = stage.clone();
                        async move { Ok::<_, Infallible>(stage.pass(request).await) }
                    });
                    let builder =
                        hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    // A client that goes away is no failure of the server.
                    let _ = builder
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        let middle = Self {
            address,
            stage,
            task,
        };
        (middle, engine)
    }

    pub fn issuer(&self) -> String {
        format!("http://{}/oauth2/default", self.address)
    }

    /// Changes every answer from now on.
    pub fn change(&self, change: impl FnMut(&mut Answer) + Send + 'static) {
        *self.stage.change.lock().unwrap() = Some(Box::new(change));
    }

    /// Changes nothing any more.
    pub fn leave_alone(&self) {
        *self.stage.change.lock().unwrap() = None;
    }

    /// What was asked since this was last called.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.stage.asked.lock().unwrap())
    }
}

impl Drop for Middle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stage {
    async fn pass(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let target = head.uri.path_and_query().unwrap().to_string();
        self.asked.lock().unwrap().push(Asked {
            path: target.clone(),
            headers: head.headers.clone(),
            body: String::from_utf8_lossy(&body).into_owned(),
        });
        let mut onward = Request::new(Full::new(body));
        *onward.method_mut() = head.method;
        *onward.uri_mut() = format!("http://{}{target}", self.engine).parse().unwrap();
        *onward.headers_mut() = head.headers;
        let response = match self.client.request(onward).await {
            Ok(response) => response,
            Err(error) => {
                eprintln!("the engine did not answer {target}: {error:?}");
                let mut gone = Response::new(Full::default());
                *gone.status_mut() = StatusCode::BAD_GATEWAY;
                return gone;
            }
        };
        let (parts, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let mut answer = Answer {
            path: head.uri.path().to_owned(),
            status: parts.status,
            headers: parts.headers,
            body,
        };
        if let Some(change) = self.change.lock().unwrap().as_mut() {
            change(&mut answer);
        }
        answer.headers.remove(header::CONTENT_LENGTH);
        answer.headers.remove(header::TRANSFER_ENCODING);
        let mut response = Response::new(Full::new(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}
