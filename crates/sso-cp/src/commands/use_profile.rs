//! `sso-cp use`: the name of one profile on stdout, for a shell to switch to: as it was typed, the one before, or
//! the person's choice. It changes nothing by itself; no program can change its shell.

use sso_cp_cache::Recent;
use sso_cp_config::{Error, ListedProfile, Roster, check_profile, names};

use crate::args::Flags;
use crate::args::commands::Use;
use crate::commands::pick;
use crate::commands::profiles::account_and_role;
use crate::context::Context;
use crate::messages::failure::{Failure, NoSuchName, Setup, session_for_role};
use crate::messages::text::{clean, shell_word};
use crate::messages::usage::{Usage, usage};
use crate::process::output;

/// In which variable a shell hands its profile before the present one on (`shell_init.rs`).
pub(crate) const PREVIOUS: &str = "SSO_CP_PREVIOUS_PROFILE";
/// So many names fill a terminal some times over; `profiles` has them all.
const MOST_LISTED: usize = 200;

/// Prints the name.
pub(crate) fn run(context: &Context, flags: &Use, named: &Flags) -> Result<(), Failure> {
    let name = match (flags.name.as_deref().or(named.profile.as_deref()), flags.previous) {
        (Some(name), false) => name.to_owned(),
        (None, true) => previous(context).inspect(|name| tell(name))?,
        (Some(_), true) => {
            let problem = "`-` is the profile before this one, and another one is named too";
            return Err(usage(problem.to_owned(), "write `sso-cp use -`, or `sso-cp use NAME`"));
        }
        (None, false) => {
            let name = chosen(context, named)?;
            tell(&name);
            return print(&name);
        }
    };
    check_profile(context.files(), &name).map_err(|error| missing(error, flags, context))?;
    pick::note(context, &name);
    print(&name)
}

/// A word that is not a profile's name is a slip of the command line, as for all commands.
fn missing(error: Error, flags: &Use, context: &Context) -> Failure {
    let (Some(word), Error::NoProfile { near, .. }) = (&flags.name, &error) else {
        return error.into();
    };
    // A shell may switch to profiles without SSO settings too.
    if names(context.files()).is_ok_and(|known| known.profiles.is_empty()) {
        return Failure::Setup(Setup::NothingConfigured { path: context.files().config.clone() });
    }
    if near.is_of_other_kind {
        let hint = "see `sso-cp profiles`, or set one up by `sso-cp configure`".to_owned();
        return Failure::Usage(Usage { hint, ..session_for_role(word, context.word) });
    }
    let (near, header) = (&near.names[..], near.header.as_ref());
    let missing = NoSuchName { word, what: "profile", near, header };
    Failure::Usage(missing.usage(context.home(), context.word))
}

/// Says what it is, where the person has not typed it and does not see stdout.
fn tell(name: &str) {
    if output::is_taken() {
        output::say(&format!("sso-cp: profile `{}`\n", clean(name)));
    }
}

fn print(name: &str) -> Result<(), Failure> {
    // A person sees it harmless; a shell needs the very name.
    let shown = if output::is_taken() { name.to_owned() } else { clean(name) };
    output::print(format!("{shown}\n").as_bytes()).map_err(Failure::from)
}

/// The profile before the present one: the shell's own, where one tells us; else the last that was chosen and is not
/// the present one.
fn previous(context: &Context) -> Result<String, Failure> {
    let last = || {
        let recent = Recent::new(context.folders()).read();
        let current = context.env().text("AWS_PROFILE").or_else(|| recent.first().cloned())?;
        recent.into_iter().find(|name| *name != current)
    };
    context.env().text(PREVIOUS).or_else(last).ok_or_else(|| {
        let problem = "there is no profile before this one".to_owned();
        usage(problem, "run `sso-cp use` to choose one, or write `sso-cp use NAME`")
    })
}

/// The person's choice, among those of an account or a role where that is given.
fn chosen(context: &Context, named: &Flags) -> Result<String, Failure> {
    let roster = Roster::read(context.files())?;
    let fits = |name: &&String| {
        is_empty(named) || roster.profile(name).is_some_and(|profile| fits(&profile, named))
    };
    let names: Vec<String> = roster.names().iter().filter(fits).cloned().collect();
    match &names[..] {
        [] if !is_empty(named) => Err(usage(
            format!("no profile is of {}", words(named)),
            "run `sso-cp profiles` to see accounts and roles, or `sso-cp configure` to add one",
        )),
        [] => {
            let path = context.files().config.clone();
            Err(Failure::Setup(Setup::NothingConfigured { path }))
        }
        [one] if !is_empty(named) => {
            pick::note(context, one);
            Ok(one.clone())
        }
        _ => pick::profile_among(context, &roster, &names)?.ok_or_else(|| nobody(&names)),
    }
}

/// Without a person the names are listed, for anyone who reads it to write one of them.
fn nobody(names: &[String]) -> Failure {
    let listed: String = names.iter().take(MOST_LISTED).map(|name| clean(name) + "\n").collect();
    output::say(&listed);
    if let more @ 1.. = names.len().saturating_sub(MOST_LISTED) {
        output::say(&format!("... and {more} more\n"));
    }
    let problem = "no profile is named, and there is no terminal to choose one at".to_owned();
    usage(problem, "write `sso-cp use NAME`")
}

fn is_empty(named: &Flags) -> bool {
    let Flags { profile: _, sso_session, account_id, role_name } = named;
    [sso_session, account_id, role_name].iter().all(|flag| flag.is_none())
}

fn fits(profile: &ListedProfile<'_>, named: &Flags) -> bool {
    let arn = profile.role_arn.map(account_and_role).unwrap_or_default();
    let is = |wanted: &Option<String>, found: &[Option<&str>]| {
        wanted.as_deref().is_none_or(|wanted| found.contains(&Some(wanted)))
    };
    is(&named.sso_session, &[profile.session])
        && is(&named.account_id, &[profile.account_id, arn.0.as_deref()])
        && is(&named.role_name, &[profile.role_name, arn.1.as_deref()])
}

/// The flags as they were given.
fn words(named: &Flags) -> String {
    let flags = [
        ("--sso-session", &named.sso_session),
        ("--account-id", &named.account_id),
        ("--role-name", &named.role_name),
    ];
    let given = flags.iter().filter_map(|(flag, value)| Some((flag, value.as_ref()?)));
    let given = given.map(|(flag, value)| format!("`{flag} {}`", shell_word(value)));
    given.collect::<Vec<_>>().join(" and ")
}
