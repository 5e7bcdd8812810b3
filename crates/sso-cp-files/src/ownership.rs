//! Whose a file and its folder are, before something of ours is written there.

use std::fs::File;
#[cfg(unix)]
use std::fs::Metadata;
use std::path::Path;

/// The user who owns what the system protects anyway.
#[cfg(unix)]
const ROOT: u32 = 0;

/// The owner's user id of the folder that a file is in, where that owner is neither we nor root, and we are not root: that user
/// could put anything into the place of what we write. Nothing where the folder does not exist.
#[cfg(unix)]
pub fn foreign_folder(file: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let owner = folder_of(file)?.uid();
    (!is_trusted(owner)).then_some(owner)
}

/// Whether a file that is open is a plain one of our own with one name, in a folder of ours: a second name would make it a
/// file elsewhere, written through ours. For root, a file of its folder's owner counts as ours.
#[cfg(unix)]
pub fn is_ours_alone(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let us = rustix::process::geteuid().as_raw();
    let (Ok(metadata), Some(folder)) = (file.metadata(), folder_of(path)) else { return false };
    let is_own = metadata.uid() == us || (us == ROOT && metadata.uid() == folder.uid());
    metadata.is_file() && metadata.nlink() == 1 && is_own && is_trusted(folder.uid())
}

#[cfg(unix)]
fn folder_of(file: &Path) -> Option<Metadata> {
    std::fs::metadata(file.parent().unwrap_or(Path::new("/"))).ok()
}

#[cfg(unix)]
fn is_trusted(owner: u32) -> bool {
    let us = rustix::process::geteuid().as_raw();
    owner == us || owner == ROOT || us == ROOT
}

/// Windows keeps other users out by inherited access rules.
#[cfg(not(unix))]
pub fn foreign_folder(_file: &Path) -> Option<u32> {
    None
}

/// Whether a file that is open is a plain one.
#[cfg(not(unix))]
pub fn is_ours_alone(file: &File, _path: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file())
}
