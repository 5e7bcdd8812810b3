//! What a folder holds, to compare before with after.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Larger files are known by their length and time alone.
const LARGE_BYTES: u64 = 4 << 20;

/// Everything below a folder by its path relative to it.
pub(crate) type Tree = BTreeMap<PathBuf, Entry>;

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) mode: u32,
    pub(crate) owner: u32,
}

/// What kind of thing it is, and what is in it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    File(Vec<u8>),
    LargeFile { bytes: u64, modified: i64 },
    Folder,
    Link(PathBuf),
    Other(&'static str),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::File(bytes) => write!(out, "file {:?}", String::from_utf8_lossy(bytes)),
            Kind::LargeFile { bytes, .. } => write!(out, "file of {bytes} bytes"),
            Kind::Folder => write!(out, "folder"),
            Kind::Link(target) => write!(out, "link to {}", target.display()),
            Kind::Other(kind) => write!(out, "{kind}"),
        }
    }
}

/// Reads a folder and all below it.
pub(crate) fn read(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    add(&mut tree, folder, Path::new(""));
    tree
}

fn add(tree: &mut Tree, folder: &Path, below: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), below.join(entry.file_name()));
        let Some(found) = entry_at(&path) else { continue };
        let is_folder = found.kind == Kind::Folder;
        tree.insert(name.clone(), found);
        if is_folder {
            add(tree, &path, &name);
        }
    }
}

/// What is at a path, links not followed; none where nothing is.
pub(crate) fn entry_at(path: &Path) -> Option<Entry> {
    let metadata = fs::symlink_metadata(path).ok()?;
    let kind = metadata.file_type();
    let kind = if kind.is_dir() {
        Kind::Folder
    } else if kind.is_symlink() {
        Kind::Link(fs::read_link(path).unwrap_or_default())
    } else if kind.is_file() && metadata.len() > LARGE_BYTES {
        Kind::LargeFile { bytes: metadata.len(), modified: metadata.mtime() }
    } else if kind.is_file() {
        Kind::File(fs::read(path).unwrap_or_default())
    } else if kind.is_fifo() {
        Kind::Other("fifo")
    } else if kind.is_socket() {
        Kind::Other("socket")
    } else {
        Kind::Other("device")
    };
    Some(Entry { kind, mode: metadata.permissions().mode() & 0o7777, owner: metadata.uid() })
}
