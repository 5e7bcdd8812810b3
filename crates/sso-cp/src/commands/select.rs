//! What a command for people is about: a name that was typed as a word, or what is meant where nothing
//! was named.
//!
//! The credential command takes no word and never guesses: a guess could hand out another account's
//! credentials to a program that nobody watches.

use sso_cp_config::{
    Error, ListedSession, Listing, NearMiss, Selection, names, near_names, nothing_is_configured,
};

use super::console::words;
use super::pick;
use crate::args::{Arguments, Command};
use crate::context::Context;
use crate::messages::failure::{Failure, NoSuchName, Setup, session_for_role, several_sessions};
use crate::messages::text::shell_word;
use crate::messages::usage::{command_not_behind, no_command};

/// What a command needs to know before it can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// One session.
    Session,
    /// One role.
    Role,
    /// A session or a role where one is named, and else nothing.
    Anything,
    /// It is about everything, or asks for itself.
    Nothing,
}

impl Need {
    fn of(command: &Command) -> Need {
        match command {
            Command::Logout(flags) if flags.all && flags.name.is_none() => Need::Nothing,
            Command::Seal(flags) if flags.new_key && flags.name.is_none() => Need::Anything,
            Command::List(_)
            | Command::Login(_)
            | Command::Logout(_)
            | Command::Populate(_)
            | Command::Seal(_)
            | Command::Unseal(_) => Need::Session,
            Command::Console(_)
            | Command::Exec(_)
            | Command::Export(_)
            | Command::Serve(_)
            | Command::Token(_)
            | Command::Whoami(_) => Need::Role,
            Command::Doctor(_) | Command::Status(_) => Need::Anything,
            Command::Completions(_)
            | Command::Configure(_)
            | Command::DockerCredential(_)
            | Command::Lock(_)
            | Command::Manual(_)
            | Command::Migrate(_)
            | Command::Profiles(_)
            | Command::Prompt(_)
            | Command::Scope(_)
            | Command::ShellInit(_)
            | Command::Unlock(_)
            | Command::Use(_) => Need::Nothing,
        }
    }
}

/// Settles what the command is about, where the flags do not say it.
///
/// # Errors
///
/// Nothing has the name, or nothing is named and there are several to choose from, or none.
pub(crate) fn settle(
    command: &Command,
    arguments: &Arguments,
    context: &mut Context,
) -> Result<(), Failure> {
    if let Some(profile) = profile_behind_agent(command, arguments, context)? {
        context.selection = Some(profile);
        context.forget_agents_name();
    } else if let Some(found) = selection(command, arguments, context)? {
        context.selection = Some(found);
    }
    Ok(())
}

/// `exec --agent dev -- COMMAND`: a profile that has the name is meant, where nothing else names one. It
/// would be another profile's credentials otherwise. `--agent=dev` is always the agent.
fn profile_behind_agent(
    command: &Command,
    arguments: &Arguments,
    context: &Context,
) -> Result<Option<Selection>, Failure> {
    let Some(word) = &arguments.agent_word else { return Ok(None) };
    let is_named = command.name().is_some() || context.selection.is_some();
    if is_named || Need::of(command) != Need::Role {
        return Ok(None);
    }
    let is_profile = names(context.files())?.profiles.iter().any(|name| name == word);
    Ok(is_profile.then(|| Selection::Profile(word.clone())))
}

/// `None` leaves it to the profile of the shell, or to the command.
fn selection(
    command: &Command,
    arguments: &Arguments,
    context: &Context,
) -> Result<Option<Selection>, Failure> {
    let need = Need::of(command);
    let of_console = match command {
        Command::Console(flags) => words::read(&flags.words, arguments, context)?.profile,
        _ => None,
    };
    match (of_console.or(command.name()), need) {
        (Some(word), _) if matches!(command, Command::Exec(_)) && arguments.tail.is_empty() => {
            Err(nothing_to_run(word, &arguments.scope_typed, context))
        }
        (Some(word), need) => named(word, need, context).map(Some),
        (None, _) if context.selection.is_some() => Ok(None),
        (None, Need::Session | Need::Role) => unnamed(need, context),
        (None, Need::Anything | Need::Nothing) => Ok(None),
    }
}

/// A profile if one has the name, else a session where a session is enough.
fn named(word: &str, need: Need, context: &Context) -> Result<Selection, Failure> {
    let known = names(context.files())?;
    let is_session = known.sessions.iter().any(|name| name == word);
    if known.profiles.iter().any(|name| name == word) {
        return Ok(Selection::Profile(word.to_owned()));
    }
    match (is_session, need) {
        (true, Need::Role) => Err(Failure::Usage(session_for_role(word, context.word))),
        (true, _) => Ok(Selection::SsoSession(word.to_owned())),
        (false, _) if nothing_is_configured(context.files()) => Err(nothing(context)),
        (false, _) => {
            let mut all = known.profiles;
            if need != Need::Role {
                all.extend(known.sessions);
            }
            let (near, header) = (near_names(word, all), misread(word, need, context));
            let missing = NoSuchName {
                word,
                what: if need == Need::Role { "profile" } else { "profile or sso-session" },
                near: &near,
                header: header.as_ref(),
            };
            let home = context.home();
            Err(Failure::Usage(missing.usage(home, context.word)))
        }
    }
}

/// A header that was meant to have the name.
fn misread(word: &str, need: Need, context: &Context) -> Option<sso_cp_config::MeantHeader> {
    let look = |selection: Selection| match sso_cp_config::session(
        &selection,
        context.files(),
        context.env(),
    )
    .err()?
    {
        Error::NoProfile { near, .. } | Error::NoSession { near, .. } => {
            let NearMiss { header, .. } = *near;
            header
        }
        _ => None,
    };
    let profile = look(Selection::Profile(word.to_owned()));
    profile.or_else(|| match need {
        Need::Role => None,
        _ => look(Selection::SsoSession(word.to_owned())),
    })
}

/// Nothing was named: the profile of the shell where it is usable, else the only session that there
/// is, else whichever the person chooses.
fn unnamed(need: Need, context: &Context) -> Result<Option<Selection>, Failure> {
    let chosen = context.selected();
    let error = match sso_cp_config::session(&chosen, context.files(), context.env()) {
        Ok(_) => return Ok(None),
        Err(
            error @ (Error::NoProfile { .. }
            | Error::NoSsoSettings { .. }
            | Error::LoginProfile { .. }),
        ) => error,
        // It names a sign-in and cannot be used: another one is not what was meant.
        Err(error) => return Err(Failure::from(error)),
    };
    if nothing_is_configured(context.files()) {
        return Err(nothing(context));
    }
    if need == Need::Role {
        return match pick::profile(context)? {
            Some(name) => Ok(Some(Selection::Profile(name))),
            None => Err(Failure::from(error)),
        };
    }
    let listing = Listing::read(context.files(), context.env())?;
    let sessions: Vec<&str> =
        listing.sessions.iter().filter_map(|ListedSession { name, .. }| name.as_deref()).collect();
    let picked = match sessions[..] {
        [] => return Err(Failure::from(error)),
        [only] => Some(only.to_owned()),
        _ => pick::session(context, &listing)?,
    };
    match picked {
        Some(name) => Ok(Some(Selection::SsoSession(name))),
        None => {
            let name = context.env().chosen_profile();
            let named_by =
                context.env().profile_variable().map(|variable| (variable, name.as_str()));
            Err(Failure::Usage(several_sessions(&sessions, named_by, context.word)))
        }
    }
}

/// `exec` without `--`: the word may be a profile, or the command itself.
fn nothing_to_run(word: &str, scope: &str, context: &Context) -> Failure {
    let is_profile =
        names(context.files()).is_ok_and(|known| known.profiles.iter().any(|name| name == word));
    match is_profile {
        true => no_command(&format!("{} {scope}", shell_word(word))),
        false => command_not_behind(scope, &shell_word(word)),
    }
}

fn nothing(context: &Context) -> Failure {
    Failure::Setup(Setup::NothingConfigured { path: context.files().config.clone() })
}
