//! nginx and `HAProxy` as Debian has them, each on one thread and without logs.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::load::{pinned, pinned_away};
use crate::support::{
    address::free_address,
    certificate::Certificate,
    issuer::{Algorithm, Issuer},
    process::Process,
};

/// Somebody who listens.
pub(crate) struct Peer {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// Where it speaks TLS.
    pub(crate) tls: SocketAddr,
}

/// A program by its name, also where only administrators look.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    path.split(':')
        .map(|directory| Path::new(directory).join(name))
        .find(|file| file.exists())
}

/// Starts a command below `under`, and waits until it listens.
pub(crate) fn start(
    under: Vec<String>,
    program: &Path,
    arguments: &[&str],
    address: SocketAddr,
) -> Process {
    let mut line = under;
    line.push(program.display().to_string());
    line.extend(arguments.iter().map(|&argument| argument.to_owned()));
    let mut command = Command::new(&line[0]);
    command.args(&line[1..]).stdout(Stdio::null());
    let process = Process::start(command);
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{} does not listen",
            program.display()
        );
        thread::sleep(Duration::from_millis(5));
    }
    process
}

/// The upstream of all: 1 KiB at `/`, 64 KiB at `/large`, whatever else the path says before that. On another processor
/// than the contenders, or `beside` them on theirs.
pub(crate) fn upstream(nginx: &Path, directory: &Path, beside: bool) -> Peer {
    let files = directory.join("files");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("large"), vec![b'x'; LARGE]).unwrap();
    let address = free_address();
    let body = "x".repeat(SMALL);
    let server = format!(
        "server {{ listen {address} backlog=4096; root {};\n\
         location / {{ return 200 \"{body}\"; }} location ~ large$ {{ rewrite ^ /large break; }} }}",
        files.display()
    );
    let file = nginx_file(directory, "upstream", &server);
    let under = if beside { pinned() } else { pinned_away() };
    let process = start(under, nginx, &["-c", &file], address);
    Peer {
        process,
        address,
        tls: address,
    }
}

/// A plain proxy: the anchor.
pub(crate) fn nginx(
    nginx: &Path,
    directory: &Path,
    upstream: SocketAddr,
    certificate: &Certificate,
) -> Peer {
    let (address, tls) = (free_address(), free_address());
    let server = format!(
        "upstream app {{ server {upstream}; keepalive 256; keepalive_requests 100000000; }}\n\
         ssl_protocols TLSv1.3; ssl_session_cache off;\n\
         server {{ listen {address} backlog=4096; listen {tls} ssl backlog=4096;\n\
         ssl_certificate {}; ssl_certificate_key {};\n\
         location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
         proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; }} }}",
        certificate.chain.display(),
        certificate.key.display()
    );
    let file = nginx_file(directory, "nginx", &server);
    let process = start(pinned(), nginx, &["-c", &file], address);
    Peer {
        process,
        address,
        tls,
    }
}

fn nginx_file(directory: &Path, name: &str, server: &str) -> String {
    let file = directory.join(format!("{name}.conf"));
    let at = directory.join(name);
    fs::create_dir_all(&at).unwrap();
    let at = at.display();
    fs::write(
        &file,
        format!(
            "daemon off; pid {at}/pid; error_log stderr crit; worker_processes 1; worker_rlimit_nofile 16384;\n\
             events {{ worker_connections 8192; }}\n\
             http {{ access_log off; sendfile on; tcp_nodelay on; keepalive_timeout 600s; keepalive_requests 100000000;\n\
             open_file_cache max=16; open_file_cache_valid 600s; default_type text/plain; client_body_temp_path {at}/b;\n\
             proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n{server} }}\n"
        ),
    )
    .unwrap();
    file.display().to_string()
}

/// A proxy that verifies tokens on every request.
pub(crate) fn haproxy(
    haproxy: &Path,
    directory: &Path,
    upstream: SocketAddr,
    issuer: &Issuer,
    algorithm: Algorithm,
) -> Peer {
    let address = free_address();
    let name = match algorithm {
        Algorithm::Es256 => "ES256",
        Algorithm::Rs256 => "RS256",
    };
    let key = directory.join(format!("{name}.pem"));
    fs::write(&key, issuer.public_pem(algorithm)).unwrap();
    let (key, url) = (key.display(), issuer.url());
    let text = format!(
        "global\n  nbthread 1\n  maxconn 4000\ndefaults\n  mode http\n  timeout client 600s\n  timeout server 600s\n\
         \x20 timeout connect 5s\n  option http-keep-alive\nfrontend in\n  bind {address} backlog 4096\n\
         \x20 http-request set-header X-Forwarded-For %[src]\n\
         \x20 http-request set-var(txn.token) http_auth_bearer\n\
         \x20 http-request deny deny_status 401 unless {{ var(txn.token),jwt_header_query('$.alg') -m str {name} }}\n\
         \x20 http-request deny deny_status 401 unless {{ var(txn.token),jwt_payload_query('$.iss') -m str {url} }}\n\
         \x20 http-request set-var(txn.now) date()\n\
         \x20 http-request set-var(txn.end) var(txn.token),jwt_payload_query('$.exp','int')\n\
         \x20 http-request deny deny_status 401 if {{ var(txn.end),sub(txn.now) -m int lt 0 }}\n\
         \x20 http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify({name},\"{key}\") -m int 1 }}\n\
         \x20 http-request set-header X-User %[var(txn.token),jwt_payload_query('$.sub')]\n\
         \x20 default_backend app\nbackend app\n  http-reuse always\n  server app {upstream}\n"
    );
    let file = directory.join(format!("haproxy-{name}.cfg"));
    fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let process = start(pinned(), haproxy, &["-db", "-f", &file], address);
    Peer {
        process,
        address,
        tls: address,
    }
}

pub(crate) const SMALL: usize = 1024;
pub(crate) const LARGE: usize = 64 * 1024;
