//! Why a sign-in cannot begin, as facts.

use std::fmt;

/// Why a sign-in cannot begin.
#[derive(Debug)]
pub enum Error {
    /// The operating system gives no random numbers.
    Random {
        /// What the operating system says.
        source: rand::rngs::SysError,
    },
    /// The port for the redirect cannot be had.
    Redirect {
        /// Which port, and why.
        source: sso_cp_loopback::Error,
    },
    /// The OIDC endpoint is not a URL with a host.
    Endpoint {
        /// The endpoint as it was configured.
        endpoint: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Random { .. } => f.write_str("the operating system gives no random numbers"),
            Error::Redirect { .. } => f.write_str("the sign-in cannot listen for its redirect"),
            Error::Endpoint { endpoint } => {
                write!(f, "the OIDC endpoint `{endpoint}` is not an http or https URL")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Random { source } => Some(source),
            Error::Redirect { source } => Some(source),
            Error::Endpoint { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::*;

    fn why() -> io::Error {
        io::Error::other("why")
    }

    #[test]
    fn each_error_is_a_sentence_and_its_source_says_the_rest() {
        let bind = sso_cp_loopback::Error::Bind { port: 0, source: why() };
        let redirect = Error::Redirect { source: bind };
        assert_eq!(redirect.to_string(), "the sign-in cannot listen for its redirect");
        let source = redirect.source().unwrap();
        assert_eq!(source.to_string(), "no port of 127.0.0.1 can be bound");
        assert_eq!(source.source().unwrap().to_string(), "why");
        let endpoint = Error::Endpoint { endpoint: "ftp://x".to_owned() };
        assert_eq!(endpoint.to_string(), "the OIDC endpoint `ftp://x` is not an http or https URL");
        assert!(endpoint.source().is_none());
    }
}
