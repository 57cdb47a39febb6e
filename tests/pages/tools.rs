//! What npm installs beside this file: `npm ci --prefix tests/pages`.

use std::path::{Path, PathBuf};

/// A file of an installed package.
#[track_caller]
pub(crate) fn tool(path: &str) -> PathBuf {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/node_modules");
    let tool = modules.join(path);
    assert!(
        tool.is_file(),
        "no {}: run `npm ci --prefix tests/pages`, or tests/run, which does so first",
        tool.display()
    );
    tool
}
