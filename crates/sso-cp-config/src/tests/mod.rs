//! Tests of the crate as a whole: other people's vectors, and files as users have them.

mod chains;
mod costs;
mod editing;
mod generated_edits;
mod listing;
mod odd_bytes;
mod readers;
mod replaced;
mod resolving;
mod roster;
mod scoping;
mod sentences;
mod services;
mod session_settings;
mod suites;

use std::path::{Path, PathBuf};

/// The variable that names the home directory.
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// A directory that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Scratch {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "sso-cp-config-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(path.join(".aws")).unwrap();
        Scratch(path)
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Scratch {
        std::fs::write(self.0.join(".aws").join(name), text).unwrap();
        self
    }

    fn home(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
