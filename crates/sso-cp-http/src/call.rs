//! Calls of AWS's services: a request whose only good answer is one of success.

use std::fmt;
use std::time::Instant;

use crate::{BadReply, Client, Error, Reply, Request, Retry, ServiceError};

/// Why a call has no result.
#[derive(Debug)]
pub enum CallError {
    /// There is no reply.
    Http(Error),
    /// The service refuses.
    Refused {
        /// What it says.
        error: ServiceError,
        /// How many seconds its clock is ahead of ours, if it says what time it is.
        clock_skew_seconds: Option<i64>,
    },
    /// The reply is none that the service gives.
    BadReply {
        /// What is wrong with it.
        problem: BadReply,
        /// What the call was for: `role credentials`.
        awaited: &'static str,
        /// AWS's id of the request, for their support.
        request_id: Option<String>,
    },
    /// The service gave credentials that have already expired by our clock.
    AlreadyExpired {
        /// How many seconds its clock is ahead of ours, if it says what time it is.
        clock_skew_seconds: Option<i64>,
    },
}

impl Client {
    /// Sends a request as [`Client::send`] does and gives the reply if it is one of success.
    ///
    /// # Errors
    ///
    /// [`CallError::Http`] and [`CallError::Refused`].
    pub fn call(
        &self,
        request: &Request<'_>,
        retry: Retry,
        deadline: Instant,
    ) -> Result<Reply, CallError> {
        let reply = self.send(request, retry, deadline).map_err(CallError::Http)?;
        if reply.is_success() {
            return Ok(reply);
        }
        Err(CallError::Refused {
            error: ServiceError::from_reply(&reply),
            clock_skew_seconds: reply.clock_skew_seconds(),
        })
    }
}

impl CallError {
    /// What makes a [`BadReply`] an error of a call.
    pub fn bad_reply(request: &Request<'_>, reply: &Reply) -> impl Fn(BadReply) -> CallError {
        let (awaited, request_id) = (request.awaited, reply.request_id.clone());
        move |problem| CallError::BadReply { problem, awaited, request_id: request_id.clone() }
    }

    /// The exception that the service names, if it answered with one.
    pub fn code(&self) -> Option<&str> {
        match self {
            CallError::Refused { error, .. } => Some(&error.code),
            _ => None,
        }
    }

    /// The HTTP status of a refusal.
    pub fn status(&self) -> Option<u16> {
        match self {
            CallError::Refused { error, .. } => Some(error.status),
            _ => None,
        }
    }

    /// Whether the service answered at all, whatever it said.
    pub fn is_answer(&self) -> bool {
        !matches!(self, CallError::Http(_))
    }

    /// Whether the service may well answer in a moment: the network failed, or it is throttling or
    /// failing itself. A wrong configuration or a plain refusal does not pass.
    pub fn is_passing(&self) -> bool {
        match self {
            CallError::Http(error) => !error.is_configuration(),
            CallError::Refused { error, .. } => error.is_throttling() || error.status >= 500,
            CallError::BadReply { .. } | CallError::AlreadyExpired { .. } => true,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Http(error) => error.fmt(f),
            CallError::Refused { error, .. } => error.fmt(f),
            CallError::BadReply { problem, awaited, .. } => write!(f, "{awaited}: {problem}"),
            CallError::AlreadyExpired { .. } => f.write_str("the credentials have expired already"),
        }
    }
}

impl std::error::Error for CallError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            CallError::Http(error) => error.source(),
            _ => None,
        }
    }
}
