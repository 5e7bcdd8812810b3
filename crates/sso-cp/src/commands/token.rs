//! `sso-cp token KIND`: a token for what is not an AWS API. Each kind has a file of its own.

mod codeartifact;
mod dsql;
pub(crate) mod ecr;
mod eks;
mod elasticache;
pub(crate) mod kept;
mod memorydb;
mod msk;
pub(crate) mod place;
mod plugin;
mod rds;
mod setup;

use sso_cp_config::Target;
use sso_cp_token::{Presigner, ServiceToken, Unusable};
use sso_cp_types::{Secret, Timestamp};
use zeroize::Zeroizing;

use crate::args::commands::Token;
use crate::args::token::TokenKind;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::usage::usage;
use crate::process::output::{self, Warnings};

/// Prints a token.
pub(crate) fn run(context: &Context, flags: &Token) -> Result<(), Failure> {
    match &flags.kind {
        TokenKind::Eks(flags) => eks::run(context, flags),
        TokenKind::Rds(flags) => rds::run(context, flags),
        TokenKind::Dsql(flags) => dsql::run(context, flags),
        TokenKind::Elasticache(flags) => elasticache::run(context, flags),
        TokenKind::Memorydb(flags) => memorydb::run(context, flags),
        TokenKind::Msk(flags) => msk::run(context, flags),
        TokenKind::Ecr(flags) => ecr::run(context, flags),
        TokenKind::Codeartifact(flags) => codeartifact::run(context, flags),
    }
}

/// A flag that a kind cannot do without. `line` is what to type behind `sso-cp token`.
fn need<'a>(flag: &str, value: Option<&'a String>, line: &str) -> Result<&'a str, Failure> {
    let kind = line.split(' ').next().unwrap_or_default();
    let missing =
        || usage(format!("`token {kind}` needs `{flag}`"), &format!("write `sso-cp token {line}`"));
    value.map(String::as_str).ok_or_else(missing)
}

/// A name that the service could know.
fn usable(flag: &str, checked: Result<(), Unusable>, line: &str) -> Result<(), Failure> {
    checked.map_err(|why| unusable(flag, why, line))
}

/// A name that no service could know.
fn unusable(flag: &str, why: Unusable, line: &str) -> Failure {
    usage(format!("`{flag}` {why}"), &format!("write `sso-cp token {line}`"))
}

/// Makes a token with the credentials of what is selected, which are renewed first where they end soon.
fn presigned(
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
fn print(token: &Secret, warnings: &Warnings) -> Result<(), Failure> {
    let line = Zeroizing::new([token.expose(), "\n"].concat());
    output::print(line.as_bytes())?;
    warnings.say();
    Ok(())
}
