//! The documentation says what the program says. Contents:
//!
//! - `commands`: a page for each command, with its help as it is, and no flag anywhere that does not exist.
//! - `messages`: every message of a failing run has its entry in `docs/troubleshooting.md`.
//! - `links`: every page can be reached, every link leads somewhere, and the tests that the security model names are there.
//! - `literals`: the texts in a Rust source.
//! - `markdown`: the pages, and what is code in them.

mod commands;
mod links;
mod literals;
mod markdown;
mod messages;

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [commands::tests(), messages::tests(), links::tests()].into_iter().flatten().collect()
}
