//! `sso-cp login`: signs a person in to a session, so that the AWS CLI and every SDK are signed in too.

mod code;
mod device;
mod dialog;
mod portal;
mod region;
mod scopes;
mod under_way;

use sso_cp_cache::Flow;
use sso_cp_config::{Listing, Selection, Session};
use sso_cp_provider::{OldSession, SignInOptions, Standing};

use super::store;
use crate::args::commands::Login;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::signing_in::{self as words, Who};
use crate::messages::usage::usage;
use crate::process::output;
use dialog::Dialog;
use under_way::UnderWay;

/// Signs in. Everything that it says goes to stderr.
pub(crate) fn run(context: &Context, flags: &Login) -> Result<(), Failure> {
    if flags.use_device_code && flags.redirect_port.is_some() {
        return Err(usage(
            "`--use-device-code` needs no `--redirect-port`: the browser does not come back"
                .to_owned(),
            "write one of the two",
        ));
    }
    let session = context.provider.session(&context.selected())?;
    if let Some(agent) = context.ruled_agent()? {
        return say_standing(&session, context, flags, agent);
    }
    let under_way = UnderWay::begin(context, &session, flags);
    let outcome = sign_in(&session, context, flags, Already::Said);
    under_way.end(context, &outcome);
    outcome.map(drop)
}

/// Anyone who is signed in already reads that, an agent too; to sign in is for a person.
fn say_standing(
    session: &Session,
    context: &Context,
    flags: &Login,
    agent: String,
) -> Result<(), Failure> {
    if flags.force {
        return Err(Failure::ForPeople { agent });
    }
    match context.provider.sign_in(session, options(flags), context.cleanup())? {
        Standing::SignedIn { until, renewal } => {
            let who = Who::new(session, &context.selected(), None);
            let local = output::local_time(context.env());
            output::tell(&words::already(&who, until, renewal, &local), context.env());
            Ok(())
        }
        Standing::SignedOut(_) => Err(Failure::ForPeople { agent }),
    }
}

/// Signs in on the way to something else, as [`UnderWay::join`] says: a sign-in that is under way
/// already serves as well. The session is of use with the region that this gives, which nobody has written
/// yet.
pub(crate) fn sign_in_as_step(
    session: &Session,
    context: &Context,
    flags: &Login,
) -> Result<String, Failure> {
    let under_way = UnderWay::join(context, session)?;
    let outcome = sign_in(session, context, flags, Already::Silent);
    under_way.end(context, &outcome);
    outcome
}

/// Whether anyone who is signed in already reads that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Already {
    /// It is what was asked for.
    Said,
    /// The sign-in is a step to something else.
    Silent,
}

/// Signs in to a session, configured or about to be, and gives the region of its portal.
fn sign_in(
    session: &Session,
    context: &Context,
    flags: &Login,
    already: Already,
) -> Result<String, Failure> {
    store::unlock_for(session, flags.new_key, context)?;
    let interrupt = context.interrupt();
    let profile = profile_of(session, context);
    let who = Who::new(session, &context.selected(), profile.as_deref());
    let local = output::local_time(context.env());
    let sign_in = match context.provider.sign_in(session, options(flags), context.cleanup())? {
        Standing::SignedOut(needed) => needed,
        Standing::SignedIn { until, renewal } => {
            if already == Already::Said {
                output::tell(&words::already(&who, until, renewal, &local), context.env());
            }
            return Ok(session.region.clone());
        }
    };
    let dialog = Dialog { context, flags, sign_in: &sign_in, interrupt, who };
    portal::settle(&dialog)?;
    let region = sign_in.portal.region.clone();
    if region != session.region && already == Already::Said {
        region::correct(context, session, &region)?;
    }
    let token = match sign_in.flow() {
        Flow::AuthorizationCode => code::run(&dialog)?,
        Flow::Device => device::run(&dialog)?,
    };
    let done = match already {
        Already::Said => words::done,
        Already::Silent => words::step_done,
    };
    output::tell(&done(&dialog.who, &token, &local), context.env());
    Ok(region)
}

/// The profile that was named, else the first one that signs in to the session.
fn profile_of(session: &Session, context: &Context) -> Option<String> {
    if let Selection::Profile(profile) = context.selected() {
        return Some(profile);
    }
    let listing = Listing::read(context.files(), context.env()).ok()?;
    let is_of_it = |name: &&str| {
        let role = listing.role(name, context.env());
        role.is_ok_and(|role| role.session.name == session.name)
    };
    listing.profiles().map(|listed| listed.name).find(is_of_it).map(str::to_owned)
}

fn options(flags: &Login) -> SignInOptions {
    SignInOptions {
        flow: if flags.use_device_code { Flow::Device } else { Flow::AuthorizationCode },
        old_session: if flags.force { OldSession::End } else { OldSession::Keep },
    }
}
