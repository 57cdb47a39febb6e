//! Many people: a gateway that knows them all, and how any of them comes back.
//!
//! To sign in a million times over HTTP takes most of an hour. So this program starts itself once more, as a gateway in
//! whose store the sessions are begun directly. What then serves them is the gateway as it always is, in a process of its
//! own; it is built as this program is, so that only an optimised build has figures.

use std::{
    fs::File,
    future::pending,
    io::{BufWriter, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use interlock::{clock::SystemClock, gateway::Gateway, random::SystemRandom};

use super::{
    load::{Expect, Many, Target, pinned},
    peers::SMALL,
    rows::LIMIT,
};
use crate::support::{
    address::free_address,
    client::{get, wait_until_served},
    gateway::{People, Plan},
    issuer::Issuer,
    process::Process,
};

/// A gateway and the cookies of all whom it knows.
pub(crate) struct Crowd {
    process: Process,
    address: SocketAddr,
    cookies: PathBuf,
}

impl Crowd {
    /// Waits until all are known.
    pub(crate) fn start(
        people: usize,
        upstream: SocketAddr,
        assertion: bool,
        directory: &Path,
    ) -> Self {
        if cfg!(debug_assertions) {
            println!(
                "NOTE: what holds {people} sessions is not optimised: its figures say nothing"
            );
        }
        let (address, cookies) = (free_address(), cookies(directory, people));
        let mut line = pinned();
        line.push(std::env::current_exe().unwrap().display().to_string());
        line.extend([ASKED.to_owned(), address.to_string(), upstream.to_string()]);
        line.extend([people.to_string(), cookies.display().to_string()]);
        line.push(assertion.to_string());
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        let process = Process::start(command);
        wait_until_served(address, &get("/public/", &[]), FILLING);
        let cookie = Many::AtRandom(&cookies).first();
        wait_until_served(address, &get("/", &[("Cookie", &cookie)]), LIMIT);
        Self {
            process,
            address,
            cookies,
        }
    }

    /// What is in memory, in KiB.
    pub(crate) fn memory(&self) -> u64 {
        self.process.cost().rss
    }

    /// Any of them, in any order.
    pub(crate) fn at_random(&self) -> Target<'_> {
        Target {
            process: &self.process,
            address: self.address,
            path: "/",
            field: Some(("Cookie", String::new())),
            many: Some(Many::AtRandom(&self.cookies)),
            expect: Expect::Body(SMALL),
        }
    }
}

/// Serves, when this program was started for that; the arguments are those of [`Crowd::start`].
pub(crate) fn serve_if_asked() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [asked, address, upstream, people, cookies, assertion] = arguments.as_slice() else {
        return;
    };
    if asked != ASKED {
        return;
    }
    let (cookies, issuer) = (Path::new(cookies), Issuer::start(0));
    let plan = Plan {
        listen: address.parse().unwrap(),
        store: "memory",
        assertion: assertion.parse().unwrap(),
        ..Plan::new(upstream.parse().unwrap(), &issuer)
    };
    let config = plan.config(cookies.parent().unwrap());
    // As many threads as the program itself has beside those that serve.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(async {
        let gateway = Gateway::bind(config, Arc::new(SystemClock), Arc::new(SystemRandom));
        let gateway = gateway.await.unwrap();
        let crowd = People::of(gateway.sessions().clone(), &issuer);
        write(crowd, people.parse().unwrap(), cookies);
        gateway.serve(pending()).await.unwrap();
    });
}

/// A file with the cookies of so many, which any gateway of the plan takes.
pub(crate) fn sealed(plan: &Plan, issuer: &Issuer, people: usize, directory: &Path) -> PathBuf {
    let file = cookies(directory, people);
    write(plan.people(issuer), people, &file);
    file
}

fn write(mut crowd: People, people: usize, file: &Path) {
    let mut file = BufWriter::new(File::create(file).unwrap());
    for _ in 0..people {
        writeln!(file, "{}", crowd.cookie()).unwrap();
    }
    file.flush().unwrap();
}

fn cookies(directory: &Path, people: usize) -> PathBuf {
    directory.join(format!("cookies-{people}.txt"))
}

/// The argument that makes a gateway of this program.
const ASKED: &str = "--serve-crowd";
/// A million takes a minute, or several on a busy machine.
const FILLING: Duration = Duration::from_mins(10);
