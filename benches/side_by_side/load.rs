//! Load, and what an answer costs under it.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    client::Resumption,
    crypto::aws_lc_rs::{default_provider, kx_group},
};
use rustls_pki_types::{CertificateDer, ServerName};

use crate::support::process::Process;

/// A contender at work, and what to ask it for.
pub(crate) struct Target<'a> {
    pub(crate) process: &'a Process,
    pub(crate) address: SocketAddr,
    pub(crate) path: &'static str,
    /// The credential, as a field.
    pub(crate) field: Option<(&'static str, String)>,
    /// One field value for each request instead.
    pub(crate) many: Option<Many<'a>>,
    pub(crate) expect: Expect,
}

/// Values of the credential's field.
#[derive(Clone, Copy)]
pub(crate) enum Many<'a> {
    /// Any of these lines of a file.
    AtRandom(&'a Path),
    /// One after the other.
    InTurn(&'a [String]),
}

/// What all answers must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// 200 with so many octets of body.
    Body(usize),
    /// 400 or above.
    Refusal,
}

const CONNECTIONS: usize = 64;
/// TLS connections are opened one after the other by so many threads.
const HANDSHAKERS: usize = 2;

/// Keeps the load away from the processor that the contenders run on.
pub(crate) fn pin_self() {
    if processors() > 1 {
        let id = std::process::id().to_string();
        let _ = Command::new("taskset")
            .args(["-cp", "1", &id])
            .stdout(Stdio::null())
            .status();
    }
}

/// Before a contender's command: the processor for contenders.
pub(crate) fn pinned() -> Vec<String> {
    prefix("0")
}

/// Before the command of an upstream or a load generator.
pub(crate) fn pinned_away() -> Vec<String> {
    prefix("1")
}

fn prefix(processor: &str) -> Vec<String> {
    if processors() < 2 {
        return Vec::new();
    }
    ["taskset", "-c", processor].map(str::to_owned).to_vec()
}

/// Not those that this process may use: it has pinned itself.
fn processors() -> usize {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines()
        .filter(|line| line.starts_with("processor"))
        .count()
}

impl Target<'_> {
    fn fields(&self) -> String {
        let field = match (&self.field, self.many) {
            (Some((name, _)), Some(many)) => Some((*name, many.first())),
            (Some((name, value)), None) => Some((*name, value.clone())),
            (None, _) => None,
        };
        field.map_or_else(String::new, |(name, value)| format!("{name}: {value}\r\n"))
    }

    /// One request on its own, as a client would send it; status and octets of the body.
    fn ask(&self, fields: &str) -> (u16, usize) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let path = self.path;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{fields}\r\n",
            self.address
        )
        .unwrap();
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let status = answer
            .get(9..12)
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let head = answer.windows(4).position(|part| part == b"\r\n\r\n");
        (
            status.unwrap_or(0),
            head.map_or(0, |head| answer.len() - head - 4),
        )
    }

    /// Good credentials are good, and whoever shows none is refused.
    pub(crate) fn check(&self, name: &str) {
        let (status, length) = self.ask(&self.fields());
        match self.expect {
            Expect::Body(expected) => {
                assert!(
                    status == 200 && length >= expected,
                    "{name}: {status}, {length} octets"
                );
                if self.field.is_some() {
                    let (status, length) = self.ask("");
                    assert!(
                        status != 200 && length != expected,
                        "{name} lets anybody in: {status}"
                    );
                }
            }
            Expect::Refusal => assert!(status >= 400, "{name} does not refuse: {status}"),
        }
    }

    /// Microseconds of processor time for each answer, under load for so many seconds.
    pub(crate) fn cost(&self, name: &str, seconds: u64, directory: &Path) -> f64 {
        self.check(name);
        let script = directory.join("load.lua");
        fs::write(&script, SCRIPT).unwrap();
        let mut line = pinned_away();
        line.extend(["wrk", "-t1", "--timeout", "10s"].map(str::to_owned));
        line.push(format!("-c{CONNECTIONS}"));
        line.push(format!("-d{seconds}s"));
        line.push(format!("-s{}", script.display()));
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        match (&self.field, self.many) {
            (Some((name, _)), Some(many)) => {
                command.env("BENCH_FIELD", name);
                many.put_into(&mut command, directory);
            }
            (Some((name, value)), None) => {
                command.args(["-H", &format!("{name}: {value}")]);
            }
            (None, _) => {}
        }
        command.arg(format!("http://{}{}", self.address, self.path));
        let before = self.process.cost();
        let output = command.output().expect("wrk can be started");
        let after = self.process.cost();
        let text = String::from_utf8_lossy(&output.stdout);
        let said = text.lines().find_map(|line| line.strip_prefix("said "));
        let numbers: Vec<f64> = said
            .unwrap_or_else(|| panic!("wrk failed for {name}: {text}"))
            .split(' ')
            .map(|number| number.parse().unwrap())
            .collect();
        let (answers, octets, refused, broken) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        assert!(answers > 0.0, "{name} answered nothing");
        assert!(
            broken < answers / 1000.0,
            "{name}: {broken} of {answers} broke"
        );
        match self.expect {
            Expect::Body(length) => {
                assert!(refused == 0.0, "{name}: {refused} of {answers} refused");
                assert!(octets / answers >= length as f64, "{name}: answers are cut");
            }
            Expect::Refusal => assert!(refused >= answers, "{name}: not all were refused"),
        }
        self.check(name);
        (after.micros - before.micros) / answers
    }
}

impl Many<'_> {
    pub(crate) fn first(self) -> String {
        match self {
            Self::AtRandom(file) => {
                let lines = BufReader::new(File::open(file).unwrap()).lines();
                lines.map(Result::unwrap).next().expect("a value")
            }
            Self::InTurn(values) => values[0].clone(),
        }
    }

    fn put_into(self, command: &mut Command, directory: &Path) {
        match self {
            Self::AtRandom(file) => {
                command.env("BENCH_VALUES", file).env("BENCH_AT_RANDOM", "");
            }
            Self::InTurn(values) => {
                let file = directory.join("values.txt");
                fs::write(&file, values.join("\n")).unwrap();
                command.env("BENCH_VALUES", file);
            }
        }
    }
}

/// Requests one after the other, each on a TLS 1.3 connection of its own with a full handshake; processor time each.
pub(crate) fn handshakes(
    process: &Process,
    address: SocketAddr,
    fields: &str,
    certificate: &CertificateDer<'static>,
    seconds: u64,
) -> f64 {
    let config = Arc::new(client_config(certificate));
    let (stops, count) = (AtomicBool::new(false), AtomicU64::new(0));
    let before = process.cost();
    thread::scope(|scope| {
        for _ in 0..HANDSHAKERS {
            scope.spawn(|| {
                while !stops.load(Ordering::Relaxed) {
                    one_over_tls(&config, address, fields);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        thread::sleep(Duration::from_secs(seconds));
        stops.store(true, Ordering::Relaxed);
    });
    let spent = process.cost().micros - before.micros;
    spent / count.load(Ordering::Relaxed) as f64
}

/// Waits until a request is answered as all of [`handshakes`] must be.
pub(crate) fn wait_until_served_over_tls(
    address: SocketAddr,
    fields: &str,
    certificate: &CertificateDer<'static>,
    limit: Duration,
) {
    let config = Arc::new(client_config(certificate));
    let began = Instant::now();
    while !over_tls(&config, address, fields).is_ok_and(|answer| is_good(&answer)) {
        assert!(began.elapsed() < limit, "nothing good is served over TLS");
        thread::sleep(Duration::from_millis(5));
    }
}

fn one_over_tls(config: &Arc<ClientConfig>, address: SocketAddr, fields: &str) {
    let answer = over_tls(config, address, fields).unwrap();
    assert!(is_good(&answer), "{}", String::from_utf8_lossy(&answer));
}

fn is_good(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.1 200") && answer.len() > 1024
}

fn over_tls(
    config: &Arc<ClientConfig>,
    address: SocketAddr,
    fields: &str,
) -> std::io::Result<Vec<u8>> {
    let name = ServerName::from(address.ip());
    let connection = ClientConnection::new(Arc::clone(config), name).unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut stream = StreamOwned::new(connection, stream);
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{fields}\r\n"
    )?;
    let mut answer = Vec::with_capacity(4096);
    // Some end without a close_notify.
    drop(stream.read_to_end(&mut answer));
    Ok(answer)
}

/// No resumption, and the key exchange that OpenSSL 3.0 knows too: the same work for all.
fn client_config(certificate: &CertificateDer<'static>) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut provider = default_provider();
    provider.kx_groups = vec![kx_group::X25519];
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config
}

/// For wrk: many field values, and the sums in a form that is easily read.
const SCRIPT: &str = r#"
local file, at_random = os.getenv("BENCH_VALUES"), os.getenv("BENCH_AT_RANDOM")
if file then
  local field, requests, count, at = os.getenv("BENCH_FIELD"), {}, 0, 0
  function init(args)
    math.randomseed(os.time())
    for value in io.lines(file) do
      wrk.headers[field] = value
      count = count + 1
      requests[count] = wrk.format("GET", wrk.path)
    end
  end
  function request()
    at = at_random and math.random(count) or at % count + 1
    return requests[at]
  end
end
function done(summary, latency, requests)
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("said %d %d %d %d\n", summary.requests, summary.bytes, errors.status, broken))
end
"#;
