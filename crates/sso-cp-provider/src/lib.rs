//! AWS credentials from IAM Identity Center: a profile in, credentials out.

mod access;
mod cached_roles;
mod call;
mod caller;
mod chain;
mod cleanup;
mod client;
mod credentials;
mod error;
mod event;
mod fallback;
pub mod limits;
mod provided;
mod provider;
mod role;
mod session_key;
mod sign_in;
mod sign_out;
mod token;
mod token_state;
mod warning;

pub use access::{Access, AccessListing, AccountRoles, Complete, Listed};
pub use cached_roles::ProfilesBySession;
pub use chain::hop_key;
pub use cleanup::Cleanup;
pub use error::{Error, SignInReason, SignInRequired};
pub use event::Event;
pub use provided::Provided;
pub use provider::Provider;
pub use session_key::{role_key, session_key};
pub use sign_in::{
    Asked, OldSession, Portal, PortalDoubt, Renewal, SignIn, SignInError, SignInOptions,
    SignInTurn, Standing, Unresolved, Wanted,
};
pub use sign_out::{Removed, SessionEnd, SignedOut};
pub use sso_cp_oidc::{DeviceAuthorization, Grant, Granted};
pub use sso_cp_portal::Account;
pub use sso_cp_sts::Caller;
pub use token_state::{Oddity, OddityKind, State, TokenState, known};
pub use warning::Warning;
