//! Sessions that another process seals, or unseals, while a call runs. The call has read the configuration before, so
//! what it saves would be in the form that counted then.
//!
//! No lock is needed for that: a change of the store looks for files after the configuration has changed, and a
//! call looks at the configuration after it has saved a file, so one of the two sees the other.

use std::path::Path;

use sso_cp_cache::{Error as CacheError, Form, Pending, RegistrationKey, TokenPlace, Twin};
use sso_cp_config::{Selection, Session, SessionName};

use super::change::{form_of_credentials, form_of_sign_in};
use crate::provider::Provider;
use crate::session_key::session_key;
use crate::warning::Warning;

impl Provider {
    /// The session as the configuration has it by now, where that says another store than this call knows.
    pub(crate) fn changed_meanwhile(&self, session: &Session) -> Option<Session> {
        let SessionName::Named(name) = &session.name else { return None };
        if !sso_cp_cache::key_file::path(self.folders()).exists() {
            // Nothing has ever been sealed here.
            return None;
        }
        let now = self.session(&Selection::SsoSession(name.clone())).ok()?;
        (now.settings().store != session.settings().store).then_some(now)
    }

    /// Saves credentials of a session, or what they gave, if they still belong into the form that this call
    /// knows. They are fetched again where they do not. `delete` takes back what was saved.
    pub(crate) fn save_of_credentials(
        &self,
        session: &Session,
        save: impl FnOnce() -> Result<(), CacheError>,
        delete: impl FnOnce(),
    ) -> Result<(), CacheError> {
        if self.have_credentials_moved(session) {
            return Ok(());
        }
        let saved = save();
        if self.have_credentials_moved(session) {
            delete();
        }
        saved
    }

    /// The write of a token that has begun, where the session's token belongs as this says. Where nothing can be
    /// written there it goes on as it has begun: in the other form a token is not lost.
    pub(crate) fn redirected(
        &self,
        session: &Session,
        begun: &TokenPlace,
        pending: Pending,
    ) -> (TokenPlace, Pending) {
        let (folders, key) = (self.folders(), session_key(session));
        let (store, TokenPlace { start_url, region, .. }) = (self.store(session), begun);
        let place = TokenPlace::in_store(&store, folders, &key, start_url, region);
        match place.path != begun.path {
            true => match place.begin(folders) {
                Ok(pending) => (place, pending),
                Err(_) => (begun.clone(), pending),
            },
            false => (place, pending),
        }
    }

    /// Whether the session's token is there in any form. A logout removes both.
    pub(crate) fn has_token(&self, session: &Session) -> bool {
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        twin.exists(Form::Plain) || twin.exists(Form::Sealed)
    }

    /// After a token of this session was saved here: has it in the form that counts by now. Where that cannot be
    /// written it stays as it is, which is better than none, and the former token goes from where it would be in
    /// the way of the new one: it has been replaced.
    pub(crate) fn move_token_along(&self, session: &Session, saved: &Path) {
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        self.move_along(session, &twin);
        if let Some(Warning::TokenMisplaced { wanted, .. }) = self.misplaced(session, saved) {
            let _ = twin.remove_whatever(self.folders(), form_of_sign_in(wanted));
        }
    }

    /// Whether a token that was saved here is still there, although the configuration says another form by now.
    pub(crate) fn misplaced(&self, session: &Session, saved: &Path) -> Option<Warning> {
        let moved = self.changed_meanwhile(session);
        let wanted = moved.as_ref().unwrap_or(session).settings().store;
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        let is_misplaced = twin.path(form_of_sign_in(wanted).other()) == saved && saved.exists();
        is_misplaced.then(|| Warning::TokenMisplaced {
            path: saved.to_owned(),
            session: session.name.clone(),
            wanted,
        })
    }

    /// The same for the client that a sign-in has registered.
    pub(crate) fn move_registration_along(&self, session: &Session, key: &RegistrationKey<'_>) {
        self.move_along(session, &Twin::registration(self.folders(), self.keys(), key));
    }

    fn move_along(&self, session: &Session, twin: &Twin) {
        let Some(now) = self.changed_meanwhile(session) else { return };
        let [from, to] = [session, &now].map(|session| form_of_sign_in(session.settings().store));
        if from != to && twin.write(self.folders(), to).is_ok() {
            // Equal, unless somebody has written it again.
            let _ = twin.remove(self.folders(), from);
        }
    }

    fn have_credentials_moved(&self, session: &Session) -> bool {
        let form = |session: &Session| -> Form { form_of_credentials(session.settings().store) };
        self.changed_meanwhile(session).is_some_and(|now| form(&now) != form(session))
    }
}
