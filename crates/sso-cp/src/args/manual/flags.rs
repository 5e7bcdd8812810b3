//! The flags that stand with no command of their own.

use super::entry::{Flag, flags};

pub(super) const SHARED: &str = include_str!("shared.txt");

pub(super) const CREDENTIAL: &str = include_str!("credential.txt");

/// What asks for help, of every command.
pub(crate) const HELP: [&str; 2] = ["--help", "-h"];

/// The flags that all commands take, but for help.
pub(crate) fn shared() -> impl Iterator<Item = Flag> {
    flags(SHARED)
}

/// The flags of the credential command, which has no word.
pub(crate) fn credential() -> impl Iterator<Item = Flag> {
    flags(CREDENTIAL)
}
