//! How the person stands with the session before a sign-in: signed in already, or not; and the end of
//! an old session that is not wanted any more.

use std::time::Instant;

use sso_cp_cache::{Lock, TokenFile};
use sso_cp_config::Session;
use sso_cp_http::Client;
use sso_cp_types::{Timestamp, Token};

use super::Signing;
use crate::clock;
use crate::commands::logout::end_at_aws;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::session::{Tokens, session_key};

/// Whether there is anything to do.
pub(super) enum Standing {
    /// Nothing: the token is good.
    SignedIn { until: Timestamp, renewal: Renewal },
    /// A person is needed.
    SignedOut,
}

/// Whether a token renews itself, as far as its file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewal {
    Possible,
    None,
}

impl Renewal {
    pub(crate) fn of(token: &Token) -> Renewal {
        match token.live_renewal(Timestamp::now()) {
            Some(_) => Renewal::Possible,
            None => Renewal::None,
        }
    }
}

/// Looks at the session's token, and renews it where it has to be.
pub(super) fn look(
    session: &Session,
    context: &Context,
    client: &Client,
    wants_new: bool,
) -> Result<Standing, Failure> {
    if wants_new {
        return Ok(Standing::SignedOut);
    }
    let tokens = Tokens::of(session, context, client);
    match tokens.get(None) {
        Ok(_) => {}
        Err(Failure::SignIn(_)) => return Ok(Standing::SignedOut),
        Err(failure) => return Err(failure),
    }
    let token = tokens.place.read().map_err(Failure::Files)?.map(|file| file.token);
    let lasting =
        token.filter(|token| token.seconds_left(Timestamp::now()) >= clock::TOKEN_SECONDS);
    Ok(match lasting {
        Some(token) => Standing::SignedIn { until: token.expires_at, renewal: Renewal::of(&token) },
        None => {
            // It was about a token that is replaced now.
            context.take_warnings();
            Standing::SignedOut
        }
    })
}

impl Signing<'_> {
    /// With `--force`: ends the old session at the portal, so that the new one has its full length,
    /// and removes its token.
    ///
    /// # Errors
    ///
    /// The portal cannot be reached, or the file cannot be removed. A portal that does not take the
    /// token has ended the session already.
    pub(super) fn end_old_session(&self) -> Result<(), Failure> {
        if !self.flags.force {
            return Ok(());
        }
        let context = self.context;
        let lock = Lock::Session(session_key(self.session));
        let _lock = lock.take(&context.folders, Instant::now() + clock::LOCKS);
        let Some(TokenFile { token, .. }) = self.place.read().map_err(Failure::Files)? else {
            return Ok(());
        };
        end_at_aws(self.session, &token, context)?
            .map_err(|error| Failure::Network(Box::new(error)))?;
        let _held = self.interrupt.hold();
        self.place.delete().map_err(Failure::Files)
    }
}
