//! A client with kept-alive connections that asks for the same thing again and again, without allocating.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

pub struct Client {
    streams: Vec<TcpStream>,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

/// The text of a GET with these fields.
pub fn get(path: &str, fields: &[(&str, &str)]) -> String {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (name, value) in fields {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    request + "\r\n"
}

impl Client {
    pub fn new(address: SocketAddr, connections: usize, request: &str) -> Self {
        let connect = || {
            let stream = TcpStream::connect(address).unwrap();
            stream.set_nodelay(true).unwrap();
            // Under callgrind, on a busy machine, an answer takes its time.
            let limit = Some(Duration::from_mins(3));
            stream.set_read_timeout(limit).unwrap();
            stream
        };
        Self {
            streams: std::iter::repeat_with(connect).take(connections).collect(),
            request: request.as_bytes().to_vec(),
            buffer: vec![0; 128 * 1024],
        }
    }

    /// One request on every connection at once, all of which must be answered with this status.
    pub fn round(&mut self, status: &str) {
        for stream in &mut self.streams {
            stream.write_all(&self.request).unwrap();
        }
        self.receive(status);
    }

    /// The same with a request of its own for each connection.
    pub fn round_of(&mut self, status: &str, mut request: impl FnMut() -> String) {
        for stream in &mut self.streams {
            stream.write_all(request().as_bytes()).unwrap();
        }
        self.receive(status);
    }

    fn receive(&mut self, status: &str) {
        for stream in &mut self.streams {
            let mut filled = 0;
            loop {
                let read = stream.read(&mut self.buffer[filled..]).unwrap();
                assert!(read > 0, "the connection was closed");
                filled += read;
                if is_whole(&self.buffer[..filled]) {
                    break;
                }
            }
            let line = &self.buffer[..filled.min(12)];
            assert!(
                line.ends_with(status.as_bytes()),
                "{} instead of {status}",
                String::from_utf8_lossy(&self.buffer[..filled.min(600)])
            );
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(end) = find(answer, b"\r\n\r\n") else {
        return false;
    };
    let head = &answer[..end];
    let length = find_length(head).unwrap_or(0);
    answer.len() >= end + 4 + length
}

fn find_length(head: &[u8]) -> Option<usize> {
    head.split(|octet| *octet == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        if !name.eq_ignore_ascii_case(b"content-length:") {
            return None;
        }
        std::str::from_utf8(value).ok()?.trim().parse().ok()
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

/// Asks until it is answered 200; how long that took.
pub fn wait_until_served(address: SocketAddr, request: &str, limit: Duration) -> Duration {
    let began = Instant::now();
    let mut last = String::new();
    while began.elapsed() < limit {
        if let Ok(mut stream) = TcpStream::connect(address) {
            stream
                .set_read_timeout(Some(Duration::from_secs(30)))
                .unwrap();
            let mut answer = [0; 4096];
            if stream.write_all(request.as_bytes()).is_ok()
                && let Ok(read) = stream.read(&mut answer)
            {
                if answer.starts_with(b"HTTP/1.1 200") {
                    return began.elapsed();
                }
                last = String::from_utf8_lossy(&answer[..read]).into_owned();
            }
        }
        std::thread::sleep(Duration::from_micros(500));
    }
    panic!("nothing good was served within {limit:?}; last: {last}");
}
