//! Apache with `mod_auth_openidc`: the same job, by redirects. It can't be kept to one thread, but to one processor.

use std::{
    fmt::Write as _,
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use super::{
    load::pinned,
    peers::{Peer, installed, start},
};
use crate::support::{address::free_address, issuer::Issuer};

/// Starts it with its sessions in its own cache, or says what is missing.
pub(crate) fn start_with_sessions(
    directory: &Path,
    upstream: SocketAddr,
    issuer: &Issuer,
) -> Result<Peer, &'static str> {
    let apache = installed("apache2").ok_or("apache2")?;
    if !Path::new(MODULES).join("mod_auth_openidc.so").exists() {
        return Err("libapache2-mod-auth-openidc");
    }
    let address = free_address();
    let at = directory.join("apache");
    fs::create_dir_all(&at).unwrap();
    let mut text = format!(
        "ServerRoot \"{0}\"\nPidFile \"{0}/pid\"\nDefaultRuntimeDir \"{0}\"\nErrorLog \"{0}/errors\"\nLogLevel crit\n\
         ServerName 127.0.0.1\nListen {address}\n",
        at.display()
    );
    for module in [
        "mpm_event",
        "authz_core",
        "authz_user",
        "authn_core",
        "proxy",
        "proxy_http",
        "headers",
        "auth_openidc",
    ] {
        writeln!(text, "LoadModule {module}_module {MODULES}/mod_{module}.so").unwrap();
    }
    write!(
        text,
        "User www-data\nGroup www-data\nStartServers 1\nServerLimit 1\nThreadLimit 128\nThreadsPerChild 128\n\
         MaxRequestWorkers 128\nMinSpareThreads 1\nMaxSpareThreads 128\nKeepAlive On\nMaxKeepAliveRequests 0\n\
         KeepAliveTimeout 600\nProxyPreserveHost On\n\
         OIDCProviderMetadataURL {0}/.well-known/openid-configuration\nOIDCClientID bench\nOIDCClientSecret secret\n\
         OIDCRedirectURI http://{address}/callback\nOIDCCryptoPassphrase a-passphrase-of-benchmarks\n\
         OIDCSessionType server-cache\nOIDCSessionInactivityTimeout 3600\nOIDCScope \"openid email\"\n\
         OIDCSSLValidateServer Off\n\
         <Location \"/\">\nAuthType openid-connect\nRequire valid-user\n\
         ProxyPass \"http://{upstream}/\" keepalive=On max=128 min=1 ttl=600\n</Location>\n",
        issuer.url()
    )
    .unwrap();
    let file = directory.join("apache.conf");
    fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let process = start(pinned(), &apache, &["-DFOREGROUND", "-f", &file], address);
    Ok(Peer {
        process,
        address,
        tls: address,
    })
}

/// Signs in there, and gives back the `Cookie` value.
pub(crate) fn sign_in(apache: SocketAddr, issuer: SocketAddr) -> String {
    let mut cookies: Vec<String> = Vec::new();
    let mut target = format!("http://{apache}/");
    for _ in 0..8 {
        let at_home = target.strip_prefix(&format!("http://{apache}"));
        let (address, path) = match at_home {
            Some(path) => (apache, path.to_owned()),
            None => (issuer, target.replacen(&format!("http://{issuer}"), "", 1)),
        };
        let cookie = if at_home.is_some() {
            cookies.join("; ")
        } else {
            String::new()
        };
        let answer = ask(address, &path, &cookie);
        if answer.starts_with("HTTP/1.1 200") {
            return cookie;
        }
        for pair in fields(&answer, "set-cookie") {
            let pair = pair.split(';').next().unwrap_or_default().to_owned();
            let name = pair.split('=').next().unwrap_or_default().to_owned();
            cookies.retain(|other| !other.starts_with(&format!("{name}=")));
            if pair.len() > name.len() + 1 {
                cookies.push(pair);
            }
        }
        fields(&answer, "location")
            .next()
            .unwrap_or_else(|| panic!("the sign-in ends with {answer}"))
            .clone_into(&mut target);
        if target.starts_with('/') {
            target = format!("http://{address}{target}");
        }
    }
    panic!("the sign-in goes round in circles");
}

fn ask(address: SocketAddr, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let cookie = if cookie.is_empty() {
        String::new()
    } else {
        format!("Cookie: {cookie}\r\n")
    };
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nConnection: close\r\n{cookie}\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

fn fields<'a>(answer: &'a str, wanted: &'a str) -> impl Iterator<Item = &'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    head.lines().filter_map(move |line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case(wanted).then_some(value)
    })
}

const MODULES: &str = "/usr/lib/apache2/modules";
