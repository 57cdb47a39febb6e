//! Clients that are not ours sign in against the development engine: Okta's own SDK in Node, Okta's own widget in Chromium.
//! `npm ci` installs them from `package-lock.json` (`tests/run` does it).

#[cfg(test)]
#[path = "../support/mod.rs"]
mod support;

#[cfg(test)]
mod auth_js;
#[cfg(test)]
mod widget;

#[cfg(test)]
/// Where this file's folder is, once the clients are there; `None` where the environment says that they are not.
fn installed() -> Option<std::path::PathBuf> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    if folder.join("node_modules/@okta").is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::vars().any(|(name, _)| name == "INTERLOCK_WITHOUT_CLIENTS"),
        "no tests/clients/node_modules: run `npm ci --prefix tests/clients`, or set INTERLOCK_WITHOUT_CLIENTS"
    );
    eprintln!("SKIPPED: the clients are not installed, and INTERLOCK_WITHOUT_CLIENTS is set");
    None
}
