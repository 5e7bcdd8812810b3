//! Vectors that others made. They are read where they are, never copied.

use std::path::PathBuf;

/// A file of `SSO_CP_SUITES`, or of `shared/suites` beside the repository. `None`, and a line that
/// says so, where there is none.
pub(crate) fn read(name: &str) -> Option<serde_json::Value> {
    let folder = match std::env::var_os("SSO_CP_SUITES") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites")),
    };
    match std::fs::read(folder.join(name)) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: {name}: {error}");
            None
        }
    }
}
