//! ElastiCache.

use sso_cp_token::{CacheKind, cache_name, user_name};

use super::make::{need, presigned, print, usable};
use super::place;
use crate::args::token::Elasticache;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::output::Warnings;

const LINE: &str = "elasticache --cluster NAME --username USER";

/// Prints a token in place of a cache user's password.
pub(super) fn run(context: &Context, flags: &Elasticache) -> Result<(), Failure> {
    let name = need("--cluster", flags.cluster.as_ref(), LINE)?;
    let user = need("--username", flags.username.as_ref(), LINE)?;
    usable("--cluster", cache_name(name), LINE)?;
    usable("--username", user_name(user), LINE)?;
    let kind = if flags.serverless { CacheKind::Serverless } else { CacheKind::Nodes };
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(&target, flags.region.as_deref(), None, context, &mut warnings)?;
    let token = presigned(context, &target, &region, &mut warnings, |sign| {
        sign.elasticache(name, user, kind)
    })?;
    print(&token.token, &warnings)
}
