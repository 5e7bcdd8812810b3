//! One sign-in at a time, as far as nobody insists: the right to sign in to a session is a kernel lock, and
//! who waits for it learns how the sign-in ended.

use std::time::{Duration, Instant};

use sso_cp_cache::{Error as CacheError, Lock, Locked, SessionKey, SignInNote, TokenPlace, Turn};
use sso_cp_config::Session;
use sso_cp_types::{Secret, Timestamp};

use crate::limits;
use crate::provider::Provider;
use crate::session_key::session_key;

/// The right to sign in to a session, one process at a time.
pub struct SignInTurn<'a> {
    provider: &'a Provider,
    session: &'a Session,
    place: TokenPlace,
    /// A token that AWS has turned down, however well its file looks.
    rejected: Option<Secret>,
}

impl Provider {
    /// The right to sign in to a session, one process at a time; waiters learn how it ended.
    pub fn sign_in_turn<'a>(&'a self, session: &'a Session) -> SignInTurn<'a> {
        let place = self.token_place(session);
        SignInTurn { provider: self, session, place, rejected: None }
    }
}

impl<'a> SignInTurn<'a> {
    /// The same for a session whose token AWS has turned down: only another one counts.
    #[must_use]
    pub fn with_rejected(self, rejected: Option<Secret>) -> SignInTurn<'a> {
        SignInTurn { rejected, ..self }
    }

    /// The session.
    pub fn session(&self) -> &'a Session {
        self.session
    }

    /// The token that only another one counts beside.
    pub fn rejected(&self) -> Option<&Secret> {
        self.rejected.as_ref()
    }

    /// Whether there is a token with more than five minutes left.
    ///
    /// # Errors
    ///
    /// Its file cannot be read.
    pub fn has_landed(&self) -> Result<bool, CacheError> {
        let file = match self.place.read() {
            // A sign-in unlocks the store too.
            Err(CacheError::Locked(_)) => None,
            read => read?,
        };
        Ok(file.is_some_and(|file| {
            let token = &file.token;
            self.rejected.as_ref() != Some(&token.access_token)
                && token.seconds_left(Timestamp::now()) >= limits::TOKEN_SECONDS
        }))
    }

    /// Takes the turn, waiting for anyone who has it. It is given back when this is dropped, and when the last
    /// process that has its file open is gone.
    pub fn take(&self, patience: Duration) -> Locked {
        Lock::SignIn(self.key()).take(self.provider.folders(), Instant::now() + patience)
    }

    /// Takes the turn, or finds while it waits that the sign-in is done.
    pub fn take_unless<T>(&self, until: Instant, look: impl FnMut() -> Option<T>) -> Turn<T> {
        Lock::SignIn(self.key()).take_unless(self.provider.folders(), until, look)
    }

    /// How the last sign-in failed, if it did.
    pub fn note(&self) -> Option<SignInNote> {
        SignInNote::read(self.provider.folders(), &self.key())
    }

    /// Tells those who wait that the sign-in failed, before the turn is given back. The reason is what a
    /// person would read; no secret.
    ///
    /// # Errors
    ///
    /// The note cannot be written. Those who wait find out by themselves.
    pub fn fail(&self, reason: String) -> Result<(), CacheError> {
        let note = SignInNote { ended_at: Timestamp::now(), reason };
        note.write(self.provider.folders(), &self.key())
    }

    /// Tells those who wait that the sign-in ended well.
    pub fn succeed(&self) {
        SignInNote::clear(self.provider.folders(), &self.key());
    }

    fn key(&self) -> SessionKey<'a> {
        session_key(self.session)
    }
}
