//! Opening the shared files, and counting their lines where a message names one.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::Error;
use crate::files::is_null_device;

/// 20,000 generated profiles are 3.3 MB; far above that a path points at something else.
pub(crate) const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Opens a regular file; `None` where there is none. Its size is that of the file that is open, whatever
/// takes its place meanwhile: a longer one must not be read as far as the shorter one went.
pub(crate) fn open(path: &Path) -> Result<Option<(File, u64)>, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    if is_null_device(path) {
        return Ok(None);
    }
    let file = match sso_cp_files::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(not_opened(path, source)),
    };
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        let is_directory = metadata.is_dir();
        return Err(Error::NotAFile { path: path.to_owned(), is_directory });
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large(path));
    }
    Ok(Some((file, metadata.len())))
}

/// A socket cannot be opened, and is reported as what it is.
#[cold]
fn not_opened(path: &Path, source: std::io::Error) -> Error {
    let path = path.to_owned();
    match std::fs::metadata(&path) {
        Ok(metadata) if !metadata.is_file() => {
            Error::NotAFile { path, is_directory: metadata.is_dir() }
        }
        _ => Error::Unreadable { path, source },
    }
}

pub(crate) fn too_large(path: &Path) -> Error {
    Error::TooLarge { path: path.to_owned(), limit_bytes: MAX_FILE_BYTES }
}

/// The whole content of a file, by the same rules. `None` where there is none.
pub(crate) fn read_whole(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let Some((file, size)) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    Ok(Some(bytes))
}

/// The number of the line, from 1, that begins at `offset`; counted only when an error names it.
pub(crate) fn line_number(path: &Path, offset: u64) -> usize {
    let Ok(Some((file, _))) = open(path) else { return 1 };
    let mut before = Vec::new();
    if file.take(offset).read_to_end(&mut before).is_err() {
        return 1;
    }
    1 + line_ends(&before)
}

/// How many lines end in a text: with LF, CRLF or CR.
pub(crate) fn line_ends(text: &[u8]) -> usize {
    let is_end = |at: &usize| match text[*at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..text.len()).filter(is_end).count()
}
