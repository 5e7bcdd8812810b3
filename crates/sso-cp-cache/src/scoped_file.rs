//! Scoped credentials, in files of our own: the AWS CLI's role files never hold any, for anyone who reads
//! those takes them for the whole role.

use std::borrow::Cow;
use std::path::Path;

use serde::Deserialize;
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::error::Error;
use crate::json::ObjectWriter;
use crate::kept::{Kept, OfSession};
use crate::keys::{Keys, Store};
use crate::names::SessionKey;
use crate::role_file::times;
use crate::scoped_names::{Asker, ScopedKey};
use crate::wire_credentials::WireCredentials;
use crate::{Folders, write};

/// The file of scoped credentials.
#[derive(Debug, Clone)]
pub struct ScopedFile {
    kept: Kept,
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
    /// The file of a role's scoped credentials where nothing is sealed. `role_name` is for anyone who lists
    /// them.
    pub fn new(
        folders: &Folders,
        key: &ScopedKey<'_>,
        account_id: &str,
        role_name: &str,
    ) -> ScopedFile {
        ScopedFile::in_store(&Store::Plain, folders, key, account_id, role_name)
    }

    /// The file of a role's scoped credentials. `role_name` is for anyone who lists them.
    pub fn in_store(
        store: &Store,
        folders: &Folders,
        key: &ScopedKey<'_>,
        account_id: &str,
        role_name: &str,
    ) -> ScopedFile {
        let name = key.name();
        let sealed = || folders.sealed_scoped_path(&name);
        ScopedFile {
            kept: Kept::by(store.of_credentials(), sealed, || folders.scoped_path(&name)),
            name,
            asker: key.asker,
            account_id: account_id.to_owned(),
            role_name: role_name.to_owned(),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// Reads the credentials, fresh or not. This never fails: what cannot be read is fetched anew.
    pub fn read(&self) -> Option<RoleCredentials> {
        let bytes = self.kept.read().ok()??;
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
        self.kept.write(folders, times(credentials), content.as_bytes())?;
        let session = self.name.split('-').next().unwrap_or_default();
        for kept in files(self.kept.keys.as_ref(), folders, session) {
            remove_ended(&kept);
        }
        Ok(())
    }

    /// What is cached of a session's roles in scoped form, ended or not. What is locked is not among it.
    pub fn list(store: &Store, folders: &Folders, session: &SessionKey<'_>) -> Vec<CachedScope> {
        let files = files(store.of_credentials(), folders, &session.hash());
        files.iter().filter_map(cached).collect()
    }

    /// Deletes everything that was scoped down from a session's roles; for a logout. Gives the number.
    ///
    /// # Errors
    ///
    /// A file is there and stays; the others are gone.
    pub fn delete_all(folders: &Folders, session: &SessionKey<'_>) -> Result<usize, Error> {
        let (mut count, mut outcome) = (0, Ok(()));
        let (scoped, session) = (folders.scoped(), session.hash());
        for path in of_session(folders, &scoped, &session).sealed() {
            match write::remove_ours(&path) {
                Ok(was_there) => count += usize::from(was_there),
                Err(error) => outcome = Err(error),
            }
        }
        for kept in files(None, folders, &session) {
            let is_scoped = cached(&kept).is_some();
            match write::remove(&kept.path) {
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

fn of_session<'a>(folders: &'a Folders, folder: &'a Path, session: &'a str) -> OfSession<'a> {
    OfSession { folders, folder, kind: "scoped-", session }
}

/// Both forms of each file of a session, whichever are there: plain, then sealed.
pub(crate) fn twins(folders: &Folders, session: &SessionKey<'_>, keys: &Keys) -> Vec<[Kept; 2]> {
    of_session(folders, &folders.scoped(), &session.hash()).twins(keys)
}

/// Our files of a session in one form, by its hash.
fn files(keys: Option<&Keys>, folders: &Folders, session: &str) -> Vec<Kept> {
    let folder = folders.scoped();
    let files = of_session(folders, &folder, session);
    let paths = if keys.is_some() { files.sealed() } else { files.plain() };
    paths.into_iter().map(|path| Kept { path, keys: keys.cloned() }).collect()
}

/// When the credentials in one of these files end, if it holds any.
pub(crate) fn expiry(bytes: &[u8]) -> Option<Timestamp> {
    first_document(bytes).map(|wire| wire.credentials.expires_at())
}

fn cached(kept: &Kept) -> Option<CachedScope> {
    let bytes = kept.read().ok()??;
    let wire = first_document(&bytes)?;
    let asker = if wire.asker == "agent" { Asker::Agent } else { Asker::Person };
    let account_id = wire.credentials.account_id.clone()?.into_owned();
    let role_name = wire.role_name.into_owned();
    let expires_at = wire.credentials.of_account(&account_id)?.expires_at;
    Some(CachedScope { account_id, role_name, asker, expires_at })
}

/// Credentials that have ended are of no use to anybody. Where they stay, the next write tries again.
fn remove_ended(kept: &Kept) {
    let has_ended = |scope: CachedScope| scope.expires_at.seconds_after(Timestamp::now()) <= 0;
    if cached(kept).is_some_and(has_ended) {
        let _ = write::remove(&kept.path);
    }
}

/// The first JSON document of a file, whatever follows it.
fn first_document(bytes: &[u8]) -> Option<Wire<'_>> {
    serde_json::Deserializer::from_slice(bytes).into_iter().next()?.ok()
}
