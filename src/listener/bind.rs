use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};

use socket2::{Domain, Protocol, Socket, Type};

use super::TlsError;

/// Why a listener could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Address {
        /// The configured address.
        address: SocketAddr,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The unix socket cannot be listened on.
    #[error("cannot listen on {path}", path = path.display())]
    Unix {
        /// The configured path.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// One socket a thread, all on one address.
pub(super) fn sockets(listen: SocketAddr, threads: usize) -> Result<Vec<TcpListener>, BindError> {
    let failed = |address| move |source| BindError::Address { address, source };
    if threads > 1 && listen.port() != 0 {
        // Sharing a port on purpose would hide that another program has it.
        socket(listen, false).map_err(failed(listen))?;
    }
    let first = socket(listen, threads > 1).map_err(failed(listen))?;
    let address = first.local_addr().map_err(failed(listen))?;
    let mut sockets = vec![first];
    for _ in 1..threads {
        sockets.push(socket(address, true).map_err(failed(address))?);
    }
    Ok(sockets)
}

/// The address that all of them share.
pub(super) fn address(sockets: &[TcpListener]) -> Result<SocketAddr, BindError> {
    let unspecified = SocketAddr::from(([0, 0, 0, 0], 0));
    sockets
        .first()
        .ok_or_else(|| io::ErrorKind::NotFound.into())
        .and_then(TcpListener::local_addr)
        .map_err(|source| BindError::Address {
            address: unspecified,
            source,
        })
}

fn socket(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    if shared {
        socket.set_reuse_port(true)?;
    }
    // Accepted sockets inherit it on Linux, which saves a call a connection.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

const BACKLOG: i32 = 1024;
