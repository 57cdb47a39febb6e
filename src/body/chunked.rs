//! Chunks of an answer's body, taken apart (RFC 9112 §7.1). Extensions and trailers are dropped; whatever is not exactly
//! as it should be breaks the answer off.

use std::io;

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr, memmem};

use crate::lines::has_bare_feed;

/// Where in the chunks we are.
#[derive(Debug, Default)]
pub(crate) enum Chunked {
    /// Before a line with a size.
    #[default]
    Size,
    /// So many octets of a chunk are left.
    Data(u64),
    /// Behind the octets of a chunk.
    Border,
    /// Behind the last chunk.
    Trailers,
    /// Behind everything.
    End,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Data(Bytes),
    End,
    /// More must be read first.
    Wanting,
}

impl Chunked {
    /// Takes the next piece from what was read.
    ///
    /// # Errors
    /// What was read is not made of chunks.
    pub(crate) fn next(&mut self, read: &mut BytesMut) -> io::Result<Piece> {
        loop {
            match self {
                Self::Size => match size(read)? {
                    Some(0) => *self = Self::Trailers,
                    Some(size) => *self = Self::Data(size),
                    None => return Ok(Piece::Wanting),
                },
                Self::Data(_) if read.is_empty() => return Ok(Piece::Wanting),
                Self::Data(left) => {
                    let most =
                        usize::try_from(*left).map_or(read.len(), |left| left.min(read.len()));
                    let piece = Bytes::copy_from_slice(read.get(..most).unwrap_or_default());
                    read.advance(most);
                    *left -= most as u64;
                    if *left == 0 {
                        *self = Self::Border;
                    }
                    return Ok(Piece::Data(piece));
                }
                Self::Border => match read.get(..2) {
                    Some(b"\r\n") => {
                        read.advance(2);
                        *self = Self::Size;
                    }
                    Some(_) => return Err(malformed()),
                    None => return Ok(Piece::Wanting),
                },
                Self::Trailers if trailers(read)? => *self = Self::End,
                Self::Trailers => return Ok(Piece::Wanting),
                Self::End => return Ok(Piece::End),
            }
        }
    }
}

/// The size in the line that begins here: digits, and extensions that nobody reads.
fn size(read: &mut BytesMut) -> io::Result<Option<u64>> {
    let Some(end) = memchr(b'\n', read) else {
        return if read.len() < LONGEST_LINE {
            Ok(None)
        } else {
            Err(malformed())
        };
    };
    let line = read.get(..=end).unwrap_or_default();
    // The parser takes no digits for none of the octets, and a line feed for a part of an extension.
    let is_whole = line.first().is_some_and(u8::is_ascii_hexdigit) && line.ends_with(b"\r\n");
    match httparse::parse_chunk_size(line) {
        Ok(httparse::Status::Complete((octets, size)))
            if is_whole && octets == line.len() && octets <= LONGEST_LINE =>
        {
            read.advance(octets);
            Ok(Some(size))
        }
        Ok(_) | Err(httparse::InvalidChunkSize) => Err(malformed()),
    }
}

/// Drops the trailers, once all of them are there; whether they were.
fn trailers(read: &mut BytesMut) -> io::Result<bool> {
    let octets = if read.starts_with(b"\r\n") {
        Some(2)
    } else {
        memmem::find(read, b"\r\n\r\n").map(|at| at + 4)
    };
    let Some(octets) = octets else {
        return if read.len() < MOST_TRAILERS {
            Ok(false)
        } else {
            Err(malformed())
        };
    };
    let section = read.get(..octets).unwrap_or_default();
    let mut slots = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let parsed = httparse::parse_headers(section, &mut slots);
    let is_whole = matches!(parsed, Ok(httparse::Status::Complete((end, _))) if end == octets);
    if octets > MOST_TRAILERS || has_bare_feed(section) || !is_whole {
        return Err(malformed());
    }
    read.advance(octets);
    Ok(true)
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "malformed chunks")
}

/// Of a chunk's size and its extensions.
const LONGEST_LINE: usize = 4 * 1024;

const MOST_TRAILERS: usize = 16 * 1024;
const MOST_FIELDS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    /// The body, however the octets arrive; `None` where it is broken off.
    fn whole(octets: &[u8], step: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let (mut chunked, mut read, mut body) = (Chunked::default(), BytesMut::new(), Vec::new());
        let mut arriving = octets.chunks(step);
        loop {
            match chunked.next(&mut read).ok()? {
                Piece::Data(piece) => body.extend_from_slice(&piece),
                Piece::End => {
                    let rest = arriving.flatten().copied();
                    return Some((body, read.iter().copied().chain(rest).collect()));
                }
                Piece::Wanting => read.extend_from_slice(arriving.next()?),
            }
        }
    }

    #[test]
    fn chunks_are_joined_and_what_lies_behind_them_stays() {
        for (octets, body, rest) in [
            ("0\r\n\r\n", "", ""),
            ("2\r\nok\r\n0\r\n\r\n", "ok", ""),
            (
                "A;x=\"y\"\r\n0123456789\r\n1\r\na\r\n00\r\n\r\n",
                "0123456789a",
                "",
            ),
            ("1\r\na\r\n0\r\nX-A: b\r\nX-B: c\r\n\r\n", "a", ""),
            ("0\r\n\r\nHTTP/1.1 200", "", "HTTP/1.1 200"),
        ] {
            for step in [1, 2, 3, 1000] {
                let (seen, left) = whole(octets.as_bytes(), step).unwrap();
                assert_eq!(
                    (seen.as_slice(), left.as_slice()),
                    (body.as_bytes(), rest.as_bytes())
                );
            }
        }
    }

    #[test]
    fn anything_else_is_broken_off() {
        let long = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(LONGEST_LINE));
        let trailers = format!("0\r\n{}\r\n", "X-A: b\r\n".repeat(MOST_TRAILERS / 8 + 1));
        for octets in [
            "",
            "2\r\nok",
            "2\r\nok\r\n",
            "2\r\nokk\r\n0\r\n\r\n",
            "x\r\n",
            "-1\r\n",
            "2\nok\n0\n\n",
            "2\r\nok\n0\r\n\r\n",
            "0\r\n\n",
            "0\r\nX\n\r\n",
            "0\r\nX\r\n\r\n",
            "0\r\nX: a\n\r\n\r\n",
            "0\r\nX: \x01\r\n\r\n",
            "0\r\n",
            "10000000000000000\r\n",
            "\r\n",
            "\r\n\r\n",
            " \r\n\r\n",
            ";x\r\n\r\n",
            "5\r\nhello\r\n\r\n\r\n",
            "1;a\nb\r\nX\r\n0\r\n\r\n",
            &long,
            &trailers,
        ] {
            for step in [1, 7, 100_000] {
                assert_eq!(whole(octets.as_bytes(), step), None, "{octets:?}");
            }
        }
    }
}
