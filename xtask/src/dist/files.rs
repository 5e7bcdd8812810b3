//! Files on their way into an archive: path, mode and bytes, and nothing that differs from machine to machine.

use std::collections::BTreeSet;

/// What a file may be used for, which is all that its mode says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Folder,
    Document,
    Program,
}

impl Mode {
    /// The permission bits.
    pub(super) fn bits(self) -> u32 {
        match self {
            Self::Folder | Self::Program => 0o755,
            Self::Document => 0o644,
        }
    }
}

/// One entry of an archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Parts are separated by `/`; relative, without a `/` at the end.
    pub(super) path: String,
    pub(super) mode: Mode,
    pub(super) bytes: Vec<u8>,
}

impl Entry {
    pub(super) fn document(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode: Mode::Document, bytes: bytes.into() }
    }

    pub(super) fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), mode: Mode::Program, bytes: bytes.into() }
    }
}

/// The files and all folders above them, in the order of their paths: a folder comes before what is in it.
pub(super) fn with_folders(files: &[Entry]) -> Vec<Entry> {
    let mut folders = BTreeSet::new();
    for file in files {
        folders.extend(file.path.match_indices('/').map(|(end, _)| &file.path[..end]));
    }
    let folders = folders.into_iter().map(|path| Entry {
        path: path.into(),
        mode: Mode::Folder,
        bytes: Vec::new(),
    });
    let mut all: Vec<Entry> = folders.chain(files.iter().cloned()).collect();
    all.sort_by(|one, other| one.path.cmp(&other.path));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_once_and_before_their_files_whatever_the_order_was() {
        let files = [
            Entry::document("a/c/2", "x"),
            Entry::program("a/b", "y"),
            Entry::document("a/c/1", ""),
        ];

        let all = with_folders(&files);

        let paths: Vec<_> = all.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["a", "a/b", "a/c", "a/c/1", "a/c/2"]);
        let modes: Vec<_> = all.iter().map(|entry| entry.mode.bits()).collect();
        assert_eq!(modes, [0o755, 0o755, 0o755, 0o644, 0o644]);
        assert_eq!(all[1].bytes, b"y");
    }
}
