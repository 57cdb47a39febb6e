use std::{
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Uri, Version,
    header::{AUTHORIZATION, CONTENT_LENGTH, HOST, TE},
    uri::{Authority, Scheme},
};

use crate::{
    body::Body,
    edge::{ClientAddress, RequestId},
    fields::Fields,
    lines::write_field,
    public_url::PublicUrl,
    quick_map::QuickMap,
};

/// What the gateway itself says to an endpoint, whatever the client said under these names.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Where it came from, unless the edge wrote that itself.
    client: Option<HeaderValue>,
    /// By which scheme, port and host it came.
    way: Fields,
    request_id: Option<RequestId>,
    /// Who asks.
    person: Option<Fields>,
}

impl Said {
    /// Whether it has a field of this name.
    pub(super) fn has(&self, name: &HeaderName) -> bool {
        // Those about the way all begin so.
        let is_ours = name.as_str().starts_with("x-")
            && (self.way.has(name)
                || self.client.is_some() && *name == FORWARDED_FOR
                || self.request_id.is_some() && *name == REQUEST_ID);
        is_ours || self.person.as_ref().is_some_and(|person| person.has(name))
    }

    /// Writes all of it as lines of HTTP/1.1.
    pub(super) fn write(&self, head: &mut Vec<u8>) {
        if let Some(client) = &self.client {
            write_field(FORWARDED_FOR.as_str(), client.as_bytes(), head);
        }
        head.extend_from_slice(self.way.lines());
        if let Some(id) = &self.request_id {
            write_field(REQUEST_ID.as_str(), id.as_ref(), head);
        }
        if let Some(person) = &self.person {
            head.extend_from_slice(person.lines());
        }
    }

    /// Puts it into a map, in the place of what stands there.
    pub(super) fn put_into(&self, headers: &mut HeaderMap) {
        if let Some(client) = &self.client {
            headers.insert(FORWARDED_FOR, client.clone());
        }
        if let Some(id) = self.request_id {
            headers.insert(REQUEST_ID, id.into());
        }
        let person = self.person.iter().flat_map(Fields::iter);
        for (name, value) in self.way.iter().chain(person) {
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
        let is_told = headers.contains_key(FORWARDED_FOR);
        let is_secure = self.client.secure || self.public_url.is_secure();
        Said {
            client: (!is_told).then(|| self.texts.address(self.client.ip)),
            way: self.texts.way(headers.get(HOST), is_secure),
            request_id: Some(self.request_id),
            person,
        }
    }
}

/// What one data thread says again and again.
#[derive(Debug, Default)]
pub(super) struct Texts(Mutex<Kept>);

/// What was said lately, each in a place that others share.
#[derive(Debug, Default)]
struct Kept {
    /// In the place of its last octet.
    addresses: QuickMap<u8, (IpAddr, HeaderValue)>,
    /// In the place of the host's length and end.
    ways: QuickMap<u8, (HeaderValue, bool, Fields)>,
}

impl Texts {
    fn address(&self, ip: IpAddr) -> HeaderValue {
        let place = match ip {
            IpAddr::V4(ip) => ip.octets().last().copied(),
            IpAddr::V6(ip) => ip.octets().last().copied(),
        };
        let place = place.unwrap_or_default();
        let addresses = &mut self.lock().addresses;
        if let Some((known, text)) = addresses.get(&place)
            && *known == ip
        {
            return text.clone();
        }
        let text = HeaderValue::try_from(ip.to_string());
        let text = text.unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        addresses.insert(place, (ip, text.clone()));
        text
    }

    fn way(&self, host: Option<&HeaderValue>, is_secure: bool) -> Fields {
        let Some(host) = host.filter(|host| host.len() <= LONGEST) else {
            return way(host, is_secure);
        };
        let [.., last] = *host.as_bytes() else {
            return way(Some(host), is_secure);
        };
        let place = last.wrapping_add(u8::try_from(host.len()).unwrap_or_default());
        let ways = &mut self.lock().ways;
        if let Some((known, was_secure, fields)) = ways.get(&place)
            && known == host
            && *was_secure == is_secure
        {
            return fields.clone();
        }
        // A copy: the client's whole head would be kept with its host.
        let Ok(host) = HeaderValue::from_bytes(host.as_bytes()) else {
            return way(Some(host), is_secure);
        };
        let fields = way(Some(&host), is_secure);
        ways.insert(place, (host, is_secure, fields.clone()));
        fields
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn way(host: Option<&HeaderValue>, is_secure: bool) -> Fields {
    let proto = HeaderValue::from_static(if is_secure { "https" } else { "http" });
    let mut way = vec![(FORWARDED_PROTO, proto)];
    if let Some(host) = host {
        way.push((FORWARDED_PORT, port(host, is_secure)));
        way.push((FORWARDED_HOST, host.clone()));
    }
    way.into()
}

/// The port that a host names, or the usual one.
fn port(host: &HeaderValue, is_secure: bool) -> HeaderValue {
    let digits = host
        .to_str()
        .ok()
        .and_then(|host| host.rsplit_once(':'))
        .map(|(_, port)| port);
    match digits.and_then(|digits| digits.parse::<u16>().ok()) {
        Some(port) => HeaderValue::from(port),
        None if is_secure => HeaderValue::from_static("443"),
        None => HeaderValue::from_static("80"),
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

/// Of a host that is kept (RFC 1035 §2.3.4, and a port).
const LONGEST: usize = 255;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_said_of_the_right_one() {
        let texts = Texts::default();
        // Many of them meet in one place.
        let addresses = [
            "192.0.2.1",
            "198.51.100.1",
            "2001:db8::1",
            "2001:db8:1::1",
            "192.0.2.2",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ];
        for address in addresses.iter().cycle().take(50) {
            assert_eq!(texts.address(address.parse().unwrap()), address);
        }
        let long = format!("{}.example:8080", "a".repeat(300));
        let hosts = [
            ("app.example", "80", "443"),
            ("abc.example", "80", "443"),
            ("app.example:8080", "8080", "8080"),
            ("app.example:70000", "80", "443"),
            ("[2001:db8::1]:443", "443", "443"),
            (&long, "8080", "8080"),
            ("", "80", "443"),
        ];
        for (host, plain, secure) in hosts.iter().cycle().take(50) {
            let host = HeaderValue::from_str(host).unwrap();
            for (is_secure, scheme, port) in [(false, "http", plain), (true, "https", secure)] {
                let expected = format!(
                    "x-forwarded-proto: {scheme}\r\nx-forwarded-port: {port}\r\nx-forwarded-host: {}\r\n",
                    host.to_str().unwrap()
                );
                let way = texts.way(Some(&host), is_secure);
                assert_eq!(way.lines(), expected.as_bytes());
            }
        }
        let unknown = texts.way(None, true);
        assert_eq!(unknown.lines(), b"x-forwarded-proto: https\r\n");
    }

    #[test]
    fn what_is_said_takes_the_place_of_what_a_client_says() {
        let host = HeaderValue::from_static("app.example");
        let texts = Texts::default();
        let said = Said {
            client: Some(HeaderValue::from_static("192.0.2.1")),
            way: texts.way(Some(&host), true),
            request_id: None,
            person: None,
        };
        let mut request = Request::new(Body::Empty);
        for name in [
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-other",
        ] {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static("theirs"));
        }
        let mut head = Vec::new();
        super::super::plain::write(&request, &said, &mut head);
        let head = String::from_utf8(head).unwrap();
        assert_eq!(head.matches("theirs").count(), 1, "{head}");
        said.put_into(request.headers_mut());
        assert_eq!(request.headers().len(), 5);
        for (name, value) in request.headers() {
            let line = format!("\r\n{name}: {}\r\n", value.to_str().unwrap());
            assert_eq!(head.matches(&line).count(), 1, "{line:?} in {head}");
        }
    }
}
