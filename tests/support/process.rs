//! The real binary, for what only a process can do: be killed, exit with a status, use memory.

use std::{net::SocketAddr, path::PathBuf, process::Stdio};

use tokio::process::{Child, Command};

use super::{
    browser::Browser,
    gateway::{Plan, free_address},
    wait::until,
};

pub struct Process {
    pub address: SocketAddr,
    pub admin: SocketAddr,
    child: Child,
    _config: tempfile::TempDir,
    config: PathBuf,
}

/// `interlock` with arguments; standard output and error are kept.
pub fn interlock(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_interlock"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command.env_remove("RUST_LOG");
    command
}

impl Process {
    /// `interlock serve` with a plan's file, ready to answer.
    pub async fn serve(plan: &Plan) -> Self {
        Self::serve_at(plan, free_address()).await
    }

    pub async fn serve_at(plan: &Plan, address: SocketAddr) -> Self {
        let admin = free_address();
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("interlock.toml");
        std::fs::write(&config, plan.toml(address, admin)).unwrap();
        let child = Self::spawn(&config);
        let process = Self {
            address,
            admin,
            child,
            _config: directory,
            config,
        };
        process.ready().await;
        process
    }

    fn spawn(config: &std::path::Path) -> Child {
        let mut command = interlock(&["serve", "--config", config.to_str().unwrap()]);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    async fn ready(&self) {
        until("the gateway is ready", || async {
            tokio::net::TcpStream::connect(self.admin).await.ok()?;
            let reply = Browser::at(format!("http://{}", self.admin))
                .get("/readyz")
                .await;
            reply.status.is_success().then_some(())
        })
        .await;
    }

    /// `kill -9`, and the same file again.
    pub async fn kill_and_start_again(&mut self) {
        self.child.kill().await.unwrap();
        self.child = Self::spawn(&self.config);
        self.ready().await;
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The most memory it ever held, in KiB (`VmHWM`).
    pub fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory it holds now, in KiB (`VmRSS`).
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}
