//! What a sign-in may use: all accounts and all roles, however many.
//!
//! AWS answers 20 of these requests a second and refuses what comes faster, so one place decides when
//! the next request may start ([`pace`]), and as many threads as that needs wait for the answers
//! ([`workers`]). What has been fetched is never fetched again: a request that failed for a passing
//! reason goes back into the queue.

mod pace;
mod queue;
mod workers;

use sso_cp_config::Session;
use sso_cp_http::CallError;
use sso_cp_portal::Account;
use sso_cp_types::RoleName;

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::harden;

/// An account, and the roles that the sign-in has there, by their names.
#[derive(Debug)]
pub(crate) struct AccountRoles {
    pub(crate) account: Account,
    pub(crate) roles: Vec<RoleName>,
}

/// Everything that the sign-in may use: every page of every list has come. Only who holds this knows
/// that something is *not* there.
#[derive(Debug)]
pub(crate) struct Complete(Vec<AccountRoles>);

/// How a listing ended that did not fail as a whole.
#[derive(Debug)]
pub(crate) enum Access {
    /// With everything.
    Complete(Complete),
    /// AWS lists these accounts, but not the roles of some of them.
    Partial { known: Vec<AccountRoles>, unlisted: Vec<(Account, CallError)> },
}

impl Complete {
    pub(crate) fn accounts(&self) -> &[AccountRoles] {
        &self.0
    }
}

impl Access {
    /// What is known, in the order in which people look for it.
    pub(crate) fn accounts(&self) -> &[AccountRoles] {
        match self {
            Access::Complete(complete) => complete.accounts(),
            Access::Partial { known, .. } => known,
        }
    }

    /// The accounts whose roles AWS does not list.
    pub(crate) fn unlisted(&self) -> &[(Account, CallError)] {
        match self {
            Access::Complete(_) => &[],
            Access::Partial { unlisted, .. } => unlisted,
        }
    }
}

/// Lists everything.
///
/// # Errors
///
/// Nobody is signed in, or AWS does not answer; what was fetched till then is of no use alone.
pub(crate) fn list(session: &Session, context: &Context) -> Result<Access, Failure> {
    harden::forbid_core_files();
    let (mut known, unlisted) = queue::run(session, context)?;
    known.sort_by_key(|known| sort_key(&known.account));
    for account in &mut known {
        account.roles.sort_by_key(|role| (role.0.to_lowercase(), role.0.clone()));
        account.roles.dedup();
    }
    Ok(match unlisted.is_empty() {
        true => Access::Complete(Complete(known)),
        false => Access::Partial { known, unlisted },
    })
}

/// As the AWS CLI sorts them: by name, else by address; accounts with neither come last.
fn sort_key(account: &Account) -> (bool, String, String) {
    let shown = account.name.as_ref().or(account.email.as_ref());
    (
        shown.is_none(),
        shown.map(|text| text.to_lowercase()).unwrap_or_default(),
        account.id.0.clone(),
    )
}
