//! One file in one of its forms: plain, as it is shared, or sealed, with the same content.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sso_cp_vault::{Header, Times};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::keys::Keys;
use crate::write::Pending;
use crate::{Folders, read};

/// Where a file is, and what opens it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) path: PathBuf,
    /// What opens it, where it is sealed.
    pub(crate) keys: Option<Keys>,
}

impl Kept {
    /// The sealed form where there are keys, else the plain one. Each path is made only where it counts.
    pub(crate) fn by(
        keys: Option<&Keys>,
        sealed: impl FnOnce() -> PathBuf,
        plain: impl FnOnce() -> PathBuf,
    ) -> Kept {
        match keys {
            Some(keys) => Kept { path: sealed(), keys: Some(keys.clone()) },
            None => Kept { path: plain(), keys: None },
        }
    }

    /// What the file holds, or `None` where there is none.
    pub(crate) fn read(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        let Some(bytes) = read::bytes(&self.path)? else { return Ok(None) };
        match &self.keys {
            None => Ok(Some(bytes)),
            Some(keys) => keys.open(&self.path, bytes).map(Some),
        }
    }

    /// Begins to replace the file. Of a sealed one it is sure then that it can be sealed.
    pub(crate) fn begin(&self, folders: &Folders) -> Result<Pending, Error> {
        if let Some(keys) = &self.keys {
            keys.current()?;
        }
        Pending::begin(folders, &self.path)
    }

    /// The bytes that the file has on the disk.
    pub(crate) fn packed<'a>(
        &self,
        times: Times,
        content: &'a [u8],
    ) -> Result<Cow<'a, [u8]>, Error> {
        match &self.keys {
            None => Ok(Cow::Borrowed(content)),
            Some(keys) => keys.seal(&self.path, times, content).map(Cow::Owned),
        }
    }

    /// Writes the file whole.
    pub(crate) fn write(
        &self,
        folders: &Folders,
        times: Times,
        content: &[u8],
    ) -> Result<(), Error> {
        let pending = self.begin(folders)?;
        pending.finish(&self.packed(times, content)?)
    }

    /// What a sealed file says in clear.
    pub(crate) fn header(&self) -> Option<Header> {
        self.keys.as_ref()?;
        let bytes = read::bytes(&self.path).ok()??;
        Header::read(&bytes).ok()
    }
}

/// The files of a session in a folder of ours, in both forms: `FOLDER/HASH-NAME.json`, and
/// `sealed/KIND-HASH-NAME`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfSession<'a> {
    pub(crate) folders: &'a Folders,
    /// Where the plain ones are.
    pub(crate) folder: &'a Path,
    /// What the sealed ones are called before their own name, with the hyphen.
    pub(crate) kind: &'static str,
    /// The session's hash.
    pub(crate) session: &'a str,
}

impl OfSession<'_> {
    /// Those that are plain, and whatever else has the session's hash and ends so.
    pub(crate) fn plain(&self) -> Vec<PathBuf> {
        let start = format!("{}-", self.session);
        read::listed(self.folder, |name| name.starts_with(&start) && name.ends_with(".json"))
    }

    /// Those that are sealed.
    pub(crate) fn sealed(&self) -> Vec<PathBuf> {
        let start = format!("{}{}-", self.kind, self.session);
        // What a killed writer has left behind ends otherwise.
        let is_of_session = |name: &str| name.starts_with(&start) && !name.contains('.');
        read::listed(&self.folders.sealed(), is_of_session)
    }

    /// Both forms of each, whichever are there: plain, then sealed.
    pub(crate) fn twins(&self, keys: &Keys) -> Vec<[Kept; 2]> {
        let name = |path: PathBuf| path.file_name()?.to_str().map(str::to_owned);
        let plain = self.plain().into_iter().filter_map(name);
        let plain = plain.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
        let sealed = self.sealed().into_iter().filter_map(name);
        let sealed = sealed.filter_map(|name| name.strip_prefix(self.kind).map(str::to_owned));
        // A note about a file has a dot more.
        let mut names = BTreeSet::new();
        names.extend(plain.chain(sealed).filter(|name| !name.contains('.')));
        let twin = |name: String| {
            let plain = self.folder.join(format!("{name}.json"));
            let sealed = self.folders.sealed().join(format!("{}{name}", self.kind));
            [Kept { path: plain, keys: None }, Kept { path: sealed, keys: Some(keys.clone()) }]
        };
        names.into_iter().map(twin).collect()
    }
}
