//! How the store stands, offline: the kernel's keyring is asked, and no keystore.

use std::path::PathBuf;

use sso_cp_cache::{Asked, Form, Keys, Twin, key_file, sealed_files};
use sso_cp_config::{Listing, Session, Store as Mode, Unlock};
use sso_cp_vault::{Kept, KeyFile, KeyId, Refusal};

use super::unlock::ids;
use crate::provider::Provider;
use crate::session_key::session_key;

/// How the store of a home stands.
#[derive(Debug)]
pub struct StoreState {
    /// What says where the key is; `None` where nothing has been sealed.
    pub key: Option<KeyFile>,
    /// Why the kernel's keyring is not to be had, where it is not.
    pub refusal: Option<Refusal>,
    /// Sealed files that are damaged, or of a newer version.
    pub damaged: Vec<PathBuf>,
    /// Sealed files of a key that nothing says where to find.
    pub of_other_keys: Vec<PathBuf>,
}

impl Provider {
    /// Whether a credential call would find the session's store locked.
    pub fn is_locked(&self, session: &Session) -> bool {
        let settings = session.settings();
        if settings.store == Mode::Plain {
            return false;
        }
        let of_token = self.token_place(session).header().map(|header| header.key_id);
        let file = || key_file::read(self.folders()).ok().flatten();
        let Some(id) = of_token.or_else(|| file().map(|file| file.id)) else { return false };
        let may_ask_command = settings.unlock == Unlock::Always
            && file().is_some_and(|file| matches!(file.kept, Kept::Command(_)));
        match sso_cp_vault::find(id) {
            Ok(found) => found.is_none(),
            Err(_) => !may_ask_command && !self.knows(id),
        }
    }

    /// Whether any session is to be sealed, as far as the configuration can be read.
    pub fn has_sealed_session(&self) -> bool {
        let sessions = Listing::read(self.files(), self.env()).map(|listing| listing.sessions);
        sessions.unwrap_or_default().iter().any(|listed| {
            listed.session.as_ref().is_ok_and(|session| session.settings().store != Mode::Plain)
        })
    }

    /// Whether there may be anything sealed of this session: it is to be, or its token is there.
    pub fn has_sealed_files(&self, session: &Session) -> bool {
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        session.settings().store != Mode::Plain || twin.exists(Form::Sealed)
    }

    /// Whether a plain token stands beside the sealed one of this session: some other tool has signed in.
    pub fn has_plain_token_beside(&self, session: &Session) -> bool {
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        session.settings().store != Mode::Plain && twin.exists(Form::Plain)
    }

    /// How the store stands as a whole.
    ///
    /// # Errors
    ///
    /// The file that says where the key is cannot be read, or is not understood.
    pub fn store_state(&self) -> Result<StoreState, sso_cp_cache::Error> {
        let key = key_file::read(self.folders())?;
        let known: Vec<KeyId> = key.as_ref().map_or_else(Vec::new, ids);
        let (mut damaged, mut of_other_keys) = (Vec::new(), Vec::new());
        for file in sealed_files(self.folders()) {
            match file.header {
                None => damaged.push(file.path),
                Some(header) if !known.contains(&header.key_id) => of_other_keys.push(file.path),
                Some(_) => {}
            }
        }
        let any = known.first().copied();
        let refusal = any.and_then(|id| sso_cp_vault::find(id).err());
        Ok(StoreState { key, refusal, damaged, of_other_keys })
    }

    /// Whether the key is at hand that files are sealed with now.
    pub(crate) fn has_key(&self) -> bool {
        self.keys().current().is_ok()
    }

    /// What opens files without asking anybody but the kernel.
    pub(crate) fn offline_keys(&self) -> Keys {
        self.keys().asking(Asked::Kernel)
    }

    fn knows(&self, id: KeyId) -> bool {
        self.offline_keys().key(id).is_ok()
    }
}
