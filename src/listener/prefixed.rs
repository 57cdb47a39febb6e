use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A plain connection whose first octets have been read to tell HTTP/2 from HTTP/1, and are read again.
#[derive(Debug)]
pub(super) struct Prefixed {
    prefix: Vec<u8>,
    taken: usize,
    stream: TcpStream,
}

impl Prefixed {
    /// Reads as much as is needed to tell the version; tells whether it is HTTP/2 with prior knowledge. It may wait for
    /// ever: the caller has a deadline.
    pub(super) async fn detect(mut stream: TcpStream) -> io::Result<(Self, bool)> {
        let mut prefix = Vec::with_capacity(FIRST_READ);
        let is_http2 = loop {
            let (compared, expected): (&[u8], _) = match prefix.get(..PREFACE.len()) {
                Some(compared) => (compared, PREFACE),
                None => (&prefix, PREFACE.get(..prefix.len()).unwrap_or_default()),
            };
            if compared != expected {
                break false;
            }
            if compared.len() == PREFACE.len() {
                break true;
            }
            if stream.read_buf(&mut prefix).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let prefixed = Self {
            prefix,
            taken: 0,
            stream,
        };
        Ok((prefixed, is_http2))
    }
}

impl AsyncRead for Prefixed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let rest = self.prefix.get(self.taken..).unwrap_or_default();
        let (now, later) = rest.split_at(rest.len().min(buffer.remaining()));
        buffer.put_slice(now);
        if later.is_empty() {
            self.prefix = Vec::new();
        } else {
            self.taken += now.len();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Prefixed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, octets)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// RFC 9113 §3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Large enough for the head of nearly every first request.
const FIRST_READ: usize = 1024;
