use std::fs;

use super::*;

#[test]
fn on_loopback_a_cookie_secret_is_made_and_said() {
    let one = good().load(&["good.toml"], &[], &[]).unwrap();
    let two = good().load(&["good.toml"], &[], &[]).unwrap();
    assert_ne!(one.session.secrets, two.session.secrets);
    assert!(one.session.secrets[0].expose().len() >= 32);
    let warnings: Vec<_> = one.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains("session.secret_file") && warnings[0].contains("end with the process")
    );
}

#[test]
fn elsewhere_a_missing_cookie_secret_is_a_mistake() {
    let said = changed(
        "public_url = \"http://127.0.0.1:8080\"",
        "public_url = \"https://app.example.com\"",
    );
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("x.toml: session.secret_file: is missing;"),
        "{said:?}"
    );
    assert!(said[0].contains("interlock keygen"));
}

#[test]
fn secrets_come_from_files_beside_the_file_that_names_them() {
    let long = "0123456789abcdef0123456789abcdef";
    let text = GOOD.replace(
        "[[upstreams]]",
        "[session]\nsecret_files = [\"new\", \"old\"]\n[[upstreams]]",
    );
    let text = text.replace("client_id", "client_secret_file = \"client\"\nclient_id");
    let folder = Folder::new()
        .with("x.toml", &text)
        .with("new", &format!("{long}new\n"))
        .with("old", &format!("{long}old\n"))
        .with("client", "s3cret\n");
    let config = folder.load(&["x.toml"], &[], &[]).unwrap();
    let secrets: Vec<_> = config
        .session
        .secrets
        .iter()
        .map(|s| s.expose().to_owned())
        .collect();
    assert_eq!(secrets, [format!("{long}new"), format!("{long}old")]);
    assert!(
        matches!(&config.oauth.client_auth, ClientAuth::SecretBasic(s) if s.expose() == "s3cret")
    );
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
    assert!(!format!("{config:?}").contains(long) && !format!("{config:?}").contains("s3cret"));

    let folder = folder.with("old", "hunter2").with("client", " \n");
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].contains("client_secret_file = \"client\": is an empty file"),
        "{said:?}"
    );
    assert!(
        said[1].contains("session.secret_files[1] = \"old\": is too short: 7 octets"),
        "{said:?}"
    );
    let both = ["session.secret=0123456789abcdef0123456789abcdef"];
    let said = folder
        .with("client", "x")
        .with("old", long)
        .mistakes(&["x.toml"], &[], &both);
    assert!(
        said[0].contains("session.secret_files: stands beside"),
        "{said:?}"
    );
}

#[test]
fn certificates_and_keys_are_read_before_they_are_needed() {
    let pair = rcgen::generate_simple_self_signed(["app.example.com".to_owned()]).unwrap();
    let text = GOOD.replace(
        "listen = ",
        "tls = { certificate = \"c.pem\", private_key = \"k.pem\" }\nlisten = ",
    );
    let folder = Folder::new()
        .with("x.toml", &text)
        .with("c.pem", &pair.cert.pem())
        .with("k.pem", &pair.signing_key.serialize_pem());
    let config = folder.load(&["x.toml"], &[], &[]).unwrap();
    assert!(config.listener.tls.unwrap().certificate.ends_with("c.pem"));

    let folder = folder.with("k.pem", "no key");
    fs::remove_file(folder.0.path().join("c.pem")).unwrap();
    let said = folder.mistakes(&["x.toml"], &[], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("x.toml: server.tls.certificate = \"c.pem\": c.pem can't be read"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("x.toml: server.tls.private_key = \"k.pem\": holds no private key"),
        "{said:?}"
    );
}
