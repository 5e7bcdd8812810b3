//! What a call gives.

use sso_cp_types::{AccountId, RoleCredentials};

use crate::warning::Warning;

/// Credentials, and what belongs to them.
#[derive(Debug)]
pub struct Provided {
    /// The credentials. They live for at least two minutes, nearly always for more than fifteen.
    pub credentials: RoleCredentials,
    /// Whose they are.
    pub account_id: AccountId,
    /// The selected profile's `region`, for the tools that get the credentials.
    pub region: Option<String>,
    /// What a person should know although all went well.
    pub warnings: Vec<Warning>,
}
