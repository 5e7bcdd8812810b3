//! Flags, and what they select.
//!
//! Every command's own flags stand in `commands.rs`, as an argh struct named after it. The flags that all
//! commands take stand here, and may come before or after the command's word.

mod auto_login;
pub(crate) mod commands;
pub(crate) mod format;
pub(crate) mod help;
pub(crate) mod manual;
mod mistake;
mod scope;
mod selection;
mod set_up;
mod shell;
mod store;
pub(crate) mod token;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use argh::{EarlyExit, FromArgs};
use sso_cp_config::{ScopeFlags, Selection};
use sso_cp_types::AccountId;

use crate::messages::usage::Usage;
pub(crate) use commands::Command;
pub(crate) use selection::Flags;
pub(crate) use words::docker_helper;

/// AWS credentials from IAM Identity Center, for everything that can run a program.
///
/// Without a command it prints one credential_process document: from the cache, else by the sign-in
/// that the AWS CLI and the SDKs share. All commands take the options below, before or after the
/// command's word.
#[derive(FromArgs, Debug)]
#[argh(help_triggers("-h", "--help"))]
struct TopLevel {
    /// a profile of the shared config file
    #[argh(option, arg_name = "name")]
    profile: Option<String>,

    /// an [sso-session] section of the config file; for credentials, with --account-id and
    /// --role-name
    #[argh(option, arg_name = "name")]
    sso_session: Option<String>,

    /// the account, with --sso-session
    #[argh(option, arg_name = "digits")]
    account_id: Option<String>,

    /// the permission set, with --sso-session
    #[argh(option, arg_name = "name")]
    role_name: Option<String>,

    /// say on stderr what happens and how long it takes; never a token or a key
    #[argh(switch)]
    debug: bool,

    /// print the version
    #[argh(switch)]
    version: bool,

    /// open a browser if somebody has to sign in, and wait for it (credential_process only)
    #[argh(switch)]
    auto_login: bool,

    /// with --auto-login, how long to wait; the sign-in goes on for its ten minutes (default 50)
    #[argh(option, arg_name = "seconds")]
    wait: Option<u64>,

    /// scope the credentials down to the IAM policy in this file
    #[argh(option, arg_name = "file")]
    scope_policy: Option<PathBuf>,

    /// how many seconds scoped credentials live: 900 to 129600
    #[argh(option, arg_name = "seconds")]
    scope_duration: Option<String>,

    /// a coding agent asks (its name may be left out): the profile's rule for agents holds
    #[argh(option, arg_name = "name")]
    agent: Option<String>,

    /// what a cached call leaves to the background
    #[argh(switch, hidden_help)]
    prefetch: bool,

    #[argh(subcommand)]
    command: Option<Command>,
}

/// What the arguments come to.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A text for stdout: help or version.
    Text(String),
    /// Something to do.
    Command(Box<Arguments>),
}

/// What is to be done, to what.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// None for the credential command.
    pub(crate) command: Option<Command>,
    /// The command's word, as it is typed.
    pub(crate) word: Option<&'static str>,
    /// What the flags select, if they do.
    pub(crate) selection: Option<Selection>,
    /// Whether no flag was given that selects something.
    pub(crate) flags_are_empty: bool,
    /// The same flags where they name what is to be configured, and select nothing.
    pub(crate) named: Flags,
    pub(crate) debug: bool,
    /// How long to wait for a sign-in; none where none is to be begun.
    pub(crate) auto_login: Option<Duration>,
    /// Whether credentials are fetched ahead of need, and none are printed.
    pub(crate) is_prefetch: bool,
    /// What the credentials are scoped down to; none where flags say nothing.
    pub(crate) scope: Option<ScopeFlags>,
    /// The word behind `--agent`, which may be meant as the agent's name or as the profile.
    pub(crate) agent_word: Option<String>,
    /// How the scope was typed, with a blank at its end; for `exec` alone.
    pub(crate) scope_typed: String,
    /// What follows `--`: a command of the person's.
    pub(crate) tail: Vec<OsString>,
}

/// Reads the arguments.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Parsed, Usage> {
    let (ours, tail) = words::cut(arguments);
    let is_agent_a_word = ours.iter().any(|word| word == scope::AGENT);
    let words = words::gather_profiles(words::split(ours)?)?;
    mistake::find_repeated(&words)?;
    let words = words::in_order(words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let top = match TopLevel::from_args(&["sso-cp"], &words) {
        Ok(top) => top,
        Err(EarlyExit { status: Ok(()), .. }) => {
            return Ok(Parsed::Text(help::text(
                words::command(&words),
                words::kind(&words).as_ref(),
            )));
        }
        Err(EarlyExit { output, .. }) => return Err(mistake::explain(&output, &words)),
    };
    if top.version {
        return Ok(Parsed::Text(format!("sso-cp {}\n", env!("CARGO_PKG_VERSION"))));
    }
    let flags = Flags {
        profile: top.profile,
        sso_session: top.sso_session,
        account_id: top.account_id.map(|id| AccountId::typed(&id).0),
        role_name: top.role_name,
    };
    let flags_are_empty = flags.are_empty();
    match (&top.command, tail.first()) {
        (Some(Command::Exec(flags)), None) => match &flags.name {
            // Whether the word is a profile or the command, the files know.
            Some(_) if flags_are_empty => {}
            Some(word) => return Err(mistake::command_without_exec(word, &words)),
            None => return Err(mistake::no_command(&words)),
        },
        (Some(Command::Exec(_)), Some(_)) | (_, None) => {}
        (_, Some(word)) => {
            return Err(mistake::command_without_exec(&word.to_string_lossy(), &words));
        }
    }
    let mut named = Flags::default();
    let selection = match &top.command {
        None => Some(flags.role(&words)?),
        Some(Command::Configure(_) | Command::Use(_)) => {
            flags.check_values(&words)?;
            named = flags;
            None
        }
        Some(command) => {
            if let Some(name) = command.name() {
                flags.check_alone(name, &words)?;
            }
            flags.selection(&words)?
        }
    };
    let (command, debug) = (top.command, top.debug);
    let word = command.as_ref().and_then(|_| words::command(&words));
    let auto_login = auto_login::patience(top.auto_login, top.wait, command.as_ref())?;
    let typed = scope::Typed {
        policy: top.scope_policy.as_ref(),
        duration: top.scope_duration.as_ref(),
        agent: top.agent.as_ref(),
    };
    let scope = typed.of(command.as_ref())?.flags()?;
    let agent_word = scope.as_ref().filter(|_| is_agent_a_word).and_then(scope::agent_name);
    let scope_typed = match &command {
        Some(Command::Exec(_)) => scope::typed_again(&words),
        _ => String::new(),
    };
    let arguments = Arguments {
        command,
        word,
        selection,
        flags_are_empty,
        named,
        debug,
        auto_login,
        is_prefetch: top.prefetch,
        scope,
        agent_word,
        scope_typed,
        tail,
    };
    Ok(Parsed::Command(Box::new(arguments)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::manual;

    fn parse_words(words: &[&str]) -> Result<Parsed, Usage> {
        parse(words.iter().map(OsString::from))
    }

    fn selected(words: &[&str]) -> Option<Selection> {
        match parse_words(words) {
            Ok(Parsed::Command(arguments)) => arguments.selection,
            other => panic!("{words:?}: {other:?}"),
        }
    }

    #[track_caller]
    fn usage_error(words: &[&str]) -> Usage {
        match parse_words(words) {
            Err(usage) => usage,
            other => panic!("{words:?}: {other:?}"),
        }
    }

    #[test]
    fn both_spellings_of_a_value_work() {
        for words in [&["--profile", "a=b"][..], &["--profile=a=b"]] {
            assert_eq!(selected(words), Some(Selection::Profile("a=b".to_owned())));
        }
    }

    #[test]
    fn what_is_selected_may_stand_on_both_sides_of_the_command() {
        let dev = Some(Selection::Profile("dev".to_owned()));
        for words in [
            &["login", "--profile", "dev"][..],
            &["--profile", "dev", "login"],
            &["--profile=dev", "login", "--force"],
            &["--force", "--redirect-port", "80", "login", "--profile=dev"],
            &["login", "--no-browser", "--profile=dev", "--debug"],
        ] {
            assert_eq!(selected(words), dev, "{words:?}");
        }
        assert_eq!(selected(&["login"]), None);
        let session = Selection::SsoSession("corp".to_owned());
        assert_eq!(selected(&["login", "--sso-session", "corp"]), Some(session));
        let whole = ["--sso-session", "s", "--account-id=1", "login", "--role-name", "r"];
        assert!(matches!(selected(&whole), Some(Selection::Role { .. })));
    }

    #[test]
    fn what_cannot_be_meant_is_a_usage_error() {
        for words in [
            &[][..],
            &["--profil", "x"],
            &["--profile"],
            &["--profile="],
            &["--profile", "--debug"],
            &["--profile", "x", "--profile", "x"],
            &["--profile", "x", "login", "--profile", "x"],
            &["--profile", "x", "--sso-session", "y"],
            &["login", "--profile", "x", "--sso-session", "y"],
            &["login", "--profile", "x", "--profile", "y"],
            &["serve", "--profile", "x", "--profile", "x"],
            &["serve", "--profile", "x", "--profile"],
            &["serve", "--profile", "x", "--profile="],
            &["serve", "--profile", "x", "--profile", "--port", "1"],
            &["serve", "x", "--profile", "y", "--profile", "z"],
            &["login", "--sso-session", "y", "--account-id", "1"],
            &["login", "--account-id", "1", "--role-name", "y"],
            &["login", "--force", "--force"],
            &["login", "--force=yes"],
            &["--profile", "x", "--debug=1"],
            &["exec", "--serve="],
            &["login", "--redirect-port"],
            &["login", "--redirect-port", "70000"],
            &["login", "--json"],
            &["login", "stray", "stray"],
            &["login", "dev", "--profile", "x"],
            &["configure", "dev"],
            &["--sso-session", "x"],
            &["--account-id", "1", "--role-name", "y"],
            &["--force", "--profile", "x"],
            &["--force", "--json", "login"],
            &["--profile", "x", "--wait", "5"],
            &["--profile", "x", "--auto-login", "--wait", "601"],
            &["--profile", "x", "--auto-login", "--wait", "soon"],
            &["--profile", "x", "--auto-login", "--wait"],
            &["--profile", "x", "--auto-login", "login"],
            &["login", "--auto-login"],
            &["stray"],
        ] {
            let usage = usage_error(words);
            assert!(
                !usage.problem.contains('\n') && !usage.hint.is_empty(),
                "{words:?}: {usage:?}"
            );
        }
    }

    #[test]
    fn the_hint_is_what_to_write() {
        for (words, hint) in [
            (&["logni"][..], "run `sso-cp login`, or see `sso-cp --help`"),
            (&["--profile", "x", "log"], "run `sso-cp --profile x login`, or see `sso-cp --help`"),
            (&["frobnicate"], "run `sso-cp --help`"),
            (&["login", "--forc"], "write `sso-cp login --force`, or see `sso-cp login --help`"),
            (&["login", "--device-code"], {
                "write `sso-cp login --use-device-code`, or see `sso-cp login --help`"
            }),
            (&["login", "--json"], "run `sso-cp login --help`"),
            (&["--force"], "write `sso-cp login --force`, or see `sso-cp --help`"),
            (&["login", "--redirect-port"], "write `sso-cp login --redirect-port VALUE`"),
            (&["login", "--force", "--force"], "write `--force` once"),
            (&["login", "--force=yes"], "write `--force` alone"),
            (&["--help=login"], "write `--help` alone"),
            (&["help", "frobnicate"], "run `sso-cp --help`"),
            (&["--profile", "x", "--auto-login", "--wait=-1"], "run `sso-cp --help`"),
            (
                &["login", "--profile", "x", "--sso-session", "y"],
                "write `sso-cp login --profile x`",
            ),
            (&["login", "--profile="], "write `sso-cp login --profile VALUE`"),
            (&["login", "--sso-session", "y", "--account-id", "1"], {
                "write `sso-cp login --sso-session y --account-id 1 --role-name NAME`"
            }),
            (&["--account-id", "1", "--role-name", "r s"], {
                "write `sso-cp --sso-session NAME --account-id 1 --role-name 'r s'`"
            }),
            (&["exec", "--profile", "x", "ls"], "write `sso-cp exec --profile x -- ls`"),
            (&["exec", "dev", "env"], "write `sso-cp exec dev -- env`"),
            (&["exec", "dev", "aws", "s3", "ls"], "write `sso-cp exec dev -- aws s3 ls`"),
            (&["exec", "ls", "-l"], "write `sso-cp exec -- ls -l`"),
            (&["exec", "--agent", "dev", "ls", "x"], "write `sso-cp exec ls --agent dev -- x`"),
            (&["exec", "--agent", "x"], "write `sso-cp exec --agent x -- COMMAND`"),
            (&["exec", "--scope-policy=p", "--agent"], {
                "write `sso-cp exec --scope-policy p --agent -- COMMAND`"
            }),
            (&["exec", "--scope-policy", "p", "dev", "ls", "-l"], {
                "write `sso-cp exec dev --scope-policy p -- ls -l`"
            }),
            (&["--agent=x", "--", "ls"], "write `sso-cp exec --agent x -- ls`"),
            (&["configure", "dev"], "write `sso-cp configure --profile dev`"),
            (&["login", "dev", "--profile", "x"], "write `sso-cp login dev`"),
            (&["whoami", "corp", "--account-id", "1", "--role-name", "r"], {
                "write `sso-cp whoami --sso-session corp --account-id 1 --role-name r`"
            }),
            (&["--profile", "x", "--", "ls"], "write `sso-cp exec --profile x -- ls`"),
        ] {
            assert_eq!(usage_error(words).hint, hint, "{words:?}");
        }
    }

    #[test]
    fn help_is_a_word_too() {
        let text = |words: &[&str]| match parse_words(words) {
            Ok(Parsed::Text(text)) => text,
            other => panic!("{words:?}: {other:?}"),
        };
        assert_eq!(text(&["help"]), text(&["--help"]));
        for words in [&["help", "login"][..], &["--help", "login"], &["--debug", "help", "login"]] {
            assert_eq!(text(words), text(&["login", "--help"]), "{words:?}");
        }
    }

    #[test]
    fn every_command_has_help() {
        for command in manual::commands() {
            for trigger in ["-h", "--help"] {
                let Ok(Parsed::Text(text)) = parse_words(&[command.word, trigger]) else {
                    panic!("{}", command.word)
                };
                assert!(command.flags().all(|flag| text.contains(flag.name)), "{text}");
            }
        }
    }
}
