//! CodeArtifact: the token of package repositories.

use sso_cp_cache::KeptToken;
use sso_cp_config::{Service, Variants};
use sso_cp_token::{BadDomain, Domain, ServiceToken};

use super::kept::{self, Wanted};
use super::make::{need, print, unusable};
use super::place;
use crate::args::token::Codeartifact;
use crate::context::Context;
use crate::messages::failure::{Asked, Failure};
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
    let shown = domain.to_string();
    let wanted = Wanted {
        service: Service::CodeArtifact,
        region: &region,
        variants: Variants::default(),
        purpose: ["codeartifact", &shown],
        asked: Asked::PackageToken { domain: shown.clone(), region: region.clone() },
    };
    let kept = kept::get(context, &target, wanted, &mut warnings, |service, signer| {
        service.package_token(signer, &domain).map(to_keep)
    })?;
    print(&kept.token, &warnings)
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

fn to_keep(given: ServiceToken) -> KeptToken {
    KeptToken { user: None, token: given.token, expires_at: given.expires_at }
}
