//! Flags, and what they select.

mod selection;

use std::ffi::OsString;

use argh::{EarlyExit, FromArgs};
use sso_cp_config::Selection;

use crate::failure::{Failure, Usage};
use selection::Flags;

/// AWS credentials from IAM Identity Center, for everything that can run a program.
///
/// Prints one credential_process document: from the cache, else by the sign-in that the AWS CLI and
/// the SDKs share.
#[derive(FromArgs, Debug, Default)]
#[argh(
    help_triggers("-h", "--help"),
    example = "In ~/.aws/config:\n\n[profile dev]\ncredential_process = sso-cp --profile dev\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n\n[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access",
    error_code(2, "usage: bad flags"),
    error_code(3, "config: the config file, profile or session cannot be used"),
    error_code(4, "sign-in: no usable sign-in"),
    error_code(5, "refused: AWS refuses this account or role"),
    error_code(6, "network: AWS unreachable, throttling, failing, or answering nonsense"),
    error_code(7, "files: a file cannot be read, written or locked, or stdout cannot be written")
)]
struct TopLevel {
    /// a profile of the shared config file
    #[argh(option, arg_name = "name")]
    profile: Option<String>,

    /// an [sso-session] section of the config file; with --account-id and --role-name
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
}

/// What the arguments come to.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A text for stdout: help or version.
    Text(String),
    /// Something to do.
    Command(Arguments),
}

/// What is to be done, to what.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    /// What the flags select, if they do.
    pub(crate) selection: Option<Selection>,
    pub(crate) debug: bool,
}

/// The commands.
#[derive(Debug)]
pub(crate) enum Command {
    /// Without a word: the credential command.
    Credentials,
}

/// Every flag of every command, for telling a misspelled one from a misplaced value.
const FLAGS: [&str; 7] =
    ["--profile", "--sso-session", "--account-id", "--role-name", "--debug", "--version", "--help"];

/// Reads the arguments.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Parsed, Failure> {
    let words = split_values(arguments)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let top = match TopLevel::from_args(&["sso-cp"], &words) {
        Ok(top) => top,
        Err(EarlyExit { output, status: Ok(()) }) => return Ok(Parsed::Text(output)),
        Err(EarlyExit { output, .. }) => return Err(usage_of(&output, &words)),
    };
    if top.version {
        return Ok(Parsed::Text(format!("sso-cp {}\n", env!("CARGO_PKG_VERSION"))));
    }
    let flags = Flags {
        profile: top.profile,
        sso_session: top.sso_session,
        account_id: top.account_id,
        role_name: top.role_name,
    };
    let selection = Some(flags.role()?);
    Ok(Parsed::Command(Arguments { command: Command::Credentials, selection, debug: top.debug }))
}

/// Makes two words of `--name=value`, which argh does not know, and texts of all. What follows `--`
/// belongs to another program and stays as it is.
fn split_values(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut is_ours = true;
    for argument in arguments {
        let word = argument.into_string().map_err(|odd| {
            let shown = odd.to_string_lossy().into_owned();
            usage(format!("an argument is not UTF-8: `{shown}`"), "run `sso-cp --help`")
        })?;
        is_ours &= word != "--";
        match word.split_once('=') {
            Some((name, value)) if is_ours && name.starts_with("--") => {
                words.extend([name.to_owned(), value.to_owned()]);
            }
            _ => words.push(word),
        }
    }
    Ok(words)
}

/// argh's message, and what was probably meant.
fn usage_of(output: &str, words: &[&str]) -> Failure {
    let first = output.lines().find(|line| !line.is_empty()).unwrap_or("the flags are wrong");
    let known = |word: &str| FLAGS.contains(&word);
    let unknown = words.iter().find(|word| word.starts_with('-') && !known(word));
    if let Some(twice) = words
        .iter()
        .find(|word| known(word) && words.iter().filter(|other| other == word).count() > 1)
    {
        return usage(format!("`{twice}` is given twice"), &format!("write `{twice}` once"));
    }
    if let Some(last) = words.last().filter(|last| known(last)) {
        return usage(format!("`{last}` needs a value"), &format!("write `sso-cp {last} VALUE`"));
    }
    if let Some(unknown) = unknown {
        return usage(format!("there is no flag `{unknown}`"), &hint_for(unknown));
    }
    let stray = first.strip_prefix("Unrecognized argument: ");
    let problem =
        stray.map_or_else(|| first.to_owned(), |word| format!("there is no command `{word}`"));
    usage(problem, "run `sso-cp --help`")
}

fn hint_for(unknown: &str) -> String {
    let letters = |flag: &str| flag.trim_matches('-').replace('_', "-").to_lowercase();
    let wanted = letters(unknown);
    let near = FLAGS.iter().find(|flag| {
        let flag = letters(flag);
        !wanted.is_empty() && (flag.starts_with(&*wanted) || wanted.starts_with(&*flag))
    });
    match near {
        Some(flag) => format!("write `sso-cp {flag}`, or see `sso-cp --help`"),
        None => "run `sso-cp --help`".to_owned(),
    }
}

pub(crate) fn usage(problem: String, hint: &str) -> Failure {
    Failure::Usage(Usage { problem, hint: hint.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Parsed, Failure> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn both_spellings_of_a_value_work() {
        for words in [&["--profile", "a=b"][..], &["--profile=a=b"]] {
            match parse_words(words) {
                Ok(Parsed::Command(arguments)) => {
                    assert_eq!(arguments.selection, Some(Selection::Profile("a=b".to_owned())));
                }
                other => panic!("{other:?}"),
            }
        }
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
            &["--profile", "x", "--sso-session", "y"],
            &["--sso-session", "x"],
            &["--account-id", "1", "--role-name", "y"],
            &["stray"],
        ] {
            assert!(matches!(parse_words(words), Err(Failure::Usage(_))), "{words:?}");
        }
    }
}
