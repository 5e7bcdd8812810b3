//! ECR: the password of image registries.

use sso_cp_cache::KeptToken;
use sso_cp_provider::Target;
use sso_cp_token::{PUBLIC_REGION, Registry};

use super::make::print;
use super::place;
use crate::args::token::Ecr;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output::Warnings;

/// Prints the password; the user that goes with it is `AWS`.
pub(super) fn run(context: &Context, flags: &Ecr) -> Result<(), Failure> {
    let registry = flags.registry.as_deref().map(named).transpose()?;
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = flags.region.as_deref();
    let kept = password(context, &target, registry.as_ref(), region, &mut warnings)?;
    print(&kept.token, &warnings)
}

fn named(server: &str) -> Result<Registry, Failure> {
    Registry::of_server(server).ok_or_else(|| {
        usage(
            format!("`{}` is not a registry of ECR", clean(server)),
            "write `--registry 111122223333.dkr.ecr.eu-central-1.amazonaws.com`, or `public.ecr.aws`",
        )
    })
}

/// The password for a registry; without one, for the private ones of a region. `region` is what a flag
/// asks for.
pub(crate) fn password(
    context: &Context,
    target: &Target,
    registry: Option<&Registry>,
    region: Option<&str>,
    warnings: &mut Warnings,
) -> Result<KeptToken, Failure> {
    let region = match registry {
        Some(Registry::Public) => PUBLIC_REGION.to_owned(),
        Some(Registry::Private { region: of_host, .. }) => {
            place::region(target, region, Some(of_host), context, warnings)?
        }
        None => place::region(target, region, None, context, warnings)?,
    };
    let cleanup = context.cleanup();
    let provided = context.provider.registry_password(target, registry, &region, cleanup)?;
    warnings.warn_of(&provided.warnings, &context.scene());
    Ok(provided.token)
}
