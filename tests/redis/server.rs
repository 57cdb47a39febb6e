//! A redis-server of this test alone: its own port, its own folder, ended by its id.

use std::{net::SocketAddr, process::Stdio};

use tokio::process::{Child, Command};

use crate::support::{gateway::free_address, wait::until};

pub(crate) struct Redis {
    pub(crate) address: SocketAddr,
    child: Child,
    folder: tempfile::TempDir,
}

pub(crate) const PASSWORD: &str = "a-password-of-this-test";

impl Redis {
    /// `None`, said aloud, where it is not installed; `tests/run` sees to that.
    pub(crate) async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let address = free_address();
        let child = spawn(address, &folder);
        let Ok(child) = child else {
            println!("SKIPPED: redis-server is not installed (apt-get install redis-server)");
            return None;
        };
        let redis = Self {
            address,
            child,
            folder,
        };
        redis.listens().await;
        Some(redis)
    }

    async fn listens(&self) {
        until("Redis listens", || async {
            tokio::net::TcpStream::connect(self.address).await.ok()
        })
        .await;
    }

    pub(crate) async fn stop(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub(crate) async fn start_again(&mut self) {
        self.child = spawn(self.address, &self.folder).unwrap();
        self.listens().await;
    }

    /// Lines of `[session]`.
    pub(crate) fn session(&self, secret: &str, idle_timeout: &str) -> String {
        let file = self.folder.path().join("password");
        std::fs::write(&file, PASSWORD).unwrap();
        format!(
            "store = \"redis\"\nsecret = \"{secret}\"\nidle_timeout = \"{idle_timeout}\"\nlifetime = \"12h\"\n\
             redis = {{ url = \"redis://{}\", password_file = \"{}\", prefix = \"test:\" }}",
            self.address,
            file.display()
        )
    }

    pub(crate) async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let url = format!("redis://:{PASSWORD}@{}", self.address);
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::cmd(words[0]);
        for word in &words[1..] {
            command.arg(word);
        }
        command.query_async(&mut connection).await.unwrap()
    }

    /// All that it holds.
    pub(crate) async fn everything(&self) -> String {
        let keys: Vec<String> = self.ask(&["KEYS", "*"]).await;
        let mut all = keys.join("\n");
        for key in keys {
            let kind: String = self.ask(&["TYPE", &key]).await;
            if kind == "string" {
                all.push_str(&self.ask::<String>(&["GET", &key]).await);
            } else {
                all.push_str(
                    &self
                        .ask::<Vec<String>>(&["SMEMBERS", &key])
                        .await
                        .join("\n"),
                );
            }
        }
        all
    }
}

fn spawn(address: SocketAddr, folder: &tempfile::TempDir) -> std::io::Result<Child> {
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        .args([
            "--requirepass",
            PASSWORD,
            "--port",
            &address.port().to_string(),
        ])
        .arg("--dir")
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}
