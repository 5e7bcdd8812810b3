//! What all kinds share: flags that are needed, a signature, the way out.

use sso_cp_config::Target;
use sso_cp_token::{Presigner, ServiceToken, Unusable};
use sso_cp_types::{Secret, Timestamp};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::usage::usage;
use crate::process::output::{self, Warnings};

/// A flag that a kind cannot do without. `line` is what to type behind `sso-cp token`.
pub(super) fn need<'a>(
    flag: &str,
    value: Option<&'a String>,
    line: &str,
) -> Result<&'a str, Failure> {
    let kind = line.split(' ').next().unwrap_or_default();
    let missing =
        || usage(format!("`token {kind}` needs `{flag}`"), &format!("write `sso-cp token {line}`"));
    value.map(String::as_str).ok_or_else(missing)
}

/// A name that the service could know.
pub(super) fn usable(flag: &str, checked: Result<(), Unusable>, line: &str) -> Result<(), Failure> {
    checked.map_err(|why| unusable(flag, why, line))
}

/// A name that no service could know.
pub(super) fn unusable(flag: &str, why: Unusable, line: &str) -> Failure {
    usage(format!("`{flag}` {why}"), &format!("write `sso-cp token {line}`"))
}

/// Makes a token with the credentials of what is selected, which are renewed first where they end soon.
pub(super) fn presigned(
    context: &Context,
    target: &Target,
    region: &str,
    warnings: &mut Warnings,
    make: impl FnOnce(&Presigner<'_>) -> ServiceToken,
) -> Result<ServiceToken, Failure> {
    let provided = context.provided_of(target)?;
    warnings.warn_of(&provided.warnings, &context.scene());
    let token = make(&Presigner::new(&provided.credentials, region, Timestamp::now()));
    context.debug.tell(|| format!("a token for {region}, good until {}", token.expires_at));
    Ok(token)
}

/// The token alone, with one line end on every system: cargo takes what it reads as it is.
pub(super) fn print(token: &Secret, warnings: &Warnings) -> Result<(), Failure> {
    let line = Zeroizing::new([token.expose(), "\n"].concat());
    output::print(line.as_bytes())?;
    warnings.say();
    Ok(())
}
