//! MemoryDB.

use sso_cp_token::{cache_name, user_name};

use super::make::{need, presigned, print, usable};
use super::place;
use crate::args::token::Memorydb;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::output::Warnings;

const LINE: &str = "memorydb --cluster NAME --username USER";

/// Prints a token in place of a user's password.
pub(super) fn run(context: &Context, flags: &Memorydb) -> Result<(), Failure> {
    let name = need("--cluster", flags.cluster.as_ref(), LINE)?;
    let user = need("--username", flags.username.as_ref(), LINE)?;
    usable("--cluster", cache_name(name), LINE)?;
    usable("--username", user_name(user), LINE)?;
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(&target, flags.region.as_deref(), None, context, &mut warnings)?;
    let token =
        presigned(context, &target, &region, &mut warnings, |sign| sign.memorydb(name, user))?;
    print(&token.token, &warnings)
}
