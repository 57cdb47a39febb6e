use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use url::Url;

use super::{Status, Surroundings, args::HealthArgs};
use crate::config::peek;

/// Asks a running gateway once.
pub(super) fn run(args: &HealthArgs, surroundings: &mut Surroundings<'_>) -> io::Result<Status> {
    let url = match &args.url {
        Some(url) => url.clone(),
        None => admin_url(args, &surroundings.environment),
    };
    let Some(target) = target(&url) else {
        writeln!(
            surroundings.err,
            "error: {url:?} is no http:// URL; write one such as http://127.0.0.1:9090/readyz"
        )?;
        return Ok(Status::Usage);
    };
    match ask(&target) {
        Ok(200..=299) => {
            writeln!(surroundings.out, "ready")?;
            Ok(Status::Fine)
        }
        Ok(status) => {
            writeln!(
                surroundings.err,
                "error: {url} answered {status}: the gateway is not ready"
            )?;
            Ok(Status::Failed)
        }
        Err(error) => {
            writeln!(
                surroundings.err,
                "error: {url} can't be asked ({error}); start the gateway, or name its admin listener with --url"
            )?;
            Ok(Status::Failed)
        }
    }
}

/// `/readyz` on the admin listener that the configuration names; an address that means "all of this machine" is asked on
/// loopback.
fn admin_url(args: &HealthArgs, environment: &[(String, String)]) -> String {
    let sources = args.config.sources(environment);
    let mut admin = peek(&sources, environment.iter().cloned(), "server.admin")
        .and_then(|text| text.trim().parse::<SocketAddr>().ok())
        .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 9090)));
    match admin.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => admin.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => admin.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    format!("http://{admin}/readyz")
}

struct Target {
    authority: String,
    address: Vec<SocketAddr>,
    path: String,
}

fn target(url: &str) -> Option<Target> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    let authority = format!("{host}:{port}");
    Some(Target {
        address: authority
            .to_socket_addrs()
            .map(Iterator::collect)
            .unwrap_or_default(),
        authority,
        path: url.path().to_owned(),
    })
}

fn ask(target: &Target) -> io::Result<u16> {
    let address = target
        .address
        .first()
        .ok_or_else(|| io::Error::other("the host's name is unknown"))?;
    let mut stream = TcpStream::connect_timeout(address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (path, authority) = (&target.path, &target.authority);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut line = Vec::new();
    stream.take(16).read_to_end(&mut line)?;
    let line = String::from_utf8_lossy(&line);
    line.strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok())
        .ok_or_else(|| io::Error::other("the answer is no HTTP"))
}

/// Container probes give up after a second or a few.
const PATIENCE: Duration = Duration::from_secs(3);
