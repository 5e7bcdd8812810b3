//! `sso-cp unseal`: turns a session's store back to the shared files.

use sso_cp_config::{Listing, Store};
use sso_cp_provider::ProfilesBySession;

use super::{seal, store};
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::store as words;
use crate::process::output;

/// Unseals and says so.
pub(crate) fn run(context: &Context) -> Result<(), Failure> {
    context.interrupt();
    let session = seal::session(context)?;
    let provider = &context.provider;
    // What is left of a change that was interrupted may have to be opened too.
    if provider.has_sealed_files(&session) {
        store::unlock(context, None)?;
    }
    let listing = Listing::read(context.files(), context.env())?;
    let profiles = ProfilesBySession::new(&listing);
    seal::turn(&session, Store::Plain, &profiles, context)?;
    output::say(&words::unsealed(&session));
    Ok(())
}
