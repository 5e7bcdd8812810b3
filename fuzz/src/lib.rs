//! What targets share: a home in memory.

use std::path::PathBuf;

use sso_cp_config::Env;

/// A home with a config file, one for each fuzzing process.
pub struct Home(PathBuf);

impl Home {
    /// Its config file has these bytes.
    pub fn with_config(bytes: &[u8]) -> Home {
        let shared_memory = PathBuf::from("/dev/shm");
        let parent = if shared_memory.is_dir() { shared_memory } else { std::env::temp_dir() };
        let home = Home(parent.join(format!("sso-cp-fuzz-{}", std::process::id())));
        std::fs::create_dir_all(home.0.join(".aws")).expect("memory is to be had");
        home.write_config(bytes);
        home
    }

    /// Its config file has other bytes now.
    pub fn write_config(&self, bytes: &[u8]) {
        std::fs::write(self.0.join(".aws/config"), bytes).expect("memory is to be had");
    }

    /// An environment in which nothing but this home is set.
    pub fn env(&self) -> Env {
        Env::listed([("HOME", self.0.as_os_str())])
    }
}
