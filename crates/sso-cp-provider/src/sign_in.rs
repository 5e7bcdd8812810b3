//! The half of a sign-in that needs no person: is it needed at all, our client at AWS, room for the token,
//! and the exchange of what the person has granted. How the person is asked is the host's.

mod error;
mod needed;
mod portal;
mod registration;
mod save;
mod scopes;
mod standing;
mod turn;

use sso_cp_config::Session;

use crate::call::Call;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::provider::Provider;
pub use error::SignInError;
pub use needed::{Asked, OldSession, SignIn, SignInOptions};
pub use portal::{Portal, PortalSource, Unresolved};
pub use registration::Wanted;
pub use standing::{Renewal, Standing};
pub use turn::SignInTurn;

impl Provider {
    /// Signed in already, or what a sign-in needs: registration, room for the token, and the exchange of a
    /// grant. A token that can be renewed is renewed. A start URL on somebody's own domain is asked where
    /// it leads, without a token.
    ///
    /// # Errors
    ///
    /// The configuration names an endpoint that cannot be used, AWS cannot be reached, or the token's file
    /// cannot be read. Never [`Error::SignInRequired`].
    pub fn sign_in<'a>(
        &'a self,
        session: &'a Session,
        options: SignInOptions,
        cleanup: &'a Cleanup,
    ) -> Result<Standing<'a>, Error> {
        let client = self.client(session);
        if options.old_session == OldSession::Keep {
            let call = Call::new(self, cleanup);
            if let Some(signed_in) = standing::signed_in(session, &call, &client)? {
                return Ok(signed_in);
            }
        }
        let needed = SignIn::new(self, session, options, client, cleanup)?;
        Ok(Standing::SignedOut(Box::new(needed)))
    }
}
