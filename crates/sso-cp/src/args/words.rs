//! From the words of a command line to those that argh takes.

use std::ffi::OsString;

use super::{SHARED_OPTIONS, SHARED_SWITCHES, usage};
use crate::failure::Failure;

/// Where the words of another program begin.
const END: &str = "--";

/// Makes two words of `--name=value`, which argh does not know, and texts of all. What follows `--`
/// belongs to another program and stays as it is.
pub(super) fn split(arguments: impl Iterator<Item = OsString>) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut is_ours = true;
    for argument in arguments {
        let word = argument.into_string().map_err(|odd| {
            let shown = odd.to_string_lossy().into_owned();
            usage(format!("an argument is not UTF-8: `{shown}`"), "run `sso-cp --help`")
        })?;
        is_ours &= word != END;
        match word.split_once('=') {
            Some((name, value)) if is_ours && name.starts_with("--") => {
                words.extend([name.to_owned(), value.to_owned()]);
            }
            _ => words.push(word),
        }
    }
    Ok(words)
}

/// The words that are ours to read.
pub(super) fn ours<W: AsRef<str>>(words: &[W]) -> &[W] {
    let end = words.iter().position(|word| word.as_ref() == END);
    &words[..end.unwrap_or(words.len())]
}

/// Moves the flags that all commands take before the command's word, so that each need be declared
/// only once. Help stays where it is: it is the command's.
pub(super) fn shared_flags_first(words: Vec<String>) -> Vec<String> {
    let count = ours(&words).len();
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.into_iter().enumerate().peekable();
    while let Some((place, word)) = words.next() {
        let is_ours = place < count;
        if is_ours && SHARED_OPTIONS.contains(&&*word) && place + 1 < count {
            first.push(word);
            first.extend(words.next().map(|(_, value)| value));
        } else if is_ours && SHARED_SWITCHES[..2].contains(&&*word) {
            first.push(word);
        } else {
            rest.push(word);
        }
    }
    first.extend(rest);
    first
}
