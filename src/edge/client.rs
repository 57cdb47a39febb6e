use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, HeaderValue};
use ipnet::IpNet;

use crate::listener::Peer;

/// Where a request comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAddress {
    /// The person's address: the peer's, or what a trusted proxy says. Never IPv4 mapped into IPv6.
    pub ip: IpAddr,
    /// Whether the person's connection was encrypted, as far as we or a trusted proxy know.
    pub secure: bool,
}

/// What the forwarding fields come to.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) client: ClientAddress,
    /// `X-Forwarded-For` to send on where the peer's own was believed: addresses alone, the peer's last.
    pub(super) chain: Option<HeaderValue>,
}

impl Origin {
    /// Nobody in between: the peer is the client, whatever it says.
    pub(super) fn direct(peer: &Peer) -> Self {
        Self {
            client: ClientAddress {
                ip: peer.address.ip().to_canonical(),
                secure: peer.secure,
            },
            chain: None,
        }
    }

    /// Behind a trusted proxy: from the right, the first address that is no trusted proxy itself. What is no address
    /// ends the walk, and what stands left of it is not believed.
    pub(super) fn proxied(peer: &Peer, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let mut origin = Self::direct(peer);
        let mut believed = vec![origin.client.ip];
        let said: Vec<_> = entries(headers, &FORWARDED_FOR).collect();
        for entry in said.into_iter().rev() {
            let Some(ip) = address(entry) else { break };
            origin.client.ip = ip;
            believed.push(ip);
            if !is_trusted(trusted, ip) {
                break;
            }
        }
        if let Some(proto) = entries(headers, &FORWARDED_PROTO).last() {
            origin.client.secure =
                proto.eq_ignore_ascii_case("https") || proto.eq_ignore_ascii_case("wss");
        }
        let chain: Vec<_> = believed.iter().rev().map(IpAddr::to_string).collect();
        origin.chain = HeaderValue::try_from(chain.join(", ")).ok();
        origin
    }
}

pub(super) fn is_trusted(trusted: &[IpNet], ip: IpAddr) -> bool {
    trusted.iter().any(|network| network.contains(&ip))
}

fn entries<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(str::trim)
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let ip = text.parse::<IpAddr>().ok().or_else(|| {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match bare {
            Some(v6) => v6.parse().ok(),
            None => text.parse::<SocketAddr>().ok().map(|address| address.ip()),
        }
    })?;
    Some(ip.to_canonical())
}

pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, lines: &[&'static str]) -> Origin {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let peer = Peer {
            address: peer.parse().unwrap(),
            secure: false,
            certificate: None,
        };
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        if is_trusted(&trusted, peer.address.ip().to_canonical()) {
            Origin::proxied(&peer, &headers, &trusted)
        } else {
            Origin::direct(&peer)
        }
    }

    #[test]
    fn the_first_untrusted_address_from_the_right_is_the_client() {
        for (peer, lines, ip, chain) in [
            ("192.0.2.1:5", &["203.0.113.9"][..], "192.0.2.1", None),
            ("127.0.0.1:5", &["203.0.113.9"], "127.0.0.1", None),
            ("10.0.0.1:5", &[], "10.0.0.1", Some("10.0.0.1")),
            (
                "10.0.0.1:5",
                &["203.0.113.9"],
                "203.0.113.9",
                Some("203.0.113.9, 10.0.0.1"),
            ),
            (
                "[::ffff:10.0.0.1]:5",
                &["203.0.113.9"],
                "203.0.113.9",
                Some("203.0.113.9, 10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["1.1.1.1, 203.0.113.9"],
                "203.0.113.9",
                Some("203.0.113.9, 10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["1.1.1.1", "203.0.113.9, 10.9.9.9"],
                "203.0.113.9",
                Some("203.0.113.9, 10.9.9.9, 10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["203.0.113.9, nonsense"],
                "10.0.0.1",
                Some("10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["203.0.113.9:4711"],
                "203.0.113.9",
                Some("203.0.113.9, 10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["[2001:db8::1]"],
                "2001:db8::1",
                Some("2001:db8::1, 10.0.0.1"),
            ),
            (
                "10.0.0.1:5",
                &["::ffff:203.0.113.9"],
                "203.0.113.9",
                Some("203.0.113.9, 10.0.0.1"),
            ),
        ] {
            let origin = origin(peer, lines);
            assert_eq!(origin.client.ip.to_string(), ip, "{peer} {lines:?}");
            assert_eq!(origin.chain.as_ref().map(|c| c.to_str().unwrap()), chain);
        }
    }
}
