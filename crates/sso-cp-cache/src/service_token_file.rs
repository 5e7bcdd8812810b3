//! Tokens that a service gave for a role's credentials: passwords of registries. They outlive the call
//! that asked for them, and often the credentials, so they are kept and asked for once.

use std::path::Path;

use sso_cp_types::{Secret, Timestamp};
use sso_cp_vault::Times;

use crate::error::Error;
use crate::json::{ObjectWriter, Parsed, first_object};
use crate::kept::{Kept, OfSession};
use crate::keys::{Keys, Store};
use crate::names::SessionKey;
use crate::service_token_names::ServiceTokenKey;
use crate::token_file::{known, moment};
use crate::{Folders, write};

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

/// The file of a token, `~/.aws/sso-cp/tokens/HASH-HASH.json`, or sealed.
#[derive(Debug, Clone)]
pub struct ServiceTokenFile {
    kept: Kept,
}

/// When the token in one of these files ends, if it holds one.
pub(crate) fn expiry(bytes: &[u8]) -> Option<Timestamp> {
    let Parsed::Whole(object) = first_object(bytes) else { return None };
    object.text("token").map(|_| moment(&object, "expiresAt"))
}

fn of_session<'a>(folders: &'a Folders, folder: &'a Path, session: &'a str) -> OfSession<'a> {
    OfSession { folders, folder, kind: "service-token-", session }
}

/// Both forms of each token that a session's credentials got, whichever are there: plain, then sealed.
pub(crate) fn twins(folders: &Folders, session: &SessionKey<'_>, keys: &Keys) -> Vec<[Kept; 2]> {
    of_session(folders, &folders.service_tokens(), &session.hash()).twins(keys)
}

impl ServiceTokenFile {
    /// The file of a token where nothing is sealed.
    pub fn new(folders: &Folders, key: &ServiceTokenKey<'_>) -> ServiceTokenFile {
        ServiceTokenFile::in_store(&Store::Plain, folders, key)
    }

    /// The file of a token.
    pub fn in_store(
        store: &Store,
        folders: &Folders,
        key: &ServiceTokenKey<'_>,
    ) -> ServiceTokenFile {
        let sealed = || folders.sealed_service_token_path(key);
        let plain = || folders.service_token_path(key);
        ServiceTokenFile { kept: Kept::by(store.of_credentials(), sealed, plain) }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.kept.path
    }

    /// Reads the token, fresh or not. This never fails: what cannot be read is asked for anew.
    pub fn read(&self) -> Option<KeptToken> {
        let bytes = self.kept.read().ok()??;
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
        let times = Times { expires_at: known(kept.expires_at), renewable_until: None };
        self.kept.write(folders, times, object.finish().as_bytes())
    }

    /// Deletes every token that a session's credentials got, for a logout. Gives their number.
    ///
    /// # Errors
    ///
    /// A file is there and stays; the others are gone.
    pub fn delete_all(folders: &Folders, session: &SessionKey<'_>) -> Result<usize, Error> {
        let (mut count, mut outcome) = (0, Ok(()));
        let (folder, session) = (folders.service_tokens(), session.hash());
        let files = of_session(folders, &folder, &session);
        for path in files.plain().into_iter().chain(files.sealed()) {
            match write::remove(&path) {
                Ok(()) => count += 1,
                Err(error) => outcome = Err(error),
            }
        }
        outcome.map(|()| count)
    }
}
