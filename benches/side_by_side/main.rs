//! Interlock beside nginx, `HAProxy`, `mod_auth_openidc` (Apache) and pingora on the same work, as ratios of processor time.
//!
//! Every contender runs on one thread on one processor; load and upstream are on another. What counts is the processor
//! time of the whole process tree for each answer, against the rival just before and just after, the median of the
//! rounds: on a busy machine requests a second say what the neighbours left over, and this does not. Before a
//! measurement and after it, good credentials must be answered with the whole body and none must be refused.
//!
//! `cargo bench --bench side_by_side` takes every row. `-- --rounds 5 --seconds 2` says how long, `--only WORD` which
//! rows, `--binary PATH` which build, `--table FILE` writes the table as Markdown too. `--on-one-processor` puts the upstream
//! on the contenders' processor: where they wait for it, being woken costs them more than small differences. A peer that is not installed is
//! skipped aloud; pingora is one that is built here, from `benches/pingora`, and only `--with-pingora` (or
//! `--only pingora`) does so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints, and stops at whatever goes wrong"
)]

mod apache;
mod compared;
mod crowd;
mod growth;
mod load;
mod peers;
mod pingora;
mod rows;
mod steady;
mod table;

#[path = "../support/mod.rs"]
mod support;

use std::{fs, path::Path};

use rows::Bench;
use table::Table;

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    rounds: usize,
    seconds: u64,
    only: Option<String>,
    table: Option<String>,
    on_one_processor: bool,
    /// Whether that rival may be built, which takes a while.
    with_pingora: bool,
}

impl Options {
    fn read() -> Self {
        let mut options = Self {
            rounds: 5,
            seconds: 2,
            only: None,
            table: None,
            on_one_processor: false,
            with_pingora: false,
        };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().expect("the option needs a value");
            match argument.as_str() {
                "--rounds" => options.rounds = value().parse().expect("a number of rounds"),
                "--seconds" => options.seconds = value().parse().expect("a number of seconds"),
                "--only" => options.only = Some(value()),
                "--on-one-processor" => options.on_one_processor = true,
                "--with-pingora" => options.with_pingora = true,
                "--table" => options.table = Some(value()),
                // Read where Interlock is started.
                "--binary" => drop(value()),
                _ => {}
            }
        }
        let only = options.only.as_deref();
        options.with_pingora |= only.is_some_and(|only| only.contains("pingora"));
        options
    }

    fn wants(&self, row: &str) -> bool {
        self.only.as_ref().is_none_or(|only| row.contains(only))
    }
}

fn main() {
    crowd::serve_if_asked();
    let options = Options::read();
    load::pin_self();
    let directory = tempfile::tempdir().unwrap();
    make_readable(directory.path());
    let mut table = Table::new();
    let bench = Bench::start(options.clone(), directory.path());
    bench.timed(&mut table);
    steady::rows(&options, directory.path(), &bench, &mut table);
    println!("\n{}", table.markdown());
    if let Some(file) = &options.table {
        fs::write(file, table.markdown()).unwrap();
    }
}

/// Apache and nginx read their files as somebody else.
fn make_readable(directory: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
}
