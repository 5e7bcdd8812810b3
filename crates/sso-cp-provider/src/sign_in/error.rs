//! Why a sign-in came to nothing, as far as this side and AWS are concerned.

use std::fmt;

use sso_cp_cache::{Error as CacheError, Flow};
use sso_cp_http::CallError;

use crate::called::THIS_PROFILE;
use crate::error::Error;

/// Why there is no new token.
#[derive(Debug)]
pub enum SignInError {
    /// AWS registers no client for this flow. Another flow may work; a person must check the configuration.
    NotRegistered {
        /// The flow.
        flow: Flow,
        /// What AWS says.
        error: Box<CallError>,
    },
    /// AWS does not know our client, whose registration may be older than AWS's memory. Begin anew with
    /// [`Wanted::New`](super::Wanted::New), once.
    UnknownClient(Box<CallError>),
    /// AWS gives no token for the grant. Begin the sign-in anew.
    Rejected(Box<CallError>),
    /// There is no room for the token, and nothing has changed. A person must make room.
    NotSaved(CacheError),
    /// Anything else, as for every call.
    Other(Error),
}

/// Whether AWS says that it does not know our client.
pub(super) fn is_unknown_client(error: &CallError) -> bool {
    matches!(error.code(), Some("InvalidClientException" | "UnauthorizedClientException"))
}

impl SignInError {
    /// What a failed call means: AWS's no, or no answer.
    pub(super) fn of_call(
        error: CallError,
        refused: impl FnOnce(Box<CallError>) -> SignInError,
    ) -> SignInError {
        let is_refusal = matches!(error, CallError::Refused { .. }) && !error.is_passing();
        match is_refusal {
            true => refused(Box::new(error)),
            false => SignInError::Other(error.into()),
        }
    }

    /// Of a grant that is exchanged.
    pub(super) fn of_grant(error: CallError) -> SignInError {
        match is_unknown_client(&error) {
            true => SignInError::UnknownClient(Box::new(error)),
            false => SignInError::of_call(error, SignInError::Rejected),
        }
    }
}

impl From<Error> for SignInError {
    fn from(error: Error) -> SignInError {
        SignInError::Other(error)
    }
}

impl SignInError {
    /// The sentence, with what the host calls the session.
    #[cold]
    pub fn sentence(&self, session: &str) -> String {
        match self {
            SignInError::NotRegistered { error, .. } => {
                format!("AWS registers no client for {session}: {}", error.words())
            }
            SignInError::UnknownClient(error) | SignInError::Rejected(error) => {
                format!("AWS does not accept the sign-in to {session}: {}", error.words())
            }
            SignInError::NotSaved(error) => {
                format!("the sign-in to {session} was not saved, nothing has changed: {error}")
            }
            SignInError::Other(error) => error.to_string(),
        }
    }
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(THIS_PROFILE))
    }
}

impl std::error::Error for SignInError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SignInError::NotRegistered { error, .. }
            | SignInError::UnknownClient(error)
            | SignInError::Rejected(error) => error.source(),
            SignInError::NotSaved(error) => error.source(),
            SignInError::Other(error) => error.source(),
        }
    }
}
