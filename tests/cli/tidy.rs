//! The house is in order. Contents:
//!
//! - `cycles`: no two files of a crate need each other, by whatever way round.
//! - `english`: plain words, in texts, comments and pages.
//! - `rooms`: the rooms of the program, and that none looks up.
//! - `tokens`: the words and signs of a Rust source, without comments, texts and tests.
//! - `imports`: which file needs which, by the paths in their sources.

mod cycles;
mod english;
mod imports;
mod rooms;
mod tokens;

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    [cycles::tests(), english::tests(), rooms::tests()].into_iter().flatten().collect()
}
