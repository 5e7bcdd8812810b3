//! What a person should know although all went well.

use std::fmt;

use sso_cp_cache::Error as CacheError;
use sso_cp_config::SessionName;
use sso_cp_http::CallError;
use sso_cp_types::{AccountId, Timestamp};

use crate::error::Error;

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

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::StaleCredentials { expires_at, error } => {
                write!(f, "cached credentials are used until {expires_at}: {error}")
            }
            Warning::StandIn { region, error: Some(error), .. } => {
                write!(f, "another session gave the credentials, in {region}: {error}")
            }
            Warning::StandIn { region, error: None, .. } => {
                write!(f, "another session gave the credentials, in {region}")
            }
            Warning::TokenNotRenewed { expires_at, error } => {
                write!(f, "the token was not renewed and is used until {expires_at}: {error}")
            }
            Warning::TokenNotSaved(error) => write!(f, "the new token was not saved: {error}"),
            Warning::CredentialsNotCached(error) => {
                write!(f, "the credentials were not cached: {error}")
            }
            Warning::StaleServiceToken { expires_at, error } => {
                write!(f, "the token that is kept serves until {expires_at}: {error}")
            }
            Warning::ServiceTokenNotKept(error) => write!(f, "the token was not kept: {error}"),
            Warning::UnusualAccountId(account_id) => {
                write!(f, "{account_id} is not an account id, which has twelve digits")
            }
        }
    }
}
