//! `sso-cp profiles`: what is configured: which role each profile names, by which of the ways, and
//! whether it would give credentials now without a browser. It looks at files and nothing else, like
//! `status`.
//!
//! Profiles without any SSO setting are none of ours and are not listed.

mod entry;
mod json;
mod look;
mod text;

use entry::{Entry, contains};
use sso_cp_config::{ListedProfile, Listing, for_each_profile};
use sso_cp_types::Timestamp;

use crate::args::commands::Profiles;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::{clean, is_plain};
use crate::messages::usage::usage;
use crate::process::output;
pub(crate) use look::{Look, account_and_role};

/// Prints the table.
pub(crate) fn run(context: &Context, flags: &Profiles) -> Result<(), Failure> {
    if flags.names {
        let mut lines = String::new();
        for_each_profile(context.files(), |name| {
            if flags.text.as_deref().is_none_or(|text| contains(name, text)) {
                match is_plain(name) {
                    true => lines.push_str(name),
                    false => lines.push_str(&clean(name)),
                }
                lines.push('\n');
            }
        })?;
        return Ok(output::print(lines.as_bytes())?);
    }
    if context.selection.is_some() {
        let problem = "`profiles` shows all profiles, so it takes no selection".to_owned();
        return Err(usage(problem, "write `sso-cp profiles`"));
    }
    let listing = Listing::read(context.files(), context.env())?;
    let mut entries = entries(&listing, context);
    if let Some(text) = &flags.text {
        entries.retain(|entry| entry.has(text));
    }
    let shown = match flags.json {
        true => json::document(&entries),
        false => text::page(&entries, flags.text.as_deref(), context),
    };
    Ok(output::print(shown.as_bytes())?)
}

fn entries(listing: &Listing, context: &Context) -> Vec<Entry> {
    let mut look = Look::new(context, Timestamp::now());
    let ours = |profile: &ListedProfile<'_>| profile.kind.is_some() || !profile.is_readable;
    listing.profiles().filter(ours).map(|profile| look.at(&profile, listing)).collect()
}
