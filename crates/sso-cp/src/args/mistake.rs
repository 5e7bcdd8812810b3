//! What is wrong with a command line, and what was probably meant.

use sso_cp_config::{Env, Files, check_profile, edit_distance};

use crate::args::manual::{self, Flag, HELP, commands, credential, is_shared_option, shared};
use crate::messages::text::shell_word;
use crate::messages::usage::{Usage, command_not_behind, no_command as nothing_to_run, usage};

/// The flags that take a number, and the highest one.
const NUMBERS: [(&str, u64); 3] = [
    ("--port", u16::MAX as u64),
    ("--redirect-port", u16::MAX as u64),
    ("--wait", super::auto_login::MAX_SECONDS),
];

/// The flags that say one of several things each time.
const REPEATABLE: [&str; 6] = [
    manual::ALSO_PROFILE,
    "--account",
    "--exclude-account",
    "--exclude-role",
    "--region-for",
    "--role",
];

/// A flag that is given twice. argh would let a switch pass, but two of a kind are a slip.
pub(super) fn find_repeated(all: &[String]) -> Result<(), Usage> {
    let is_repeated = |word: &&String| all.iter().filter(|other| other == word).count() > 1;
    let may_be = |word: &&String| REPEATABLE.contains(&word.as_str());
    match all
        .iter()
        .filter(|word| is_repeated(word) && !may_be(word))
        .find(|word| owner_of(word).is_some())
    {
        Some(twice) => {
            Err(usage(format!("`{twice}` is given twice"), &format!("write `{twice}` once")))
        }
        None => Ok(()),
    }
}

/// argh's message, in the words of the house.
pub(super) fn explain(output: &str, words: &[&str]) -> Usage {
    let first = output.lines().find(|line| !line.is_empty()).unwrap_or("the flags are wrong");
    let command = super::words::command(words);
    let program = super::words::program(words);
    let kind = super::words::kind(words);
    let mut flags = flags_of(command);
    flags.extend(kind.iter().flat_map(|kind| kind.flags()).map(|flag| flag.name));
    let help = format!("`{program} --help`");
    // At the end, or with another flag in the place of its value, which argh then takes for a word of its own.
    let is_starved = |pair: &[&str]| is_shared_option(pair[0]) && flags.contains(&pair[1]);
    let starved = words.windows(2).position(is_starved).or_else(|| {
        let end = words.len().checked_sub(1)?;
        (flags.contains(&words[end]) && manual::takes_value(words[end])).then_some(end)
    });
    if let Some(at) = starved {
        let flag = words[at];
        let line = corrected(&program, words, at, &format!("{flag} VALUE"));
        return usage(format!("`{flag}` needs a value"), &format!("write `{line}`"));
    }
    let kinds = command.and_then(manual::command).into_iter().flat_map(|command| command.kinds());
    let kinds: Vec<&str> = kinds.map(|kind| kind.word).collect();
    if !kinds.is_empty() && kind.is_none() {
        return no_kind(words, &program, &kinds);
    }
    if command == Some("exec")
        && let Some(failure) = without_dashes(words, &flags)
    {
        return failure;
    }
    // A value may well begin with a dash: `--wait=-1`.
    let unknown = words.iter().enumerate().find(|(at, word)| {
        let is_value = *at > 0 && manual::takes_value(words[at - 1]);
        let is_known = flags.contains(word) || **word == manual::ALSO_PROFILE;
        word.starts_with('-') && !is_value && !is_known
    });
    if let Some((at, unknown)) = unknown {
        let meant = match (nearest(unknown, &flags), owner_of(unknown)) {
            (_, Some(owner)) if command.is_none() && !owner.is_empty() => {
                Some(corrected(&format!("sso-cp {owner}"), words, at, unknown))
            }
            (Some(flag), _) => Some(corrected(&program, words, at, flag)),
            (None, _) => None,
        };
        let hint = match meant {
            Some(line) => format!("write `{line}`, or see {help}"),
            None => format!("run {help}"),
        };
        return usage(format!("there is no flag `{unknown}` here"), &hint);
    }
    let stray = first.strip_prefix("Unrecognized argument: ");
    match (stray, command) {
        (Some(word), None) => unknown_command(word, words),
        (Some(word), Some(command @ ("configure" | "prompt" | "token")))
            if !words.iter().any(|word| is_shared_option(word)) =>
        {
            let at = place_of(word, words);
            let line = corrected(&program, words, at, &format!("--profile {}", shell_word(word)));
            usage(format!("`{command}` takes no `{word}`"), &format!("write `{line}`"))
        }
        (Some(word), Some(command)) => {
            usage(format!("`{command}` takes no `{word}`"), &format!("run {help}"))
        }
        (None, _) => usage(unreadable(first), &format!("run {help}")),
    }
}

/// The line as it was typed, with something else in one place.
fn corrected(program: &str, words: &[&str], at: usize, with: &str) -> String {
    let is_value = |place: usize| place > 0 && manual::takes_value(words[place - 1]);
    let is_there = |place: &usize| program.split(' ').any(|word| word == words[*place]);
    let mut line = program.to_owned();
    for place in (0..words.len()).filter(|place| is_value(*place) || !is_there(place)) {
        let word = if place == at { with.to_owned() } else { shell_word(words[place]) };
        line = line + " " + &word;
    }
    // What is to be run stands behind all that is looked at here.
    if program == "sso-cp exec" { line + " -- COMMAND" } else { line }
}

/// A command that has kinds, without one of them.
fn no_kind(words: &[&str], program: &str, kinds: &[&str]) -> Usage {
    let word = program.trim_start_matches("sso-cp ");
    let behind = words.iter().position(|other| *other == word).map_or(0, |at| at + 1);
    match words.get(behind).filter(|behind| !behind.starts_with('-')) {
        Some(wrong) => {
            let meant = nearest(wrong, kinds).map(|name| corrected(program, words, behind, name));
            let hint = match meant {
                Some(line) => format!("run `{line}`, or see `{program} --help`"),
                None => format!("use one of {}", kinds.join(", ")),
            };
            usage(format!("there is no kind of `{word}` called `{wrong}`"), &hint)
        }
        None => usage(
            format!("`{word}` needs a kind: {}", kinds.join(", ")),
            &format!("run `{program} --help`"),
        ),
    }
}

/// A value that cannot be read. What the standard library says of numbers is for programmers.
fn unreadable(said: &str) -> String {
    let parts = || {
        let (flag, rest) =
            said.strip_prefix("Error parsing option '")?.split_once("' with value '")?;
        let (value, _) = rest.rsplit_once("': ")?;
        let (_, most) = NUMBERS.iter().find(|(name, _)| *name == flag)?;
        Some(format!("`{flag}` takes a number from 0 to {most}, not `{value}`"))
    };
    // Names stand in backticks here.
    parts().unwrap_or_else(|| said.trim_start_matches("Error parsing option ").replace('\'', "`"))
}

/// A command line of `exec` with more words than a name: `exec dev aws s3 ls`. What selects something by a
/// flag leaves no room for a name; else the first of several words is one, and a word alone is the
/// command.
fn without_dashes(words: &[&str], flags: &[&str]) -> Option<Usage> {
    let behind: Vec<&str> =
        words.iter().skip_while(|word| **word != "exec").skip(1).copied().collect();
    let is_value = |at: usize| at > 0 && manual::takes_value(behind[at - 1]);
    let first = (0..behind.len()).find(|at| !flags.contains(&behind[*at]) && !is_value(*at))?;
    if behind[first].starts_with('-') {
        return None;
    }
    let is_selected = words.iter().any(|word| is_shared_option(word));
    let has_name = !is_selected && behind.get(first + 1).is_some_and(|word| !word.starts_with('-'));
    let line: Vec<String> =
        behind[first + usize::from(has_name)..].iter().map(|word| shell_word(word)).collect();
    let what = match has_name {
        true => format!("{} ", shell_word(behind[first])),
        false => super::words::selected(words),
    };
    // Without its scope the command would get more than was asked for.
    let what = what + &super::scope::typed_again(&behind[..first]);
    Some(command_not_behind(&what, &line.join(" ")))
}

/// A command of the person's, but not where `exec` takes it.
pub(super) fn command_without_exec(word: &str, words: &[&str]) -> Usage {
    command_not_behind(&chosen(words), &shell_word(word))
}

/// `exec` and nothing to run.
pub(super) fn no_command(words: &[&str]) -> Usage {
    nothing_to_run(&chosen(words))
}

/// What selects something, and what scopes it down.
fn chosen(words: &[&str]) -> String {
    super::words::selected(words) + &super::scope::typed_again(words)
}

fn unknown_command(word: &str, words: &[&str]) -> Usage {
    let names: Vec<&str> = commands().map(|command| command.word).collect();
    let at = place_of(word, words);
    let hint = match nearest(word, &names) {
        _ if is_profile(word) => {
            let flag = format!("--profile {}", shell_word(word));
            format!("write `{}`", corrected("sso-cp", words, at, &flag))
        }
        Some(name) => {
            format!("run `{}`, or see `sso-cp --help`", corrected("sso-cp", words, at, name))
        }
        None => "run `sso-cp --help`".to_owned(),
    };
    usage(format!("there is no command `{word}`"), &hint)
}

/// Where a word stands that is not the value of a flag.
fn place_of(word: &str, words: &[&str]) -> usize {
    let is_value = |at: usize| at > 0 && manual::takes_value(words[at - 1]);
    (0..words.len()).find(|at| words[*at] == word && !is_value(*at)).unwrap_or(words.len())
}

/// Whether a profile has the name: the word of many commands, which the bare one does not take.
fn is_profile(word: &str) -> bool {
    Files::locate(&Env::process()).is_ok_and(|files| check_profile(&files, word).is_ok())
}

/// The flags that may stand with a command.
fn flags_of(word: Option<&str>) -> Vec<&'static str> {
    let own: Vec<Flag> = match word {
        None => credential().collect(),
        Some(word) => manual::command(word).into_iter().flat_map(|it| it.flags()).collect(),
    };
    shared().map(|flag| flag.name).chain(HELP).chain(own.iter().map(|flag| flag.name)).collect()
}

/// The command that knows a flag; empty where all do.
fn owner_of(word: &str) -> Option<&'static str> {
    let is_it = |flag: Flag| flag.name == word;
    if shared().any(is_it) || HELP.contains(&word) {
        return Some("");
    }
    Some(commands().find(|command| command.all_flags().into_iter().any(is_it))?.word)
}

/// The name that was probably meant: one that begins or ends so, else one that is a slip or two away.
fn nearest<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    const SLIPS: usize = 2;
    let letters = |name: &str| name.trim_matches('-').replace('_', "-").to_lowercase();
    let wanted = letters(wanted);
    let is_part = |name: &&&str| {
        let name = letters(name);
        wanted.len() >= SLIPS
            && (name.starts_with(&*wanted)
                || wanted.starts_with(&*name)
                || name.ends_with(&*wanted))
    };
    let by_slips = || {
        let slips = names.iter().map(|name| (edit_distance(&wanted, &letters(name)), *name));
        slips
            .min()
            .filter(|(slips, _)| *slips <= SLIPS && *slips < wanted.len())
            .map(|(_, name)| name)
    };
    names.iter().find(is_part).copied().or_else(by_slips)
}
