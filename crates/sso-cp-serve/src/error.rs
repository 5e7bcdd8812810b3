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

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn why() -> io::Error {
        io::Error::other("why")
    }

    #[test]
    fn each_error_is_a_sentence_and_its_source_says_the_rest() {
        let bind = sso_cp_loopback::Error::Bind { port: 80, source: why() };
        for (error, sentence) in [
            (Error::Listen { source: bind }, "port 80 of 127.0.0.1 cannot be bound"),
            (Error::Thread { source: why() }, "no thread for the endpoint"),
        ] {
            assert_eq!(error.to_string(), sentence);
            assert_eq!(error.source().unwrap().to_string(), "why", "{sentence}");
        }
        let name = Error::Name { name: "..".to_owned() };
        assert_eq!(name.to_string(), "the name `..` cannot be part of a URL");
        assert!(name.source().is_none());
    }
}
