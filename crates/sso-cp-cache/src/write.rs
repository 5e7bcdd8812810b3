//! Whole-file writes: a private file beside the target, then one rename.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Folders;
use crate::error::{Error, Step};
use crate::owner;

/// What our unfinished files end with. Not `.json`: the AWS CLI looks into every such file.
const SUFFIX: &str = ".sso-cp-tmp";
/// Room for any token file that was ever seen, taken before a refresh token is spent for it.
const RESERVED_BYTES: usize = 16 * 1024;
/// An unfinished file that old belongs to no living writer, lock or not.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

/// A write that has begun: its space is taken, its target is untouched. Dropped unfinished, it
/// leaves nothing behind.
#[derive(Debug)]
pub struct Pending {
    file: File,
    path: PathBuf,
    target: PathBuf,
    is_placed: bool,
}

impl Pending {
    /// Makes the private file and takes the space that the content will need, so that what fails,
    /// fails before anything that cannot be repeated.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written, belongs to another user, or the disk is full.
    pub fn begin(folders: &Folders, target: &Path) -> Result<Pending, Error> {
        let target = follow_link(target)?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        folders.make(folder)?;
        let failed = |source| Error::Io { step: Step::Write, path: target.clone(), source };
        let (file, path) = create_beside(&target).map_err(failed)?;
        let mut pending = Pending { file, path, target: target.clone(), is_placed: false };
        pending.settle_owner(folder)?;
        pending.file.write_all(&[0; RESERVED_BYTES]).map_err(failed)?;
        Ok(pending)
    }

    /// The private file, for whoever must remove it when the process is told to end.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the content, makes it durable and puts it in the target's place.
    ///
    /// # Errors
    ///
    /// The target is as it was before.
    pub fn finish(mut self, content: &[u8]) -> Result<(), Error> {
        let failed = |step, path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io { step, path, source }
        };
        self.fill(content).map_err(failed(Step::Write, &self.target))?;
        replace(&self.path, &self.target).map_err(failed(Step::Replace, &self.target))?;
        self.is_placed = true;
        sync_folder(&self.target);
        Ok(())
    }

    fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(content)?;
        self.file.set_len(content.len() as u64)?;
        self.file.sync_all()
    }

    fn settle_owner(&self, folder: &Path) -> Result<(), Error> {
        let metadata = fs::metadata(folder).map_err(Error::io(Step::Write, folder))?;
        let replaced = fs::symlink_metadata(&self.target).ok();
        let replaced: Option<(&Path, &Metadata)> =
            replaced.as_ref().map(|metadata| (self.target.as_path(), metadata));
        owner::settle(&self.file, folder, &metadata, replaced)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.is_placed {
            discard(&self.path);
        }
    }
}

/// Removes the private file of a write that will not be finished, by its [`Pending::path`].
pub fn discard(unfinished: &Path) {
    // Whatever cannot be removed now, a later holder of the lock removes.
    let _ = fs::remove_file(unfinished);
}

/// Writes a file whole, without anything to take beforehand.
pub(crate) fn write(folders: &Folders, target: &Path, content: &[u8]) -> Result<(), Error> {
    Pending::begin(folders, target)?.finish(content)
}

/// Deletes a file. Nothing to delete is no error. A linked file goes with its link: the link alone
/// would leave the secret behind.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match follow_link(path) {
        Ok(target) if target != path => remove_one(&target)?,
        // A link that leads nowhere hides nothing.
        _ => {}
    }
    remove_one(path)
}

fn remove_one(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(Step::Delete, path)(error))
        }
        _ => Ok(()),
    }
}

/// Removes what writers of this target left behind when they were killed. With the target's lock in
/// hand nobody else can be writing; without it, only what is long abandoned goes.
pub(crate) fn sweep(target: &Path, has_lock: bool) {
    let Some((folder, name)) = target.parent().zip(target.file_name()) else { return };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if !is_leftover_of(&entry.file_name(), name) {
            continue;
        }
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if has_lock || age().is_some_and(|age| age > ABANDONED_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_leftover_of(file_name: &OsStr, target: &OsStr) -> bool {
    let (Some(file_name), Some(target)) = (file_name.to_str(), target.to_str()) else {
        return false;
    };
    let middle = file_name.strip_prefix(target).and_then(|rest| rest.strip_suffix(SUFFIX));
    middle.is_some_and(|middle| middle.starts_with('.'))
}

/// A linked file keeps its link: the file that the link leads to is replaced. Dotfile managers link
/// `~/.aws` this way.
fn follow_link(target: &Path) -> Result<PathBuf, Error> {
    let is_link = fs::symlink_metadata(target).is_ok_and(|metadata| metadata.is_symlink());
    if !is_link {
        return Ok(target.to_owned());
    }
    fs::canonicalize(target).map_err(Error::io(Step::Write, target))
}

/// Makes a new file with a name that nobody can know beforehand, mode 0600 before its first byte
/// whatever the umask.
fn create_beside(target: &Path) -> io::Result<(File, PathBuf)> {
    const ATTEMPTS: u32 = 8;
    let mut attempt = 1;
    loop {
        let mut name = target.file_name().map(OsString::from).unwrap_or_default();
        name.push(format!(".{:016x}{SUFFIX}", random()));
        let path = target.with_file_name(name);
        match create_private(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => {
                attempt += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    const PRIVATE: u32 = 0o600;
    // `create_new` is O_EXCL, which follows no link either.
    let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path)?;
    if let Err(error) = file.set_permissions(fs::Permissions::from_mode(PRIVATE)) {
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(file)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The standard library seeds its hash maps from the system's randomness: enough for a file name.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// On Windows another process that has the target open makes the rename fail for a moment.
fn replace(from: &Path, to: &Path) -> io::Result<()> {
    const WINDOWS_ATTEMPTS: u32 = 8;
    const FIRST_WAIT: Duration = Duration::from_millis(10);
    let mut wait = FIRST_WAIT;
    let mut attempt = 1;
    loop {
        match fs::rename(from, to) {
            Err(error)
                if cfg!(windows)
                    && error.kind() == io::ErrorKind::PermissionDenied
                    && attempt < WINDOWS_ATTEMPTS =>
            {
                std::thread::sleep(wait);
                wait *= 2;
                attempt += 1;
            }
            done => return done,
        }
    }
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
