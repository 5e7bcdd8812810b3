//! From a grant to a token file. What can fail fails before the person is bothered, and again before
//! the grant is spent; the old file stays until the new one is whole.

use std::time::Instant;

use sso_cp_cache::{Lock, Locked, Pending};
use sso_cp_http::CallError;
use sso_cp_oidc::{Grant, Granted};
use sso_cp_types::{ClientRegistration, Renewal, Timestamp, Token};

use super::Signing;
use crate::clock;
use crate::messages::failure::{Failure, LoginReason};
use crate::process::interrupt::OnSignal;
use crate::session::session_key;

/// Why a grant became no token.
pub(super) enum NoToken {
    /// AWS has no token for it, or does not answer.
    Call(CallError),
    /// Something on this side.
    Failure(Failure),
}

impl Signing<'_> {
    /// Finds out whether a token could be saved, and leaves nothing behind.
    pub(super) fn check_room(&self) -> Result<(), Failure> {
        let _lock = self.lock();
        let _held = self.interrupt.hold();
        self.place.begin(&self.context.folders).map(drop).map_err(|error| self.not_saved(error))
    }

    /// Spends a grant that works once: the space for the token is taken first.
    pub(super) fn exchange(
        &self,
        registration: &ClientRegistration,
        grant: Grant<'_>,
    ) -> Result<Token, NoToken> {
        let _lock = self.lock();
        let pending = self.begin().map_err(NoToken::Failure)?;
        match self.oidc().create_token(registration, grant) {
            Ok(granted) => self.finish(pending, registration, granted).map_err(NoToken::Failure),
            Err(error) => {
                drop(pending);
                self.interrupt.hold().settle();
                Err(NoToken::Call(error))
            }
        }
    }

    /// Saves a token that is there already.
    pub(super) fn save(
        &self,
        registration: &ClientRegistration,
        granted: Granted,
    ) -> Result<Token, Failure> {
        let _lock = self.lock();
        let pending = self.begin()?;
        self.finish(pending, registration, granted)
    }

    /// Keeps renewals of the same session away, and them from removing our unfinished file.
    fn lock(&self) -> Locked {
        let key = session_key(self.session);
        Lock::Session(key).take(&self.context.folders, Instant::now() + clock::LOCKS)
    }

    fn begin(&self) -> Result<Pending, Failure> {
        let held = self.interrupt.hold();
        let pending =
            self.place.begin(&self.context.folders).map_err(|error| self.not_saved(error))?;
        held.leave_unfinished(pending.path(), OnSignal::End);
        Ok(pending)
    }

    fn finish(
        &self,
        pending: Pending,
        registration: &ClientRegistration,
        granted: Granted,
    ) -> Result<Token, Failure> {
        let mut held = self.interrupt.hold();
        let token = Token {
            access_token: granted.access_token,
            expires_at: Timestamp::now().plus_seconds(granted.expires_in_seconds),
            renewal: granted
                .refresh_token
                .map(|refresh_token| Renewal { refresh_token, registration: registration.clone() }),
        };
        let saved = self.place.finish(&self.context.folders, pending, &token, None);
        held.settle();
        saved.map(|()| token).map_err(|error| self.not_saved(error))
    }

    fn not_saved(&self, error: sso_cp_cache::Error) -> Failure {
        self.failure(LoginReason::NotSaved(error))
    }
}
