//! The commands around the configuration, run as an operator runs them.

#[cfg(test)]
mod config {
    use std::{
        fs,
        process::{Command, Output},
    };

    use tempfile::TempDir;

    fn interlock(folder: &TempDir, line: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_interlock"))
            .args(line)
            .current_dir(folder.path())
            .env_clear()
            .output()
            .unwrap()
    }

    fn text(octets: &[u8]) -> String {
        String::from_utf8(octets.to_vec()).unwrap()
    }

    #[test]
    fn five_mistakes_are_five_messages_and_exit_status_2() {
        let folder = TempDir::new().unwrap();
        fs::write(
            folder.path().join("interlock.toml"),
            r#"
[server]
listn = "127.0.0.1:0"
public_url = "http://127.0.0.1:8080"
threads = "two"
[authorization_server]
issuer = "http://okta.example.com"
client_id = "interlock-demo"
[session]
idle_timeout = "half an hour"
[[upstreams]]
name = "app"
url = "http://127.0.0.1:9300"
[[routes]]
path = "/*"
upstream = "web"
"#,
        )
        .unwrap();
        for command in ["check", "serve"] {
            let output = interlock(&folder, &[command, "--config", "interlock.toml"]);
            assert_eq!(output.status.code(), Some(2));
            let said = text(&output.stderr);
            for part in [
                "error: interlock.toml: server.listn: is no key; did you mean \"listen\"?",
                "error: interlock.toml: server.threads = \"two\": must be a whole number",
                "error: interlock.toml: authorization_server.issuer = \"http://okta.example.com\": must be https",
                "error: interlock.toml: session.idle_timeout = \"half an hour\": is no duration",
                "error: interlock.toml: routes[0].upstream = \"web\": is no upstream's name",
            ] {
                assert!(said.contains(part), "{part}\n{said}");
            }
            assert_eq!(said.lines().count(), 5, "{said}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = TempDir::new().unwrap();
        let output = interlock(&folder, &["check", "--config", "gone.toml"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with("error: gone.toml: cannot be read"));
        let output = interlock(&folder, &["check"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with("error: config/interlock.toml: is not there;"));
    }

    #[test]
    fn a_new_secret_and_the_schema_are_printed() {
        let folder = TempDir::new().unwrap();
        let output = interlock(&folder, &["keygen"]);
        assert!(output.status.success());
        assert_eq!(text(&output.stdout).trim_end().len(), 43);
        let output = interlock(&folder, &["schema"]);
        assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
    }
}
