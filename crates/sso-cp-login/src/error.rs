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
