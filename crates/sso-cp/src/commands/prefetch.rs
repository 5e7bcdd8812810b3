//! `sso_cp_prefetch`: a cached call that finds its credentials in their last 25 minutes has answered, and
//! leaves it to a process in the background to fetch new ones.

use std::path::Path;

use sso_cp_config::Target;
use sso_cp_types::RoleCredentials;

use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::{background, browser, harden};

/// What the process in the background is called with, after all that its caller was.
const FLAG: &str = "--prefetch";

/// Starts the process, if it is this call's turn. Where none can be had, all is as without the key.
#[cold]
#[inline(never)]
pub(crate) fn start(context: &Context, target: &Target, credentials: &RoleCredentials) {
    // A job's processes are ended with it, and often nothing of it is kept.
    if browser::is_ci(context.env()) || !context.provider.takes_prefetch_turn(target, credentials) {
        return;
    }
    let started = background::program().and_then(|mut program| {
        program.args(std::env::args_os().skip(1)).arg(FLAG);
        if !has_relative_paths(context) {
            program.current_dir("/");
        }
        program.spawn()
    });
    context.debug.tell(|| match started {
        Ok(_) => "a process in the background fetches new ones".to_owned(),
        Err(error) => format!("no process in the background can be had: {error}"),
    });
}

/// Whether something is looked for from the folder that we were started in.
fn has_relative_paths(context: &Context) -> bool {
    let files = context.files();
    let named = |name| context.env().text(name).is_some_and(|path| Path::new(&path).is_relative());
    context.scope_flags.is_some()
        || files.config.is_relative()
        || files.credentials.is_relative()
        || named("AWS_CA_BUNDLE")
        || named("SSL_CERT_FILE")
}

/// What that process does. Nobody hears of it, however it ends.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    harden::forbid_core_files();
    background::leave_session();
    let target = context.target()?;
    Ok(context.provider.prefetch(&target, context.cleanup())?)
}
