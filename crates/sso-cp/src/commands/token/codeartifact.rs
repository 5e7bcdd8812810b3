//! CodeArtifact: the token of package repositories.

use sso_cp_token::{BadDomain, Domain};

use super::make::{need, print, unusable};
use super::place;
use crate::args::token::Codeartifact;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output::Warnings;

const LINE: &str = "codeartifact --domain NAME";

/// Prints the token.
pub(super) fn run(context: &Context, flags: &Codeartifact) -> Result<(), Failure> {
    let name = need("--domain", flags.domain.as_ref(), LINE)?;
    let domain = domain(name, flags.domain_owner.as_deref())?;
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(&target, flags.region.as_deref(), None, context, &mut warnings)?;
    let cleanup = context.cleanup();
    let provided = context.provider.package_token(&target, &domain, &region, cleanup)?;
    warnings.warn_of(&provided.warnings, &context.scene());
    print(&provided.token.token, &warnings)
}

fn domain(name: &str, owner: Option<&str>) -> Result<Domain, Failure> {
    Domain::new(name, owner).map_err(|bad| match bad {
        BadDomain::Name(why) => unusable("--domain", why, LINE),
        BadDomain::Owner => usage(
            format!(
                "`--domain-owner` takes an account of twelve digits, not `{}`",
                clean(owner.unwrap_or_default())
            ),
            "see `sso-cp list` for the accounts",
        ),
    })
}
