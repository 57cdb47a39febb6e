//! A configuration is taken whole or refused with reasons, says the same in every format, and what is taken is sound.
//!
//! The first line is the format (`toml`, `yaml`, `json`), the rest the file.

use std::fs;

use figment::providers::{Format as _, Toml};
use interlock::config::{Config, ConfigErrors, Sources};
use jsonwebtoken::Algorithm;
use tempfile::TempDir;

pub(crate) fn run(input: &[u8]) {
    let Some((format, text)) = std::str::from_utf8(input)
        .ok()
        .and_then(|text| text.split_once('\n'))
    else {
        return;
    };
    // What names files and devices of this machine is another test's business.
    if !matches!(format, "toml" | "yaml" | "json")
        || text.contains("/dev")
        || text.contains("/proc")
    {
        return;
    }
    let folder = TempDir::new().unwrap();
    let outcome = load(&folder, format, text);
    match &outcome {
        Ok(config) => judge(config),
        Err(errors) => {
            let said = errors.to_string();
            assert!(!said.is_empty(), "refused without a reason");
            for line in said.lines() {
                assert!(line.len() > 20, "{line:?} says nothing");
            }
        }
    }
    let again = load(&folder, format, text);
    assert_eq!(
        verdict(&outcome),
        verdict(&again),
        "the same file, the same verdict"
    );
    if format == "toml"
        && let Ok(value) = Toml::from_str::<serde_json::Value>(text)
        && is_json_too(&value)
    {
        let json = load(&folder, "json", &value.to_string());
        assert_eq!(
            verdict(&outcome),
            verdict(&json),
            "the same in JSON: {value}"
        );
    }
}

fn load(folder: &TempDir, format: &str, text: &str) -> Result<Config, ConfigErrors> {
    let path = folder.path().join(format!("interlock.{format}"));
    fs::write(&path, text).unwrap();
    let sources = Sources {
        files: vec![path],
        ..Sources::default()
    };
    Config::load(&sources, std::iter::empty())
}

/// What is said, without the file's name.
fn verdict(outcome: &Result<Config, ConfigErrors>) -> Result<usize, Vec<String>> {
    match outcome {
        Ok(config) => Ok(config.routes.len()),
        Err(errors) => {
            let mut said: Vec<_> = errors
                .to_string()
                .lines()
                .map(|line| {
                    line.split_once(": ")
                        .map_or(line, |(_, said)| said)
                        .to_owned()
                })
                .collect();
            said.sort();
            Err(said)
        }
    }
}

/// TOML's dates, infinities and NaN have no form in JSON.
fn is_json_too(value: &serde_json::Value) -> bool {
    let text = value.to_string();
    !text.contains("$__toml_private_datetime") && !text.contains("null")
}

fn judge(config: &Config) {
    for route in &config.routes {
        if let Some(upstream) = route.upstream {
            assert!(
                upstream < config.forward.upstreams.len(),
                "a route leads to no upstream"
            );
        }
    }
    let public = &config.edge.public_url;
    assert!(
        public.is_secure() || public.is_loopback(),
        "plain http away from loopback"
    );
    let token = &config.token;
    assert!(!token.algorithms.is_empty());
    let symmetric = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
    assert!(
        token
            .algorithms
            .iter()
            .all(|algorithm| !symmetric.contains(algorithm)),
        "a symmetric algorithm"
    );
    assert!(token.clock_skew.as_secs() <= 60);
    let session = &config.session;
    assert!(
        session
            .secrets
            .iter()
            .all(|secret| secret.expose().trim().len() >= 32),
        "a short secret"
    );
    assert!(!session.secrets.is_empty());
    assert!(!session.lifetime.is_zero() && !session.idle_timeout.is_zero());
    let issuer = &config.oauth.issuer;
    assert!(issuer.as_str().starts_with("https://") || issuer.is_loopback());
}
