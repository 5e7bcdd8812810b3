//! Scoped credentials, in files of our own: the AWS CLI's role files never hold any, for whoever reads
//! those takes them for the whole role.

use std::borrow::Cow;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::error::Error;
use crate::json::ObjectWriter;
use crate::names::SessionKey;
use crate::scoped_names::{Asker, ScopedKey};
use crate::wire_credentials::WireCredentials;
use crate::{Folders, read, write};

/// The file of scoped credentials.
#[derive(Debug, Clone)]
pub struct ScopedFile {
    /// The file.
    pub path: PathBuf,
    name: String,
    asker: Asker,
    account_id: String,
    role_name: String,
}

/// What is cached of a session's roles in scoped form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedScope {
    /// The account.
    pub account_id: String,
    /// The permission set, or the name of the role that was assumed.
    pub role_name: String,
    /// Who asked.
    pub asker: Asker,
    /// When the credentials end.
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    /// The file's own name: a copy under another one is not what it says.
    #[serde(borrow)]
    scope: Cow<'a, str>,
    #[serde(borrow)]
    asker: Cow<'a, str>,
    #[serde(borrow)]
    role_name: Cow<'a, str>,
    #[serde(borrow)]
    credentials: WireCredentials<'a>,
}

impl ScopedFile {
    /// The file of a role's scoped credentials. `role_name` is for whoever lists them.
    pub fn new(
        folders: &Folders,
        key: &ScopedKey<'_>,
        account_id: &str,
        role_name: &str,
    ) -> ScopedFile {
        let name = key.name();
        ScopedFile {
            path: folders.scoped().join(format!("{name}.json")),
            name,
            asker: key.asker,
            account_id: account_id.to_owned(),
            role_name: role_name.to_owned(),
        }
    }

    /// Reads the credentials, fresh or not. This never fails: what cannot be read is fetched anew.
    pub fn read(&self) -> Option<RoleCredentials> {
        let bytes = read::bytes(&self.path).ok()??;
        let wire = first_document(&bytes)?;
        (wire.scope == self.name).then(|| wire.credentials.of_account(&self.account_id))?
    }

    /// Writes the credentials, and removes what has ended of this session's other scopes: a policy that
    /// is changed has a file of its own each time.
    ///
    /// # Errors
    ///
    /// The file is as it was before.
    pub fn write(&self, folders: &Folders, credentials: &RoleCredentials) -> Result<(), Error> {
        let inner = ObjectWriter::new()
            .text("AccessKeyId", &credentials.access_key_id)
            .text("SecretAccessKey", credentials.secret_access_key.expose())
            .text("SessionToken", credentials.session_token.expose())
            .text("Expiration", &credentials.expires_at.to_string())
            .text("AccountId", &self.account_id)
            .finish();
        let content = ObjectWriter::new()
            .text("Scope", &self.name)
            .text("Asker", word(self.asker))
            .text("RoleName", &self.role_name)
            .raw("Credentials", &inner)
            .finish();
        write::write(folders, &self.path, content.as_bytes())?;
        let session = self.name.split('-').next().unwrap_or_default();
        for path in files(folders, session) {
            remove_ended(&path);
        }
        Ok(())
    }

    /// What is cached of a session's roles in scoped form, ended or not.
    pub fn list(folders: &Folders, session: &SessionKey<'_>) -> Vec<CachedScope> {
        files(folders, &session.hash()).iter().filter_map(|path| cached(path)).collect()
    }

    /// Deletes everything that was scoped down from a session's roles; for a logout. Gives the number.
    ///
    /// # Errors
    ///
    /// A file is there and stays; the others are gone.
    pub fn delete_all(folders: &Folders, session: &SessionKey<'_>) -> Result<usize, Error> {
        let (mut count, mut outcome) = (0, Ok(()));
        for path in files(folders, &session.hash()) {
            let is_scoped = cached(&path).is_some();
            match write::remove(&path) {
                Ok(()) => count += usize::from(is_scoped),
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| count)
    }
}

fn word(asker: Asker) -> &'static str {
    match asker {
        Asker::Person => "person",
        Asker::Agent => "agent",
    }
}

/// Our files of a session, by its hash.
fn files(folders: &Folders, session: &str) -> Vec<PathBuf> {
    let start = format!("{session}-");
    let is_of_session = |entry: &DirEntry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with(&start) && name.ends_with(".json"))
    };
    let entries = std::fs::read_dir(folders.scoped()).into_iter().flatten().flatten();
    entries.filter(is_of_session).map(|entry| entry.path()).collect()
}

fn cached(path: &Path) -> Option<CachedScope> {
    let bytes = read::bytes(path).ok()??;
    let wire = first_document(&bytes)?;
    let asker = if wire.asker == "agent" { Asker::Agent } else { Asker::Person };
    let account_id = wire.credentials.account_id.clone()?.into_owned();
    let role_name = wire.role_name.into_owned();
    let expires_at = wire.credentials.of_account(&account_id)?.expires_at;
    Some(CachedScope { account_id, role_name, asker, expires_at })
}

/// Credentials that have ended are of no use to anybody. Where they stay, the next write tries again.
fn remove_ended(path: &Path) {
    let has_ended = |scope: CachedScope| scope.expires_at.seconds_after(Timestamp::now()) <= 0;
    if cached(path).is_some_and(has_ended) {
        let _ = write::remove(path);
    }
}

/// The first JSON document of a file, whatever follows it.
fn first_document(bytes: &[u8]) -> Option<Wire<'_>> {
    serde_json::Deserializer::from_slice(bytes).into_iter().next()?.ok()
}
