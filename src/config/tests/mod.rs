mod layers;
mod mistakes;
mod secrets;
mod transport;

use std::{fs, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::{
    forward::Target,
    oauth::ClientAuth,
    route::{Access, PathPattern, UpstreamAuthorization},
    session::Store,
};

/// A folder with configuration files in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn with(self, name: &str, text: &str) -> Self {
        fs::write(self.0.path().join(name), text).unwrap();
        self
    }

    fn load(
        &self,
        files: &[&str],
        environment: &[(&str, &str)],
        set: &[&str],
    ) -> Result<Config, ConfigErrors> {
        let sources = Sources {
            files: files.iter().map(|name| self.0.path().join(name)).collect(),
            set: set.iter().map(|&text| text.to_owned()).collect(),
            ..Sources::default()
        };
        let environment = environment
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()));
        Config::load(&sources, environment)
    }

    /// The lines of the mistakes, the folder's own name left out.
    #[track_caller]
    fn mistakes(&self, files: &[&str], environment: &[(&str, &str)], set: &[&str]) -> Vec<String> {
        let errors = self.load(files, environment, set).unwrap_err();
        let folder = format!("{}/", self.0.path().display());
        errors
            .to_string()
            .lines()
            .map(|line| line.replace(&folder, ""))
            .collect()
    }
}

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:8080"
public_url = "http://127.0.0.1:8080"

[authorization_server]
issuer = "http://127.0.0.1:9400/oauth2/default"
client_id = "interlock-demo"
audience = "api://default"

[[upstreams]]
name = "app"
url = "http://127.0.0.1:9300"

[[routes]]
path = "/healthz"
access = "public"

[[routes]]
path = "/*"
upstream = "app"
require = { scopes = ["openid"], groups = ["staff"], acr = "urn:okta:loa:2fa:any", max_age = "15m" }
"#;

fn good() -> Folder {
    Folder::new().with("good.toml", GOOD)
}

/// What is said when `change` (old text, new text) is made to the good file.
#[track_caller]
fn changed(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    Folder::new()
        .with("x.toml", &GOOD.replacen(old, new, 1))
        .mistakes(&["x.toml"], &[], &[])
}

#[test]
fn a_good_file_becomes_settings() {
    let config = good().load(&["good.toml"], &[], &[]).unwrap();
    assert_eq!(config.listener.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.listener.max_head, 64 << 10);
    assert_eq!(config.admin.listen.to_string(), "127.0.0.1:9090");
    assert_eq!(config.edge.public_url.origin(), "http://127.0.0.1:8080");
    assert!(matches!(config.oauth.client_auth, ClientAuth::None));
    assert_eq!(
        config.oauth.scopes,
        ["openid", "profile", "email", "offline_access"]
    );
    assert_eq!(config.token.audience.as_deref(), Some("api://default"));
    assert_eq!(config.session.store, Store::Cookie);
    assert_eq!(config.session.idle_timeout, Duration::from_mins(30));
    assert_eq!(
        config.forward.upstreams[0].targets,
        [Target::Http {
            authority: "127.0.0.1:9300".to_owned()
        }]
    );
    let [health, all] = config.routes.as_slice() else {
        panic!()
    };
    assert_eq!((health.access, health.upstream), (Access::Public, None));
    assert_eq!(health.upstream_authorization, UpstreamAuthorization::Pass);
    assert_eq!((all.access, all.upstream), (Access::SignedIn, Some(0)));
    assert_eq!(
        all.upstream_authorization,
        UpstreamAuthorization::AccessToken
    );
    assert_eq!(all.path, PathPattern::Prefix(String::new()));
    assert_eq!(all.require.max_age, Some(Duration::from_mins(15)));
    assert_eq!(all.name, "/*");
}

#[test]
fn the_schema_tells_keys_defaults_and_secrets() {
    let schema = schema();
    let text = schema.to_string();
    assert!(!text.contains("\"null\""), "{text}");
    let server = &schema["$defs"]["Server"];
    assert_eq!(server["properties"]["listen"]["default"], "0.0.0.0:8080");
    assert_eq!(server["additionalProperties"], false);
    assert_eq!(
        schema["$defs"]["Session"]["properties"]["secret"]["writeOnly"],
        true
    );
    for definition in schema["$defs"].as_object().unwrap().values() {
        for (name, property) in definition["properties"].as_object().into_iter().flatten() {
            assert!(
                property.get("description").is_some(),
                "{name} lacks a description"
            );
        }
    }
}
