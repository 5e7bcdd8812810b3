//! Managed Kafka.

use super::make::{presigned, print};
use super::place;
use crate::args::token::Msk;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::output::Warnings;

/// What AWS's logs show of who made the token.
const USER_AGENT: &str = concat!("sso-cp/", env!("CARGO_PKG_VERSION"));

/// Prints a token for SASL's OAUTHBEARER.
pub(super) fn run(context: &Context, flags: &Msk) -> Result<(), Failure> {
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(&target, flags.region.as_deref(), None, context, &mut warnings)?;
    let token = presigned(context, &target, &region, &mut warnings, |sign| sign.msk(USER_AGENT))?;
    print(&token.token, &warnings)
}
