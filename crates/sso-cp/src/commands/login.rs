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
    let outcome = sign_in(&session, context, flags, Purpose::Itself);
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
/// yet. `again` is what is typed where it goes wrong, unless `login` knows the session.
pub(crate) fn sign_in_as_step(
    session: &Session,
    context: &Context,
    flags: &Login,
    again: Option<&str>,
) -> Result<String, Failure> {
    let who = Who::new(session, &context.selected(), None).on_the_way(again);
    let under_way = UnderWay::join(context, session, &who)?;
    let outcome = sign_in(session, context, flags, Purpose::Step { again });
    under_way.end(context, &outcome);
    outcome
}

/// What a sign-in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose<'a> {
    /// It is what was asked for. Anyone who is signed in already reads that.
    Itself,
    /// It is a step to something else, and the command that is typed where it goes wrong.
    Step { again: Option<&'a str> },
}

/// Signs in to a session, configured or about to be, and gives the region of its portal.
fn sign_in(
    session: &Session,
    context: &Context,
    flags: &Login,
    purpose: Purpose<'_>,
) -> Result<String, Failure> {
    store::unlock_for(session, flags.new_key, context)?;
    let interrupt = context.interrupt();
    let profile = profile_of(session, context);
    let who = Who::new(session, &context.selected(), profile.as_deref());
    let who = match purpose {
        Purpose::Itself => who,
        Purpose::Step { again } => who.on_the_way(again),
    };
    let local = output::local_time(context.env());
    let sign_in = match context.provider.sign_in(session, options(flags), context.cleanup())? {
        Standing::SignedOut(needed) => needed,
        Standing::SignedIn { until, renewal } => {
            if purpose == Purpose::Itself {
                output::tell(&words::already(&who, until, renewal, &local), context.env());
            }
            return Ok(session.region.clone());
        }
    };
    let dialog = Dialog { context, flags, sign_in: &sign_in, interrupt, who };
    portal::settle(&dialog)?;
    let region = sign_in.portal.region.clone();
    if region != session.region && purpose == Purpose::Itself {
        region::correct(context, session, &region)?;
    }
    let token = match sign_in.flow() {
        Flow::AuthorizationCode => code::run(&dialog)?,
        Flow::Device => device::run(&dialog)?,
    };
    let warnings: Vec<_> = sign_in.warning().into_iter().collect();
    output::warn_of(&warnings, || context.scene());
    let done = match purpose {
        Purpose::Itself => words::done,
        Purpose::Step { .. } => words::step_done,
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
