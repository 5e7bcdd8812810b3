//! From the disk into memory, and back: whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sso_cp_files::{
    Staged, create_private, create_private_folder_for_owner, discard, follow_link, foreign_folder,
    planted_link, sync,
};

use super::contents::Contents;
use super::document::Document;
use super::error::{EditError, EditStep};
use super::owner;
use crate::files::is_null_device;
use crate::grammar::FileKind;
use crate::open::read_whole;
use crate::{Error, Files};

/// How saving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a file that changed meanwhile must be read and edited again"]
pub enum Saved {
    /// There was nothing to write.
    Unchanged,
    /// The file is as the document says.
    Written,
    /// Somebody else changed the file since it was read; nothing was written.
    ChangedMeanwhile,
}

impl Document {
    /// Reads the shared config file. A missing file is an empty one.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`].
    pub fn config(files: &Files) -> Result<Document, EditError> {
        Document::open(&files.config, &files.home, FileKind::Config)
    }

    /// Reads the shared credentials file. A missing file is an empty one.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`].
    pub fn credentials(files: &Files) -> Result<Document, EditError> {
        Document::open(&files.credentials, &files.home, FileKind::Credentials)
    }

    fn open(path: &Path, home: &Path, kind: FileKind) -> Result<Document, EditError> {
        if is_null_device(path) {
            let (path, is_directory) = (path.to_owned(), false);
            return Err(EditError::Read(Error::NotAFile { path, is_directory }));
        }
        let original = read_whole(path).map_err(EditError::Read)?;
        let bytes = original.clone().unwrap_or_default();
        let expected = Contents::read(path, &bytes, kind)?;
        let (path, home) = (path.to_owned(), home.to_owned());
        Ok(Document { path, home, kind, original, bytes, expected })
    }

    /// Replaces the file, if there is anything to change and nobody else changed it since it was
    /// read. Mode, owner and links stay; a new file is private.
    ///
    /// # Errors
    ///
    /// [`EditError::NotAsIntended`], [`EditError::Io`], [`EditError::OtherOwner`],
    /// [`EditError::PlantedLink`]; the file is as it was.
    pub fn save(&self) -> Result<Saved, EditError> {
        if !self.is_changed() {
            return Ok(Saved::Unchanged);
        }
        self.check()?;
        self.check_way()?;
        let target = follow_link(&self.path).map_err(EditError::io(EditStep::Write, &self.path))?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        make_folder(folder).map_err(EditError::io(EditStep::MakeFolder, &target))?;
        let failed = |step| EditError::io(step, &target);
        let mut staged = Staged::beside(&target).map_err(failed(EditStep::Write))?;
        match fs::metadata(&target) {
            Ok(replaced) => owner::keep(staged.file(), &target, &replaced)?,
            Err(_) => owner::give_to_owner_of(staged.file(), folder)?,
        }
        let written = staged.file().write_all(&self.bytes).and_then(|()| staged.sync());
        written.map_err(failed(EditStep::Write))?;
        if !self.is_current()? {
            return Ok(Saved::ChangedMeanwhile);
        }
        // Once more: what was a folder when the write began may be a link by now.
        self.check_way()?;
        staged.place().map_err(failed(EditStep::Replace))?;
        Ok(Saved::Written)
    }

    /// Whether the file is still as it was read.
    ///
    /// # Errors
    ///
    /// [`EditError::Read`].
    pub fn is_current(&self) -> Result<bool, EditError> {
        Ok(read_whole(&self.path).map_err(EditError::Read)? == self.original)
    }

    /// Keeps what was read in a new file beside the file, with its mode: `config.NAME`, or
    /// `config.NAME.2` and so on where that is taken. Gives its path; `None` where there was no file.
    ///
    /// # Errors
    ///
    /// [`EditError::Io`]; nothing is left behind.
    pub fn keep_copy(&self, name: &str) -> Result<Option<PathBuf>, EditError> {
        let Some(original) = &self.original else { return Ok(None) };
        self.check_way()?;
        let target = follow_link(&self.path).map_err(EditError::io(EditStep::Copy, &self.path))?;
        let metadata = fs::metadata(&target).map_err(EditError::io(EditStep::Copy, &target))?;
        let mut number = 1;
        let (mut file, path) = loop {
            let path = copy_path(&target, name, number);
            match create_private(&path) {
                Ok(file) => break (file, path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(EditError::io(EditStep::Copy, &path)(error)),
            }
        };
        let written = file.write_all(original).and_then(|()| sync(&file));
        let written = written.map_err(EditError::io(EditStep::Copy, &path));
        if let Err(error) = written.and_then(|()| owner::keep(&file, &path, &metadata)) {
            discard(&path);
            return Err(error);
        }
        Ok(Some(path))
    }

    /// Removes a copy that turned out not to be needed.
    pub fn drop_copy(copy: &Path) {
        discard(copy);
    }

    /// Where root edits in another user's home, no part of the path there may be a link; and nobody writes in a folder of
    /// another user, who could put anything into the place of what is written.
    fn check_way(&self) -> Result<(), EditError> {
        let found = planted_link(&self.home, &self.path);
        if let Some(part) = found.map_err(EditError::io(EditStep::Write, &self.path))? {
            return Err(EditError::PlantedLink { part });
        }
        let target = follow_link(&self.path).map_err(EditError::io(EditStep::Write, &self.path))?;
        match foreign_folder(&target) {
            Some(owner) => {
                let path = target.parent().unwrap_or(&target).to_owned();
                Err(EditError::OtherOwner { path, owner })
            }
            None => Ok(()),
        }
    }

    /// Lets the reader read what is to be written.
    ///
    /// # Errors
    ///
    /// [`EditError::NotAsIntended`].
    pub fn check(&self) -> Result<(), EditError> {
        let seen = Contents::read(&self.path, &self.bytes, self.kind)?;
        match self.expected.difference(&seen) {
            None => Ok(()),
            Some(section) => Err(EditError::NotAsIntended { path: self.path.clone(), section }),
        }
    }
}

fn copy_path(target: &Path, name: &str, number: u32) -> PathBuf {
    let mut file_name = target.file_name().unwrap_or_default().to_owned();
    file_name.push(match number {
        1 => format!(".{name}"),
        number => format!(".{name}.{number}"),
    });
    target.with_file_name(file_name)
}

/// Makes the folder of a new config file, and those above it, private.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match create_private_folder_for_owner(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        done => done,
    }
}
