//! Files that live only as long as a process of ours, and what is read of others before it is
//! replaced. Each goes when it is dropped, if it is still the one that we made.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sso_cp_files::{Own, exposed_folder};
use zeroize::Zeroizing;

use crate::error::{Error, Step};
use crate::folders::Folders;
use crate::write::Pending;
use crate::{owner, read, write};

/// A folder that nobody else can enter, with files that nobody else can read.
#[derive(Debug)]
pub struct PassingFolder(sso_cp_files::PassingFolder);

impl PassingFolder {
    /// Makes one in a temporary folder, unless others could put something else into its place there:
    /// then below our own folder.
    ///
    /// # Errors
    ///
    /// The folder is missing or cannot be written.
    pub fn within(temporary: &Path, folders: &Folders) -> Result<PassingFolder, Error> {
        let own = folders.own();
        let found = exposed_folder(temporary, Own::MayBeSticky);
        let parent = match found.map_err(Error::io(Step::MakeFolder, temporary))? {
            None => temporary,
            Some(_) => {
                owner::check_way(&own)?;
                folders.make(&own)?;
                &own
            }
        };
        let made = sso_cp_files::PassingFolder::within(parent);
        made.map(PassingFolder).map_err(Error::io(Step::MakeFolder, parent))
    }

    /// Writes a new file in it, 0600 from its first byte. Gives its path.
    ///
    /// # Errors
    ///
    /// The disk is full, or there is such a file already.
    pub fn write(&mut self, name: &str, content: &[u8]) -> Result<PathBuf, Error> {
        let path = self.0.path().join(name);
        self.0.write(name, content).map_err(Error::io(Step::Write, path))
    }
}

/// A file at a path that a person has named. When it is dropped it goes, if it is the same file with
/// the same content: what another process has put there since is that one's.
#[derive(Debug)]
pub struct PassingFile {
    named: PathBuf,
    /// Where a link at the path leads to; else the path.
    target: PathBuf,
    identity: Option<Identity>,
    content: Zeroizing<Vec<u8>>,
    /// Open, so that its number goes to no other file.
    _pinned: Option<File>,
}

impl PassingFile {
    /// Writes one, whole, in the place of whatever is there.
    ///
    /// # Errors
    ///
    /// As for [`Pending::begin`] and [`Pending::finish`].
    pub fn write(folders: &Folders, path: &Path, content: &[u8]) -> Result<PassingFile, Error> {
        let pending = Pending::begin(folders, path)?;
        let target = pending.target().to_owned();
        pending.finish(content)?;
        let pinned = sso_cp_files::open(&target).ok();
        let identity = Identity::of(&target);
        let content = Zeroizing::new(content.to_vec());
        Ok(PassingFile { named: path.to_owned(), target, identity, content, _pinned: pinned })
    }

    fn is_still_ours(&self) -> bool {
        let is_same = self.identity.is_some() && Identity::of(&self.target) == self.identity;
        is_same && matches!(read::bytes(&self.target), Ok(Some(bytes)) if bytes == self.content)
    }
}

impl Drop for PassingFile {
    fn drop(&mut self) {
        if !self.is_still_ours() {
            return;
        }
        // A link that leads to it goes too, where both have one owner.
        let leads_to_it = self.named != self.target
            && fs::canonicalize(&self.named).is_ok_and(|real| real == self.target)
            && owner::is_same(&self.named, &self.target);
        // What cannot be removed stays.
        let _ = write::remove_one(&self.target);
        if leads_to_it {
            let _ = write::remove_one(&self.named);
        }
    }
}

/// A Unix socket of ours, by its path. It goes when this is dropped, if it is still the same; the
/// listener must be open until then, so that its number goes to no other file.
#[cfg(unix)]
#[derive(Debug)]
pub struct PassingSocket {
    path: PathBuf,
    identity: Option<Identity>,
}

#[cfg(unix)]
impl PassingSocket {
    /// Binds a socket that nobody else may connect to, in a folder that nobody else may write: anyone who
    /// may could put a socket of his own there, and tools would take his credentials for ours.
    ///
    /// # Errors
    ///
    /// Something is at the path already, or the path is too long; the folder is missing, or
    /// [`Error::Exposed`].
    pub fn bind(path: &Path) -> Result<(PassingSocket, std::os::unix::net::UnixListener), Error> {
        let folder = path.parent().unwrap_or(Path::new("/"));
        let found = exposed_folder(folder, Own::Closed).map_err(Error::io(Step::Bind, path))?;
        if let Some(folder) = found {
            return Err(Error::Exposed { path: path.to_owned(), folder });
        }
        let socket = sso_cp_files::bind_private(path).map_err(Error::io(Step::Bind, path))?;
        let identity = Identity::of(path);
        Ok((PassingSocket { path: path.to_owned(), identity }, socket))
    }
}

#[cfg(unix)]
impl Drop for PassingSocket {
    fn drop(&mut self) {
        if self.identity.is_some() && Identity::of(&self.path) == self.identity {
            let _ = write::remove_one(&self.path);
        }
    }
}

/// Which file it is, whatever its name.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    number: u64,
}

impl Identity {
    /// Of what stands at a path, a link not followed.
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::symlink_metadata(path).ok()?;
        Some(Identity { device: metadata.dev(), number: metadata.ino() })
    }

    /// Windows tells no such number by safe code; the content has to do.
    #[cfg(not(unix))]
    fn of(path: &Path) -> Option<Identity> {
        path.exists().then_some(Identity { device: 0, number: 0 })
    }
}

/// What a file of another tool's holds now: its bytes, or `None` where there is none.
///
/// # Errors
///
/// It cannot be read, is not a regular file, or is larger than any such file is.
pub fn read_file(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    read::bytes(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::io;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A home and a place for temporary files, gone when the test ends.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Scratch {
            let path = std::env::temp_dir();
            let path = path.join(format!("sso-cp-passing-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(path.join("temporary")).unwrap();
            Scratch(path.canonicalize().unwrap())
        }

        fn folders(&self) -> Folders {
            Folders::below(&self.0)
        }

        fn mode(&self, name: &str, mode: u32) {
            fs::set_permissions(self.0.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_temporary_folder_that_others_may_write_is_left_for_our_own() {
        let scratch = Scratch::new("folder");
        let temporary = scratch.0.join("temporary");
        for (mode, parent) in
            [(0o700, &temporary), (0o1777, &temporary), (0o777, &scratch.folders().own())]
        {
            scratch.mode("temporary", mode);
            let mut folder = PassingFolder::within(&temporary, &scratch.folders()).unwrap();
            let path = folder.write("config", b"[default]\n").unwrap();
            assert_eq!(path.parent().unwrap().parent().unwrap(), parent, "{mode:o}");
            drop(folder);
            assert_eq!(fs::read_dir(parent).unwrap().count(), 0, "{mode:o}");
        }
        scratch.mode("temporary", 0o700);
        let missing = temporary.join("missing");
        assert!(PassingFolder::within(&missing, &scratch.folders()).is_err());
    }

    #[test]
    fn a_passing_file_goes_only_while_it_is_ours() {
        let scratch = Scratch::new("file");
        let path = scratch.0.join("token");
        let write = || PassingFile::write(&scratch.folders(), &path, b"abc").unwrap();
        drop(write());
        assert!(!path.exists());
        // Another process's, with its own content or with the very same.
        for other in [&b"other"[..], b"abc"] {
            let passing = write();
            let new = scratch.0.join("new");
            fs::write(&new, other).unwrap();
            fs::rename(&new, &path).unwrap();
            drop(passing);
            assert_eq!(fs::read(&path).unwrap(), other);
        }
        // The same file, written into.
        let passing = write();
        fs::write(&path, b"changed").unwrap();
        drop(passing);
        assert_eq!(fs::read(&path).unwrap(), b"changed");
        // Somebody has removed it; then a link stands there.
        let passing = write();
        fs::remove_file(&path).unwrap();
        fs::write(scratch.0.join("precious"), b"abc").unwrap();
        symlink("precious", &path).unwrap();
        drop(passing);
        assert!(scratch.0.join("precious").exists() && path.exists());
    }

    #[test]
    fn a_passing_file_behind_a_link_goes_with_its_link() {
        let scratch = Scratch::new("linked");
        let (link, file) = (scratch.0.join("link"), scratch.0.join("file"));
        fs::write(&file, b"old").unwrap();
        symlink("file", &link).unwrap();
        let passing = PassingFile::write(&scratch.folders(), &link, b"abc").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"abc");
        drop(passing);
        assert!(!file.exists() && fs::symlink_metadata(&link).is_err());
    }

    #[test]
    fn a_socket_stands_where_nobody_else_may_write() {
        let scratch = Scratch::new("socket");
        let path = scratch.0.join("temporary/s");
        for mode in [0o777, 0o1777, 0o770] {
            scratch.mode("temporary", mode);
            let refused = PassingSocket::bind(&path).unwrap_err();
            assert!(matches!(refused, Error::Exposed { .. }), "{mode:o} {refused:?}");
        }
        scratch.mode("temporary", 0o755);
        let (passing, socket) = PassingSocket::bind(&path).unwrap();
        let refused = PassingSocket::bind(&path).unwrap_err();
        let Error::Io { step: Step::Bind, source, .. } = refused else { panic!("{refused:?}") };
        assert_eq!(source.kind(), io::ErrorKind::AddrInUse);
        drop((passing, socket));
        assert!(!path.exists());
        let (passing, _socket) = PassingSocket::bind(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let (other, _others) = PassingSocket::bind(&path).unwrap();
        drop(passing);
        assert!(path.exists(), "it is somebody else's by now");
        drop(other);
    }
}
