//! `sso-cp logout`: ends a session at AWS, and removes here what came from it: its token and the
//! role credentials. Client registrations, other sessions, other tools' files, and whatever cannot be
//! understood stay.
//!
//! Where AWS cannot be reached, the files go all the same, because the person wants to be signed out
//! here and now; but then the session lives on at AWS, which is a failure and is reported.

use sso_cp_config::{Listing, Session};
use sso_cp_provider::{ProfilesBySession, Removed, SessionEnd, SignedOut};

use super::store;
use crate::args::commands::Logout;
use crate::context::Context;
use crate::messages::failure::{Failure, session_shown};
use crate::messages::text::{clean, shown_path};
use crate::messages::token_file::oddity;
use crate::messages::usage::usage;
use crate::process::output;

/// Signs out and says so.
pub(crate) fn run(context: &Context, flags: &Logout) -> Result<(), Failure> {
    if flags.all && context.selection.is_some() {
        return Err(usage(
            "`--all` means every session, so a selection contradicts it".to_owned(),
            "write `sso-cp logout --all`",
        ));
    }
    context.interrupt();
    if flags.all {
        return all(context);
    }
    let selected = context.selected();
    let session = context.provider.session(&selected)?;
    let listing = Listing::read(context.files(), context.env())?;
    one(&session, &ProfilesBySession::new(&listing), context)
}

/// Every session, whatever becomes of the others. The first failure decides the exit code.
fn all(context: &Context) -> Result<(), Failure> {
    let mut listing = Listing::read(context.files(), context.env())?;
    let sessions = std::mem::take(&mut listing.sessions);
    if sessions.is_empty() {
        let config = shown_path(&context.files().config, context.home());
        output::say(&format!("sso-cp: no sso-session is configured in {config}\n"));
    }
    let profiles = ProfilesBySession::new(&listing);
    let mut first = None;
    for listed in sessions {
        let outcome = listed.session.map_err(Failure::from);
        if let Err(failure) = outcome.and_then(|session| one(&session, &profiles, context)) {
            output::report(&failure, &context.scene());
            first.get_or_insert(failure);
        }
    }
    // What nobody is signed in to needs no key. Where it stays all the same, a call finds nothing to open.
    let _ = context.provider.lock();
    first.map_or(Ok(()), |failure| Err(Failure::Told(failure.class())))
}

/// One session, from end to end.
fn one(
    session: &Session,
    profiles: &ProfilesBySession<'_>,
    context: &Context,
) -> Result<(), Failure> {
    if context.provider.is_locked(session) {
        store::unlock_at_terminal(context);
    }
    let SignedOut { session: end, removed } =
        context.provider.sign_out(session, profiles, context.cleanup())?;
    let name = session_shown(session);
    let said = match end {
        SessionEnd::Ended => format!("signed out of {name}"),
        SessionEnd::LivesOn { until, error } => {
            // What stays here is reported too; that AWS still takes the session weighs more.
            if let Err(left) = removed {
                output::report(&left.into(), &context.scene());
            }
            let start_url = session.start_url.clone();
            return Err(Failure::SessionLivesOn { session: name, start_url, until, error });
        }
        SessionEnd::LivesOnLocked { until } => {
            if let Err(left) = removed {
                output::report(&left.into(), &context.scene());
            }
            let start_url = session.start_url.clone();
            return Err(Failure::LivesOnLocked { session: name, start_url, until });
        }
        SessionEnd::NobodyWasSignedIn { stays: None } => format!("nobody is signed in to {name}"),
        SessionEnd::NobodyWasSignedIn { stays: Some(odd) } => {
            let why = oddity(&odd, context.home());
            format!("nobody is signed in to {name}: {why}, and stays")
        }
    };
    let Removed { roles, tokens } = removed?;
    let roles = match roles {
        0 => String::new(),
        1 => "; 1 cached role's credentials are removed".to_owned(),
        count => format!("; {count} cached roles' credentials are removed"),
    };
    let tokens = match tokens {
        0 => String::new(),
        1 => "; 1 token of a registry is removed".to_owned(),
        count => format!("; {count} tokens of registries are removed"),
    };
    output::say(&format!("sso-cp: {}{roles}{tokens}\n", clean(&said)));
    Ok(())
}
