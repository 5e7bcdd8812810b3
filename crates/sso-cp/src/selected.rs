//! The credentials that a command of a person's is about, and what belongs to them.

use sso_cp_types::RoleCredentials;

use crate::context::Context;
use crate::credentials::{Issued, issue};
use crate::failure::Failure;
use crate::output;

/// Credentials of the selected role.
pub(crate) struct Selected {
    pub(crate) credentials: RoleCredentials,
    pub(crate) account_id: String,
    /// The profile's `region`.
    pub(crate) region: Option<String>,
}

/// From the cache, else from AWS.
pub(crate) fn credentials(context: &Context) -> Result<Selected, Failure> {
    let Issued { credentials, account_id, region } = issue(context.target()?, context)?;
    Ok(Selected { credentials, account_id, region })
}

/// Says what the person should know although all went well.
pub(crate) fn tell_warnings(context: &Context) {
    for warning in context.take_warnings() {
        output::say(&format!("sso-cp: warning: {warning}\n"));
    }
}
