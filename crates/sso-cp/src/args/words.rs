//! From the words of a command line to those that argh takes.

use std::ffi::{OsStr, OsString};

use crate::args::manual::{self, credential, is_shared_option, shared};
use crate::messages::text::shell_word;
use crate::messages::usage::{Usage, usage};

/// Where the words of another program begin.
const END: &str = "--";

/// Our words, and those of another program, which stay as they are.
pub(super) fn cut(mut arguments: impl Iterator<Item = OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let ours = arguments.by_ref().take_while(|word| word != END).collect();
    (ours, arguments.collect())
}

/// The word that is missing where we are called as Docker calls its credential helpers, by a name of
/// their own.
pub(crate) fn docker_helper(program: &OsStr) -> Option<OsString> {
    let name = program.as_encoded_bytes();
    let name = name.strip_suffix(b".exe").unwrap_or(name);
    name.ends_with(b"docker-credential-sso-cp").then(|| OsString::from("docker-credential"))
}

/// Makes two words of `--name=value`, which argh does not know, and texts of all.
pub(super) fn split(arguments: Vec<OsString>) -> Result<Vec<String>, Usage> {
    let mut words = Vec::new();
    for argument in arguments {
        let word = argument.into_string().map_err(|odd| {
            let shown = odd.to_string_lossy().into_owned();
            usage(format!("an argument is not UTF-8: `{shown}`"), "run `sso-cp --help`")
        })?;
        match word.split_once('=') {
            Some((name, _)) if manual::is_switch(name) => {
                let hint = format!("write `{name}` alone");
                return Err(usage(format!("`{name}` takes no value"), &hint));
            }
            Some((name, value)) if name.starts_with("--") => {
                words.extend([name.to_owned(), value.to_owned()]);
            }
            _ => words.push(word),
        }
    }
    Ok(super::scope::with_agent_name(words))
}

/// Renames all `--profile` of `serve` but the first, so that argh takes several: an endpoint may serve many.
pub(super) fn gather_profiles(mut words: Vec<String>) -> Result<Vec<String>, Usage> {
    if first_plain(&words).is_none_or(|at| words[at] != "serve") {
        return Ok(words);
    }
    let at: Vec<usize> = (0..words.len()).filter(|at| words[*at] == manual::PROFILE).collect();
    for (number, place) in at.iter().enumerate().skip(1) {
        let name = words.get(place + 1).filter(|name| !name.is_empty() && !name.starts_with("--"));
        let Some(name) = name else {
            let hint = "write `sso-cp serve --profile NAME --profile NAME`";
            return Err(usage("`--profile` needs a value".to_owned(), hint));
        };
        if at[..number].iter().any(|before| words.get(before + 1) == Some(name)) {
            let hint = format!("write `--profile {}` once", shell_word(name));
            return Err(usage(format!("the profile `{name}` is named twice"), &hint));
        }
    }
    at.into_iter().skip(1).for_each(|at| manual::ALSO_PROFILE.clone_into(&mut words[at]));
    Ok(words)
}

/// Moves the flags that all commands take, and those of the credential command alone, before the command's word, so
/// that each need be declared only once, and the command's own behind it. Help is the command's.
pub(super) fn in_order(words: Vec<String>) -> Vec<String> {
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    let own = own_flags(&words);
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        match takes_value_before_command(&word, &own) {
            Some(true) if words.peek().is_some() => {
                first.push(word);
                first.extend(words.next());
            }
            Some(false) => first.push(word),
            _ => rest.push(word),
        }
    }
    first.extend(command_first(rest));
    first
}

/// Whether a flag that goes before the command's word takes a value; none for all other words.
fn takes_value_before_command(word: &str, own: &[&str]) -> Option<bool> {
    if word == manual::PROFILE {
        return Some(true);
    }
    let of_credentials = credential().filter(|flag| !own.contains(&flag.name));
    let flag = shared().chain(of_credentials).find(|flag| flag.name == word);
    flag.map(|flag| flag.value.is_some())
}

/// The flags of the command itself, which go with it.
fn own_flags(words: &[String]) -> Vec<&'static str> {
    let command = first_plain(words).and_then(|at| manual::command(&words[at]));
    command.map_or_else(Vec::new, |command| command.flags().map(|flag| flag.name).collect())
}

/// The command's word before its flags. `help` and `help login` are what git, gh and the AWS CLI understand.
fn command_first(mut words: Vec<String>) -> Vec<String> {
    if let Some(at) = first_plain(&words).filter(|at| words[*at] == "help") {
        words.remove(at);
        words.push("--help".to_owned());
    }
    if let Some(at) = first_plain(&words).filter(|at| known(&words[*at]).is_some()) {
        let command = words.remove(at);
        if command == "use" {
            name_previous(&mut words);
        }
        words.insert(0, command);
        let rest = words.split_off(1);
        words.extend(kind_first(rest));
    }
    words
}

/// The kind of a command before its flags, where the command has kinds.
fn kind_first(mut words: Vec<String>) -> Vec<String> {
    let is_kind = |word: &str| {
        manual::commands().flat_map(|command| command.kinds()).any(|kind| kind.word == word)
    };
    if let Some(at) = first_plain(&words).filter(|at| is_kind(&words[*at])) {
        let kind = words.remove(at);
        words.insert(0, kind);
    }
    words
}

/// `-` is the profile before this one, as it is the folder for `cd`; argh takes it for a flag without a name.
fn name_previous(words: &mut [String]) {
    for word in words.iter_mut().filter(|word| *word == "-") {
        *word = "--previous".to_owned();
    }
}

/// Where the first word stands that is neither a flag nor the value of one.
fn first_plain(words: &[String]) -> Option<usize> {
    let is_value = |at: usize| at > 0 && manual::takes_value(&words[at - 1]);
    (0..words.len()).find(|at| !words[*at].starts_with('-') && !is_value(*at))
}

/// The command's word, if there is one. The shared flags may still stand before it.
pub(super) fn command(words: &[&str]) -> Option<&'static str> {
    let is_value = |at: usize| at > 0 && is_shared_option(words[at - 1]);
    words.iter().enumerate().filter(|(at, _)| !is_value(*at)).find_map(|(_, word)| known(word))
}

/// The command's kind, if it has kinds and one is named.
pub(super) fn kind(words: &[&str]) -> Option<manual::Command> {
    let command = manual::command(command(words)?)?;
    let after = words.iter().skip_while(|word| **word != command.word).nth(1)?;
    command.kinds().find(|kind| kind.word == *after)
}

/// What a person types to get to the command: `sso-cp login`, `sso-cp token eks`.
pub(super) fn program(words: &[&str]) -> String {
    let kind = kind(words).map(|kind| kind.word);
    ["sso-cp"].into_iter().chain(command(words)).chain(kind).collect::<Vec<_>>().join(" ")
}

/// The flags among these words that select something, each with its value and a blank behind it.
pub(super) fn selected(words: &[&str]) -> String {
    let mut flags = String::new();
    for pair in words.windows(2) {
        if is_shared_option(pair[0]) {
            flags = flags + pair[0] + " " + &shell_word(pair[1]) + " ";
        }
    }
    flags
}

fn known(word: &str) -> Option<&'static str> {
    manual::command(word).map(|command| command.word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_may_serve_many_profiles() {
        let gathered = |line: &str| {
            let words = line.split(' ').map(str::to_owned).collect();
            gather_profiles(words).map(|words| words.join(" ")).ok()
        };
        for (line, expected) in [
            ("serve --profile a --profile serve", Some("serve --profile a --also-profile serve")),
            ("--profile a --profile b serve", Some("--profile a --also-profile b serve")),
            ("login --profile a --profile b", Some("login --profile a --profile b")),
            ("serve --profile a --profile a", None),
            ("serve --profile a --profile --port", None),
        ] {
            assert_eq!(gathered(line).as_deref(), expected, "{line}");
        }
    }
}
