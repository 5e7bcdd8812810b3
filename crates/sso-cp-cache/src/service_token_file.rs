//! Tokens that a service gave for a role's credentials: passwords of registries. They outlive the call
//! that asked for them, and often the credentials, so they are kept and asked for once.

use std::path::PathBuf;

use sso_cp_types::{Secret, Timestamp};

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::names::SessionKey;
use crate::service_token_names::ServiceTokenKey;
use crate::token_file::moment;
use crate::{Folders, read, write};

/// What a service gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
    /// The name that goes with it, where one does.
    pub user: Option<String>,
    /// The token.
    pub token: Secret,
    /// Its end.
    pub expires_at: Timestamp,
}

/// The file of a token, `~/.aws/sso-cp/tokens/HASH-HASH.json`.
#[derive(Debug, Clone)]
pub struct ServiceTokenFile {
    /// The file.
    pub path: PathBuf,
}

impl ServiceTokenFile {
    /// The file of a token.
    pub fn new(folders: &Folders, key: &ServiceTokenKey<'_>) -> ServiceTokenFile {
        ServiceTokenFile { path: folders.service_token_path(key) }
    }

    /// Reads the token, fresh or not. This never fails: what cannot be read is asked for anew.
    pub fn read(&self) -> Option<KeptToken> {
        let bytes = read::bytes(&self.path).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        let token = Secret::new(object.text("token")?);
        let user = object.text("user").map(|user| user.to_string());
        let expires_at = moment(&object, "expiresAt");
        token.is_well_formed().then_some(KeptToken { user, token, expires_at })
    }

    /// Keeps the token.
    ///
    /// # Errors
    ///
    /// The file is as it was before.
    pub fn write(&self, folders: &Folders, kept: &KeptToken) -> Result<(), Error> {
        let mut object = ObjectWriter::new();
        if let Some(user) = &kept.user {
            object = object.text("user", user);
        }
        let object = object
            .text("token", kept.token.expose())
            .text("expiresAt", &kept.expires_at.to_string());
        write::write(folders, &self.path, object.finish().as_bytes())
    }

    /// Deletes every token that a session's credentials got, for a logout. Gives their number.
    ///
    /// # Errors
    ///
    /// A file is there and stays; the others are gone.
    pub fn delete_all(folders: &Folders, session: &SessionKey<'_>) -> Result<usize, Error> {
        let start = session.hash() + "-";
        let Ok(entries) = std::fs::read_dir(folders.service_tokens()) else { return Ok(0) };
        let (mut count, mut outcome) = (0, Ok(()));
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_of_session = name.to_str().is_some_and(|name| name.starts_with(&start));
            if !is_of_session {
                continue;
            }
            match write::remove(&entry.path()) {
                Ok(()) => count += 1,
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| count)
    }
}
