//! AWS credentials from IAM Identity Center: a profile in, credentials out.
//!
//! ```no_run
//! use sso_cp_provider::{Cleanup, Env, Provider, Selection};
//! let provider = Provider::new(Env::process())?;
//! let target = provider.resolve(&Selection::Profile("dev".to_owned()))?;
//! let provided = provider.credentials(&target, &Cleanup::default())?;
//! println!("{} until {}", provided.credentials.access_key_id, provided.credentials.expires_at);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! AWS's documentation calls this a *credential provider*, and the part of it that renews tokens an *SSO
//! token provider*. It shares the files of the AWS CLI v2 and the SDKs in `~/.aws`, byte for byte: anyone who
//! has signed in by `aws sso login` is signed in here, and the other way round.
//!
//! # What it promises
//!
//! - One renewal of a token and one fetch of a role's credentials for all processes that ask at the same
//!   time (kernel locks in `~/.aws/sso-cp/`, waited for 8 seconds in all, then done without: a lock saves
//!   work, and other tools take none).
//! - A call of [`Provider::credentials`] ends within 18 seconds ([`limits::TOTAL`]). It blocks; there is no
//!   async code.
//! - Credentials from the cache while they have more than 15 minutes left ([`limits::FRESH_SECONDS`]: botocore
//!   refreshes from there on), and down to 2 minutes where AWS fails for a passing reason, with a
//!   [`Warning`].
//! - A refresh token, which works once, is spent only after the space for its successor is taken, and the
//!   successor is on the disk before anything else happens. A process that may be ended by signals keeps
//!   that promise by [`Cleanup::stop`].
//! - A token goes only to the hosts that the configuration names, and no redirect is followed.
//!
//! It holds no sentence for people, prints nothing, chooses no exit code, starts no program, handles no
//! signal, and changes no limit of the process. `Display` of [`Error`] and [`Warning`] states facts; what to
//! do about them stands at each variant.
//!
//! # What a program does on each error
//!
//! | error | what to do |
//! | --- | --- |
//! | [`Error::Config`] | Show it; a person must edit the files. |
//! | [`Error::SignInRequired`] | Run a sign-in ([`Provider::sign_in`]), or say how. |
//! | [`Error::RoleRefused`], [`Error::AssumeRoleRefused`] | Show it; the role is not assigned, or not trusted. |
//! | [`Error::CredentialsRefused`] | Show it; the clock is wrong, or the credentials were revoked. |
//! | [`Error::ServiceRefused`] | Show it; the role may not, or there is no such domain or cluster. |
//! | [`Error::Network`] | Try again later if [`Error::is_transient`], else show it. |
//! | [`Error::Cache`], [`Error::TokenUnsaveable`] | Show it; a folder is full or belongs to somebody else. |
//! | [`Error::Thread`] | Try again later; a limit of the system is reached. |
//!
//! # A whole program
//!
//! ```ignore
#![doc = include_str!("../examples/credentials.rs")]
//! ```
//!
//! # Units and sources
//!
//! Moments are [`Timestamp`]s in whole seconds of UTC, spans are [`std::time::Duration`]s or named by their
//! unit. Names and formats of the shared files are those of the AWS CLI v2; flows are those of RFC 6749
//! section 4.1 with RFC 7636, and RFC 8628; requests are those of AWS's service models `sso-oidc`, `sso` and
//! `sts`. Each number has its source at its name in [`limits`].

mod access;
mod cached_roles;
mod call;
mod called;
mod caller;
mod chain;
mod cleanup;
mod client;
mod credentials;
mod error;
mod event;
mod fallback;
pub mod limits;
mod prefetch;
mod provided;
mod provider;
mod role;
mod scope;
mod scope_error;
mod scoped;
mod service_refused;
mod service_token;
mod session_key;
mod sign_in;
mod sign_out;
mod stand_in;
mod store;
mod token;
mod token_state;
mod unlike;
mod warning;

pub use access::{Access, AccessListing, AccountRoles, Complete, Listed, TenantRoles};
pub use cached_roles::ProfilesBySession;
pub use chain::hop_key;
pub use cleanup::Cleanup;
pub use error::{Error, SignInReason, SignInRequired, StoreLocked};
pub use event::Event;
pub use provided::Provided;
pub use provider::Provider;
pub use scope::policy_text;
pub use scope_error::ScopeError;
pub use service_refused::{ServiceAsked, ServiceRefused};
pub use service_token::ProvidedToken;
pub use session_key::{role_key, session_key};
pub use sign_in::{
    Asked, OldSession, Portal, PortalSource, Renewal, SignIn, SignInError, SignInOptions,
    SignInTurn, Standing, Unresolved, Wanted,
};
pub use sign_out::{Removed, SessionEnd, SignedOut};
pub use store::{
    NewKey, Passphrase, PendingChange, Rotated, StoreChange, StoreError, StoreState, Unlocked,
};
pub use token_state::{Oddity, OddityKind, State, TokenState, known};
pub use warning::Warning;

// The types that the signatures above name.
pub use sso_cp_cache::{Error as CacheError, Flow, Folders, Locked, SignInNote, Turn};
pub use sso_cp_config::{
    AskingAgent, Chain, Env, Error as ConfigError, Files, Role, Selection, Session, SessionName,
    StsEndpoint, Target, Tenant,
};
pub use sso_cp_http::{CallError, Client, Event as HttpEvent};
pub use sso_cp_oidc::{DeviceAuthorization, Grant, Granted};
pub use sso_cp_policy::{Flaw as PolicyFlaw, Problem as PolicyProblem};
pub use sso_cp_portal::{Account, EntitledRole};
pub use sso_cp_sts::{Caller, ScopingProblem};
pub use sso_cp_types::{
    AccountId, ClientRegistration, RoleCredentials, RoleName, Secret, Timestamp, Token,
};
pub use sso_cp_vault::{ChildProblem, Error as KeystoreError, Kept, KeyCommand, Refusal};
