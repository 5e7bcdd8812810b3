//! A private folder that lives only as long as a process of ours, worked through its handle.
//!
//! Anyone who may write the folder above it can rename ours and put a link into its place at any moment.
//! A path would then lead to what the link names; a handle still leads to ours.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A folder that nobody else can enter, with files that nobody else can read. When it is dropped, the
/// files that it has written go, by their names, and the folder after them, if it is empty then.
#[derive(Debug)]
pub struct PassingFolder {
    handle: Handle,
    path: PathBuf,
    written: Vec<String>,
}

impl PassingFolder {
    /// Makes one, 0700 whatever the umask, with a name that nobody can know beforehand.
    ///
    /// # Errors
    ///
    /// The parent is missing or cannot be written.
    pub fn within(parent: &Path) -> io::Result<PassingFolder> {
        const ATTEMPTS: u32 = 8;
        let mut attempt = 1;
        loop {
            let name = format!("sso-cp-{:016x}", crate::random());
            match Handle::make(parent, &name) {
                Ok(handle) => {
                    return Ok(PassingFolder {
                        handle,
                        path: parent.join(name),
                        written: Vec::new(),
                    });
                }
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS =>
                {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Where it is, for anyone who is to read its files.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a new file in it, 0600 from its first byte. Gives its path.
    ///
    /// # Errors
    ///
    /// The disk is full, or there is such a file already.
    pub fn write(&mut self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let mut file = self.handle.create(name)?;
        self.written.push(name.to_owned());
        file.write_all(content)?;
        Ok(self.path.join(name))
    }
}

impl Drop for PassingFolder {
    /// What cannot be removed is left to anyone who cleans the system's temporary files.
    fn drop(&mut self) {
        self.handle.remove(&self.written);
    }
}

#[cfg(unix)]
use by_handle::Handle;

#[cfg(unix)]
mod by_handle {
    use std::fs::{File, Permissions};
    use std::io;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;

    use rustix::fs::{AtFlags, Mode, OFlags};

    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
    const PRIVATE_FOLDER: u32 = 0o700;
    const PRIVATE_FILE: u32 = 0o600;

    /// Our folder, and the one that it is in.
    #[derive(Debug)]
    pub(super) struct Handle {
        parent: File,
        folder: File,
        name: String,
    }

    impl Handle {
        pub(super) fn make(parent: &Path, name: &str) -> io::Result<Handle> {
            let parent = File::from(rustix::fs::open(parent, FOLDER, Mode::empty())?);
            rustix::fs::mkdirat(&parent, name, Mode::RWXU)?;
            // Between these two calls a link may have come into its place; it is not followed.
            let opened =
                rustix::fs::openat(&parent, name, FOLDER | OFlags::NOFOLLOW, Mode::empty());
            let folder = File::from(opened?);
            // Nor is a folder of another user's, which has come there instead.
            if folder.metadata()?.uid() != rustix::process::geteuid().as_raw() {
                return Err(io::Error::other(
                    "something else was put into the place of a new folder",
                ));
            }
            folder.set_permissions(Permissions::from_mode(PRIVATE_FOLDER))?;
            Ok(Handle { parent, folder, name: name.to_owned() })
        }

        pub(super) fn create(&self, name: &str) -> io::Result<File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let mode = Mode::from_raw_mode(PRIVATE_FILE as _);
            let opened = rustix::fs::openat(&self.folder, name, flags | OFlags::NOFOLLOW, mode)?;
            let file = File::from(opened);
            file.set_permissions(Permissions::from_mode(PRIVATE_FILE))?;
            Ok(file)
        }

        /// The entry of the folder above is removed only while it is still ours.
        pub(super) fn remove(&self, written: &[String]) {
            for name in written {
                let _ = rustix::fs::unlinkat(&self.folder, name, AtFlags::empty());
            }
            let stands = rustix::fs::statat(&self.parent, &self.name, AtFlags::SYMLINK_NOFOLLOW);
            let ours = rustix::fs::fstat(&self.folder);
            let is_ours = matches!((stands, ours), (Ok(stands), Ok(ours))
                if (stands.st_dev, stands.st_ino) == (ours.st_dev, ours.st_ino));
            if is_ours {
                let _ = rustix::fs::unlinkat(&self.parent, &self.name, AtFlags::REMOVEDIR);
            }
        }
    }
}

#[cfg(not(unix))]
use by_path::Handle;

/// Windows keeps other users out by inherited access rules, and has no such calls.
#[cfg(not(unix))]
mod by_path {
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    #[derive(Debug)]
    pub(super) struct Handle(PathBuf);

    impl Handle {
        pub(super) fn make(parent: &Path, name: &str) -> io::Result<Handle> {
            let path = parent.join(name);
            crate::create_private_folder(&path).map(|()| Handle(path))
        }

        pub(super) fn create(&self, name: &str) -> io::Result<File> {
            crate::create_private(&self.0.join(name))
        }

        pub(super) fn remove(&self, written: &[String]) {
            written.iter().for_each(|name| crate::discard(&self.0.join(name)));
            let _ = fs::remove_dir(&self.0);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::tests::scratch;

    #[test]
    fn a_passing_folder_is_private_and_passes() {
        let parent = scratch("passing");
        let mut folder = PassingFolder::within(&parent).unwrap();
        let file = folder.write("config", b"[default]\n").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(folder.path()), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read(&file).unwrap(), b"[default]\n");
        assert!(folder.write("config", b"").is_err());
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
        assert!(PassingFolder::within(&path).is_err());
        fs::remove_dir_all(parent).unwrap();
    }

    /// Somebody who may write the folder above has moved ours away and put a link to his own there.
    #[test]
    fn what_stands_in_its_place_later_is_left_alone() {
        let parent = scratch("swapped");
        let (aside, precious) = (parent.join("aside"), parent.join("precious"));
        fs::create_dir(&precious).unwrap();
        fs::write(precious.join("config"), b"precious").unwrap();
        let mut folder = PassingFolder::within(&parent).unwrap();
        folder.write("config", b"ours").unwrap();
        let path = folder.path().to_owned();
        fs::rename(&path, &aside).unwrap();
        symlink(&precious, &path).unwrap();
        // What is written now goes into ours, not behind the link.
        folder.write("credentials", b"").unwrap();
        assert!(aside.join("credentials").exists());
        drop(folder);
        assert_eq!(fs::read(precious.join("config")).unwrap(), b"precious");
        assert_eq!(fs::read_dir(&precious).unwrap().count(), 1);
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink(), "it is not ours");
        assert_eq!(fs::read_dir(&aside).unwrap().count(), 0, "our files went with their handle");
        fs::remove_dir_all(parent).unwrap();
    }

    #[test]
    fn files_of_others_in_it_stay() {
        let parent = scratch("others-in-it");
        let mut folder = PassingFolder::within(&parent).unwrap();
        folder.write("config", b"").unwrap();
        let other = folder.path().join("other");
        fs::write(&other, b"x").unwrap();
        drop(folder);
        assert!(other.exists() && !other.with_file_name("config").exists());
        fs::remove_dir_all(parent).unwrap();
    }
}
