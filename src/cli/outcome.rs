use std::process::ExitCode;

use super::args::{ConfigArgs, TokenArgs};
#[cfg(feature = "engine")]
use super::args::{DemoArgs, EngineArgs};

/// What is left to do after the arguments were read.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing: exit with this.
    Done(Status),
    /// Run this.
    Run(Server),
}

/// What only the binary can run.
#[derive(Debug)]
pub enum Server {
    /// Everything on loopback: engine, app and gateway.
    #[cfg(feature = "engine")]
    Demo(DemoArgs),
    /// The development identity engine alone.
    #[cfg(feature = "engine")]
    Engine(EngineArgs),
    /// The gateway.
    Gateway(ConfigArgs),
    /// A native client in the terminal.
    Token(TokenArgs),
}

/// How a command ended: the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 0.
    Fine,
    /// 1: it was tried and failed.
    Failed,
    /// 2: wrong usage or configuration.
    Usage,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Fine => 0,
            Status::Failed => 1,
            Status::Usage => 2,
        })
    }
}
