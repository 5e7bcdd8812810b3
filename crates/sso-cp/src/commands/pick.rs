//! Asking the person at the terminal which profile or session is meant, where the command line does not say it.

use std::cell::RefCell;
use std::collections::HashMap;

use sso_cp_cache::Recent;
use sso_cp_config::{Error, ListedProfile, Listing, Roster};
use sso_cp_provider::State;
use sso_cp_types::Timestamp;

use crate::commands::profiles::{Look, account_and_role};
use crate::context::Context;
use crate::messages::exit_code::Class;
use crate::messages::failure::Failure;
use crate::process::picker::{self, Columns, Details, Picked, Question};

/// What stands where nothing is known.
const NOTHING: &str = "-";
const SIGNED_IN: &str = "ready";
const SIGNED_OUT: &str = "sign in";

/// The profile that the person chooses; `None` where nobody can be asked.
///
/// # Errors
///
/// The person has left the list ([`Failure::Told`]); a shared file cannot be read.
pub(crate) fn profile(context: &Context) -> Result<Option<String>, Failure> {
    if !picker::has_person() {
        return Ok(None);
    }
    let roster = Roster::read(context.files())?;
    profile_among(context, &roster, roster.names())
}

/// The same among some of the profiles.
pub(crate) fn profile_among(
    context: &Context,
    roster: &Roster,
    names: &[String],
) -> Result<Option<String>, Failure> {
    let recent = Recent::new(context.folders());
    let places: HashMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let known: Vec<usize> =
        recent.read().iter().filter_map(|name| places.get(&**name).copied()).collect();
    let question = Question {
        what: "profile",
        heads: &["PROFILE", "ACCOUNT", "ROLE", "STATE"],
        names,
        recent: &known,
    };
    let look = RefCell::new(Look::new(context, Timestamp::now()));
    let columns = Columns {
        details: |at: usize| details(roster, &names[at]),
        state: |at: usize| state(roster, &names[at], &mut look.borrow_mut()).to_owned(),
    };
    let picked = picker::pick(&question, columns, context.interrupt(), context.env());
    let Some(at) = chosen(picked)? else { return Ok(None) };
    note(context, &names[at]);
    Ok(Some(names[at].clone()))
}

/// The sso-session that the person chooses; `None` where nobody can be asked.
///
/// # Errors
///
/// As for [`profile`].
pub(crate) fn session(context: &Context, listing: &Listing) -> Result<Option<String>, Failure> {
    let sessions: Vec<_> =
        listing.sessions.iter().filter(|session| session.name.is_some()).collect();
    let names: Vec<String> = sessions.iter().filter_map(|session| session.name.clone()).collect();
    let question = Question {
        what: "session",
        heads: &["SESSION", "START URL", "STATE"],
        names: &names,
        recent: &[],
    };
    let columns = Columns {
        details: |at: usize| {
            vec![sessions[at].start_url.clone().unwrap_or_else(|| NOTHING.to_owned())]
        },
        state: |at: usize| match &sessions[at].session {
            Ok(session) => {
                word(context.provider.token_state(session, Timestamp::now()).state).to_owned()
            }
            Err(_) => NOTHING.to_owned(),
        },
    };
    let picked = picker::pick(&question, columns, context.interrupt(), context.env());
    Ok(chosen(picked)?.map(|at| names[at].clone()))
}

/// Notes what was chosen, for the next list. A list that cannot be kept is not a reason to fail.
pub(crate) fn note(context: &Context, profile: &str) {
    if let Err(error) = Recent::new(context.folders()).note(context.folders(), profile) {
        context.debug.tell(|| format!("the choice could not be noted: {error}"));
    }
}

fn chosen(picked: Picked) -> Result<Option<usize>, Failure> {
    match picked {
        Picked::Chosen(at) => Ok(Some(at)),
        Picked::NoTerminal => Ok(None),
        Picked::Cancelled => Err(Failure::Told(Class::Interrupted)),
    }
}

/// Account with its name, and role.
fn details(roster: &Roster, name: &str) -> Details {
    let profile = roster.profile(name);
    let value = |of: fn(&ListedProfile<'_>) -> Option<String>| profile.as_ref().and_then(of);
    let arn = profile.and_then(|profile| profile.role_arn).map(account_and_role);
    let arn = arn.unwrap_or_default();
    let id = value(|profile| profile.account_id.map(str::to_owned)).or(arn.0);
    let account = match (id, roster.account_name(name)) {
        (Some(id), Some(name)) => Some(format!("{id} {name}")),
        (id, name) => id.or(name),
    };
    let role = value(|profile| profile.role_name.map(str::to_owned)).or(arn.1);
    [account, role].map(|text| text.unwrap_or_else(|| NOTHING.to_owned())).to_vec()
}

fn state(roster: &Roster, name: &str, look: &mut Look<'_>) -> &'static str {
    match roster.role(name, look.context.env()) {
        Ok(role) => match look.obstacle(&role, name) {
            None => SIGNED_IN,
            Some(_) => SIGNED_OUT,
        },
        // Keys of another kind, which are not ours to judge.
        Err(Error::NoSsoSettings { .. }) => NOTHING,
        Err(_) => "broken",
    }
}

fn word(state: State) -> &'static str {
    if state.is_usable() { SIGNED_IN } else { SIGNED_OUT }
}
