//! The credential command: one document, from the cache at the cost of starting a process, else over
//! one or two calls.

use sso_cp_config::{Prefetch, Target};
use sso_cp_provider::{Error, Kept, Provided, SignInReason, SignInRequired};
use sso_cp_types::DocumentForm;

use super::{auto_login, notice, prefetch};
use crate::context::Context;
use crate::messages::failure::{Failure, NoBrowser};
use crate::process::{harden, output};

/// Prints the document of the selected role.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    let target = context.target()?;
    harden::forbid_core_files_of_cached_calls();
    let provided = match context.provider.cached(&target) {
        Some(provided) => provided,
        None => fetch(context, &target)?,
    };
    let document = provided.credentials.document(DocumentForm::Process, &provided.account_id.0);
    output::print(document.as_bytes())?;
    output::warn_beside_document(&provided.warnings, || context.scene());
    if target.session().settings().prefetch == Prefetch::Ahead {
        prefetch::start(context, &target, &provided.credentials);
    }
    // The process ends here, and nobody reads the memory of a process that has ended: to clear it before that, byte by
    // byte, takes a sixteenth of what a cached call does.
    std::mem::forget((document, provided, target));
    Ok(())
}

/// Everything that follows a cache miss.
#[cold]
fn fetch(context: &Context, target: &Target) -> Result<Provided, Failure> {
    harden::forbid_core_files();
    fetch_or_sign_in(context, target).inspect_err(|failure| notice::show(context, failure))
}

/// With `--auto-login`, a sign-in that is needed is begun and waited for, once.
fn fetch_or_sign_in(context: &Context, target: &Target) -> Result<Provided, Failure> {
    match (context.provider.credentials(target, context.cleanup()), context.auto_login) {
        (Err(Error::SignInRequired(needed)), Some(patience)) => {
            if context.ruled_agent()?.is_some() {
                return Err(Failure::NoBrowser { needed, why: NoBrowser::Agent });
            }
            auto_login::wait(context, target.session(), needed, patience)?;
            context.provided()
        }
        // A sign-in in the background asks the keystore, which may ask the person; nobody could type a
        // passphrase there.
        (Err(Error::StoreLocked(locked)), Some(patience)) => {
            let is_typed = matches!(context.provider.key_source(), Ok(Some(Kept::Passphrase(_))));
            if is_typed || context.ruled_agent()?.is_some() {
                return Err(Error::StoreLocked(locked).into());
            }
            let (session, reason) = (locked.session, SignInReason::NoToken);
            let needed = SignInRequired { session, reason, rejected_token: None };
            auto_login::wait(context, target.session(), needed, patience)?;
            context.provided()
        }
        (done, _) => Ok(done?),
    }
}
