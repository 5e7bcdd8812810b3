//! Bounded reading of regular files.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sso_cp_files::open;
use zeroize::Zeroizing;

use crate::error::{Error, Step};

/// The largest cache file seen in the wild is a few KiB.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The files of a folder whose names are wanted; none where there is no folder.
pub(crate) fn listed(folder: &Path, is_wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = entries.filter(|entry| entry.file_name().to_str().is_some_and(&is_wanted));
    wanted.map(|entry| entry.path()).collect()
}

/// A file's bytes, or `None` where there is none. Anything but a regular file is an error, and a
/// FIFO does not make us wait for its writer.
pub(crate) fn bytes(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
    let failed = |source| Error::Io { step: Step::Read, path: path.to_owned(), source };
    let mut file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Error::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge { path: path.to_owned(), limit_bytes: MAX_FILE_BYTES });
    }
    // Read by the size that it had: growing a buffer would leave copies of secrets behind, and a
    // file that grows meanwhile is torn anyway.
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    let mut bytes = Zeroizing::new(vec![0; size]);
    let mut filled = 0;
    while filled < size {
        match file.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    bytes.truncate(filled);
    Ok(Some(bytes))
}
