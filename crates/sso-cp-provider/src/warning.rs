//! What a person should know although all went well.

use std::fmt;
use std::path::PathBuf;

use sso_cp_cache::Error as CacheError;
use sso_cp_config::{SessionName, Store};
use sso_cp_http::CallError;
use sso_cp_types::{AccountId, Timestamp};

use crate::called::THIS_PROFILE;
use crate::error::{Error, unusual};

/// What a person should know although there are credentials. A host without a person may drop it.
#[derive(Debug)]
pub enum Warning {
    /// Fresh credentials could not be had, and cached ones serve for the rest of their life.
    StaleCredentials {
        /// When AWS stops accepting them.
        expires_at: Timestamp,
        /// Why there are no fresh ones.
        error: Box<Error>,
    },
    /// Another session gave the credentials (`sso_cp_fallback_session`), for the Region of the role's own fails.
    StandIn {
        /// Which one gave them.
        session: SessionName,
        /// Its Region.
        region: String,
        /// Why the role's own gave none; none where that was found out a moment ago.
        error: Option<Box<Error>>,
    },
    /// The access token could not be renewed, and serves for the rest of its life.
    TokenNotRenewed {
        /// When AWS stops accepting it.
        expires_at: Timestamp,
        /// Why there is no new one.
        error: Box<CallError>,
    },
    /// The new access token could not be saved: the refresh token is spent, so the next call may need a
    /// sign-in.
    TokenNotSaved(CacheError),
    /// The session was sealed, or unsealed, during the call, and the new access token could not be saved in that form.
    /// It is kept where no later call looks for it.
    TokenMisplaced {
        /// The file that it is in.
        path: PathBuf,
        /// Whose it is.
        session: SessionName,
        /// What the configuration says.
        wanted: Store,
    },
    /// The credentials could not be saved, so the next call fetches them again.
    CredentialsNotCached(CacheError),
    /// A service gave no new token, and the one that is kept serves for the rest of its life.
    StaleServiceToken {
        /// When the service stops accepting it.
        expires_at: Timestamp,
        /// Why there is no new one.
        error: Box<Error>,
    },
    /// The token of a service could not be kept, so the next call asks for it again.
    ServiceTokenNotKept(CacheError),
    /// An account id that is not twelve digits, which no account of AWS has.
    UnusualAccountId(AccountId),
}

impl Warning {
    /// The sentence, with what the host calls the profile, as in [`Error::sentence`].
    #[cold]
    pub fn sentence(&self, profile: &str) -> String {
        match self {
            Warning::StaleCredentials { expires_at, error } => format!(
                "cached credentials are used until {expires_at}, for fresh ones could not be had: {}",
                error.sentence(profile)
            ),
            Warning::StandIn { session, region, error } => {
                let why = match error {
                    Some(error) => error.sentence(profile),
                    None => "the other Region failed a moment ago".to_owned(),
                };
                format!("the credentials are from {session} in {region}: {why}")
            }
            Warning::TokenNotRenewed { expires_at, error } => format!(
                "the token could not be renewed and is used until {expires_at}: {}",
                error.said()
            ),
            Warning::TokenNotSaved(error) => format!(
                "the new token could not be saved, so the next run may need a sign-in: {error}"
            ),
            Warning::TokenMisplaced { path, .. } => format!(
                "the sign-in could not be kept as `sso_cp_store` says by now: it is in {}, where no call looks for it",
                path.display()
            ),
            Warning::CredentialsNotCached(error) => {
                format!("the credentials could not be cached: {error}")
            }
            Warning::StaleServiceToken { expires_at, error } => format!(
                "the token that is kept serves until {expires_at}, for a new one could not be had: {}",
                error.sentence(profile)
            ),
            Warning::ServiceTokenNotKept(error) => {
                format!("the token is not kept, and the next run asks again: {error}")
            }
            Warning::UnusualAccountId(account_id) => unusual(account_id),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(THIS_PROFILE))
    }
}

/// So that a host logs a warning as it logs an error.
impl std::error::Error for Warning {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Warning::StaleCredentials { error, .. }
            | Warning::StandIn { error: Some(error), .. }
            | Warning::StaleServiceToken { error, .. } => error.source(),
            Warning::TokenNotRenewed { error, .. } => error.source(),
            Warning::TokenNotSaved(error)
            | Warning::CredentialsNotCached(error)
            | Warning::ServiceTokenNotKept(error) => error.source(),
            Warning::StandIn { error: None, .. }
            | Warning::TokenMisplaced { .. }
            | Warning::UnusualAccountId(_) => None,
        }
    }
}
