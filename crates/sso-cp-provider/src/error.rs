//! Why there are no credentials, as facts.

use std::fmt;

use sso_cp_cache::{Error as CacheError, WhyLocked};
use sso_cp_config::{Error as ConfigError, SessionName};
use sso_cp_http::CallError;
use sso_cp_types::{AccountId, RoleName, Secret};

use crate::called::{THIS_PROFILE, called};
use crate::scope_error::ScopeError;
use crate::service_refused::ServiceRefused;

/// Why there are no credentials. Each variant says what the host program should do.
///
/// A `match` over it is meant to name them all: a new variant is a new thing for the host to decide.
#[derive(Debug)]
pub enum Error {
    /// The configuration names no usable role. A person must edit it; trying again is of no use.
    Config(ConfigError),
    /// A person must sign in. Run the sign-in, or say how.
    SignInRequired(SignInRequired),
    /// The session's files are sealed, and there is no key to open them with. A person must unlock the
    /// store; see [`crate::Provider::unlock`].
    StoreLocked(StoreLocked),
    /// The portal refuses this role in this account (status 403 or 404 of GetRoleCredentials; 400 for an account
    /// id that no account has). The sign-in is fine, the assignment is not: a person must ask for it, or choose
    /// another role.
    RoleRefused {
        /// The account that was asked for.
        account_id: AccountId,
        /// The permission set that was asked for.
        role_name: RoleName,
        /// What the portal says.
        error: Box<CallError>,
    },
    /// STS refuses to assume a role of the chain. A person must change the role's trust policy, or the
    /// profile.
    AssumeRoleRefused {
        /// The profile that names the role.
        profile: String,
        /// The role.
        role_arn: String,
        /// What STS says.
        error: Box<CallError>,
    },
    /// The credentials could not be scoped down, so there are none.
    Scope(Box<ScopeError>),
    /// STS does not take the credentials, although everybody may ask whose they are. A clock that is wrong,
    /// or credentials that were revoked.
    CredentialsRefused(Box<CallError>),
    /// A service does not give the token or the description that it was asked for. The role may not, or there
    /// is no such thing; or the clock is wrong.
    ServiceRefused(ServiceRefused),
    /// AWS cannot be reached or fails. See [`Error::is_transient`].
    Network(Box<CallError>),
    /// A file of the cache cannot be read, or not be removed. A person must look at its permissions.
    Cache(CacheError),
    /// The access token has expired and a new one could not be saved, so the refresh token, which works
    /// once, was not spent. A person must make room.
    TokenUnsaveable(CacheError),
    /// No thread can be had for listing. The process has reached a limit of the system.
    Thread(std::io::Error),
}

/// Which session needs a person, and why.
#[derive(Debug)]
pub struct SignInRequired {
    /// The session.
    pub session: SessionName,
    /// Why.
    pub reason: SignInReason,
    /// The access token that the portal has just turned down, where that is the reason: its file looks
    /// well, so a sign-in must not be content with it. Redacted in `Debug`.
    pub rejected_token: Option<Secret>,
}

/// Which session's store is locked, and why.
#[derive(Debug)]
pub struct StoreLocked {
    /// The session.
    pub session: SessionName,
    /// Why.
    pub why: WhyLocked,
}

/// Why a sign-in is needed.
#[derive(Debug)]
pub enum SignInReason {
    /// There is no token.
    NoToken,
    /// The token has expired, and there is nothing to renew it with.
    Expired,
    /// AWS does not renew the token.
    RenewalRefused(Box<CallError>),
    /// The portal does not take the token, however new it is (status 401).
    TokenRefused(Box<CallError>),
}

impl Error {
    /// Whether it may go away by itself, so that the same call is worth another try later: the network
    /// failed, AWS is throttling or failing, or the machine has no thread left.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Network(error) => error.is_passing(),
            Error::Thread(_) => true,
            Error::Config(_)
            | Error::SignInRequired(_)
            | Error::StoreLocked(_)
            | Error::RoleRefused { .. }
            | Error::AssumeRoleRefused { .. }
            | Error::Scope(_)
            | Error::CredentialsRefused(_)
            | Error::ServiceRefused(_)
            | Error::Cache(_)
            | Error::TokenUnsaveable(_) => false,
        }
    }

    /// Whether something older that still lives may serve instead: cached credentials, or a token that they
    /// got. An expired sign-in and a locked store count: the person need not be interrupted yet. A no to the
    /// role does not.
    pub fn lets_stale_serve(&self) -> bool {
        let is_ours = |error: &Error| {
            matches!(
                error,
                Error::SignInRequired(_)
                    | Error::StoreLocked(_)
                    | Error::Cache(_)
                    | Error::TokenUnsaveable(_)
            )
        };
        self.is_transient() || is_ours(self)
    }

    /// What an error of a session's sealed file means.
    pub(crate) fn of_file(error: CacheError, session: &SessionName) -> Error {
        match error {
            CacheError::Locked(why) => {
                Error::StoreLocked(StoreLocked { session: session.clone(), why })
            }
            error => Error::Cache(error),
        }
    }

    /// The same, with the token that the portal has turned down where a sign-in is needed.
    pub(crate) fn of_rejected(self, token: &Secret) -> Error {
        match self {
            Error::SignInRequired(needed) => Error::SignInRequired(SignInRequired {
                rejected_token: Some(token.clone()),
                ..needed
            }),
            other => other,
        }
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Error {
        Error::Config(error)
    }
}

impl From<CacheError> for Error {
    fn from(error: CacheError) -> Error {
        Error::Cache(error)
    }
}

impl From<ScopeError> for Error {
    fn from(error: ScopeError) -> Error {
        Error::Scope(Box::new(error))
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Error {
        Error::Network(Box::new(error))
    }
}

impl StoreLocked {
    /// The sentence, with what the host calls the session.
    pub fn sentence(&self, session: &str) -> String {
        self.why.sentence(&format!("the store of {session}"))
    }
}

impl SignInReason {
    /// The sentence, with what the host calls the session.
    pub fn sentence(&self, session: &str) -> String {
        match self {
            SignInReason::NoToken => format!("nobody is signed in to {session}"),
            SignInReason::Expired => format!("the sign-in for {session} has expired"),
            SignInReason::RenewalRefused(error) => {
                format!("the sign-in for {session} has expired: {}", error.words())
            }
            SignInReason::TokenRefused(error) => {
                format!("AWS no longer takes the sign-in for {session}: {}", error.words())
            }
        }
    }
}

impl Error {
    /// The sentence, with what the host calls the profile that was selected: a legacy sign-in has no name of its own,
    /// and a rule for agents is a profile's. `Display` says "this profile".
    ///
    /// Texts of files and of AWS stand in it as they are: escape it before it goes to a terminal.
    #[cold]
    pub fn sentence(&self, profile: &str) -> String {
        match self {
            Error::Config(error) => error.to_string(),
            Error::SignInRequired(needed) => {
                needed.reason.sentence(&called(&needed.session, profile))
            }
            Error::StoreLocked(locked) => locked.sentence(&called(&locked.session, profile)),
            Error::RoleRefused { account_id, role_name: RoleName(role), error } => {
                let said = error.said();
                match (role.starts_with("arn:"), account_id.is_usual()) {
                    (true, _) => format!("AWS refuses role `{role}`: {said}"),
                    (_, true) => {
                        format!("AWS refuses role `{role}` in account `{account_id}`: {said}")
                    }
                    _ => format!(
                        "AWS refuses role `{role}` in account `{account_id}`: {said}; {}",
                        unusual(account_id)
                    ),
                }
            }
            Error::AssumeRoleRefused { profile, role_arn, error } => {
                format!(
                    "AWS refuses to assume `{role_arn}` of profile `{profile}`: {}",
                    error.said()
                )
            }
            Error::Scope(error) => error.sentence(profile),
            Error::CredentialsRefused(error) => {
                format!("AWS does not take the credentials: {}", error.words())
            }
            Error::ServiceRefused(refused) => refused.to_string(),
            Error::Network(error) => error.to_string(),
            Error::Cache(error) => error.to_string(),
            Error::TokenUnsaveable(error) => format!(
                "the token has expired and is not renewed, for the new one could not be saved: {error}"
            ),
            Error::Thread(_) => "no thread can be started".to_owned(),
        }
    }
}

/// AWS answers such an id with words that do not say so.
pub(crate) fn unusual(account_id: &AccountId) -> String {
    format!("`{account_id}` is not an account id, which has twelve digits")
}

impl fmt::Display for StoreLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(&self.session.to_string()))
    }
}

impl fmt::Display for SignInRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason.sentence(&self.session.to_string()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(THIS_PROFILE))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Config(error) => error.source(),
            Error::Network(error) => error.source(),
            Error::Cache(error) | Error::TokenUnsaveable(error) => error.source(),
            Error::RoleRefused { error, .. }
            | Error::AssumeRoleRefused { error, .. }
            | Error::CredentialsRefused(error) => error.source(),
            Error::ServiceRefused(refused) => refused.source(),
            Error::Scope(error) => error.source(),
            Error::StoreLocked(locked) => locked.why.source(),
            Error::Thread(error) => Some(error),
            Error::SignInRequired(needed) => match &needed.reason {
                SignInReason::RenewalRefused(error) | SignInReason::TokenRefused(error) => {
                    error.source()
                }
                SignInReason::NoToken | SignInReason::Expired => None,
            },
        }
    }
}
