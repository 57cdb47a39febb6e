//! The gateway under callgrind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::support::{argument, gateway::Plan, process::Process};

/// Callgrind writes down what it has counted when it is told to, and begins anew: what lies between two such moments is
/// requests and nothing else.
pub(crate) struct Callgrind {
    process: Process,
    out: PathBuf,
    dumps: usize,
}

impl Callgrind {
    /// Its profiles, called `name.out.1` and so on, go where `--keep` says, else into the directory.
    pub(crate) fn start(plan: &Plan, directory: &Path, name: &str) -> Self {
        let kept = argument("--keep").map(PathBuf::from);
        let out = kept.as_deref().unwrap_or(directory);
        let out = out.join(format!("{name}.out"));
        let under = [
            "valgrind".to_owned(),
            "--quiet".to_owned(),
            "--tool=callgrind".to_owned(),
            format!("--callgrind-out-file={}", out.display()),
        ];
        Self {
            process: plan.start(directory, &under),
            out,
            dumps: 0,
        }
    }

    /// The instructions since the last time.
    pub(crate) fn dump(&mut self) -> f64 {
        self.dumps += 1;
        let id = self.process.id().to_string();
        let told = Command::new("callgrind_control")
            .args(["--dump", &id])
            .stdout(Stdio::null())
            .status();
        assert!(told.is_ok_and(|status| status.success()));
        total(&self.out.with_extension(format!("out.{}", self.dumps)))
    }
}

fn total(profile: &Path) -> f64 {
    let text = fs::read_to_string(profile).expect("callgrind writes its profile");
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .expect("the profile has a sum")
}
