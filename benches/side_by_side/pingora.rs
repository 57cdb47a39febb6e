//! pingora, as small as it gets: `benches/pingora`, a crate of its own that is built here when somebody asks for it.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Options,
    load::pinned,
    peers::{self, Peer},
};
use crate::support::address::free_address;

/// Or why there is none.
pub(crate) fn start(options: &Options, upstream: SocketAddr) -> Result<Peer, &'static str> {
    if !options.with_pingora {
        return Err("pingora is only built when asked for, by --with-pingora");
    }
    let program = build()?;
    let address = free_address();
    let arguments = [address.to_string(), upstream.to_string()];
    let process = peers::start(
        pinned(),
        &program,
        &arguments.each_ref().map(String::as_str),
        address,
    );
    Ok(Peer {
        process,
        address,
        tls: address,
    })
}

/// Cargo sees itself whether there is anything to do.
fn build() -> Result<PathBuf, &'static str> {
    println!("building pingora, which takes some minutes the first time");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = root.join("target/pingora");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--quiet", "--jobs", "1"])
        .arg("--manifest-path")
        .arg(root.join("benches/pingora/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status();
    if built.is_ok_and(|status| status.success()) {
        Ok(target.join("release/pingora-peer"))
    } else {
        Err("pingora can't be built, as cargo says above; it needs cmake")
    }
}
