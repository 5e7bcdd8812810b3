//! How the person stands with the session before a sign-in: signed in already, or not; and the end of
//! an old session that is not wanted any more.

use std::time::Instant;

use sso_cp_cache::{Error as CacheError, Lock, TokenFile};
use sso_cp_config::Session;
use sso_cp_http::Client;
use sso_cp_types::{Timestamp, Token};

use super::error::SignInError;
use super::needed::{OldSession, SignIn};
use crate::call::Call;
use crate::error::Error;
use crate::limits;
use crate::session_key::session_key;
use crate::sign_out::end_at_aws;
use crate::token::TokenProvider;

/// Whether there is anything to do.
pub enum Standing<'a> {
    /// Nothing: the token is good.
    SignedIn {
        /// When AWS stops accepting it.
        until: Timestamp,
        /// Whether it is renewed after that.
        renewal: Renewal,
    },
    /// A person is needed.
    SignedOut(Box<SignIn<'a>>),
}

/// Whether a token renews itself, as far as its file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// It has a refresh token and a client that lives.
    Possible,
    /// It ends, and a person has to sign in again.
    None,
}

impl Renewal {
    /// Of a token, at this moment.
    pub fn of(token: &Token) -> Renewal {
        match token.live_renewal(Timestamp::now()) {
            Some(_) => Renewal::Possible,
            None => Renewal::None,
        }
    }
}

/// Looks at the session's token, and renews it where it has to be. Gives nothing where a person is needed.
pub(super) fn signed_in<'a>(
    session: &Session,
    call: &Call<'_>,
    client: &Client,
) -> Result<Option<Standing<'a>>, Error> {
    let tokens = TokenProvider::of(session, call, client);
    match tokens.get(None) {
        Ok(_) => {}
        Err(Error::SignInRequired(_)) => return Ok(None),
        // The token was sealed with a key that is lost: it is none.
        Err(Error::StoreLocked(_)) if call.provider.has_key() => return Ok(None),
        // Whatever AWS has against the renewal, a new sign-in needs none.
        Err(Error::Network(error)) if error.is_answer() => return Ok(None),
        Err(error) => return Err(error),
    }
    let token = tokens.place.read()?.map(|file| file.token);
    let lasting =
        token.filter(|token| token.seconds_left(Timestamp::now()) >= limits::TOKEN_SECONDS);
    Ok(lasting
        .map(|token| Standing::SignedIn { until: token.expires_at, renewal: Renewal::of(&token) }))
}

impl SignIn<'_> {
    /// With [`OldSession::End`]: ends the old session at the portal, so that the new one has its full
    /// length, and removes its token.
    ///
    /// # Errors
    ///
    /// The portal cannot be reached, or the file cannot be removed. A portal that does not take the
    /// token has ended the session already.
    pub fn end_old_session(&self) -> Result<(), SignInError> {
        if self.options.old_session == OldSession::Keep {
            return Ok(());
        }
        let lock = Lock::Session(session_key(self.session));
        let _lock = lock.take(self.provider.folders(), Instant::now() + limits::LOCKS);
        let token = match self.place.read() {
            Err(CacheError::Locked(_)) if self.provider.has_key() => None,
            read => read.map_err(|error| Error::of_file(error, &self.session.name))?,
        };
        let Some(TokenFile { token, .. }) = token else { return Ok(()) };
        match end_at_aws(self.session, &token, self.provider).map_err(Error::from)? {
            // It was to be renewed first, and AWS does not: nobody else can use it either.
            Err(error) if error.is_answer() && token.seconds_left(Timestamp::now()) <= 0 => {}
            ended => ended.map_err(Error::from)?,
        }
        let _held = self.cleanup.hold();
        Ok(self.place.delete().map_err(Error::Cache)?)
    }
}
