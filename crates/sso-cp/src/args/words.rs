//! From the words of a command line to those that argh takes.

use std::ffi::OsString;

use super::{SHARED_OPTIONS, SHARED_SWITCHES, usage};
use crate::failure::Failure;
use crate::manual;

/// Where the words of another program begin.
const END: &str = "--";

/// Our words, and those of another program, which stay as they are.
pub(super) fn cut(mut arguments: impl Iterator<Item = OsString>) -> (Vec<OsString>, Vec<OsString>) {
    let ours = arguments.by_ref().take_while(|word| word != END).collect();
    (ours, arguments.collect())
}

/// Makes two words of `--name=value`, which argh does not know, and texts of all.
pub(super) fn split(arguments: Vec<OsString>) -> Result<Vec<String>, Failure> {
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
    Ok(words)
}

/// Moves the flags that all commands take before the command's word, so that each need be declared
/// only once. Help stays where it is: it is the command's.
pub(super) fn shared_flags_first(words: Vec<String>) -> Vec<String> {
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if SHARED_OPTIONS.contains(&&*word) && words.peek().is_some() {
            first.push(word);
            first.extend(words.next());
        } else if SHARED_SWITCHES[..2].contains(&&*word) {
            first.push(word);
        } else {
            rest.push(word);
        }
    }
    first.extend(rest);
    first
}
