//! What a sign-in may use, with a line of progress while it is listed.

use sso_cp_config::Session;
use sso_cp_provider::{AccessListing, EntitledRole, Listed, TenantRoles};

use crate::context::Context;
use crate::messages::failure::{Failure, unlisted_tenant_warning};
use crate::process::output;
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

/// Every role that account access manager gives, with the id of its tenant.
pub(crate) fn entitled(tenants: &[TenantRoles]) -> impl Iterator<Item = (&str, &EntitledRole)> {
    tenants.iter().flat_map(|listed| {
        listed.roles.iter().flatten().map(|role| (listed.tenant.id.as_str(), role))
    })
}

/// Path and name of a role: `team/Developer` of `arn:aws:iam::111122223333:role/team/Developer`.
pub(crate) fn role_path(arn: &str) -> &str {
    arn.split_once(":role/").map_or(arn, |(_, path)| path)
}

/// Says whose roles are not known.
pub(crate) fn warn_of_tenants(tenants: &[TenantRoles], context: &Context) {
    for listed in tenants {
        if let Err(error) = &listed.roles {
            output::warn(&unlisted_tenant_warning(&listed.tenant.id, error, &context.scene()));
        }
    }
}
