//! What a person should know although all went well.

use sso_cp_cache::Error as CacheError;
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
    /// An account id that is not twelve digits, which no account of AWS has.
    UnusualAccountId(AccountId),
}
