//! A reply of success, and what makes an error of its flaws.

use std::time::Instant;

use serde::Deserialize;
use sso_cp_http::{BadReply, CallError, Client, Reply, Request, Retry};
use sso_cp_types::{RoleCredentials, Timestamp};

/// A reply of success, and what makes an error of its flaws.
pub(crate) struct Answer<'a> {
    pub(crate) reply: &'a Reply,
    pub(crate) bad: &'a dyn Fn(BadReply) -> CallError,
}

impl<'a> Answer<'a> {
    pub(crate) fn json<T: Deserialize<'a>>(&self) -> Result<T, CallError> {
        self.reply.json().map_err(self.bad)
    }

    /// Credentials that have ended by the clock of this machine are of no use, whichever of the two
    /// clocks is wrong.
    pub(crate) fn still_valid(
        &self,
        credentials: RoleCredentials,
    ) -> Result<RoleCredentials, CallError> {
        if credentials.expires_at <= Timestamp::now() {
            let clock_skew_seconds = self.reply.clock_skew_seconds();
            return Err(CallError::AlreadyExpired { clock_skew_seconds });
        }
        Ok(credentials)
    }
}

/// Sends a request whose answer `read` understands.
pub(crate) fn ask<T>(
    client: &Client,
    request: &Request<'_>,
    retry: Retry,
    deadline: Instant,
    read: impl FnOnce(Answer<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let reply = client.call(request, retry, deadline)?;
    let bad = CallError::bad_reply(request, &reply);
    read(Answer { reply: &reply, bad: &bad })
}
