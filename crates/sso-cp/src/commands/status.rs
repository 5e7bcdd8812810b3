//! `sso-cp status`: who is signed in to what, until when, and what is cached. It looks at files and
//! nothing else: no network, no lock, no write, so that a shell prompt may ask.
//!
//! # States
//!
//! - `active`: the access token lives.
//! - `renewable`: it does not, but the next call renews it without a person.
//! - `expired`: a person has to sign in again.
//! - `signed-out`: there is no token that could be used; where that has a reason other than that
//!   nobody has signed in, that is reported.
//!
//! Of roles, those are shown whose credentials are in the cache, whether they still live or not. They
//! are handed out while they live, also after the session has ended.

mod finding;
mod json;
mod text;

use finding::{Finding, Subject};
use sso_cp_cache::RoleFolder;
use sso_cp_config::{Listing, Selection, Session};
use sso_cp_provider::ProfilesBySession;
use sso_cp_provider::{Error, SignInReason, SignInRequired};
use sso_cp_types::Timestamp;

use crate::args::commands::Status;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::process::output;

/// Prints the findings.
pub(crate) fn run(context: &Context, flags: &Status) -> Result<(), Failure> {
    let selected = match &context.selection {
        Some(selection) => Some((selection, selected(selection, context)?)),
        None => None,
    };
    let listing = Listing::read(context.files(), context.env())?;
    let now = Timestamp::now();
    let profiles = ProfilesBySession::new(&listing);
    let folder = RoleFolder::look(context.folders());
    let look = |subject| Finding::of(subject, &profiles, &folder, context, now);
    let findings: Vec<Finding> = match &selected {
        Some((selection, session)) => vec![look(Subject::of(session, selection))],
        None => listing.sessions.iter().map(|session| look(Subject::listed(session))).collect(),
    };
    let shown = match flags.json {
        true => json::document(&findings),
        false => text::page(&findings, context, now),
    };
    output::print(shown.as_bytes())?;
    let is_of_use = |finding: &Finding| finding.state.is_usable() && !finding.is_locked;
    match (selected, findings.first()) {
        (Some((_, session)), Some(finding)) if !is_of_use(finding) => {
            let reason = SignInReason::Expired;
            let (session, rejected_token) = (session.name, None);
            let needed = Error::SignInRequired(SignInRequired { session, reason, rejected_token });
            Err(Failure::Told(Failure::from(needed).class()))
        }
        _ => Ok(()),
    }
}

fn selected(selection: &Selection, context: &Context) -> Result<Session, Failure> {
    sso_cp_config::session(selection, context.files(), context.env()).map_err(Failure::from)
}
