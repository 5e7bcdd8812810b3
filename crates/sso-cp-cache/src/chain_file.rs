//! Credentials of assumed roles, in files of our own.
//!
//! The AWS CLI names its files for assumed roles by the role and not by its source, so that two
//! sources share one. Ours are named by the whole way, and the AWS CLI's are never read. Where the
//! session has a name of its own they are written too, so that the AWS CLI need not assume the role
//! again: there the configuration itself says that the session is one and the same.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sso_cp_types::RoleCredentials;
use zeroize::Zeroizing;

use crate::chain_names::{ChainKey, HopKey};
use crate::error::Error;
use crate::json::{Object, ObjectWriter, Parsed, first_object};
use crate::kept::{Kept, OfSession};
use crate::keys::{Keys, Store};
use crate::names::{RoleKey, SessionKey};
use crate::role_file::times;
use crate::wire_credentials::WireCredentials;
use crate::{Folders, read, write};

/// The file of an assumed role.
#[derive(Debug, Clone)]
pub struct ChainFile {
    kept: Kept,
    account_id: String,
}

/// What the AWS CLI wants to know about an assumed role beside its credentials.
#[derive(Debug, Clone, Copy)]
pub struct AssumedRoleUser<'a> {
    /// `arn:aws:sts::444455556666:assumed-role/Deploy/ci`
    pub arn: &'a str,
    /// `AROA...:ci`
    pub role_id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    #[serde(borrow)]
    credentials: WireCredentials<'a>,
    /// The AWS CLI's file that holds the same credentials, below its folder.
    #[serde(borrow)]
    aws_cli_file: Option<Cow<'a, str>>,
}

impl ChainFile {
    /// The file of an assumed role, whose account is known from its ARN, where nothing is sealed.
    pub fn new(folders: &Folders, key: &ChainKey<'_>, account_id: &str) -> ChainFile {
        ChainFile::in_store(&Store::Plain, folders, key, account_id)
    }

    /// The file of an assumed role, whose account is known from its ARN.
    pub fn in_store(
        store: &Store,
        folders: &Folders,
        key: &ChainKey<'_>,
        account_id: &str,
    ) -> ChainFile {
        let sealed = || folders.sealed_chain_path(key);
        let kept = Kept::by(store.of_credentials(), sealed, || folders.chain_path(key));
        ChainFile { kept, account_id: account_id.to_owned() }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// Reads the credentials, fresh or not. This never fails: what cannot be read is fetched anew.
    pub fn read(&self) -> Option<RoleCredentials> {
        let bytes = self.kept.read().ok()??;
        let Wire { credentials, .. } = first_document(&bytes)?;
        credentials.of_account(&self.account_id)
    }

    /// Writes the credentials. `hop` is the role, whose file of the AWS CLI is written too where its
    /// session has a name of its own and nothing is sealed.
    ///
    /// # Errors
    ///
    /// One of the files is as it was before.
    pub fn write(
        &self,
        folders: &Folders,
        credentials: &RoleCredentials,
        hop: &HopKey<'_>,
        user: AssumedRoleUser<'_>,
    ) -> Result<(), Error> {
        let is_shared = hop.session_name.is_some() && self.kept.keys.is_none();
        let shared = is_shared.then(|| hop.aws_cli_hash() + ".json");
        let inner = self.inner(credentials, &credentials.expires_at.to_string());
        let mut own = ObjectWriter::new().raw("Credentials", &inner);
        if let Some(name) = &shared {
            own = own.text("AwsCliFile", name);
        }
        // Ours comes first: it tells a logout about the other.
        self.kept.write(folders, times(credentials), own.finish().as_bytes())?;
        let Some(name) = shared else { return Ok(()) };
        let content = self.aws_cli_content(credentials, user);
        write::write(folders, &folders.cli().join(name), content.as_bytes())
    }

    /// STS's answer as the AWS CLI keeps it, a moment in its own spelling.
    fn aws_cli_content(
        &self,
        credentials: &RoleCredentials,
        user: AssumedRoleUser<'_>,
    ) -> Zeroizing<String> {
        let expiration = credentials.expires_at.to_string().replace('Z', "+00:00");
        let user =
            ObjectWriter::new().text("AssumedRoleId", user.role_id).text("Arn", user.arn).finish();
        ObjectWriter::new()
            .raw("Credentials", &self.inner(credentials, &expiration))
            .raw("AssumedRoleUser", &user)
            .finish()
    }

    fn inner(&self, credentials: &RoleCredentials, expiration: &str) -> Zeroizing<String> {
        ObjectWriter::new()
            .text("AccessKeyId", &credentials.access_key_id)
            .text("SecretAccessKey", credentials.secret_access_key.expose())
            .text("SessionToken", credentials.session_token.expose())
            .text("Expiration", expiration)
            .text("AccountId", &self.account_id)
            .finish()
    }

    /// Deletes everything that was assumed from a session's roles, and what we gave the AWS CLI of it;
    /// for a logout. Gives the number of roles.
    ///
    /// # Errors
    ///
    /// A file is there and stays; the others are gone.
    pub fn delete_all(folders: &Folders, session: &SessionKey<'_>) -> Result<usize, Error> {
        let (mut count, mut outcome) = (0, Ok(()));
        let (chains, session) = (folders.chains(), session.hash());
        let files = of_session(folders, &chains, &session);
        for path in files.plain() {
            let shared =
                read::bytes(&path).ok().flatten().map(|bytes| delete_shared(folders, &bytes));
            count += usize::from(shared.is_some_and(|role| role == Deleted::Role));
            if let Err(error) = write::remove(&path) {
                outcome = Err(error);
            }
        }
        for path in files.sealed() {
            match write::remove_ours(&path) {
                Ok(was_there) => count += usize::from(was_there),
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| count)
    }
}

fn of_session<'a>(folders: &'a Folders, folder: &'a Path, session: &'a str) -> OfSession<'a> {
    OfSession { folders, folder, kind: "chain-", session }
}

/// Both forms of each file of a session's assumed roles, whichever are there: plain, then sealed.
pub(crate) fn twins(folders: &Folders, session: &SessionKey<'_>, keys: &Keys) -> Vec<[Kept; 2]> {
    of_session(folders, &folders.chains(), &session.hash()).twins(keys)
}

/// When credentials in one of these files end, if it holds any.
pub(crate) fn expiry(bytes: &[u8]) -> Option<sso_cp_types::Timestamp> {
    first_document(bytes).map(|wire| wire.credentials.expires_at())
}

/// Deletes what the AWS CLI was given of one of these files.
pub(crate) fn delete_given(folders: &Folders, own: &[u8]) {
    delete_shared(folders, own);
}

#[derive(PartialEq, Eq)]
enum Deleted {
    Role,
    Other,
}

/// Deletes the AWS CLI's file that one of ours names, if it still holds the same credentials.
fn delete_shared(folders: &Folders, own: &[u8]) -> Deleted {
    let Some(own) = first_document(own) else { return Deleted::Other };
    let is_name =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    if let Some(name) = own.aws_cli_file.filter(|name| is_name(name)) {
        let path = folders.cli().join(&*name);
        let bytes = read::bytes(&path).ok().flatten().unwrap_or_default();
        let theirs = first_document(&bytes);
        if theirs
            .is_some_and(|theirs| theirs.credentials.access_key_id == own.credentials.access_key_id)
        {
            let _ = write::remove(&path);
        }
    }
    Deleted::Role
}

/// The first JSON document of a file, whatever follows it.
fn first_document(bytes: &[u8]) -> Option<Wire<'_>> {
    serde_json::Deserializer::from_slice(bytes).into_iter().next()?.ok()
}

/// Whose sign-in a role's credentials came from: the name of their session, which STS knows.
#[derive(Debug, Clone)]
pub struct PersonFile {
    path: PathBuf,
}

impl PersonFile {
    /// The note about a role.
    pub fn new(folders: &Folders, role: &RoleKey<'_>) -> PersonFile {
        let name = format!("{}-{}.person.json", role.session.hash(), role.hash());
        PersonFile { path: folders.chains().join(name) }
    }

    /// The session's name, if the note is about these credentials: another sign-in may be another
    /// person's.
    pub fn read(&self, access_key_id: &str) -> Option<String> {
        let bytes = read::bytes(&self.path).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        let is_same =
            |object: &Object<'_>| object.text("accessKeyId").is_some_and(|id| *id == access_key_id);
        let name = is_same(&object).then(|| object.text("sessionName"))??;
        Some(name.to_string())
    }

    /// Writes the note.
    ///
    /// # Errors
    ///
    /// It is as it was before.
    pub fn write(
        &self,
        folders: &Folders,
        access_key_id: &str,
        session_name: &str,
    ) -> Result<(), Error> {
        let note = ObjectWriter::new()
            .text("accessKeyId", access_key_id)
            .text("sessionName", session_name)
            .finish();
        write::write(folders, &self.path, note.as_bytes())
    }
}
