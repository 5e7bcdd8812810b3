//! From a grant to a token file. What can fail fails before the person is bothered, and again before
//! the grant is spent; the old file stays until the new one is whole.

use std::time::Instant;

use sso_cp_cache::{Lock, Locked, Origin, Pending};
use sso_cp_oidc::{Grant, Granted};
use sso_cp_types::{ClientRegistration, Renewal, Timestamp, Token};

use super::error::SignInError;
use super::needed::SignIn;
use crate::cleanup::OnStop;
use crate::limits;
use crate::session_key::session_key;
use crate::warning::Warning;

impl SignIn<'_> {
    /// Finds out whether a token could be saved, and leaves nothing behind.
    ///
    /// # Errors
    ///
    /// [`SignInError::NotSaved`].
    pub fn check_room(&self) -> Result<(), SignInError> {
        let _lock = self.lock();
        let _held = self.cleanup.hold();
        self.place.begin(self.provider.folders()).map(drop).map_err(SignInError::NotSaved)
    }

    /// Spends a grant that works once: the space for the token is taken first.
    ///
    /// # Errors
    ///
    /// There is no room, AWS refuses, or cannot be reached. The old token, if there is one, stays.
    pub fn exchange(
        &self,
        registration: &ClientRegistration,
        grant: Grant<'_>,
    ) -> Result<Token, SignInError> {
        let _lock = self.lock();
        let pending = self.begin()?;
        match self.oidc().create_token(registration, grant) {
            Ok(granted) => self.finish(pending, registration, granted),
            Err(error) => {
                let path = pending.path().to_owned();
                drop(pending);
                self.cleanup.hold().settle(&path);
                Err(SignInError::of_grant(error))
            }
        }
    }

    /// Saves a token that is there already.
    ///
    /// # Errors
    ///
    /// [`SignInError::NotSaved`].
    pub fn save(
        &self,
        registration: &ClientRegistration,
        granted: Granted,
    ) -> Result<Token, SignInError> {
        let _lock = self.lock();
        let pending = self.begin()?;
        self.finish(pending, registration, granted)
    }

    /// What a person should know after [`SignIn::exchange`] or [`SignIn::save`]: the session was sealed, or unsealed,
    /// while they were at the browser, and the token could not be saved in that form.
    pub fn warning(&self) -> Option<Warning> {
        self.provider.misplaced(self.session, &self.place.path)
    }

    /// Keeps renewals of the same session away, and them from removing our unfinished file.
    fn lock(&self) -> Locked {
        let key = session_key(self.session);
        Lock::Session(key).take(self.provider.folders(), Instant::now() + limits::LOCKS)
    }

    fn begin(&self) -> Result<Pending, SignInError> {
        let held = self.cleanup.hold();
        let pending = self.place.begin(self.provider.folders()).map_err(SignInError::NotSaved)?;
        held.leave_unfinished(pending.path(), OnStop::Discard);
        Ok(pending)
    }

    fn finish(
        &self,
        pending: Pending,
        registration: &ClientRegistration,
        granted: Granted,
    ) -> Result<Token, SignInError> {
        let held = self.cleanup.hold();
        let path = pending.path().to_owned();
        let token = Token {
            access_token: granted.access_token,
            expires_at: Timestamp::now().plus_seconds(granted.expires_in_seconds),
            renewal: granted
                .refresh_token
                .map(|refresh_token| Renewal { refresh_token, registration: registration.clone() }),
        };
        // Before the token: anyone who waits for that finds nothing unfinished of ours.
        if let Some(portal) = self.portal.to_note() {
            portal.note(self.provider.folders(), &session_key(self.session));
        }
        let origin = Origin::Granted(registration);
        // The session may have been sealed while the person was at the browser.
        let moved = self.provider.changed_meanwhile(self.session);
        let session = moved.as_ref().unwrap_or(self.session);
        let (place, pending) = self.provider.redirected(session, &self.place, pending);
        let saved = place.finish(self.provider.folders(), pending, &token, origin);
        if saved.is_ok() {
            self.provider.remove_other_form(session, &place.path);
            self.provider.move_token_along(session, &place.path);
        }
        held.settle(&path);
        saved.map(|()| token).map_err(SignInError::NotSaved)
    }
}
