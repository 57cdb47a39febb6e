//! What the answer needs to know of its request, noted before the request is given away.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderValue, Method, Request, Uri, header::ACCEPT_LANGUAGE};

use super::gzip;
use crate::{
    edge::{Admitted, RequestId},
    gateway::Rooms,
    login::{SIGN_IN, pages::Pages, return_to::ReturnTo, visit::is_navigation},
    route::Route,
};

/// What the answer and the access log line need to know of a request, whatever became of it. Kept small: for nearly all
/// requests nothing of it is asked but what the log wants.
#[derive(Debug)]
pub(in crate::gateway) struct About {
    method: Method,
    target: Uri,
    pub(super) html: bool,
    pub(super) gzip: bool,
    languages: Option<HeaderValue>,
    pub(in crate::gateway) request_id: Option<RequestId>,
    pub(in crate::gateway) client: Option<IpAddr>,
    pub(in crate::gateway) route: Option<Arc<Route>>,
}

impl About {
    pub(in crate::gateway) fn new<B>(request: &Request<B>) -> Self {
        let headers = request.headers();
        Self {
            method: request.method().clone(),
            target: request.uri().clone(),
            html: wants_html(request.method(), headers),
            gzip: gzip::is_accepted(headers),
            languages: headers.get(ACCEPT_LANGUAGE).cloned(),
            request_id: None,
            client: None,
            route: None,
        }
    }

    pub(in crate::gateway) fn admitted(&mut self, admitted: &Admitted) {
        self.request_id = Some(admitted.request_id);
        self.client = Some(admitted.client.ip);
    }

    pub(in crate::gateway) fn route(&mut self, route: &Arc<Route>) {
        self.route = Some(route.clone());
    }

    /// The pages in the person's language.
    pub(super) fn pages(&self, rooms: &Rooms) -> Pages {
        let languages = self
            .languages
            .as_ref()
            .and_then(|value| value.to_str().ok());
        let language = rooms
            .pages
            .language_for(languages.filter(|text| text.len() <= 256));
        rooms.pages.in_language(&language)
    }

    pub(in crate::gateway) fn method(&self) -> &Method {
        &self.method
    }

    pub(in crate::gateway) fn path(&self) -> &str {
        self.target.path()
    }

    /// Where a page offers to try again: what was asked for, unless sending it again would repeat an answer.
    pub(super) fn retry(&self) -> &str {
        let target = self
            .target
            .path_and_query()
            .map_or("/", |target| target.as_str());
        let own = target
            .strip_prefix(SIGN_IN)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('?'));
        let again = own || ReturnTo::parse(target).is_some();
        match self.method {
            Method::GET | Method::HEAD if again => target,
            _ if own => SIGN_IN,
            _ => "/",
        }
    }
}

/// A page is for a browser that goes somewhere, by link or by form.
fn wants_html(method: &Method, headers: &HeaderMap) -> bool {
    let as_get = if *method == Method::POST {
        &Method::GET
    } else {
        method
    };
    is_navigation(as_get, headers)
}
