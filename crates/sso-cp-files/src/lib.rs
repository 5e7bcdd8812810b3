//! Replacing a file whole: a private file beside the target, then one rename. Opening one, and the
//! private folders that such files are in.
//!
//! The caches and the editor of the shared config file both write this way and must not know each
//! other, so what they share stands here. Whose a file may be, and with what mode it ends, is each
//! one's own rule.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        clippy::print_stdout,
        reason = "tests may panic, lay out files and say what they skip"
    )
)]

mod exposed;
mod folder;
mod open;
mod ownership;
mod passing;
mod planted;
#[cfg(unix)]
mod socket;
mod staging;

pub use open::open;

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use exposed::{Own, exposed_folder};
#[cfg(unix)]
pub use folder::user_id;
pub use folder::{create_private_folder, create_private_folder_for_owner, give_to_owner_of_parent};
pub use ownership::{foreign_folder, is_ours_alone};
pub use passing::PassingFolder;
pub use planted::planted_link;
#[cfg(unix)]
pub use socket::bind_private;
pub use staging::can_rename_between;

/// What our unfinished files end with. Not `.json`: the AWS CLI looks into every such file of its
/// caches.
pub const SUFFIX: &str = ".sso-cp-tmp";

/// A private file that is to take its target's place. Dropped before that, it leaves nothing behind.
#[derive(Debug)]
pub struct Staged {
    file: File,
    path: PathBuf,
    target: PathBuf,
    is_placed: bool,
}

impl Staged {
    /// Makes an empty file beside the target, with a name that nobody can know beforehand, mode 0600
    /// before its first byte whatever the umask.
    ///
    /// # Errors
    ///
    /// The system's: the folder is missing or cannot be written, the disk is full.
    pub fn beside(target: &Path) -> io::Result<Staged> {
        Staged::within(target.parent().unwrap_or(Path::new("/")), target)
    }

    /// The same in another folder, best on the same file system: programs that read every file of the
    /// target's folder never see it unfinished there.
    ///
    /// # Errors
    ///
    /// As for [`Staged::beside`].
    pub fn within(folder: &Path, target: &Path) -> io::Result<Staged> {
        const ATTEMPTS: u32 = 8;
        let mut attempt = 1;
        loop {
            let mut name = target.file_name().map(OsString::from).unwrap_or_default();
            name.push(format!(".{:016x}{SUFFIX}", random()));
            let path = folder.join(name);
            match create_private(&path) {
                Ok(file) => {
                    let target = target.to_owned();
                    return Ok(Staged { file, path, target, is_placed: false });
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

    /// The private file, open for writing.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Where the private file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is to replace.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Makes what was written durable.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn sync(&self) -> io::Result<()> {
        sync(&self.file)
    }

    /// Puts the file in its target's place. What was written must have been synced by the caller.
    ///
    /// # Errors
    ///
    /// The system's; the target is as it was before.
    pub fn place(mut self) -> io::Result<()> {
        self.put()?;
        sync_folder(&self.target);
        Ok(())
    }

    /// The same for what may be lost when the power goes, in a fraction of the time.
    ///
    /// # Errors
    ///
    /// The system's; the target is as it was before.
    pub fn place_unsynced(mut self) -> io::Result<()> {
        self.put()
    }

    fn put(&mut self) -> io::Result<()> {
        match self.rename() {
            // One file system can be mounted at two places, which shows only now.
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                self.copy_beside()?.rename()
            }
            done => done,
        }
    }

    fn rename(&mut self) -> io::Result<()> {
        replace(&self.path, &self.target)?;
        self.is_placed = true;
        Ok(())
    }

    /// The same content with the same mode and owner, beside the target and durable.
    fn copy_beside(&self) -> io::Result<Staged> {
        let mut copy = Staged::beside(&self.target)?;
        io::copy(&mut open(&self.path)?, &mut copy.file)?;
        let metadata = self.file.metadata()?;
        copy.file.set_permissions(metadata.permissions())?;
        give_owner(&copy.file, &metadata)?;
        copy.sync()?;
        Ok(copy)
    }
}

/// Gives a file the owner of another one, if it has not: where root writes for somebody else.
#[cfg(unix)]
fn give_owner(file: &File, like: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    match file.metadata()?.uid() == like.uid() {
        true => Ok(()),
        false => fchown(file, Some(like.uid()), Some(like.gid())),
    }
}

#[cfg(not(unix))]
fn give_owner(_file: &File, _like: &Metadata) -> io::Result<()> {
    Ok(())
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.is_placed {
            discard(&self.path);
        }
    }
}

/// Removes a private file that will not be finished, by its [`Staged::path`].
#[expect(clippy::disallowed_methods, reason = "it is ours")]
pub fn discard(unfinished: &Path) {
    // Whatever cannot be removed now, a later holder of the target's lock removes.
    let _ = fs::remove_file(unfinished);
}

/// The file that a path means, links followed to their end: dotfile managers link `~/.aws` and the
/// files in it, and a rename over the link would break that. A path where nothing is means itself.
///
/// # Errors
///
/// The system's, for a link that leads nowhere or in circles.
pub fn follow_link(path: &Path) -> io::Result<PathBuf> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    if is_link { fs::canonicalize(path) } else { Ok(path.to_owned()) }
}

/// Makes a new file, mode 0600 before its first byte whatever the umask. One that is there already,
/// or a link, is an error: `create_new` is O_EXCL, which follows no link either.
///
/// # Errors
///
/// The system's.
pub fn create_private(path: &Path) -> io::Result<File> {
    let file = options().write(true).create_new(true).open(path)?;
    if let Err(error) = settle_mode(&file) {
        discard(path);
        return Err(error);
    }
    Ok(file)
}

#[cfg(unix)]
const PRIVATE: u32 = 0o600;

#[cfg(unix)]
fn options() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(PRIVATE);
    options
}

#[cfg(unix)]
fn settle_mode(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(PRIVATE))
}

#[cfg(not(unix))]
fn options() -> OpenOptions {
    OpenOptions::new()
}

/// Windows keeps other users out by inherited access rules.
#[cfg(not(unix))]
fn settle_mode(_file: &File) -> io::Result<()> {
    Ok(())
}

/// The standard library seeds its hash maps from the system's randomness: enough for a file name.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// On Windows another process that has either file open, a virus scanner above all, makes the rename fail for a moment.
#[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    const WINDOWS_ATTEMPTS: u32 = 8;
    const FIRST_WAIT: Duration = Duration::from_millis(10);
    let mut wait = FIRST_WAIT;
    let mut attempt = 1;
    loop {
        match fs::rename(from, to) {
            Err(error) if cfg!(windows) && is_in_use(&error) && attempt < WINDOWS_ATTEMPTS => {
                std::thread::sleep(wait);
                wait *= 2;
                attempt += 1;
            }
            done => return done,
        }
    }
}

/// What Windows says of a target that is open elsewhere, and of a new file that is.
fn is_in_use(error: &io::Error) -> bool {
    const ACCESS_DENIED: i32 = 5;
    const SHARING_VIOLATION: i32 = 32;
    matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION))
}

/// Makes a file durable, as far as its file system can: some of networks and of containers know no such
/// call, and there a new token would be lost each time for want of more than could be had.
///
/// # Errors
///
/// The system's.
pub fn sync(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(error) if is_unknown_call(&error) => Ok(()),
        done => done,
    }
}

/// fsync(2) names EINVAL for what cannot be synced. macOS is asked for more than that, by fcntl(2), which
/// says ENOTSUP or ENOTTY of servers' disks.
#[cfg(unix)]
fn is_unknown_call(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unknown = [Errno::INVAL, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOTTY];
    Errno::from_io_error(error).is_some_and(|errno| unknown.contains(&errno))
}

#[cfg(not(unix))]
fn is_unknown_call(_error: &io::Error) -> bool {
    false
}

/// Makes the rename itself durable. The new file is in its place already, so a failure here is no
/// failure of the write.
#[cfg(unix)]
fn sync_folder(target: &Path) {
    if let Some(folder) = target.parent()
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

/// Windows has no such call.
#[cfg(not(unix))]
fn sync_folder(_target: &Path) {}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;

    pub(crate) fn scratch(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("sso-cp-files-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        path
    }

    #[test]
    fn what_is_not_placed_leaves_nothing_behind() {
        let folder = scratch("dropped");
        let target = folder.join("target");
        drop(Staged::beside(&target).unwrap());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let mut staged = Staged::beside(&target).unwrap();
        staged.file().write_all(b"whole").unwrap();
        staged.place().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_can_be_finished_in_another_folder() {
        let (folder, shared) = (scratch("staging"), scratch("shared"));
        let target = shared.join("target");
        let mut staged = Staged::within(&folder, &target).unwrap();
        staged.file().write_all(b"whole").unwrap();
        let entries = |folder: &Path| fs::read_dir(folder).unwrap().count();
        assert_eq!((entries(&folder), entries(&shared)), (1, 0));
        staged.place().unwrap();
        assert_eq!((entries(&folder), entries(&shared)), (0, 1));
        drop(Staged::within(&folder, &target).unwrap());
        assert_eq!(entries(&folder), 0);
        // Where a rename cannot reach the target, a copy of the same content and mode is placed.
        let mut staged = Staged::within(&folder, &target).unwrap();
        staged.file().write_all(b"copied").unwrap();
        staged.copy_beside().unwrap().place().unwrap();
        drop(staged);
        assert_eq!((entries(&folder), entries(&shared)), (0, 1));
        assert_eq!(fs::read(&target).unwrap(), b"copied");
        fs::remove_dir_all(folder).unwrap();
        fs::remove_dir_all(shared).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_and_never_written_through() {
        use std::os::unix::fs::symlink;
        let folder = scratch("links");
        let (file, link, lost) = (folder.join("file"), folder.join("link"), folder.join("lost"));
        fs::write(&file, b"x").unwrap();
        symlink(&file, &link).unwrap();
        symlink(folder.join("nowhere"), &lost).unwrap();
        assert_eq!(follow_link(&link).unwrap(), file.canonicalize().unwrap());
        assert_eq!(follow_link(&file).unwrap(), file);
        assert!(follow_link(&lost).is_err());
        assert!(create_private(&link).is_err() && create_private(&lost).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
