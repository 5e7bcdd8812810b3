//! Vectors that others made. They are read where they are, never copied.

use std::path::PathBuf;

/// The text of a file of `SSO_CP_SUITES`, or of `shared/suites` beside the repository. `None`, and a line that says so,
/// where it is not on this machine.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads its own variable and says what it skips"
)]
pub fn suite(name: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/suites");
    let folder = std::env::var_os("SSO_CP_SUITES").map_or_else(|| beside.into(), PathBuf::from);
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => Some(text),
        Err(_) => {
            println!("SKIPPED: {name}: no suites here; SSO_CP_SUITES can name their folder");
            None
        }
    }
}
