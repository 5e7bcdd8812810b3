//! Role-credential files, shared with the AWS CLI.

use std::borrow::Cow;
use std::path::Path;

use serde::Deserialize;
use sso_cp_types::{RoleCredentials, Timestamp};
use sso_cp_vault::Times;
use zeroize::Zeroizing;

use crate::Folders;
use crate::error::{Error, Step};
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::kept::Kept;
use crate::keys::{Keys, Store};
use crate::names::RoleKey;
use crate::token_file::known;
use crate::wire_credentials::WireCredentials;
use crate::{owner, read, write};

/// The provider that the AWS CLI names for credentials of this kind.
pub(crate) const PROVIDER: &str = "sso";

/// A role's cache file.
#[derive(Debug, Clone)]
pub struct RoleFile {
    kept: Kept,
    account_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    /// Missing in the files of early AWS CLI releases.
    #[serde(borrow)]
    provider_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    credentials: WireCredentials<'a>,
}

/// What is under a role's name.
#[derive(Debug)]
pub enum RoleEntry {
    /// Credentials of this role, fresh or not.
    Found(RoleCredentials),
    /// Nothing that can be used: the next write takes the place.
    Missing,
    /// Credentials of another provider, which are not ours to use or to overwrite.
    Foreign,
}

impl RoleFile {
    /// The file of a role in the shared folder.
    pub fn new(folders: &Folders, key: &RoleKey<'_>) -> RoleFile {
        RoleFile::in_store(&Store::Plain, folders, key)
    }

    /// The file of a role.
    pub fn in_store(store: &Store, folders: &Folders, key: &RoleKey<'_>) -> RoleFile {
        let kept = kept(store.of_credentials(), folders, key);
        RoleFile { kept, account_id: key.account_id.to_owned() }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// Checks that no part of the way to it is a link, where root works in another user's home.
    ///
    /// # Errors
    ///
    /// [`Error::PlantedLink`].
    pub fn check_way(&self) -> Result<(), Error> {
        owner::check_way(&self.kept.path)
    }

    /// The end of the credentials that are there, which a sealed file says without a key. The inner
    /// `None`: the file does not say it.
    pub fn expires_at(&self) -> Option<Option<Timestamp>> {
        if self.kept.keys.is_some() {
            return self.kept.header().map(|header| header.times.expires_at);
        }
        match self.read() {
            RoleEntry::Found(credentials) => Some(known(credentials.expires_at)),
            RoleEntry::Missing | RoleEntry::Foreign => None,
        }
    }

    /// Reads the credentials. This never fails: what cannot be read is fetched anew.
    pub fn read(&self) -> RoleEntry {
        let Ok(Some(bytes)) = self.kept.read() else { return RoleEntry::Missing };
        match self.understand(&bytes) {
            Some(credentials) => RoleEntry::Found(credentials),
            None if self.kept.keys.is_none() && is_foreign(&bytes) => RoleEntry::Foreign,
            None => RoleEntry::Missing,
        }
    }

    /// Nearly every run of the program reads one of these files and does nothing else, so it is read
    /// into a struct, and only what is odd is looked at member by member.
    pub(crate) fn understand(&self, bytes: &[u8]) -> Option<RoleCredentials> {
        first_document(bytes)?.credentials.of_account(&self.account_id)
    }

    /// Writes the credentials as the AWS CLI does, byte for byte.
    ///
    /// # Errors
    ///
    /// The file is as it was before. Another provider's file under this name counts as not
    /// replaceable.
    pub fn write(&self, folders: &Folders, credentials: &RoleCredentials) -> Result<(), Error> {
        if let RoleEntry::Foreign = self.read() {
            let source = std::io::Error::other("it holds another provider's credentials");
            return Err(Error::Io { step: Step::Replace, path: self.kept.path.clone(), source });
        }
        self.kept.write(folders, times(credentials), self.content(credentials).as_bytes())
    }

    /// Deletes the credentials, if they are of this provider; `true` where there were some. What is
    /// not a file of credentials stays.
    ///
    /// # Errors
    ///
    /// The file is there and stays, or cannot be looked into.
    pub fn delete(&self) -> Result<bool, Error> {
        if self.kept.keys.is_some() {
            return write::remove_ours(&self.kept.path);
        }
        let bytes = match read::bytes(&self.kept.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(Error::NotAFile { .. } | Error::TooLarge { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let is_ours = match provider(&bytes) {
            Some(provider) => *provider == PROVIDER,
            None => first_document(&bytes).is_some(),
        };
        match is_ours {
            true => write::remove(&self.kept.path).map(|()| true),
            false => Ok(false),
        }
    }

    pub(crate) fn content(&self, credentials: &RoleCredentials) -> Zeroizing<String> {
        let inner = ObjectWriter::new()
            .text("AccessKeyId", &credentials.access_key_id)
            .text("SecretAccessKey", credentials.secret_access_key.expose())
            .text("SessionToken", credentials.session_token.expose())
            .text("Expiration", &credentials.expires_at.to_string())
            .text("AccountId", &self.account_id)
            .finish();
        ObjectWriter::new().text("ProviderType", PROVIDER).raw("Credentials", &inner).finish()
    }
}

/// When the credentials in one of these files end, if it holds any of this provider.
pub(crate) fn expiry(bytes: &[u8]) -> Option<Timestamp> {
    Some(first_document(bytes)?.credentials.expires_at())
}

/// Where a role's credentials are kept.
pub(crate) fn kept(keys: Option<&Keys>, folders: &Folders, key: &RoleKey<'_>) -> Kept {
    Kept::by(keys, || folders.sealed_role_path(key), || folders.role_path(key))
}

/// What the file of credentials may say in clear.
pub(crate) fn times(credentials: &RoleCredentials) -> Times {
    Times { expires_at: known(credentials.expires_at), renewable_until: None }
}

/// The credentials at the beginning of a file, whatever follows them, if they are of this provider.
fn first_document<'a>(bytes: &'a [u8]) -> Option<Wire<'a>> {
    let wire: Wire<'a> = serde_json::Deserializer::from_slice(bytes).into_iter().next()?.ok()?;
    wire.provider_type.as_deref().is_none_or(|provider| provider == PROVIDER).then_some(wire)
}

fn is_foreign(bytes: &[u8]) -> bool {
    provider(bytes).is_some_and(|provider| *provider != PROVIDER)
}

fn provider(bytes: &[u8]) -> Option<Zeroizing<String>> {
    match first_object(bytes) {
        Parsed::Whole(object) => object.text("ProviderType"),
        Parsed::Torn | Parsed::Foreign => None,
    }
}
