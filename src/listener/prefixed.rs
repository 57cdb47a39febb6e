use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::proxy;

/// A connection whose first octets are looked at before its protocol is known, and read again by that protocol.
#[derive(Debug)]
pub(super) struct Prefixed<S> {
    prefix: Vec<u8>,
    taken: usize,
    stream: S,
}

impl<S> Prefixed<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            prefix: Vec::new(),
            taken: 0,
            stream,
        }
    }

    /// Whether there are octets that were looked at and not taken.
    pub(super) fn has_begun(&self) -> bool {
        !self.unread().is_empty()
    }

    /// Puts back what was taken last, in two pieces.
    pub(super) fn put_back(&mut self, first: &[u8], second: &[u8]) {
        if !(first.is_empty() && second.is_empty()) {
            self.prefix = [first, second, self.unread()].concat();
            self.taken = 0;
        }
    }

    fn unread(&self) -> &[u8] {
        self.prefix.get(self.taken..).unwrap_or_default()
    }

    fn consume(&mut self, length: usize) {
        self.taken += length;
        if self.unread().is_empty() {
            self.prefix = Vec::new();
            self.taken = 0;
        }
    }
}

/// Both may wait for ever: the caller has a deadline.
impl<S: AsyncRead + Unpin> Prefixed<S> {
    /// Takes the PROXY header off the front and tells whom it announces. Never reads more than a header may be long.
    pub(super) async fn announced(&mut self) -> io::Result<Option<SocketAddr>> {
        loop {
            match proxy::parse(self.unread()) {
                Ok(Some(announced)) => {
                    self.consume(announced.length);
                    return Ok(announced.source);
                }
                Ok(None) => self.fill().await?,
                Err(fault) => return Err(io::Error::new(io::ErrorKind::InvalidData, fault)),
            }
        }
    }

    /// Reads as much as is needed to tell the version; tells whether it is HTTP/2 with prior knowledge.
    pub(super) async fn is_http2(&mut self) -> io::Result<bool> {
        loop {
            let unread = self.unread();
            let common = unread.len().min(PREFACE.len());
            if unread.get(..common) != PREFACE.get(..common) {
                return Ok(false);
            }
            if common == PREFACE.len() {
                return Ok(true);
            }
            self.fill().await?;
        }
    }

    /// Waits for the first octet of what comes next, without a buffer meanwhile. Cancel safe.
    pub(super) async fn stir(&mut self) -> io::Result<()> {
        if self.has_begun() {
            return Ok(());
        }
        let mut first = [0];
        self.stream.read_exact(&mut first).await?;
        self.prefix.extend(first);
        Ok(())
    }

    async fn fill(&mut self) -> io::Result<()> {
        if self.prefix.is_empty() {
            self.prefix.reserve(FIRST_READ);
        }
        match self.stream.read_buf(&mut self.prefix).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Prefixed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let rest = self.unread();
        let now = rest.get(..buffer.remaining()).unwrap_or(rest);
        buffer.put_slice(now);
        let length = now.len();
        self.consume(length);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prefixed<S> {
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
