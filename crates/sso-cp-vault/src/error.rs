//! What can go wrong with keys: facts, and never what a program has printed.

use std::fmt;
use std::io;
use std::time::Duration;

/// Why there is no key.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The system has no random numbers.
    NoRandomNumbers,
    /// There is no memory for the passphrase's key, or its parameters are none.
    Derivation,
    /// The passphrase is not the one that wraps this key.
    WrongPassphrase,
    /// A keystore's program gave no key.
    Child {
        /// The program's name.
        program: String,
        /// Why.
        problem: ChildProblem,
    },
    /// The keystore has no such key any more.
    Gone {
        /// The program that was asked.
        program: String,
    },
    /// The keystore itself is locked, and nobody has unlocked it.
    Locked {
        /// The program that was asked.
        program: String,
    },
    /// The keystore has a key, but another one.
    OtherKey {
        /// The program that was asked.
        program: String,
    },
}

/// What became of a program that was to print a key, or to take one.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChildProblem {
    /// It could not be started.
    NotStarted(io::Error),
    /// It did not end in time, and was ended.
    TimedOut(Duration),
    /// It ended with a failure.
    Failed {
        /// Its exit code; none where a signal ended it.
        code: Option<i32>,
    },
    /// It printed more than any key is.
    TooLong {
        /// The limit.
        limit_bytes: usize,
    },
    /// Its output could not be read.
    Unreadable(io::Error),
    /// What it printed is not a key.
    NoKey(KeyTextProblem),
}

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyTextProblem {
    /// There is none.
    Empty,
    /// It is neither base64 nor hexadecimal.
    NoKey,
    /// It is a key of another length.
    Length {
        /// Its length.
        bytes: usize,
    },
}

impl fmt::Display for KeyTextProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyTextProblem::Empty => f.write_str("it printed nothing"),
            KeyTextProblem::NoKey => {
                f.write_str("what it printed is neither base64 nor hexadecimal, on one line")
            }
            KeyTextProblem::Length { bytes } => {
                write!(f, "what it printed is a key of {bytes} bytes, not of 32")
            }
        }
    }
}

impl fmt::Display for ChildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChildProblem::NotStarted(_) => f.write_str("it cannot be started"),
            ChildProblem::TimedOut(patience) => {
                write!(f, "it did not end within {} s", patience.as_secs())
            }
            ChildProblem::Failed { code: Some(code) } => write!(f, "it ended with status {code}"),
            ChildProblem::Failed { code: None } => f.write_str("a signal ended it"),
            ChildProblem::TooLong { limit_bytes } => {
                write!(f, "it printed more than {limit_bytes} bytes")
            }
            ChildProblem::Unreadable(_) => f.write_str("its output cannot be read"),
            ChildProblem::NoKey(problem) => write!(f, "{problem}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRandomNumbers => f.write_str("the system has no random numbers"),
            Error::Derivation => f.write_str("there is not enough memory for the passphrase's key"),
            Error::WrongPassphrase => f.write_str("the passphrase is wrong"),
            Error::Child { program, problem: ChildProblem::NotStarted(_) } => {
                write!(f, "`{program}`, which has the key of the store, cannot be started")
            }
            Error::Child { program, problem } => {
                write!(f, "`{program}` gave no key of the store: {problem}")
            }
            Error::Gone { program } => {
                write!(f, "`{program}` does not know the key of the store any more")
            }
            Error::Locked { program } => {
                write!(f, "the keyring of the desktop, which `{program}` asks, is locked")
            }
            Error::OtherKey { program } => {
                write!(f, "`{program}` gave another key than the store's")
            }
        }
    }
}

impl std::error::Error for ChildProblem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ChildProblem::NotStarted(source) | ChildProblem::Unreadable(source) => Some(source),
            _ => None,
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Child { problem, .. } => std::error::Error::source(problem),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn each_error_is_a_sentence_and_its_source_says_the_rest() {
        let program = || "pass".to_owned();
        let why = || io::Error::other("why");
        let of = |problem| Error::Child { program: program(), problem };
        for (error, sentence, has_source) in [
            (Error::NoRandomNumbers, "the system has no random numbers", false),
            (Error::Derivation, "there is not enough memory for the passphrase's key", false),
            (Error::WrongPassphrase, "the passphrase is wrong", false),
            (
                of(ChildProblem::NotStarted(why())),
                "`pass`, which has the key of the store, cannot be started",
                true,
            ),
            (
                of(ChildProblem::TimedOut(Duration::from_secs(5))),
                "`pass` gave no key of the store: it did not end within 5 s",
                false,
            ),
            (
                of(ChildProblem::Failed { code: Some(2) }),
                "`pass` gave no key of the store: it ended with status 2",
                false,
            ),
            (
                of(ChildProblem::Failed { code: None }),
                "`pass` gave no key of the store: a signal ended it",
                false,
            ),
            (
                of(ChildProblem::TooLong { limit_bytes: 9 }),
                "`pass` gave no key of the store: it printed more than 9 bytes",
                false,
            ),
            (
                of(ChildProblem::Unreadable(why())),
                "`pass` gave no key of the store: its output cannot be read",
                true,
            ),
            (
                of(ChildProblem::NoKey(KeyTextProblem::Length { bytes: 3 })),
                "`pass` gave no key of the store: what it printed is a key of 3 bytes, not of 32",
                false,
            ),
            (
                Error::Gone { program: program() },
                "`pass` does not know the key of the store any more",
                false,
            ),
            (
                Error::Locked { program: program() },
                "the keyring of the desktop, which `pass` asks, is locked",
                false,
            ),
            (
                Error::OtherKey { program: program() },
                "`pass` gave another key than the store's",
                false,
            ),
        ] {
            assert_eq!(error.to_string(), sentence);
            let source = error.source().map(ToString::to_string);
            assert_eq!(source.as_deref(), has_source.then_some("why"), "{sentence}");
        }
    }
}
