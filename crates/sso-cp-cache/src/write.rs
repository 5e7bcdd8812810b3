//! Whole-file writes: a private file in our own folder or beside the target, then one rename.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sso_cp_files::{SUFFIX, Staged};

use crate::error::{Error, Step};
use crate::{Folders, owner, read};

/// Room for any token file that was ever seen, taken before a refresh token is spent for it.
const RESERVED_BYTES: usize = 16 * 1024;
/// An unfinished file that old belongs to no living writer, lock or not.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);
/// The digits that make an unfinished file's name unique.
const RANDOM_DIGITS: usize = 16;

/// A write that has begun: its space is taken, its target is untouched. Dropped unfinished, it
/// leaves nothing behind.
#[derive(Debug)]
pub struct Pending(Staged);

impl Pending {
    /// Makes the private file and takes the space that the content will need, so that what fails,
    /// fails before anything that cannot be repeated.
    ///
    /// # Errors
    ///
    /// The folder cannot be made or written, belongs to another user, or the disk is full.
    pub fn begin(folders: &Folders, target: &Path) -> Result<Pending, Error> {
        let mut pending = Pending::begin_empty(folders, target)?;
        let reserved = pending.0.file().write_all(&[0; RESERVED_BYTES]);
        reserved.map_err(Error::io(Step::Write, pending.0.target()))?;
        Ok(pending)
    }

    fn begin_empty(folders: &Folders, named: &Path) -> Result<Pending, Error> {
        owner::check_way(named)?;
        let target = follow_link(named)?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        folders.make(folder)?;
        let failed = |source| Error::Io { step: Step::Write, path: target.clone(), source };
        let staged = match folders.staging(named, folder) {
            Some(own) => Staged::within(&own, &target).or_else(|_| Staged::beside(&target)),
            None => Staged::beside(&target),
        };
        let mut pending = Pending(staged.map_err(failed)?);
        pending.settle_owner(folder, named)?;
        Ok(pending)
    }

    /// The private file, for anyone who must remove it when the process is told to end.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The file that will be replaced: what the path leads to.
    pub(crate) fn target(&self) -> &Path {
        self.0.target()
    }

    /// Writes the content, makes it durable and puts it in the target's place.
    ///
    /// # Errors
    ///
    /// The target is as it was before.
    pub fn finish(mut self, content: &[u8]) -> Result<(), Error> {
        self.fill(content)?;
        self.place()
    }

    /// The same for a file of another tool's, if the target still holds what was read of it (`None`:
    /// it was missing). Gives whether it did; if not, nothing was written.
    ///
    /// # Errors
    ///
    /// The target is as it was before.
    pub fn finish_over(mut self, before: Option<&[u8]>, content: &[u8]) -> Result<bool, Error> {
        self.fill(content)?;
        // As late as can be: what another program writes after this is lost.
        let now = read::bytes(self.0.target())?;
        if now.as_ref().map(|bytes| bytes.as_slice()) != before {
            return Ok(false);
        }
        self.place().map(|()| true)
    }

    fn fill(&mut self, content: &[u8]) -> Result<(), Error> {
        let file = self.0.file();
        let filled = file
            .rewind()
            .and_then(|()| file.write_all(content))
            .and_then(|()| file.set_len(content.len() as u64))
            .and_then(|()| self.0.sync());
        filled.map_err(Error::io(Step::Write, self.0.target()))
    }

    fn place(self) -> Result<(), Error> {
        let target = self.0.target().to_owned();
        // Once more: what was a folder when the write began may be a link by now.
        owner::check_way(&target)?;
        self.0.place().map_err(Error::io(Step::Replace, &target))
    }

    fn settle_owner(&mut self, folder: &Path, named: &Path) -> Result<(), Error> {
        let metadata = fs::metadata(folder).map_err(Error::io(Step::Write, folder))?;
        owner::check_link(self.0.file(), named, &metadata)?;
        let target = self.0.target().to_owned();
        let replaced = fs::symlink_metadata(&target).ok();
        let replaced: Option<(&Path, &Metadata)> =
            replaced.as_ref().map(|metadata| (target.as_path(), metadata));
        owner::settle(self.0.file(), folder, &metadata, replaced)
    }
}

/// Writes a file whole, without anything to take beforehand.
pub(crate) fn write(folders: &Folders, target: &Path, content: &[u8]) -> Result<(), Error> {
    Pending::begin(folders, target)?.finish(content)
}

/// The same for what may be lost when the power goes: nothing waits for the disk.
pub(crate) fn write_unsynced(
    folders: &Folders,
    target: &Path,
    content: &[u8],
) -> Result<(), Error> {
    let mut pending = Pending::begin_empty(folders, target)?;
    let written = pending.0.file().write_all(content);
    let target = pending.0.target().to_owned();
    written.map_err(Error::io(Step::Write, &target))?;
    pending.0.place_unsynced().map_err(Error::io(Step::Replace, &target))
}

/// Deletes a file. Nothing to delete is not an error. A linked file goes with its link, where both have one
/// owner: the link alone would leave the secret behind, but anyone who can plant a link must not choose
/// what root deletes.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    owner::check_way(path)?;
    match follow_link(path) {
        Ok(target) if target != path && owner::is_same(path, &target) => remove_one(&target)?,
        // A link that leads nowhere hides nothing.
        _ => {}
    }
    remove_one(path)
}

/// Deletes a sealed file, which only we can have written; no key is needed for that. Gives whether there
/// was one.
pub(crate) fn remove_ours(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() || metadata.is_symlink() => remove(path).map(|()| true),
        _ => Ok(false),
    }
}

/// Deletes a note of ours, which does no harm where it stays.
pub(crate) fn forget(path: &Path) {
    if owner::check_way(path).is_ok() {
        let _ = fs::remove_file(path);
    }
}

pub(crate) fn remove_one(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io(Step::Delete, path)(error))
        }
        _ => Ok(()),
    }
}

/// Removes what killed writers left behind: with the target's lock in hand, when nobody else can be
/// writing it, all that they left of this target; and whatever of ours is long abandoned in its
/// folder and in our own, for some files there are written without a lock. Where the target is a link,
/// its writers work beside the file that the link leads to.
pub(crate) fn sweep(folders: &Folders, target: &Path, has_lock: bool) {
    let Some(folder) = target.parent() else { return };
    // Nor does root remove anything behind a link in another user's home.
    if owner::check_way(target).is_err() {
        return;
    }
    let own = folders.own();
    sweep_folder(folder, target.file_name().filter(|_| has_lock));
    if folder != own && owner::check_way(&own).is_ok() {
        sweep_folder(&own, target.file_name().filter(|_| has_lock));
    }
    match follow_link(target) {
        // Another home may have a link to the same file, and a lock of its own.
        Ok(linked) if linked != target && owner::is_same(target, &linked) => {
            sweep_folder(linked.parent().unwrap_or(Path::new("/")), None);
        }
        _ => {}
    }
}

fn sweep_folder(folder: &Path, locked: Option<&OsStr>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(target) = target_of(&name) else { continue };
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if locked == Some(OsStr::new(target)) || age().is_some_and(|age| age > ABANDONED_AFTER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Which file an unfinished file of ours was to become, by the name that [`Staged::beside`] gave it.
fn target_of(unfinished: &OsStr) -> Option<&str> {
    let (target, random) = unfinished.to_str()?.strip_suffix(SUFFIX)?.rsplit_once('.')?;
    let is_ours = random.len() == RANDOM_DIGITS && random.bytes().all(|b| b.is_ascii_hexdigit());
    is_ours.then_some(target)
}

/// A linked file keeps its link: the file that the link leads to is replaced.
fn follow_link(target: &Path) -> Result<PathBuf, Error> {
    sso_cp_files::follow_link(target).map_err(Error::io(Step::Write, target))
}
