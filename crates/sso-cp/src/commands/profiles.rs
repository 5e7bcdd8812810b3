//! `sso-cp profiles`: what is configured: which role each profile names, by which of the ways, and
//! whether it would give credentials now without a browser. It looks at files and nothing else, like
//! `status`.
//!
//! Profiles without any SSO setting are none of ours and are not listed.

mod entry;
mod json;
mod look;
mod text;

use std::collections::HashMap;

use entry::Entry;
use sso_cp_config::{Error, ListedProfile, Listing};
use sso_cp_types::Timestamp;

use crate::args::commands::Profiles;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::usage::usage;
use crate::process::output;
pub(crate) use look::{Look, account_and_role};

/// Prints the table.
pub(crate) fn run(context: &Context, flags: &Profiles) -> Result<(), Failure> {
    if context.selection.is_some() {
        let problem = "`profiles` shows all profiles, so it takes no selection".to_owned();
        return Err(usage(problem, "write `sso-cp profiles`"));
    }
    let listing = Listing::read(context.files(), context.env())?;
    let entries = entries(&listing, context);
    let shown = match flags.json {
        true => json::document(&entries),
        false => text::page(&entries, context),
    };
    Ok(output::print(shown.as_bytes())?)
}

fn entries(listing: &Listing, context: &Context) -> Vec<Entry> {
    let mut look = Look { context, now: Timestamp::now(), states: HashMap::new() };
    let ours = |profile: &&ListedProfile| !matches!(profile.role, Err(Error::NoSsoSettings { .. }));
    listing.profiles.iter().filter(ours).map(|profile| look.at(profile)).collect()
}
