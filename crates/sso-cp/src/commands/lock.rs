//! `sso-cp lock`: takes the key of the sealed store out of the kernel's keyring. It ends no session at AWS.

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::store as words;
use crate::process::output;

/// Locks the store and says so.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    context.interrupt();
    let said = match context.provider.lock()? {
        true => words::LOCKED,
        false if context.provider.key_source()?.is_none() => words::NOTHING_SEALED,
        false => words::LOCKED_ALREADY,
    };
    output::say(said);
    Ok(())
}
