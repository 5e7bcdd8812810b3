//! What a listing gives.

use sso_cp_http::CallError;
use sso_cp_portal::Account;
use sso_cp_types::RoleName;

use super::tenants::TenantRoles;
use crate::warning::Warning;

/// An account, and the roles that the sign-in has there, by their names.
#[derive(Debug)]
pub struct AccountRoles {
    /// The account.
    pub account: Account,
    /// The permission sets.
    pub roles: Vec<RoleName>,
}

/// Everything that the sign-in may use: every page of every list has come. Only who holds this knows
/// that something is *not* there.
#[derive(Debug)]
pub struct Complete(pub(super) Vec<AccountRoles>);

/// How a listing ended that did not fail as a whole.
#[derive(Debug)]
pub enum Access {
    /// With everything.
    Complete(Complete),
    /// AWS lists these accounts, but not the roles of some of them.
    Partial {
        /// The accounts whose roles are known.
        known: Vec<AccountRoles>,
        /// The others, each with what AWS says.
        unlisted: Vec<(Account, CallError)>,
    },
}

/// What a listing gives.
#[derive(Debug)]
pub struct AccessListing {
    /// The accounts and roles.
    pub access: Access,
    /// What account access manager gives besides; empty where the configuration names none.
    pub tenants: Vec<TenantRoles>,
    /// What a person should know although all went well.
    pub warnings: Vec<Warning>,
}

/// How far a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Accounts whose roles are known.
    pub listed: usize,
    /// Accounts that are known.
    pub accounts: usize,
}

impl Complete {
    /// The accounts, in the order in which people look for them.
    pub fn accounts(&self) -> &[AccountRoles] {
        &self.0
    }
}

impl Access {
    /// What is known, in the order in which people look for it.
    pub fn accounts(&self) -> &[AccountRoles] {
        match self {
            Access::Complete(complete) => complete.accounts(),
            Access::Partial { known, .. } => known,
        }
    }

    /// The accounts whose roles AWS does not list.
    pub fn unlisted(&self) -> &[(Account, CallError)] {
        match self {
            Access::Complete(_) => &[],
            Access::Partial { unlisted, .. } => unlisted,
        }
    }
}
