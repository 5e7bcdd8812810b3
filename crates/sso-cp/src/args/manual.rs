//! Every command and every flag: what help, completions and the manual page are made of. A test holds
//! it to the definitions that the arguments are read by, and copies their descriptions (`UPDATE_HELP=1`).
//!
//! It is text and no table, because the table had six hundred pointers, and each start of the program would relocate them.
//! `commands.txt` has a paragraph per command: its word, what it takes in angle brackets and what that is; below, what it
//! does; then its flags. Behind the name of a value and a colon stands what it can be: `file`, `profiles`, `a|b`.

mod entry;
mod flags;
pub(crate) mod page;
#[cfg(test)]
mod tests;

use entry::entries;
pub(crate) use entry::{Command, Flag, Values};
pub(crate) use flags::{HELP, credential, shared};

/// The commands that have a word, in the order of their words.
pub(crate) fn commands() -> impl Iterator<Item = Command> {
    entries().filter(|entry| entry.of.is_none())
}

/// The command of that word.
pub(crate) fn command(word: &str) -> Option<Command> {
    commands().find(|command| command.word == word)
}

/// Whether a flag takes no value, in whatever command. A name that is none of ours is not a switch.
pub(crate) fn is_switch(name: &str) -> bool {
    name == "--help" || flag(name).is_some_and(|flag| flag.value.is_none())
}

/// What all `--profile` of `serve` but the first are read as. Nobody types it.
pub(crate) const ALSO_PROFILE: &str = "--also-profile";

/// What other tools call the program with. It is known without reading the text, which would take longer than the rest of the arguments.
pub(crate) const PROFILE: &str = "--profile";

/// Whether a flag takes a value, in whatever command.
pub(crate) fn takes_value(name: &str) -> bool {
    [PROFILE, ALSO_PROFILE].contains(&name) || flag(name).is_some_and(|flag| flag.value.is_some())
}

/// Whether a flag is one of all commands that takes a value: those that select something.
pub(crate) fn is_shared_option(name: &str) -> bool {
    shared().any(|flag| flag.name == name && flag.value.is_some())
}

fn flag(name: &str) -> Option<Flag> {
    let is_it = |flag: &Flag| flag.name == name;
    shared().chain(credential()).find(is_it).or_else(|| own_flags().find(is_it))
}

/// The flags of all commands, and of their kinds.
pub(crate) fn own_flags() -> impl Iterator<Item = Flag> {
    let kinds = entries().filter(|entry| entry.of.is_some());
    commands().chain(kinds).flat_map(|entry| entry.flags())
}
