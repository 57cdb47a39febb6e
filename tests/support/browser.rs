//! A browser without script: cookies, navigation, forms, and no redirect followed unless told to.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use super::page::{Form, Page};

/// One person's browser at one origin.
#[derive(Clone)]
pub struct Browser {
    pub origin: String,
    pub cookies: BTreeMap<String, String>,
    /// What a proxy in between says about its address.
    pub from: Option<String>,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub url: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Browser {
    pub fn at(origin: impl Into<String>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            origin: origin.into(),
            cookies: BTreeMap::new(),
            from: None,
            client,
        }
    }

    /// The same cookies at another origin: another replica behind one address.
    pub fn moved_to(&self, origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            ..self.clone()
        }
    }

    /// Goes to a path, as by typing it.
    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, navigation("none"), Bytes::new())
            .await
    }

    /// Goes to a path and follows every redirect on this origin.
    pub async fn visit(&mut self, path: &str) -> Reply {
        let reply = self.get(path).await;
        self.follow(reply).await
    }

    /// Follows redirects on this origin until something else comes.
    pub async fn follow(&mut self, mut reply: Reply) -> Reply {
        for _ in 0..10 {
            if !reply.status.is_redirection() {
                return reply;
            }
            let location = reply.location();
            let path = location
                .strip_prefix(&self.origin)
                .unwrap_or(&location)
                .to_owned();
            assert!(
                path.starts_with('/'),
                "the redirect leaves the origin: {location}"
            );
            reply = self.get(path.split('#').next().unwrap()).await;
        }
        panic!("redirected more than ten times, last to {}", reply.url);
    }

    /// Sends a form as a browser does: same origin, the first button pressed. Follows nothing.
    pub async fn post(&mut self, page: &Page, form: &Form, answers: &[(&str, &str)]) -> Reply {
        let pairs = form.filled(answers);
        let path = form.action.clone().unwrap_or_else(|| page.url.clone());
        self.post_pairs(&path, &pairs).await
    }

    pub async fn post_pairs(&mut self, path: &str, pairs: &[(String, String)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let mut fields = navigation("same-origin");
        fields.insert(header::ORIGIN, self.origin.parse().unwrap());
        fields.insert(
            header::CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        self.send(Method::POST, path, fields, body.into()).await
    }

    /// Answers a step and goes on to the page that follows.
    pub async fn submit(
        &mut self,
        page: &Page,
        remediation: &str,
        answers: &[(&str, &str)],
    ) -> Reply {
        let reply = self.post(page, page.form(remediation), answers).await;
        self.follow(reply).await
    }

    /// Presses the button with this text, in a form of this remediation.
    pub async fn press(&mut self, page: &Page, remediation: &str, button: &str) -> Reply {
        let form = page.form_with_button(remediation, button);
        let path = form.action.clone().unwrap_or_else(|| page.url.clone());
        let reply = self
            .post_pairs(&path, &form.filled_and_pressed(&[], button))
            .await;
        self.follow(reply).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        fields: HeaderMap,
        body: Bytes,
    ) -> Reply {
        let path = if path.is_empty() || path.starts_with('?') {
            format!("/{path}")
        } else {
            path.to_owned()
        };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = format!("{}{path}", self.origin).parse().unwrap();
        *request.headers_mut() = fields;
        if !self.cookies.is_empty() {
            request
                .headers_mut()
                .insert(header::COOKIE, self.cookie_line().parse().unwrap());
        }
        if let Some(from) = &self.from {
            request
                .headers_mut()
                .insert("x-forwarded-for", from.parse().unwrap());
        }
        let response = self
            .client
            .request(request)
            .await
            .unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let (head, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .unwrap_or_else(|error| panic!("{path}: {error:?}"))
            .to_bytes();
        self.keep_cookies(&head.headers);
        Reply {
            url: path,
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    /// What it sends in `Cookie`.
    pub fn cookie_line(&self) -> String {
        let cookies = self.cookies.iter();
        let pairs: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().unwrap();
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').unwrap();
            assert!(
                attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"),
                "{text}"
            );
            if attributes.contains("Max-Age=0") || value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The fields of a person's navigation.
pub fn navigation(site: &str) -> HeaderMap {
    let mut fields = HeaderMap::new();
    fields.insert(
        header::ACCEPT,
        "text/html,application/xhtml+xml,*/*;q=0.8".parse().unwrap(),
    );
    fields.insert("sec-fetch-mode", "navigate".parse().unwrap());
    fields.insert("sec-fetch-site", site.parse().unwrap());
    fields.insert("sec-fetch-dest", "document".parse().unwrap());
    fields
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn expect(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}: {}", self.url, self.text());
        self
    }

    #[track_caller]
    pub fn page(&self) -> Page {
        let kind = self
            .headers
            .get(header::CONTENT_TYPE)
            .map(|kind| kind.to_str().unwrap().to_owned());
        assert_eq!(
            kind.as_deref(),
            Some("text/html; charset=utf-8"),
            "{}: {} {}",
            self.url,
            self.status,
            self.text()
        );
        Page::parse(&self.url, &self.text())
    }

    /// The page of a step, which must show this form.
    #[track_caller]
    pub fn expect_form(&self, remediation: &str) -> Page {
        let page = self.expect(StatusCode::OK).page();
        page.form(remediation);
        page
    }

    #[track_caller]
    pub fn location(&self) -> String {
        let location = self.headers.get(header::LOCATION);
        location
            .unwrap_or_else(|| panic!("no Location: {} {}", self.status, self.text()))
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// The JSON of the app, or nothing where a page of ours came.
    pub fn json_or_none(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The app's answer, to somebody whom it was told of by this address.
    #[track_caller]
    pub fn expect_person(&self, email: &str) -> &Self {
        let told = self.expect(StatusCode::OK).echoed("x-auth-request-email");
        assert_eq!(told.as_deref(), Some(email), "{}", self.url);
        self
    }

    /// What the app says it got in a field.
    #[track_caller]
    pub fn echoed(&self, field: &str) -> Option<String> {
        let all = self.json()["fields"][field].clone();
        let all = all.as_array()?;
        assert_eq!(
            all.len(),
            1,
            "`{field}` reached the app {} times",
            all.len()
        );
        all[0].as_str().map(str::to_owned)
    }
}
