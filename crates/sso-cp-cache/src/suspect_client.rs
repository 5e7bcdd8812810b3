//! Which client was shown to a person for a whole sign-in that came to nothing: where AWS has forgotten a
//! client, its page says so to the person, and no redirect tells us. No secret.

use crate::json::{ObjectWriter, Parsed, first_object};
use crate::names::SessionKey;
use crate::{Folders, read, write};

/// The client of a session's sign-in that timed out: `~/.aws/sso-cp/suspect-HASH.json`. The next sign-in uses
/// another one, and then this names none that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspectClient(pub String);

impl SuspectClient {
    /// The suspect of a session, if there is one.
    pub fn read(folders: &Folders, session: &SessionKey<'_>) -> Option<SuspectClient> {
        let bytes = read::bytes(&folders.suspect_path(session)).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        Some(SuspectClient(object.text("clientId")?.to_string()))
    }

    /// Notes it. Where that cannot be written, the next sign-in uses the client again, and `--force` does not
    /// help either: then its registration file is to be removed. Nothing waits for the disk.
    pub fn note(&self, folders: &Folders, session: &SessionKey<'_>) {
        let text = ObjectWriter::new().text("clientId", &self.0).finish();
        let _ = write::write_unsynced(folders, &folders.suspect_path(session), text.as_bytes());
    }

    /// There is another client.
    pub fn clear(folders: &Folders, session: &SessionKey<'_>) {
        write::forget(&folders.suspect_path(session));
    }
}
