//! Role-credential files, shared with the AWS CLI.

use std::path::PathBuf;

use sso_cp_types::{RoleCredentials, Secret};
use zeroize::Zeroizing;

use crate::Folders;
use crate::error::{Error, Step};
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::names::RoleKey;
use crate::token_file::moment;
use crate::{read, write};

/// The provider that the AWS CLI names for credentials of this kind.
const PROVIDER: &str = "sso";

/// A role's cache file.
#[derive(Debug, Clone)]
pub struct RoleFile {
    /// The file.
    pub path: PathBuf,
    account_id: String,
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
    /// The file of a role.
    pub fn new(folders: &Folders, key: &RoleKey<'_>) -> RoleFile {
        RoleFile { path: folders.role_path(key), account_id: key.account_id.to_owned() }
    }

    /// Reads the credentials. This never fails: what cannot be read is fetched anew.
    pub fn read(&self) -> RoleEntry {
        let Ok(Some(bytes)) = read::bytes(&self.path) else { return RoleEntry::Missing };
        let Parsed::Whole(object) = first_object(&bytes) else { return RoleEntry::Missing };
        match object.text("ProviderType") {
            Some(provider) if *provider == PROVIDER => {}
            Some(_) => return RoleEntry::Foreign,
            None => return RoleEntry::Missing,
        }
        let understand = || {
            let inner = object.object("Credentials")?;
            let of_account = inner.text("AccountId").is_none_or(|id| *id == self.account_id);
            let credentials = RoleCredentials {
                access_key_id: inner.text("AccessKeyId")?.to_string(),
                secret_access_key: Secret::new(inner.text("SecretAccessKey")?),
                session_token: Secret::new(inner.text("SessionToken")?),
                expires_at: moment(&inner, "Expiration"),
            };
            (of_account && credentials.malformed_field().is_none()).then_some(credentials)
        };
        understand().map_or(RoleEntry::Missing, RoleEntry::Found)
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
            return Err(Error::Io { step: Step::Replace, path: self.path.clone(), source });
        }
        write::write(folders, &self.path, self.content(credentials).as_bytes())
    }

    /// Deletes the credentials, if they are of this provider. Nothing to delete is no error.
    ///
    /// # Errors
    ///
    /// The file is there and stays.
    pub fn delete(&self) -> Result<(), Error> {
        if let RoleEntry::Foreign = self.read() {
            return Ok(());
        }
        write::remove(&self.path)
    }

    fn content(&self, credentials: &RoleCredentials) -> Zeroizing<String> {
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
