//! ECR: the password of image registries.

use sso_cp_cache::KeptToken;
use sso_cp_config::{Service, Target, Variants};
use sso_cp_token::{PUBLIC_REGION, Registry, RegistryPassword, RegistryTokenFor};

use super::kept::{self, Wanted};
use super::make::print;
use super::place;
use crate::args::token::Ecr;
use crate::context::Context;
use crate::messages::failure::{Asked, Failure};
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
    let (of_host, variants) = match registry {
        Some(Registry::Public) => return public(context, target, warnings),
        Some(Registry::Private { region, fips, dual_stack, .. }) => {
            (Some(region.as_str()), Variants { fips: *fips, dual_stack: *dual_stack })
        }
        None => (None, Variants::default()),
    };
    let region = place::region(target, region, of_host, context, warnings)?;
    let account_id = target.account_id().to_owned();
    let wanted = Wanted {
        service: Service::Ecr,
        region: &region,
        variants,
        purpose: ["ecr", ""],
        asked: Asked::RegistryPassword,
    };
    kept::get(context, target, wanted, warnings, |service, signer| {
        let wanted = RegistryTokenFor::Private { account_id: &account_id };
        service.registry_password(signer, wanted).map(to_keep)
    })
}

/// The public registry's passwords come from one region, wherever one is.
fn public(
    context: &Context,
    target: &Target,
    warnings: &mut Warnings,
) -> Result<KeptToken, Failure> {
    let wanted = Wanted {
        service: Service::EcrPublic,
        region: PUBLIC_REGION,
        variants: Variants::default(),
        purpose: ["ecr-public", ""],
        asked: Asked::PublicRegistryPassword,
    };
    kept::get(context, target, wanted, warnings, |service, signer| {
        service.registry_password(signer, RegistryTokenFor::Public).map(to_keep)
    })
}

fn to_keep(given: RegistryPassword) -> KeptToken {
    let RegistryPassword { user, password, expires_at } = given;
    KeptToken { user: Some(user), token: password, expires_at }
}
