//! `sso-cp unlock`: fetches the key of the sealed store from its keystore into the kernel's keyring.

use std::time::Duration;

use sso_cp_config::parse_time;
use sso_cp_provider::StoreError;

use super::store;
use crate::args::commands::Unlock;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::store as words;
use crate::messages::usage::usage;
use crate::process::output;

/// Unlocks the store and says until when.
pub(crate) fn run(context: &Context, flags: &Unlock) -> Result<(), Failure> {
    context.interrupt();
    let time = flags.time.as_deref().map(time).transpose()?;
    if context.provider.key_source()?.is_none() && !context.provider.has_sealed_session() {
        output::say(words::NOTHING_SEALED);
        return Ok(());
    }
    let unlocked = store::unlock(context, time)?;
    if let Some(refusal) = unlocked.refusal {
        return Err(Failure::Store(StoreError::NotKept(refusal)));
    }
    output::say(&words::unlocked(&unlocked));
    for line in words::left(&context.provider.store_state()?, context.home()) {
        output::say(&line);
    }
    Ok(())
}

fn time(text: &str) -> Result<Duration, Failure> {
    parse_time(text).ok_or_else(|| {
        usage(format!("`--for {text}` is not a time"), "write a time such as `30m` or `8h`")
    })
}
