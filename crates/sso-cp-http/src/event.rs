//! What `--debug` may show. An allow-list by its type: there is no field for a header, a body, a
//! query or a token.

use std::time::Duration;

use crate::{Error, RootsInUse};

/// One step of a request.
#[derive(Debug)]
pub enum Event<'a> {
    /// An attempt begins.
    Attempt {
        /// 1 for the first.
        number: u32,
        /// `GET` or `POST`.
        method: &'static str,
        /// Host, with the port where the URL names one.
        host: &'a str,
        /// The path, without the query.
        path: &'a str,
    },
    /// A name was looked up.
    Resolved {
        /// The name.
        host: &'a str,
        /// How many addresses it has.
        addresses: usize,
        /// How long that took.
        took: Duration,
    },
    /// A TCP connection stands, to the host or to the proxy.
    Connected {
        /// The host or the proxy, and the port.
        host: &'a str,
        /// How long that took.
        took: Duration,
    },
    /// A connection is begun ahead of the request that needs it.
    Ahead {
        /// The host and port.
        host: &'a str,
    },
    /// A connection that was begun ahead is used.
    TakenAhead {
        /// The host and port.
        host: &'a str,
        /// How long the request had to wait for it.
        took: Duration,
    },
    /// The proxy has opened a tunnel.
    Tunnelled {
        /// The proxy's host and port, without user info.
        proxy: &'a str,
        /// How long that took.
        took: Duration,
    },
    /// The handshake begins.
    Verifying {
        /// The host and port.
        host: &'a str,
        /// Whose root certificates must vouch for the host.
        roots: &'a RootsInUse,
    },
    /// TLS is established.
    Secured {
        /// The host and port.
        host: &'a str,
        /// How long that took.
        took: Duration,
    },
    /// A whole reply has come.
    Answered {
        /// The HTTP status.
        status: u16,
        /// AWS's id of the request, for their support.
        request_id: Option<&'a str>,
        /// Length of the body.
        bytes: usize,
        /// How long the whole attempt took.
        took: Duration,
    },
    /// The attempt failed.
    Failed {
        /// Why; its texts hold no secrets.
        error: &'a Error,
        /// How long the attempt took.
        took: Duration,
    },
    /// A pause before the next attempt.
    Waiting {
        /// Its length.
        pause: Duration,
    },
}
