//! Which access portal the last sign-in to a session went to, so that a start URL on somebody's own domain cannot lead
//! the next one to another organisation's unseen. No secret.

use crate::json::{ObjectWriter, Parsed, first_object};
use crate::names::SessionKey;
use crate::{Folders, read, write};

/// The access portal of a session's last sign-in: `~/.aws/sso-cp/portal-HASH.json`. It stays when the session ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastPortal(pub String);

impl LastPortal {
    /// The portal of a session; none where it was never signed in to, or the file is broken.
    pub fn read(folders: &Folders, session: &SessionKey<'_>) -> Option<LastPortal> {
        let bytes = read::bytes(&folders.portal_path(session)).ok()??;
        let Parsed::Whole(object) = first_object(&bytes) else { return None };
        Some(LastPortal(object.text("startUrl")?.to_string()))
    }

    /// Notes it, where it is another one than before. Where it cannot be written, the next sign-in names its portal and
    /// asks nothing, as a first one does. Nothing waits for the disk.
    pub fn note(&self, folders: &Folders, session: &SessionKey<'_>) {
        if LastPortal::read(folders, session).as_ref() != Some(self) {
            let text = ObjectWriter::new().text("startUrl", &self.0).finish();
            let _ = write::write_unsynced(folders, &folders.portal_path(session), text.as_bytes());
        }
    }
}
