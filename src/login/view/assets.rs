//! Stylesheet and scripts, named by their content and compressed once, for the first who asks.

use std::{io::Write as _, sync::OnceLock};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// One file that pages ask for. Its path changes with its content, so that it may be cached for ever.
#[derive(Clone, Debug)]
pub struct Asset {
    /// `/.interlock/assets/HASH.EXTENSION`.
    pub path: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub body: Bytes,
    /// The same, compressed: at the first request, so that a start does not wait for what may never be asked.
    small: OnceLock<Bytes>,
}

impl Asset {
    /// Names a file.
    pub fn new(content: impl Into<Bytes>, extension: &str, content_type: &'static str) -> Self {
        let body: Bytes = content.into();
        let digest = Sha256::digest(&body);
        let hash = digest
            .iter()
            .take(8)
            .fold(String::new(), |hash, octet| format!("{hash}{octet:02x}"));
        Self {
            path: format!("/.interlock/assets/{hash}.{extension}"),
            content_type,
            body,
            small: OnceLock::new(),
        }
    }

    /// Its content, compressed.
    pub fn gzip(&self) -> &Bytes {
        self.small.get_or_init(|| gzip(&self.body))
    }
}

/// Compresses as far as it goes; on the impossible failure of a write to memory, an empty answer.
fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .map(Bytes::from)
        .unwrap_or_default()
}

/// All files of the pages.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The one stylesheet.
    pub style: Asset,
    /// The icon of the tab.
    pub icon: Asset,
    /// Passkeys and security keys.
    pub webauthn: Asset,
    /// Quiet polling.
    pub wait: Asset,
    /// Looks for an app on the device.
    pub probe: Asset,
    /// Has an app on the device mend what is missing there.
    pub remedy: Asset,
    /// Shows what is typed, copies a secret.
    pub helpers: Asset,
    /// A proof of work.
    pub altcha: Asset,
    /// A captcha of a third party.
    pub captcha: Asset,
    /// Duo's frame.
    pub duo: Asset,
}

impl Assets {
    /// Reads what is compiled in.
    pub fn new() -> Self {
        let script = |content| Asset::new(content, "js", "text/javascript; charset=utf-8");
        Self {
            style: Asset::new(
                include_str!("assets/style.css"),
                "css",
                "text/css; charset=utf-8",
            ),
            icon: Asset::new(include_str!("assets/icon.svg"), "svg", "image/svg+xml"),
            webauthn: script(include_str!("assets/webauthn.js")),
            wait: script(include_str!("assets/wait.js")),
            probe: script(include_str!("assets/probe.js")),
            remedy: script(include_str!("assets/remedy.js")),
            helpers: script(include_str!("assets/helpers.js")),
            altcha: script(include_str!("assets/altcha.js")),
            captcha: script(include_str!("assets/captcha.js")),
            duo: script(include_str!("assets/duo.js")),
        }
    }

    /// Every file.
    pub fn all(&self) -> impl Iterator<Item = &Asset> {
        [
            &self.style,
            &self.icon,
            &self.webauthn,
            &self.wait,
            &self.probe,
            &self.remedy,
            &self.helpers,
            &self.altcha,
            &self.captcha,
            &self.duo,
        ]
        .into_iter()
    }

    /// The file at this path.
    pub fn at(&self, path: &str) -> Option<&Asset> {
        self.all().find(|asset| asset.path == path)
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self::new()
    }
}
