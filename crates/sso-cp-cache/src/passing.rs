//! Files that live only as long as a process of ours, and what is read of others before it is
//! replaced.

use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sso_cp_files::{create_private, create_private_folder};
use zeroize::Zeroizing;

use crate::error::{Error, Step};
use crate::{read, write};

/// A folder that nobody else can enter, with files that nobody else can read. Gone when dropped;
/// where a signal ends the process, [`discard_folder`] does the same by its path.
#[derive(Debug)]
pub struct PassingFolder {
    path: PathBuf,
}

impl PassingFolder {
    /// Makes one, 0700 whatever the umask, with a name that nobody can know beforehand.
    ///
    /// # Errors
    ///
    /// The parent is missing or cannot be written.
    pub fn within(parent: &Path) -> Result<PassingFolder, Error> {
        const ATTEMPTS: u32 = 8;
        let mut attempt = 1;
        loop {
            // The standard library seeds its hash maps from the system's randomness.
            let random = RandomState::new().build_hasher().finish();
            let path = parent.join(format!("sso-cp-{random:016x}"));
            match create_private_folder(&path) {
                Ok(()) => return Ok(PassingFolder { path }),
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(Error::io(Step::MakeFolder, &path)(error)),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new file in it, 0600 from its first byte. Gives its path.
    ///
    /// # Errors
    ///
    /// The disk is full, or there is such a file already.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        create_private(&path)
            .and_then(|mut file| file.write_all(content))
            .map_err(Error::io(Step::Write, &path))?;
        Ok(path)
    }
}

impl Drop for PassingFolder {
    fn drop(&mut self) {
        discard_folder(&self.path);
    }
}

/// Removes a folder of ours and the files in it, by its [`PassingFolder::path`]. What cannot be
/// removed is left to whoever cleans the system's temporary files; there is no secret in it.
pub fn discard_folder(path: &Path) {
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let _ = fs::remove_file(entry.path());
    }
    let _ = fs::remove_dir(path);
}

/// Removes a file that was to live only as long as a process of ours, and where its path is a link, the
/// file behind it too: that is what [`Pending`](crate::Pending) has written. What cannot be removed
/// stays.
pub fn discard_passing(path: &Path) {
    let _ = write::remove(path);
}

/// What a file of another tool's holds now: its bytes, or `None` where there is none.
///
/// # Errors
///
/// It cannot be read, is no regular file, or is larger than any such file is.
pub fn read_file(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    read::bytes(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_passing_folder_is_private_and_passes() {
        let folder = PassingFolder::within(&std::env::temp_dir()).unwrap();
        let file = folder.write("config", b"[default]\n").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(folder.path()), mode(&file)), (0o700, 0o600));
        assert_eq!(**read_file(&file).unwrap().unwrap(), *b"[default]\n");
        assert!(folder.write("config", b"").is_err());
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
        assert!(PassingFolder::within(&path).is_err());
    }
}
