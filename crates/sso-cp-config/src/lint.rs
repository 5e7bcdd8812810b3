//! What other tools make of the shared files: every construct that one of them refuses, loses, or
//! reads as something else.
//!
//! Our own reading of the files is lenient and stops at nothing. This pass is for telling people why
//! a file that works here fails elsewhere. What each tool does was measured with the tools
//! themselves; [`Problem::effects`] is that table.

mod effects;
mod flaw;
mod header;
mod section;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::Error;
use crate::grammar::{self, FileKind};
use crate::open::{BYTE_ORDER_MARK, line_ends, read_whole};
use crate::order::in_order;
use section::Reader;

pub use effects::{Effect, Tool};
pub use flaw::{Flaw, Mark, Problem};

/// A file with thousands of the same mistakes needs to report only some.
const MAX_FLAWS: usize = 200;

/// Which of the two shared files a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LintedFile {
    /// `~/.aws/config`
    Config,
    /// `~/.aws/credentials`
    Credentials,
}

/// Reads a shared file and tells its flaws, in the order of their lines, at most some hundreds. A
/// missing file has none.
///
/// # Errors
///
/// The file is there and cannot be read, is not a regular file, or is larger than any config file.
pub fn lint(path: &Path, kind: LintedFile) -> Result<Vec<Flaw>, Error> {
    Ok(flaws(&read_whole(path)?.unwrap_or_default(), kind))
}

fn flaws(bytes: &[u8], kind: LintedFile) -> Vec<Flaw> {
    let kind = match kind {
        LintedFile::Config => FileKind::Config,
        LintedFile::Credentials => FileKind::Credentials,
    };
    let mut flaws = in_order(first_flaws(bytes, kind, MAX_FLAWS), |flaw| flaw.line);
    flaws.truncate(MAX_FLAWS);
    flaws
}

/// All flaws of a file, in no certain order.
pub(crate) fn all_flaws(bytes: &[u8], kind: FileKind) -> Vec<Flaw> {
    first_flaws(bytes, kind, usize::MAX)
}

fn first_flaws(bytes: &[u8], kind: FileKind, at_most: usize) -> Vec<Flaw> {
    let mut flaws = flaws_of_bytes(bytes);
    let text = String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    let mut reader = Reader::new(kind);
    for (index, line) in grammar::lines(&text).enumerate() {
        reader.line(index + 1, line);
        if reader.count() > at_most {
            break;
        }
    }
    flaws.extend(reader.finish());
    flaws
}

/// What is wrong with the file as a whole.
fn flaws_of_bytes(bytes: &[u8]) -> Vec<Flaw> {
    let flaw = |at: usize, problem| Flaw {
        line: 1 + line_ends(&bytes[..at]),
        section: None,
        above: None,
        problem,
    };
    let mut flaws = Vec::new();
    if bytes.starts_with(BYTE_ORDER_MARK) {
        flaws.push(flaw(0, Problem::ByteOrderMark));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        flaws.push(flaw(error.valid_up_to(), Problem::NotUtf8));
    }
    let lone = |at: &usize| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if let Some(at) = (0..bytes.len()).find(lone) {
        flaws.push(flaw(at, Problem::LoneCarriageReturn));
    }
    flaws
}
