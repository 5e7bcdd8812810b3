//! What other tools make of the shared files: every construct that one of them refuses, loses, or
//! reads as something else.
//!
//! Our own reading of the files is lenient and stops at nothing. This pass is for telling people why
//! a file that works here fails elsewhere. What each tool does was measured with the tools
//! themselves; [`Problem::effects`] is that table.

mod effects;
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

/// One construct that some tool has trouble with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1.
    pub line: usize,
    /// The section as messages name it, `profile dev`; none before the first one, or where the
    /// header names nothing.
    pub section: Option<String>,
    /// What it is.
    pub problem: Problem,
}

/// What is wrong. Keys and names are those of the file, foreign text; values are never kept, for they
/// may be secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file begins with a UTF-8 byte order mark.
    ByteOrderMark,
    /// A byte sequence that is not UTF-8.
    NotUtf8,
    /// A line that ends in CR alone.
    LoneCarriageReturn,
    /// Text before the first section.
    BeforeSections,
    /// A header without `]`.
    UnclosedHeader,
    /// A header without anything in it.
    EmptyHeader,
    /// A header with blanks before its bracket, right below another header or at the file's start.
    IndentedHeader,
    /// The same below a key, whose value goes on with it for some.
    IndentedHeaderInValue,
    /// A comment right after the bracket, without a blank between.
    CommentAtHeader,
    /// Blanks between a bracket and the words in it.
    PaddedHeader,
    /// More than one blank between the words.
    WideHeader,
    /// A name in quotes or with a backslash.
    QuotedName,
    /// A name in quotes that holds blanks.
    NameWithBlanks,
    /// More than one word for a name, without quotes.
    SeveralWords,
    /// A name with characters outside of the shared grammar.
    OddName,
    /// `[NAME]` in the config file, with a profile's keys below it.
    NoPrefix {
        /// The whole text between the brackets.
        name: String,
    },
    /// `[profile NAME]` in the credentials file.
    PrefixInCredentials,
    /// A section whose first word is nearly one that the tools know.
    Misspelled {
        /// What stands there.
        word: String,
        /// What was probably meant.
        meant: &'static str,
    },
    /// `[DEFAULT]` in capitals.
    CapitalDefault,
    /// Both `[default]` and `[profile default]`.
    TwoDefaults,
    /// A section that stands there already.
    DuplicateSection {
        /// Where it stands first.
        first_line: usize,
    },
    /// A key that its section has already, in any spelling.
    DuplicateKey {
        /// The key, in lower case.
        key: String,
        /// Where it stands first.
        first_line: usize,
    },
    /// A line without `=`, with nothing that it could go on with.
    NoDelimiter,
    /// `= value`.
    NoKey,
    /// `key: value`.
    Colon {
        /// The key.
        key: String,
    },
    /// A key with capital letters.
    CapitalKey {
        /// The key.
        key: String,
    },
    /// A key with characters outside of the shared grammar.
    OddKey {
        /// The key.
        key: String,
    },
    /// The first key of a section is indented.
    IndentedKey {
        /// The key.
        key: String,
    },
    /// An indented comment below a key.
    IndentedComment {
        /// The key above it.
        key: String,
    },
    /// A comment behind a value that decides something.
    InlineComment {
        /// The key.
        key: String,
    },
    /// A value in quotes, from end to end.
    QuotedValue {
        /// The key.
        key: String,
    },
    /// A value that is one double quote.
    LoneQuote {
        /// The key.
        key: String,
    },
    /// A value that goes on in the next, indented line.
    Continued {
        /// The key.
        key: String,
    },
    /// A line without `=` in a nested block.
    NestedWithoutDelimiter {
        /// The key of the block.
        key: String,
    },
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
