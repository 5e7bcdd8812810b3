//! Why there is no endpoint, as facts.

use std::{fmt, io};

/// Why there is no endpoint.
#[derive(Debug)]
pub enum Error {
    /// Its port cannot be had.
    Listen {
        /// Which port, and why.
        source: sso_cp_loopback::Error,
    },
    /// No URL can hold this name.
    Name {
        /// The profile's name.
        name: String,
    },
    /// The operating system gives us no thread to answer with.
    Thread {
        /// What the operating system says.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Listen { source } => source.fmt(f),
            Error::Name { name } => write!(f, "the name `{name}` cannot be part of a URL"),
            Error::Thread { .. } => f.write_str("no thread for the endpoint"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            // The source is reported already.
            Error::Listen { source } => source.source(),
            Error::Name { .. } => None,
            Error::Thread { source } => Some(source),
        }
    }
}
