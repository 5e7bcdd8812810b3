//! What can go wrong between a request and its reply, as facts.
//!
//! Hosts are named as `host:port` at most: no path, no query, no user info of a proxy, no header.
//! `Display` is the whole sentence but for the words of the system, which `source` gives.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why there is no reply.
#[derive(Debug)]
pub enum Error {
    /// The URL is none that a token may be sent to: not `https`, nor `http` to this machine.
    BadUrl {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A value cannot stand in a request: control characters in a token are an injection.
    BadValue {
        /// The name of the header.
        header: String,
    },
    /// The root certificates that were asked for cannot be used.
    BadRoots {
        /// The variable or key that names the file: `AWS_CA_BUNDLE`, `ca_bundle`, `SSL_CERT_FILE`.
        named_by: String,
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
        /// Why it could not be read, if it could not.
        source: Option<io::Error>,
    },
    /// The proxy setting cannot be used.
    BadProxy {
        /// The variable that holds it.
        named_by: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The name could not be resolved.
    Unresolved {
        /// The name.
        host: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// No address of the host took the connection.
    Unreachable {
        /// The host and port.
        host: String,
        /// What the last address said.
        source: io::Error,
    },
    /// There is a proxy in the way, and it does not let us through.
    Proxy {
        /// The proxy's host and port, without user info.
        proxy: String,
        /// The variable that names the proxy.
        named_by: String,
        /// What it did.
        trouble: ProxyTrouble,
    },
    /// The TLS handshake failed, mostly for the certificate.
    Tls {
        /// The host and port.
        host: String,
        /// Why.
        reason: TlsReason,
    },
    /// Time ran out.
    TimedOut {
        /// What was going on.
        phase: Phase,
        /// What the request was for: `role credentials`.
        awaited: &'static str,
        /// The host and port.
        host: String,
        /// For how long this attempt had tried.
        after: Duration,
    },
    /// The connection ended before the reply was whole.
    CutShort {
        /// What the request was for.
        awaited: &'static str,
        /// The host and port.
        host: String,
        /// How it ended.
        source: io::Error,
    },
    /// What came back is not HTTP.
    NotHttp {
        /// The host and port.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A redirect, which is never followed: the token would go to a host that nobody configured.
    Redirected {
        /// The host and port that answered.
        host: String,
        /// The status, 3xx.
        status: u16,
        /// The host that it points to, if it names one.
        to: Option<String>,
    },
    /// The reply is larger than any good one.
    TooLarge {
        /// The host and port.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
}

/// What was going on when time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Looking the name up.
    Resolving,
    /// Opening the connection.
    Connecting,
    /// Asking the proxy for a tunnel.
    Tunnelling,
    /// The TLS handshake.
    Handshaking,
    /// The request is sent, or partly; the head of the reply is awaited.
    Answer,
    /// The body of the reply is on its way.
    Body,
}

/// What a proxy did instead of opening a tunnel.
#[derive(Debug)]
pub enum ProxyTrouble {
    /// Its name could not be resolved.
    Unresolved(io::Error),
    /// It takes no connection.
    Unreachable(io::Error),
    /// It refuses with this status: 407 wants a user name and a password, 403 forbids the host.
    Refused(u16),
    /// It answers with something that is not HTTP, or hangs up.
    Broken(io::Error),
    /// TLS with the proxy itself failed.
    Tls(TlsReason),
    /// It keeps silent.
    TimedOut(Phase),
}

/// Why a TLS handshake failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsReason {
    /// The certificate has expired. Or the clock is wrong.
    Expired,
    /// The certificate is not valid yet. Or the clock is wrong.
    NotYetValid,
    /// Nobody whom we trust has issued the certificate.
    UnknownIssuer,
    /// The certificate is for another name than this.
    WrongName(String),
    /// The handshake was cut: the other side hung up, or speaks no TLS.
    Interrupted(String),
    /// Something else, in the words of the TLS library.
    Other(String),
}

impl Error {
    /// Whether the configuration is to blame and not the network: no repeat can help.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Error::BadUrl { .. }
                | Error::BadValue { .. }
                | Error::BadRoots { .. }
                | Error::BadProxy { .. }
        )
    }

    /// Whether the request cannot have been processed: it failed before a byte of it was sent.
    pub fn is_before_sending(&self) -> bool {
        match self {
            Error::TimedOut { phase, .. } => !matches!(phase, Phase::Answer | Phase::Body),
            Error::CutShort { .. }
            | Error::NotHttp { .. }
            | Error::Redirected { .. }
            | Error::TooLarge { .. } => false,
            _ => true,
        }
    }

    /// Whether another attempt has any chance.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Error::Unresolved { .. }
            | Error::Unreachable { .. }
            | Error::TimedOut { .. }
            | Error::CutShort { .. }
            | Error::NotHttp { .. } => true,
            Error::Tls { reason, .. } => matches!(reason, TlsReason::Interrupted(_)),
            Error::Proxy { trouble, .. } => match trouble {
                ProxyTrouble::Refused(status) => *status >= 500,
                ProxyTrouble::Tls(reason) => matches!(reason, TlsReason::Interrupted(_)),
                _ => true,
            },
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::BadUrl { reason } => write!(f, "the URL cannot be used: {reason}"),
            Error::BadValue { header } => {
                write!(f, "the value for the header `{header}` holds a forbidden character")
            }
            Error::BadRoots { named_by, path, reason, .. } => {
                write!(f, "`{named_by}` names {}, but {reason}", path.display())
            }
            Error::BadProxy { named_by, reason } => {
                write!(f, "the proxy in `{named_by}` cannot be used: {reason}")
            }
            Error::Unresolved { host, .. } => write!(f, "cannot find the address of {host}"),
            Error::Unreachable { host, .. } => write!(f, "cannot connect to {host}"),
            Error::Proxy { proxy, named_by, trouble } => {
                write!(f, "the proxy {proxy} of `{named_by}` {trouble}")
            }
            Error::Tls { host, reason } => write!(f, "TLS with {host} fails: {reason}"),
            Error::TimedOut { phase, awaited, host, after } => {
                let tenths = (after.as_millis() + 50) / 100;
                let (seconds, tenths) = (tenths / 10, tenths % 10);
                write!(f, "timed out {phase} `{host}` for {awaited} after {seconds}.{tenths} s")
            }
            Error::CutShort { awaited, host, .. } => {
                write!(
                    f,
                    "`{host}` ended the connection before the answer with {awaited} was complete"
                )
            }
            Error::NotHttp { host, reason } => {
                write!(f, "`{host}` does not answer in proper HTTP: {reason}")
            }
            Error::Redirected { host, status, to } => {
                write!(f, "`{host}` redirects")?;
                if let Some(to) = to {
                    write!(f, " to `{to}`")?;
                }
                write!(f, " (status {status}), and no token is sent after it")
            }
            Error::TooLarge { host, limit } => {
                write!(f, "the reply of `{host}` is larger than {limit} bytes")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::BadRoots { source, .. } => source.as_ref().map(|source| source as _),
            Error::Unresolved { source, .. }
            | Error::Unreachable { source, .. }
            | Error::CutShort { source, .. } => Some(source),
            Error::Proxy {
                trouble:
                    ProxyTrouble::Unresolved(source)
                    | ProxyTrouble::Unreachable(source)
                    | ProxyTrouble::Broken(source),
                ..
            } => Some(source),
            _ => None,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Resolving => "looking up",
            Phase::Connecting => "connecting to",
            Phase::Tunnelling => "asking the proxy for a tunnel to",
            Phase::Handshaking => "in the TLS handshake with",
            Phase::Answer => "waiting for an answer of",
            Phase::Body => "reading the answer of",
        })
    }
}

impl fmt::Display for ProxyTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProxyTrouble::Unresolved(_) => f.write_str("has no address"),
            ProxyTrouble::Unreachable(_) => f.write_str("takes no connection"),
            ProxyTrouble::Refused(407) => {
                f.write_str("wants another user name and password (status 407)")
            }
            ProxyTrouble::Refused(status) => write!(f, "refuses the connection (status {status})"),
            ProxyTrouble::Broken(_) => f.write_str("does not answer as a proxy does"),
            ProxyTrouble::Tls(reason) => write!(f, "fails at TLS: {reason}"),
            ProxyTrouble::TimedOut(Phase::Resolving) => {
                f.write_str("keeps silent: could not be resolved in time")
            }
            ProxyTrouble::TimedOut(_) => f.write_str("keeps silent: did not answer in time"),
        }
    }
}

impl fmt::Display for TlsReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsReason::Expired => f.write_str("the certificate has expired"),
            TlsReason::NotYetValid => f.write_str("the certificate is not valid yet"),
            TlsReason::UnknownIssuer => f.write_str("the certificate's issuer is unknown"),
            TlsReason::WrongName(host) => write!(f, "the certificate is not for `{host}`"),
            TlsReason::Interrupted(words) | TlsReason::Other(words) => f.write_str(words),
        }
    }
}

#[cfg(test)]
mod tests;
