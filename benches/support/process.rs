//! A process that ends with its owner, and what it has cost so far.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

pub struct Process(Child);

/// Processor time in microseconds, and memory in KiB.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    pub micros: f64,
    pub user: f64,
    pub rss: u64,
    pub peak: u64,
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| {
            panic!(
                "{} can't be started: {error}",
                command.get_program().display()
            )
        }))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits for a line that begins so on its output, which must be a pipe; the rest of the line.
    pub fn says(&mut self, beginning: &str) -> String {
        let output = self.0.stdout.as_mut().expect("its output is a pipe");
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        let mut rests = lines.filter_map(|line| {
            let rest = line.trim().strip_prefix(beginning)?;
            Some(rest.trim().to_owned())
        });
        rests
            .next()
            .unwrap_or_else(|| panic!("it ended and did not say `{beginning}`"))
    }

    /// Of the process and all below it.
    pub fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        for id in tree(self.id()) {
            cost.add(id);
        }
        cost
    }

    /// Asks it to end, and waits; tells whether it did, and without complaint.
    pub fn stop(&mut self) -> bool {
        let id = self.id();
        self.stop_by(&[id])
    }

    /// Asks what it runs to end, and waits for the end of both: for a tracer, which takes no signals.
    pub fn stop_children(&mut self) {
        let all = tree(self.id());
        self.stop_by(all.get(1..).unwrap_or_default());
    }

    fn stop_by(&mut self, ids: &[u32]) -> bool {
        if let Ok(Some(status)) = self.0.try_wait() {
            return status.success();
        }
        for id in ids {
            drop(
                Command::new("kill")
                    .args(["-TERM", &id.to_string()])
                    .status(),
            );
        }
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if let Ok(Some(status)) = self.0.try_wait() {
                return status.success();
            }
            thread::sleep(Duration::from_millis(5));
        }
        drop(self.0.kill());
        drop(self.0.wait());
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Cost {
    fn add(&mut self, id: u32) {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().collect())
            .unwrap_or_default();
        let ticks = |at: usize| {
            let ticks: u32 = fields
                .get(at)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            f64::from(ticks) * 10_000.0
        };
        self.user += ticks(11);
        self.micros += ticks(11) + ticks(12);
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let kib = |name: &str| {
            status
                .lines()
                .find_map(|line| {
                    line.strip_prefix(name)?
                        .split_whitespace()
                        .next()?
                        .parse::<u64>()
                        .ok()
                })
                .unwrap_or(0)
        };
        self.rss += kib("VmRSS:");
        self.peak += kib("VmHWM:");
    }
}

/// A process and all below it.
fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut at = 0;
    while let Some(parent) = all.get(at).copied() {
        at += 1;
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        let children = children.unwrap_or_default();
        all.extend(
            children
                .split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    all
}
