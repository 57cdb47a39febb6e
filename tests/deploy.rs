//! What `config/` and `deploy/` name must exist: commands, flags, keys, files.

#[cfg(test)]
mod deploy {
    use std::{
        fs,
        os::unix::fs::PermissionsExt as _,
        path::{Path, PathBuf},
    };

    use interlock::{
        cli,
        config::{Config, ConfigErrors, Sources},
    };
    use serde_json::Value;
    use tempfile::TempDir;

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    /// Every file below a folder of the project.
    fn files(folder: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![root().join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        assert!(!found.is_empty(), "{folder} is empty");
        found
    }

    fn all_files() -> Vec<PathBuf> {
        [files("config"), files("deploy")].concat()
    }

    fn has_extension(path: &Path, wanted: &[&str]) -> bool {
        path.extension()
            .is_some_and(|extension| wanted.iter().any(|w| extension == *w))
    }

    /// Loads a file of ours as its reader would, with secrets and certificates that exist.
    fn load(file: &Path) -> Result<Config, ConfigErrors> {
        let folder = TempDir::new().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let text = fs::read_to_string(file).unwrap();
        let mut set = Vec::new();
        let secret = write("secret", SECRET);
        if text.contains("\nsecret_files") {
            set.push(format!("session.secret_files={secret}"));
        }
        if text.contains("\nclient_secret_file") {
            set.push(format!("authorization_server.client_secret_file={secret}"));
        }
        if text.contains("\ntls ") {
            let pair = rcgen::generate_simple_self_signed(["apps.example.com".to_owned()]).unwrap();
            set.push(format!(
                "server.tls.certificate={}",
                write("c.pem", &pair.cert.pem())
            ));
            set.push(format!(
                "server.tls.private_key={}",
                write("k.pem", &pair.signing_key.serialize_pem())
            ));
        }
        let sources = Sources {
            files: vec![file.to_owned()],
            set,
            ..Sources::default()
        };
        Config::load(&sources, std::iter::empty())
    }

    #[test]
    fn every_configuration_is_right() {
        let mut seen = 0;
        for file in all_files()
            .iter()
            .filter(|path| has_extension(path, &["toml"]))
        {
            let config = load(file).unwrap_or_else(|errors| panic!("{errors}"));
            assert!(!config.routes.is_empty(), "{}", file.display());
            seen += 1;
        }
        assert_eq!(seen, 6);
    }

    #[test]
    fn the_first_example_needs_nothing_but_the_engine() {
        let config = load(&root().join("config/interlock.toml")).unwrap();
        assert_eq!(
            config.oauth.issuer.as_str(),
            "http://127.0.0.1:9400/oauth2/default"
        );
        assert_eq!(config.oauth.client_id, "interlock-demo");
        assert!(config.edge.public_url.is_loopback());
    }

    /// `#key = value` is a setting, `# words` is prose.
    #[test]
    fn settings_in_comments_exist_and_have_values_that_fit() {
        for file in all_files()
            .iter()
            .filter(|path| has_extension(path, &["toml"]))
        {
            let text = fs::read_to_string(file).unwrap();
            let uncommented = |line: &str| match line.strip_prefix('#') {
                Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    setting.to_owned()
                }
                _ => line.to_owned(),
            };
            let set: Vec<String> = text.lines().map(uncommented).collect();
            let folder = TempDir::new().unwrap();
            let copy = folder.path().join("all.toml");
            fs::write(&copy, set.join("\n")).unwrap();
            if let Err(errors) = load(&copy) {
                // Files that only the operator has are the one thing that may be wrong.
                for mistake in &errors {
                    assert!(
                        mistake.says.contains("can't be read"),
                        "{}: {mistake}",
                        file.display()
                    );
                }
            }
        }
    }

    #[test]
    fn the_commented_example_shows_every_key() {
        let text = fs::read_to_string(root().join("config/interlock.toml")).unwrap();
        let schema = interlock::config::schema();
        let rare = [
            "secret",
            "secret_file",
            "client_secret",
            "private_key_file",
            "private_key_id",
            "server_name",
        ];
        for (section, definition) in schema["$defs"].as_object().unwrap() {
            for key in definition["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, _)| key)
            {
                let shown = text
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .any(|word| word == key);
                assert!(
                    shown || rare.contains(&key.as_str()),
                    "{section}.{key} is not in config/interlock.toml"
                );
            }
        }
    }

    /// Panics unless the words are a command line of ours, without the program's name.
    #[track_caller]
    fn assert_command(words: &[String], file: &Path) {
        let line = std::iter::once("interlock").chain(words.iter().map(String::as_str));
        let parsed = cli::command().try_get_matches_from(line);
        assert!(
            parsed.is_ok(),
            "{}: interlock {}: {}",
            file.display(),
            words.join(" "),
            parsed.unwrap_err()
        );
    }

    fn words(list: &Value) -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    }

    /// The words after our program, if a list starts with it.
    fn after_program(list: &[String]) -> Option<Vec<String>> {
        let (first, rest) = list.split_first()?;
        first.ends_with("/interlock").then(|| rest.to_vec())
    }

    #[test]
    fn kubernetes_files_name_commands_that_exist() {
        let mut commands = 0;
        for file in files("deploy/kubernetes")
            .iter()
            .filter(|path| has_extension(path, &["yaml"]))
        {
            let text = fs::read_to_string(file).unwrap();
            let tree: Value = serde_saphyr::from_str(&text).unwrap();
            let mut nodes = vec![&tree];
            while let Some(node) = nodes.pop() {
                if node["image"] == "interlock" {
                    assert_command(&words(&node["args"]), file);
                    commands += 1;
                }
                if let Some(words) = after_program(&words(&node["command"])) {
                    assert_command(&words, file);
                    commands += 1;
                }
                match node {
                    Value::Array(list) => nodes.extend(list),
                    Value::Object(table) => nodes.extend(table.values()),
                    Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
                }
            }
        }
        assert_eq!(
            commands, 8,
            "two deployments with a start and three probes each"
        );
    }

    #[test]
    fn kustomizations_list_files_that_exist_and_pods_are_hardened() {
        for variant in ["sidecar", "standalone"] {
            let folder = root().join("deploy/kubernetes").join(variant);
            let read = |name: &str| -> Value {
                serde_saphyr::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
            };
            let kustomization = read("kustomization.yaml");
            let generated = words(&kustomization["configMapGenerator"][0]["files"]);
            for name in words(&kustomization["resources"]).iter().chain(&generated) {
                assert!(folder.join(name).is_file(), "{variant}: {name}");
            }
            let pod = &read("deployment.yaml")["spec"]["template"]["spec"];
            assert_eq!(pod["enableServiceLinks"], false);
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
            let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
            let config = load(&folder.join("interlock.toml")).unwrap();
            assert!(grace > config.listener.drain_timeout.as_secs());
            let ours = pod["containers"]
                .as_array()
                .unwrap()
                .iter()
                .find(|c| c["image"] == "interlock")
                .unwrap();
            assert_eq!(ours["securityContext"]["readOnlyRootFilesystem"], true);
            let port = ours["ports"][0]["containerPort"].as_u64().unwrap();
            assert_eq!(port, u64::from(config.listener.listen.port()));
        }
    }

    #[test]
    fn the_image_starts_and_probes_with_commands_that_exist() {
        let file = root().join("deploy/Dockerfile");
        let text = fs::read_to_string(&file).unwrap();
        let list = |marker: &str| -> Vec<String> {
            let line = text.lines().find(|line| line.contains(marker)).unwrap();
            words(&serde_json::from_str(&line[line.find('[').unwrap()..]).unwrap())
        };
        assert_eq!(list("ENTRYPOINT"), ["/usr/local/bin/interlock"]);
        let start = text.lines().find(|line| line.starts_with("CMD")).unwrap();
        assert_command(
            &words(&serde_json::from_str(start.trim_start_matches("CMD ")).unwrap()),
            &file,
        );
        assert_command(&after_program(&list("HEALTHCHECK")).unwrap(), &file);
        assert!(text.contains("USER 65532"));
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(
            text.contains("--no-default-features --features redis")
                && manifest.contains("default = [\"engine\", \"redis\"]")
        );
    }

    #[test]
    fn the_image_holds_the_build_that_is_trained() {
        let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
        let (image, script) = (read("deploy/Dockerfile"), read("deploy/optimised"));
        let production = "RUN deploy/optimised --no-default-features --features redis\n";
        assert!(image.contains(production), "{image}");
        assert!(image.contains("RUN rustup component add llvm-tools\n"));
        let made = "target/optimised/interlock";
        assert!(image.contains(&format!("COPY --from=build /src/{made} ")));
        assert!(script.contains(&format!("\"{made} is made\"")));
        let script_file = root().join("deploy/optimised").metadata().unwrap();
        assert_eq!(script_file.permissions().mode() & 0o111, 0o111);
        assert!(script.contains("--bench training "));
        assert!(read("Cargo.toml").contains("\nname = \"training\"\n"));
        // What the image is built from, the trainer among it.
        let sources = read("deploy/Dockerfile.dockerignore");
        let sent: Vec<_> = sources
            .lines()
            .filter_map(|l| l.strip_prefix('!'))
            .collect();
        for needed in [
            "Cargo.toml",
            "Cargo.lock",
            "src",
            "benches",
            "deploy/optimised",
            // The trainer signs in with the tests' browser.
            "tests/support",
        ] {
            assert!(sent.contains(&needed), "{needed} is not sent");
        }
        assert!(sent.iter().all(|name| root().join(name).exists()));
    }

    #[test]
    fn the_unit_runs_commands_that_exist() {
        let file = root().join("deploy/systemd/interlock.service");
        let text = fs::read_to_string(&file).unwrap();
        let mut commands = 0;
        for line in text.lines().filter(|line| line.starts_with("Exec")) {
            let (_, command) = line.split_once('=').unwrap();
            let list: Vec<String> = command.split_whitespace().map(str::to_owned).collect();
            assert_command(&after_program(&list).unwrap(), &file);
            commands += 1;
        }
        assert_eq!(commands, 2);
    }

    /// `INTERLOCK__…` anywhere, comments included.
    #[test]
    fn variables_name_keys_that_exist() {
        let mut seen = 0;
        for file in all_files() {
            let text = fs::read_to_string(&file).unwrap();
            let names = text
                .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .filter(|word| word.starts_with("INTERLOCK__"));
            for name in names {
                let variable = (name.to_owned(), "x".to_owned());
                let sources = Sources {
                    files: vec![root().join("config/interlock.toml")],
                    set: Vec::new(),
                    ..Sources::default()
                };
                if let Err(errors) = Config::load(&sources, std::iter::once(variable)) {
                    assert!(
                        !errors.to_string().contains("is no key"),
                        "{}: {errors}",
                        file.display()
                    );
                }
                seen += 1;
            }
        }
        assert!(seen >= 3);
    }
}
