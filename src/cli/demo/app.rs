//! The app of the demo: shows who Interlock says is asking.

use std::{convert::Infallible, fmt::Write as _, io, net::SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::Full;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::net::TcpListener;

/// A small web server that answers every path.
#[derive(Debug)]
pub(super) struct App {
    listener: TcpListener,
    address: SocketAddr,
}

impl App {
    pub(super) async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn serve(self) {
        loop {
            let Ok((stream, _)) = self.listener.accept().await else { continue };
            tokio::spawn(async move {
                let service = service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) });
                let connection = hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service);
                // A client that goes away is no failure of the app.
                drop(connection.await);
            });
        }
    }
}

fn answer(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let identity = identity(request.headers());
    let html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let (body, kind) = if html {
        (page(target, &identity), "text/html; charset=utf-8")
    } else {
        let identity: serde_json::Map<_, _> =
            identity.into_iter().map(|(name, value)| (name, value.into())).collect();
        (format!("{:#}\n", json!({ "target": target, "identity": identity })), "application/json")
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What came from Interlock, in its order; of tokens only their beginning.
fn identity(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| {
            let name = name.as_str();
            name.starts_with("x-auth-request-") || name.starts_with("x-interlock-") || name == "authorization"
        })
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            let shown = if value.len() > 80 { format!("{}…", value.chars().take(40).collect::<String>()) } else { value.into_owned() };
            (name.to_string(), shown)
        })
        .collect()
}

fn page(target: &str, identity: &[(String, String)]) -> String {
    let mut rows = String::new();
    for (name, value) in identity {
        // Writing to a string can't fail.
        let _ = writeln!(rows, "<tr><th scope=row><code>{}</code><td><code>{}</code>", escape(name), escape(value));
    }
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>The app behind Interlock</title>\
         <style>:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui;max-width:46rem;margin:3rem auto;padding:0 1rem}}\
         table{{border-collapse:collapse;width:100%;overflow-wrap:anywhere}}th,td{{text-align:start;padding:.4rem .6rem;\
         border-bottom:1px solid #8885;vertical-align:top}}th{{white-space:nowrap}}</style>\
         <h1>You reached the app</h1><p>You asked for <code>{}</code>. This is what the app was told about you:</p>\
         <table>{rows}</table><p><a href='/.interlock/userinfo'>Your claims</a> · <a href='/.interlock/sign-out'>Sign out</a></p>\n",
        escape(target)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_shows_is_text() {
        let page = page("/<script>", &[("x-auth-request-user".into(), "<b>".into())]);
        assert!(!page.contains("<script>") && !page.contains("<b>"));
    }

    #[test]
    fn tokens_are_not_shown_whole() {
        let token = format!("Bearer {}", "x".repeat(200));
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, token.parse().unwrap())]);
        assert!(identity(&headers)[0].1.len() < 60);
    }
}
