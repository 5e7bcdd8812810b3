//! What a listener puts up with.

use std::time::Duration;

use crate::Hosts;

/// What one listener grants its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once; one more, and the longest silent one is closed.
    pub connections: usize,
    /// From a request's first byte to the end of its head.
    pub head_time: Duration,
    /// From the connection, or the last answer, to a request's first byte.
    pub idle_time: Duration,
}

impl Limits {
    /// For the redirect of a sign-in: one person's browser, with the connections that it opens ahead
    /// of need, and whatever else knocks.
    pub const SIGN_IN: Limits = Limits {
        connections: 128,
        head_time: Duration::from_secs(5),
        idle_time: Duration::from_secs(30),
    };

    /// For the container-credentials endpoint: many processes that keep connections open. SDKs drop
    /// theirs after about a minute without use.
    pub const ENDPOINT: Limits = Limits {
        connections: 512,
        head_time: Duration::from_secs(5),
        idle_time: Duration::from_secs(120),
    };
}

/// What a request is held to.
pub(crate) struct Rules {
    pub(crate) limits: Limits,
    pub(crate) hosts: Hosts,
    /// `127.0.0.1:PORT`
    pub(crate) authority: String,
}
