//! Why there is no listener, as facts.

use std::{fmt, io};

/// Why there is no listener.
#[derive(Debug)]
pub enum Error {
    /// 127.0.0.1 with this port (0: any free one) cannot be bound: the port is taken, or a sandbox
    /// forbids listening.
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the operating system says.
        source: io::Error,
    },
    /// The operating system gives us no thread to accept connections with.
    Thread {
        /// What the operating system says.
        source: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Bind { port: 0, .. } => f.write_str("no port of 127.0.0.1 can be bound"),
            Error::Bind { port, .. } => write!(f, "port {port} of 127.0.0.1 cannot be bound"),
            Error::Thread { .. } => f.write_str("no thread for the listener on 127.0.0.1"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Bind { source, .. } | Error::Thread { source } => Some(source),
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
        for (error, sentence) in [
            (Error::Bind { port: 0, source: why() }, "no port of 127.0.0.1 can be bound"),
            (Error::Bind { port: 80, source: why() }, "port 80 of 127.0.0.1 cannot be bound"),
            (Error::Thread { source: why() }, "no thread for the listener on 127.0.0.1"),
        ] {
            assert_eq!(error.to_string(), sentence);
            assert_eq!(error.source().unwrap().to_string(), "why");
        }
    }
}
