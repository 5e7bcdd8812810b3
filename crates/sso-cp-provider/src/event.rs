//! What a log may show. An allow-list by its type: there is no field for a token, a key or a code.

use std::path::Path;
use std::time::Duration;

use sso_cp_cache::Error as CacheError;
use sso_cp_http::CallError;
use sso_cp_types::Timestamp;

/// One step of a call.
#[derive(Debug)]
pub enum Event<'a> {
    /// The credentials of a role of the access portal are wanted.
    Role {
        /// The account.
        account_id: &'a str,
        /// The permission set.
        role_name: &'a str,
        /// The region of the portal.
        region: &'a str,
    },
    /// They are in the cache, and fresh.
    RoleCached {
        /// When AWS stops accepting them.
        until: Timestamp,
    },
    /// They are in the cache and will end soon; the last try to get fresh ones has just failed, so there is
    /// no other one yet.
    FailedJustNow {
        /// When AWS stops accepting them.
        until: Timestamp,
    },
    /// They are in the cache and will end soon; another process is about to get fresh ones.
    OthersAtWork {
        /// When AWS stops accepting them.
        until: Timestamp,
    },
    /// The cache holds something else by this role's name, which another provider wrote. It stays.
    ForeignRoleFile,
    /// Credentials could not be cached, where nothing at all can be.
    NotCached {
        /// Why.
        error: &'a CacheError,
        /// The home directory, for anyone who shows paths below it.
        home: &'a Path,
    },
    /// The credentials of an assumed role are in the cache, and fresh.
    AssumedRoleCached {
        /// The role.
        role_arn: &'a str,
        /// When AWS stops accepting them.
        until: Timestamp,
    },
    /// STS is asked to assume a role.
    Assuming {
        /// The role.
        role_arn: &'a str,
    },
    /// The token of a service is kept, and fresh.
    ServiceTokenKept {
        /// When the service stops accepting it.
        until: Timestamp,
    },
    /// Scoped credentials are in the cache, and fresh.
    ScopedCached {
        /// When AWS stops accepting them.
        until: Timestamp,
    },
    /// STS is asked to scope credentials down.
    Scoping {
        /// Where.
        region: &'a str,
    },
    /// STS does not take the role's credentials for that, so newer ones are tried.
    ScopingAgain {
        /// What it says.
        error: &'a CallError,
    },
    /// STS does not say whose the credentials are, so the session is named otherwise.
    CallerUnknown {
        /// What it says.
        error: &'a CallError,
    },
    /// The session's name is not noted for the next call.
    SessionNameNotNoted {
        /// Why.
        error: &'a CacheError,
    },
    /// The access token is fresh.
    TokenFresh {
        /// When AWS stops accepting it.
        until: Timestamp,
    },
    /// The portal turns the access token down.
    TokenRejected,
    /// The session's lock is ours: no other process of ours renews its token.
    SessionLocked,
    /// The session's lock could not be had, and the renewal goes on without it.
    SessionNotLocked,
    /// The access token is not renewed, for a new one could not be saved; it still lives.
    TokenKept {
        /// Why.
        error: &'a CacheError,
    },
    /// The access token was renewed.
    TokenRenewed {
        /// When AWS stops accepting the new one.
        until: Timestamp,
    },
    /// Another process has renewed the access token, and its token serves.
    TokenAdopted,
    /// A listing was faster than AWS wants it to be.
    Throttled {
        /// How long AWS asks to wait, if it says so.
        asked: Option<Duration>,
    },
    /// The session was over at AWS before it could be ended.
    SessionOver {
        /// What AWS says.
        error: &'a CallError,
    },
    /// Our client at AWS is known from its file.
    ClientKnown {
        /// When AWS forgets it.
        until: Timestamp,
    },
    /// Our client was registered at AWS.
    ClientRegistered {
        /// When AWS forgets it.
        until: Timestamp,
    },
    /// The registration could not be kept for the next sign-in.
    ClientNotKept {
        /// Why.
        error: &'a CacheError,
        /// The home directory, for anyone who shows paths below it.
        home: &'a Path,
    },
    /// AWS was asked whether a code was typed, and did not answer.
    AskingAgain {
        /// Why.
        error: &'a CallError,
    },
}
