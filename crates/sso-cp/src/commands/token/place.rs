//! Which region a token is for. It is signed, and a service refuses that of another region without
//! saying why, so nothing is ever guessed.

use sso_cp_config::{Error, Selection, Target, is_region};

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;
use crate::process::output::Warnings;

/// The region: the one in the name of a host, where there is one, else the flag's, else the profile's,
/// else the environment's. Where the host's differs from what is asked for or configured, the host's
/// counts, and that is reported.
pub(crate) fn region(
    target: &Target,
    flag: Option<&str>,
    of_host: Option<&str>,
    context: &Context,
    warnings: &mut Warnings,
) -> Result<String, Failure> {
    if let Some(region) = flag
        && !is_region(region)
    {
        return Err(usage(
            format!("`--region` takes a region such as `eu-central-1`, not `{}`", clean(region)),
            "correct `--region`, or leave it away for the profile's",
        ));
    }
    let configured = || target.service_region(context.env()).map_err(|error| named(error, context));
    let (asked, by) = match flag {
        Some(flag) => (Some(flag.to_owned()), "`--region`"),
        // What is configured does not matter where the host says it, so it may be wrong there.
        None if of_host.is_some() => {
            (configured().ok().flatten(), "the profile or the environment")
        }
        None => (configured()?, ""),
    };
    match (of_host, asked) {
        (Some(of_host), Some(asked)) if of_host != asked => {
            warnings.warn(&format!(
                "the host is in `{of_host}`, so `{}` of {by} is passed over",
                clean(&asked)
            ));
            Ok(of_host.to_owned())
        }
        (Some(region), _) => Ok(region.to_owned()),
        (None, Some(region)) => Ok(region),
        (None, None) => Err(usage(
            "no region is known: the profile has no `region`, and AWS_REGION is not set".to_owned(),
            "add `--region NAME`, the region of what the token is for",
        )),
    }
}

/// The profile's own key is named as such.
fn named(error: Error, context: &Context) -> Failure {
    match (error, context.selected()) {
        (Error::BadInput { name, problem }, Selection::Profile(profile)) if name == "region" => {
            usage(
                format!("`region` of profile `{}` {}", clean(&profile), clean(&problem)),
                "correct it in the config file, or add `--region NAME`",
            )
        }
        (error, _) => Failure::from(error),
    }
}
