//! Why a text cannot be sent as a policy.

use std::fmt;

/// How many characters STS takes as `Policy` (the STS API reference).
pub const MAX_CHARACTERS: usize = 2048;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1, where the flaw has one.
    pub line: Option<usize>,
    /// What is wrong there.
    pub problem: Problem,
}

/// What keeps a text from being a policy that STS takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing but blanks.
    Empty,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// It begins with a byte order mark, which JSON does not have.
    ByteOrderMark,
    /// A character that the API does not take, whether or not JSON does.
    Character(char),
    /// A comment, which JSON does not have.
    Comment,
    /// It is not JSON, in the words of the reader.
    NotJson(String),
    /// It is JSON, but not an object.
    NotAnObject,
    /// There is no `Statement`, or none in it.
    NoStatement,
    /// Too long without any blanks.
    TooLong {
        /// How many characters are left.
        characters: usize,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)?;
        self.line.map_or(Ok(()), |line| write!(f, " (line {line})"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Empty => f.write_str("it is empty"),
            Problem::NotUtf8 => f.write_str("it is not UTF-8"),
            Problem::ByteOrderMark => {
                f.write_str("it begins with a byte order mark, which JSON does not have")
            }
            Problem::Character(character) => {
                write!(
                    f,
                    "it holds U+{:04X}, a character that STS does not take",
                    u32::from(*character)
                )
            }
            Problem::Comment => f.write_str("it has a comment, which JSON does not have"),
            Problem::NotJson(words) => write!(f, "it is not JSON: {words}"),
            Problem::NotAnObject => f.write_str("it is not a JSON object"),
            Problem::NoStatement => f.write_str("it has no statement"),
            Problem::TooLong { characters } => write!(
                f,
                "it has {characters} characters without blanks, and STS takes {MAX_CHARACTERS}"
            ),
        }
    }
}

impl std::error::Error for Flaw {}
