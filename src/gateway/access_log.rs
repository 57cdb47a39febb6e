//! The access log: one event a request, written by a thread of its own, so that no request waits for a terminal or a
//! disk.
//!
//! A data thread notes a request on a page of its own, which takes no allocation and meets nobody but the writer, ten
//! times a second. Where the writer does not keep up, lines are dropped, and how many is logged.

use std::{
    fmt,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, Thread},
    time::{Duration, SystemTime},
};

use http::{Method, StatusCode};

use crate::{edge::RequestId, route::Route, telemetry};

/// The writer of the access log.
pub(super) struct AccessLog {
    shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    pages: Mutex<Vec<Arc<Mutex<Page>>>>,
    sleeps: AtomicBool,
    stops: AtomicBool,
}

/// What one data thread writes with.
#[derive(Clone)]
pub(super) struct Pen(Option<Inked>);

#[derive(Clone)]
struct Inked {
    page: Arc<Mutex<Page>>,
    shared: Arc<Shared>,
    writer: Thread,
}

/// A request that was answered.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) at: SystemTime,
    pub(super) took: Duration,
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) status: StatusCode,
    pub(super) route: Option<&'a Arc<Route>>,
    pub(super) client: Option<IpAddr>,
    pub(super) request: Option<RequestId>,
}

#[derive(Debug, Default)]
struct Page {
    lines: Vec<Line>,
    /// The paths of all lines, one after the other.
    paths: String,
    dropped: u64,
}

#[derive(Debug)]
struct Line {
    at: SystemTime,
    took: Duration,
    method: Method,
    path: usize,
    status: StatusCode,
    route: Option<Arc<Route>>,
    client: Option<IpAddr>,
    request: Option<RequestId>,
}

impl AccessLog {
    /// Starts the writer, where the log is wanted at all.
    ///
    /// # Errors
    /// The operating system gives no thread.
    pub(super) fn new(is_on: bool) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let writer = is_on
            .then(|| {
                let shared = Arc::clone(&shared);
                let run = move || shared.write();
                thread::Builder::new()
                    .name("access-log".to_owned())
                    .spawn(run)
            })
            .transpose()?;
        Ok(Self {
            shared,
            writer: Mutex::new(writer),
        })
    }

    /// For one data thread.
    pub(super) fn pen(&self) -> Pen {
        let inked = locked(&self.writer).as_ref().map(|writer| {
            let page = Arc::<Mutex<Page>>::default();
            locked(&self.shared.pages).push(Arc::clone(&page));
            Inked {
                page,
                shared: Arc::clone(&self.shared),
                writer: writer.thread().clone(),
            }
        });
        Pen(inked)
    }

    /// Ends the writer, and waits until everything noted so far is written.
    pub(super) fn end(&self) {
        if let Some(writer) = locked(&self.writer).take() {
            self.shared.stops.store(true, Ordering::SeqCst);
            writer.thread().unpark();
            drop(writer.join());
        }
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        self.end();
    }
}

impl Pen {
    /// Whether anybody reads what is noted.
    pub(super) fn is_on(&self) -> bool {
        self.0.is_some() && tracing::enabled!(target: "interlock::access", tracing::Level::INFO)
    }

    /// Notes a request.
    pub(super) fn note(&self, entry: &Entry<'_>) {
        let Some(Inked {
            page,
            shared,
            writer,
        }) = &self.0
        else {
            return;
        };
        locked(page).note(entry);
        // The writer looks at the pages once more after it has said that it sleeps.
        if shared.sleeps.load(Ordering::SeqCst) && shared.sleeps.swap(false, Ordering::SeqCst) {
            writer.unpark();
        }
    }
}

impl Page {
    fn note(&mut self, entry: &Entry<'_>) {
        if self.lines.len() >= MOST_LINES || self.paths.len() + entry.path.len() > MOST_OCTETS {
            self.dropped += 1;
            return;
        }
        self.paths.push_str(entry.path);
        self.lines.push(Line {
            at: entry.at,
            took: entry.took,
            method: entry.method.clone(),
            path: entry.path.len(),
            status: entry.status,
            route: entry.route.cloned(),
            client: entry.client,
            request: entry.request,
        });
    }

    fn log(&mut self) {
        let mut rest = self.paths.as_str();
        for line in self.lines.drain(..) {
            let (path, behind) = rest.split_at_checked(line.path).unwrap_or_default();
            rest = behind;
            line.log(path);
        }
        self.paths.clear();
        if self.dropped > 0 {
            tracing::warn!(dropped = self.dropped, "lines of the access log were lost");
            self.dropped = 0;
        }
    }
}

impl Line {
    fn log(&self, path: &str) {
        telemetry::at(self.at);
        tracing::event!(
            target: "interlock::access",
            tracing::Level::INFO,
            http.request.method = %self.method,
            url.path = %path,
            http.response.status_code = self.status.as_u16(),
            http.route = self.route.as_deref().map(|route| route.name.as_str()),
            client.address = self.client.map(tracing::field::display),
            request = self.request.as_deref(),
            duration_ms = self.took.as_secs_f64() * 1000.0,
            "request"
        );
    }
}

impl Shared {
    fn write(&self) {
        // Swapped with those of the data threads, so that the memory goes round and round.
        let mut spare = Page::default();
        loop {
            let stops = self.stops.load(Ordering::SeqCst);
            let wrote = self.write_pages(&mut spare);
            if stops {
                return;
            }
            if wrote {
                thread::park_timeout(PAUSE);
                continue;
            }
            self.sleeps.store(true, Ordering::SeqCst);
            if !self.write_pages(&mut spare) && !self.stops.load(Ordering::SeqCst) {
                thread::park();
            }
            self.sleeps.store(false, Ordering::SeqCst);
        }
    }

    /// Writes what there is; tells whether there was anything.
    fn write_pages(&self, spare: &mut Page) -> bool {
        let pages = locked(&self.pages).clone();
        let mut wrote = false;
        for page in pages {
            {
                let mut page = locked(&page);
                if page.lines.is_empty() && page.dropped == 0 {
                    continue;
                }
                std::mem::swap(&mut *page, spare);
            }
            telemetry::batched(|| spare.log());
            wrote = true;
        }
        wrote
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").finish_non_exhaustive()
    }
}

impl fmt::Debug for Pen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pen").finish_non_exhaustive()
    }
}

/// How long the writer waits for more while there is something.
const PAUSE: Duration = Duration::from_millis(100);
/// Lines a page; more than a thread answers in a pause.
const MOST_LINES: usize = 16 * 1024;
/// Octets of paths a page.
const MOST_OCTETS: usize = 2 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry<'_> {
        Entry {
            at: SystemTime::UNIX_EPOCH,
            took: Duration::from_millis(1),
            method: &Method::GET,
            path,
            status: StatusCode::OK,
            route: None,
            client: None,
            request: None,
        }
    }

    #[test]
    fn a_full_page_drops_and_counts() {
        let mut page = Page::default();
        for _ in 0..MOST_LINES + 7 {
            page.note(&entry("/a"));
        }
        assert_eq!((page.lines.len(), page.dropped), (MOST_LINES, 7));
        page.log();
        assert_eq!(
            (page.lines.len(), page.paths.len(), page.dropped),
            (0, 0, 0)
        );
        let long = "/".repeat(MOST_OCTETS);
        page.note(&entry(&long));
        page.note(&entry("/b"));
        assert_eq!((page.lines.len(), page.dropped), (1, 1));
    }

    #[test]
    fn everything_noted_is_taken_by_the_writer_also_after_it_has_slept() {
        let log = AccessLog::new(true).unwrap();
        let pen = log.pen();
        let is_taken = || {
            let page = pen.0.as_ref().map(|inked| Arc::clone(&inked.page)).unwrap();
            (0..500).any(|_| {
                thread::park_timeout(Duration::from_millis(10));
                locked(&page).lines.is_empty()
            })
        };
        for _ in 0..3 {
            pen.note(&entry("/a"));
            assert!(is_taken());
            while !log.shared.sleeps.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        }
        pen.note(&entry("/b"));
        drop(log);
        assert!(locked(&pen.0.as_ref().unwrap().page).lines.is_empty());
    }

    #[test]
    fn without_a_log_nothing_is_noted() {
        let log = AccessLog::new(false).unwrap();
        let pen = log.pen();
        assert!(!pen.is_on());
        pen.note(&entry("/a"));
    }
}
