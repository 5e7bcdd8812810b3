//! Whole-file writes: a private file beside the target, then one rename.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sso_cp_files::{SUFFIX, Staged};

use crate::Folders;
use crate::error::{Error, Step};
use crate::owner;

/// Room for any token file that was ever seen, taken before a refresh token is spent for it.
const RESERVED_BYTES: usize = 16 * 1024;
/// An unfinished file that old belongs to no living writer, lock or not.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

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
        let named = target;
        let target = follow_link(named)?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        folders.make(folder)?;
        let failed = |source| Error::Io { step: Step::Write, path: target.clone(), source };
        let mut pending = Pending(Staged::beside(&target).map_err(failed)?);
        pending.settle_owner(folder, named)?;
        pending.0.file().write_all(&[0; RESERVED_BYTES]).map_err(failed)?;
        Ok(pending)
    }

    /// The private file, for whoever must remove it when the process is told to end.
    pub fn path(&self) -> &Path {
        self.0.path()
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
        let target = self.0.target().to_owned();
        self.fill(content).map_err(failed(Step::Write, &target))?;
        self.0.place().map_err(failed(Step::Replace, &target))
    }

    fn fill(&mut self, content: &[u8]) -> io::Result<()> {
        let file = self.0.file();
        file.rewind()?;
        file.write_all(content)?;
        file.set_len(content.len() as u64)?;
        file.sync_all()
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

/// Deletes a file. Nothing to delete is no error. A linked file goes with its link, where both have one
/// owner: the link alone would leave the secret behind, but whoever can plant a link must not choose
/// what root deletes.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match follow_link(path) {
        Ok(target) if target != path && owner::is_same(path, &target) => remove_one(&target)?,
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

/// A linked file keeps its link: the file that the link leads to is replaced.
fn follow_link(target: &Path) -> Result<PathBuf, Error> {
    sso_cp_files::follow_link(target).map_err(Error::io(Step::Write, target))
}
