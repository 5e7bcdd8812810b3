//! A throw-away folder that is gone afterwards, however we end.

use crate::workspace::Outcome;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs, process};

/// A new empty folder under the system's temporary one; dropping it removes it.
pub(crate) struct Scratch {
    path: PathBuf,
    /// Removes the folder where we are killed. Declared last, so that it is the last to go.
    _janitor: Option<process::Child>,
}

impl Scratch {
    pub(crate) fn new() -> Outcome<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let path = env::temp_dir().join(format!("sso-cp-{}-{}", process::id(), now.as_nanos()));
        fs::create_dir(&path)?;
        let _janitor = janitor(&path);
        Ok(Self { path, _janitor })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the janitor tries again.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Starts a shell that waits for our end, whatever brings it about (its stdin ends then), and removes the folder.
///
/// std cannot catch Ctrl-C; but a process group of its own keeps that from the shell. None where there is no such shell:
/// a folder is then left behind only by Ctrl-C.
#[cfg(unix)]
fn janitor(folder: &Path) -> Option<process::Child> {
    use std::os::unix::process::CommandExt;
    process::Command::new("/bin/sh")
        .args(["-c", r#"cat; rm -rf -- "$1""#, "sh"])
        .arg(folder)
        .process_group(0)
        .stdin(process::Stdio::piped())
        .stdout(process::Stdio::null())
        .stderr(process::Stdio::null())
        .spawn()
        .ok()
}

#[cfg(not(unix))]
fn janitor(_: &Path) -> Option<process::Child> {
    None
}
