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

use std::io::Read;
use std::path::Path;

use crate::Error;
use crate::grammar::{self, FileKind};
use crate::order::in_order;
use crate::scan::{self, BYTE_ORDER_MARK, MAX_FILE_BYTES};
use section::Reader;

pub use effects::{Effect, Tool};
pub use flaw::{Flaw, Mark, Problem};

/// A file with thousands of the same mistakes needs to be told of some.
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
/// The file is there and cannot be read, is no regular file, or is larger than any config file.
pub fn lint(path: &Path, kind: LintedFile) -> Result<Vec<Flaw>, Error> {
    let Some((file, _)) = scan::open(path)? else { return Ok(Vec::new()) };
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE_BYTES).read_to_end(&mut bytes);
    read.map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    Ok(flaws(&bytes, kind))
}

fn flaws(bytes: &[u8], kind: LintedFile) -> Vec<Flaw> {
    let kind = match kind {
        LintedFile::Config => FileKind::Config,
        LintedFile::Credentials => FileKind::Credentials,
    };
    let mut flaws = flaws_of_bytes(bytes);
    let text = String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    let mut reader = Reader::new(kind);
    for (index, line) in grammar::lines(&text).enumerate() {
        reader.line(index + 1, line);
        if reader.count() > MAX_FLAWS {
            break;
        }
    }
    flaws.extend(reader.finish());
    let mut flaws = in_order(flaws, |flaw| flaw.line);
    flaws.truncate(MAX_FLAWS);
    flaws
}

/// What is wrong with the file as a whole.
fn flaws_of_bytes(bytes: &[u8]) -> Vec<Flaw> {
    let flaw = |at: usize, problem| Flaw { line: line_at(bytes, at), section: None, problem };
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

/// The number of the line that a byte stands in, from 1.
fn line_at(bytes: &[u8], at: usize) -> usize {
    let ends = (0..at).filter(|at| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    1 + ends.count()
}
