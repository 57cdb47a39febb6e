use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::BytesMut;
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri, Version,
    header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TE},
    uri::{Authority, Scheme},
};

use crate::{
    authenticate::Fields,
    body::Body,
    edge::{ClientAddress, RequestId},
    lines::write_field,
    public_url::PublicUrl,
    quick_map::QuickMap,
};

/// What the gateway itself says to an endpoint, whatever the client said under these names.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// About the way a request came.
    way: [Option<(HeaderName, HeaderValue)>; 5],
    /// Who asks.
    person: Option<Fields>,
}

impl Said {
    /// Each field once.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        let person = self.person.iter().flat_map(Fields::iter);
        let all = self.way.iter().flatten().chain(person);
        all.map(|(name, value)| (name, value))
    }

    /// Whether it has a field of this name.
    pub(super) fn has(&self, name: &HeaderName) -> bool {
        // Those about the way all begin so.
        let is_ours = name.as_str().starts_with("x-");
        is_ours && self.way.iter().flatten().any(|(known, _)| known == name)
            || self.person.as_ref().is_some_and(|person| person.has(name))
    }

    /// Writes all of it as lines of HTTP/1.1.
    pub(super) fn write(&self, head: &mut Vec<u8>) {
        for (name, value) in self.way.iter().flatten() {
            write_field(name.as_str(), value.as_bytes(), head);
        }
        if let Some(person) = &self.person {
            head.extend_from_slice(person.lines());
        }
    }

    /// Puts it into a map, in the place of what stands there.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        for (name, value) in self.iter() {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// How a request came (security H7).
#[derive(Debug)]
pub(super) struct Forwarding<'a> {
    pub(super) client: &'a ClientAddress,
    pub(super) public_url: &'a PublicUrl,
    pub(super) request_id: RequestId,
    pub(super) texts: &'a Texts,
}

impl Forwarding<'_> {
    /// What is said of it, and of whom.
    pub(super) fn said(self, headers: &HeaderMap, person: Option<Fields>) -> Said {
        // Present only where the edge believed a trusted proxy and wrote it anew.
        let chain = (!headers.contains_key(FORWARDED_FOR))
            .then(|| (FORWARDED_FOR, self.texts.address(self.client.ip)));
        let is_secure = self.client.secure || self.public_url.is_secure();
        let proto = HeaderValue::from_static(if is_secure { "https" } else { "http" });
        let host = headers.get(HOST);
        let way = [
            chain,
            Some((FORWARDED_PROTO, proto)),
            host.map(|host| (FORWARDED_PORT, self.port(host, is_secure))),
            host.map(|host| (FORWARDED_HOST, host.clone())),
            Some((REQUEST_ID, self.texts.written(self.request_id.as_str()))),
        ];
        Said { way, person }
    }

    fn port(&self, host: &HeaderValue, is_secure: bool) -> HeaderValue {
        let digits = host
            .to_str()
            .ok()
            .and_then(|host| host.rsplit_once(':'))
            .map(|(_, port)| port);
        match digits.and_then(|digits| digits.parse::<u16>().ok()) {
            Some(port) => self.texts.port(port),
            None if is_secure => HeaderValue::from_static("443"),
            None => HeaderValue::from_static("80"),
        }
    }
}

/// Small field values of one data thread. What repeats is kept; what does not is written one behind the other on common
/// pages, so that dozens of requests share an allocation. A page lives as long as the last value on it.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    page: BytesMut,
    /// Those seen lately, each in the place of its last octet.
    addresses: QuickMap<u8, (IpAddr, HeaderValue)>,
    port: Option<(u16, HeaderValue)>,
}

impl Texts {
    /// A value of visible ASCII, as ids are, of at most [`LONGEST`] octets.
    fn written(&self, text: &str) -> HeaderValue {
        self.lock().write(text)
    }

    fn address(&self, ip: IpAddr) -> HeaderValue {
        let place = match ip {
            IpAddr::V4(ip) => ip.octets().last().copied(),
            IpAddr::V6(ip) => ip.octets().last().copied(),
        };
        let place = place.unwrap_or_default();
        let mut written = self.lock();
        if let Some((known, value)) = written.addresses.get(&place)
            && *known == ip
        {
            return value.clone();
        }
        let value = written.write(&ip.to_string());
        written.addresses.insert(place, (ip, value.clone()));
        value
    }

    fn port(&self, port: u16) -> HeaderValue {
        let mut written = self.lock();
        match &written.port {
            Some((known, value)) if *known == port => value.clone(),
            _ => {
                let value = HeaderValue::from(port);
                written.port = Some((port, value.clone()));
                value
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Written {
    fn write(&mut self, text: &str) -> HeaderValue {
        let page = &mut self.page;
        if page.capacity() < LONGEST {
            page.reserve(PAGE);
        }
        page.extend_from_slice(text.as_bytes());
        let written = page.split().freeze();
        HeaderValue::from_maybe_shared(written)
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }
}

/// Removes what belongs to the client's connection (security H6) and what framed its message (S1); the upstream's
/// connection frames it anew.
pub(super) fn strip_connection(headers: &mut HeaderMap) {
    let doomed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| is_connection_field(name) || **name == CONTENT_LENGTH)
        .cloned()
        .collect();
    for name in doomed {
        headers.remove(name);
    }
}

/// RFC 9110 §7.6.1 and what else concerns one connection alone.
pub(super) fn is_connection_field(name: &HeaderName) -> bool {
    let name = name.as_str();
    match name.as_bytes().first() {
        Some(b'c') => name == "connection",
        Some(b'e') => name == "expect",
        Some(b'h') => name == "http2-settings",
        Some(b'k') => name == "keep-alive",
        Some(b'p') => name.starts_with("proxy-"),
        Some(b't') => matches!(name, "te" | "trailer" | "transfer-encoding"),
        Some(b'u') => name == "upgrade",
        _ => false,
    }
}

/// Whether the client understands trailers (`TE: trailers`).
pub(super) fn wants_trailers(headers: &HeaderMap) -> bool {
    headers.get(TE).is_some_and(|te| {
        te.as_bytes()
            .split(|byte| *byte == b',')
            .any(|entry| entry.trim_ascii().eq_ignore_ascii_case(b"trailers"))
    })
}

/// Whether a trailer may go on: no field that a request's head could not bring either.
pub(super) fn is_trailer(name: &HeaderName) -> bool {
    thread_local! {
        static FORBIDDEN: crate::edge::Forbidden = crate::edge::Forbidden::default();
    }
    let frames = *name == HOST || *name == CONTENT_LENGTH || *name == AUTHORIZATION;
    let speaks_for = matches!(
        name.as_str(),
        "cookie" | "set-cookie" | "cache-control" | "content-type"
    );
    !frames
        && !speaks_for
        && !is_connection_field(name)
        && !FORBIDDEN.with(|names| names.contains(name))
}

/// Origin-form, whatever it was made for before (security P8).
pub(super) fn for_http1(request: &mut Request<Body>) {
    *request.version_mut() = Version::HTTP_11;
    if let Some(authority) = request.uri().authority() {
        if let Ok(host) = HeaderValue::from_str(authority.as_str()) {
            request.headers_mut().insert(HOST, host);
        }
        if let Some(path) = request.uri().path_and_query().cloned() {
            *request.uri_mut() = Uri::from(path);
        }
        request.headers_mut().remove(TE);
    }
}

/// Scheme and authority in the target, as HTTP/2 has them.
pub(super) fn for_http2(request: &mut Request<Body>, scheme: &Scheme, wants_trailers: bool) {
    *request.version_mut() = Version::HTTP_2;
    if wants_trailers {
        request
            .headers_mut()
            .insert(TE, HeaderValue::from_static("trailers"));
    }
    let Some(host) = request.headers().get(HOST) else {
        return;
    };
    let mut target = request.uri().clone().into_parts();
    target.scheme = Some(scheme.clone());
    target.authority = Authority::try_from(host.as_bytes()).ok();
    // Host was proven at the edge, so these parts fit together.
    if let Ok(uri) = Uri::from_parts(target) {
        *request.uri_mut() = uri;
        request.headers_mut().remove(HOST);
    }
}

/// Of a value on a page: an address in IPv6.
const LONGEST: usize = 64;
const PAGE: usize = 4096;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_on_common_pages_stay_what_they_are() {
        let texts = Texts::default();
        let numbers = || (0..2000_u16).cycle().take(5000);
        let written: Vec<_> = numbers()
            .map(|number| texts.written(&number.to_string()))
            .collect();
        let ports: Vec<_> = numbers().map(|number| texts.port(number / 2)).collect();
        for ((number, value), port) in numbers().zip(&written).zip(&ports) {
            assert_eq!(value, &HeaderValue::from(number));
            assert_eq!(port, &HeaderValue::from(number / 2));
        }
        // Many of them meet in one place.
        let addresses = [
            "192.0.2.1",
            "198.51.100.1",
            "2001:db8::1",
            "2001:db8:1::1",
            "192.0.2.2",
        ];
        for address in addresses.iter().cycle().take(50) {
            assert_eq!(texts.address(address.parse().unwrap()), address);
        }
        let longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
        assert_eq!(texts.address(longest.parse().unwrap()), longest);
    }
}
