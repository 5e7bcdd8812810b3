//! What argh leaves out of the help of a command.

use crate::args::manual::COMMANDS;

/// Where the flags of all commands are told. They are declared once, for the whole program, so argh
/// tells them in its help alone.
const SHARED: &str =
    "\nAll commands also take --profile, --sso-session and others: see `sso-cp --help`\n";

/// The help of a command, or of the program, as it is shown.
pub(super) fn complete(help: String) -> String {
    let word = help.split_whitespace().nth(2).unwrap_or_default();
    match COMMANDS.iter().any(|command| command.word == word) {
        true => help + SHARED,
        false => help,
    }
}
