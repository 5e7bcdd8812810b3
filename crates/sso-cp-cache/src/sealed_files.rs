//! The folder of sealed files as a whole: what is in it, and sealing all of it with another key.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sso_cp_types::sort_by_text;
use sso_cp_vault::{Header, Key, KeyId};

use crate::error::Error;
use crate::keys::Keys;
use crate::lock::Lock;
use crate::{Folders, read, write};

/// One sealed file.
#[derive(Debug, Clone)]
pub struct SealedFile {
    /// The file.
    pub path: PathBuf,
    /// What it says in clear; `None` for what is not a sealed file.
    pub header: Option<Header>,
}

/// What came of sealing all files anew.
#[derive(Debug, Default)]
pub struct Resealed {
    /// How many are sealed with the new key now.
    pub count: usize,
    /// Those that no known key opens, or that are damaged. They stay.
    pub left: Vec<PathBuf>,
}

/// Every sealed file, by name. A file that was removed meanwhile is none.
pub fn sealed_files(folders: &Folders) -> Vec<SealedFile> {
    const KINDS: [&str; 6] = ["token-", "client-", "role-", "chain-", "scoped-", "service-token-"];
    let is_sealed =
        |name: &str| KINDS.iter().any(|kind| name.starts_with(kind)) && !name.contains('.');
    let mut paths = read::listed(&folders.sealed(), is_sealed);
    sort_by_text(&mut paths, |path| path.to_string_lossy().into_owned());
    let look = |path: PathBuf| {
        let bytes = match read::bytes(&path) {
            Ok(None) => return None,
            Ok(Some(bytes)) => Some(bytes),
            Err(_) => None,
        };
        let header = bytes.and_then(|bytes| Header::read(&bytes).ok());
        Some(SealedFile { path, header })
    };
    paths.into_iter().filter_map(look).collect()
}

/// Seals every file with this key, each under its lock; those that have it stay as they are. `keys` opens
/// them. `patience` is how long each lock is waited for: anyone who holds it renews a token or fetches credentials.
///
/// # Errors
///
/// A file could not be written. It, and those after it, are as they were before.
pub fn reseal(
    folders: &Folders,
    keys: &Keys,
    key: &Key,
    patience: Duration,
) -> Result<Resealed, Error> {
    let id = key.id();
    let mut done = Resealed::default();
    for file in sealed_files(folders) {
        if file.header.is_some_and(|header| header.key_id == id) {
            continue;
        }
        match reseal_one(folders, keys, key, id, &file.path, patience)? {
            true => done.count += 1,
            false => done.left.push(file.path),
        }
    }
    Ok(done)
}

/// Whether the file is sealed with the key now, or gone.
fn reseal_one(
    folders: &Folders,
    keys: &Keys,
    key: &Key,
    id: KeyId,
    path: &Path,
    patience: Duration,
) -> Result<bool, Error> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let _lock = Lock::Sealed(name).take(folders, Instant::now() + patience);
    // Anyone who had the lock before may have written it.
    let Some(bytes) = read::bytes(path)? else { return Ok(true) };
    let Ok(header) = Header::read(&bytes) else { return Ok(false) };
    if header.key_id == id {
        return Ok(true);
    }
    let content = match keys.open(path, bytes) {
        Ok(content) => content,
        Err(Error::Locked(_) | Error::Damaged { .. }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let sealed = sso_cp_vault::seal(key, name, header.times, &content).map_err(Error::Vault)?;
    write::write(folders, path, &sealed).map(|()| true)
}
