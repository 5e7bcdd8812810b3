//! What a sign-in may use, with a line of progress while it is listed.

use sso_cp_config::Session;
use sso_cp_provider::{AccessListing, Listed};

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::progress::Progress;

/// Lists every account and role.
///
/// # Errors
///
/// Nobody is signed in, or AWS does not answer.
pub(crate) fn list(session: &Session, context: &Context) -> Result<AccessListing, Failure> {
    let mut progress = Progress::new(context.env(), context.interrupt());
    let on_progress = |Listed { listed, accounts }| {
        progress.tell(|| format!("listing roles: {listed} of {accounts} accounts"));
    };
    Ok(context.provider.accounts_and_roles(session, context.cleanup(), on_progress)?)
}
