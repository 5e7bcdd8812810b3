//! Aurora DSQL.

use sso_cp_token::{DsqlUser, region_of_dsql};

use super::make::{need, presigned, print};
use super::place;
use super::rds::host_alone;
use crate::args::token::Dsql;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::output::Warnings;

const LINE: &str = "dsql --hostname HOST";

/// Prints a token in place of the password.
pub(super) fn run(context: &Context, flags: &Dsql) -> Result<(), Failure> {
    let host = need("--hostname", flags.hostname.as_ref(), LINE)?;
    host_alone(host, LINE)?;
    let user = if flags.admin { DsqlUser::Admin } else { DsqlUser::Other };
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(
        &target,
        flags.region.as_deref(),
        region_of_dsql(host),
        context,
        &mut warnings,
    )?;
    let token = presigned(context, &target, &region, &mut warnings, |sign| sign.dsql(host, user))?;
    print(&token.token, &warnings)
}
