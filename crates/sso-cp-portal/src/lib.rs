//! What the access token of a sign-in is good for: the access portal, and account access manager.
//!
//! No call is signed. The token travels in one header and goes to the URL that the configuration
//! names, nowhere else.

mod account_access;
mod answer;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod listing;
mod role_credentials;

use std::time::Instant;

use sso_cp_http::{CallError, Client, Method, Request, Retry};
use sso_cp_types::Secret;

use answer::{Answer, ask};

pub use account_access::{ASSUME_SCOPE, AccountAccess, EntitledRole, LIST_SCOPE, Wanted};
pub use listing::{Account, Page};
pub use sso_cp_http::CallError as Error;

/// The portal of one sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Portal<'a> {
    /// The way to the network.
    pub client: &'a Client,
    /// Its base URL, by the configuration.
    pub url: &'a str,
    /// When to give up, over all attempts.
    pub deadline: Instant,
}

impl Portal<'_> {
    /// Ends the sign-in at AWS: its tokens die, anyone who holds them.
    ///
    /// # Errors
    ///
    /// As [`Client::call`]; a token that AWS no longer knows is refused with status 401. Anything but
    /// the usual empty body or JSON is some other server's answer.
    pub fn logout(&self, token: &Secret) -> Result<(), Error> {
        let url = format!("{}/logout", self.url);
        let request = Request {
            method: Method::Post,
            url: &url,
            bearer: Some(token.expose()),
            headers: &[],
            body: None,
            awaited: "the end of the session",
        };
        let reply = self.client.call(&request, Retry::Always, self.deadline)?;
        if reply.body.trim_ascii().is_empty() {
            return Ok(());
        }
        let bad = CallError::bad_reply(&request, &reply);
        reply.json::<serde::de::IgnoredAny>().map(drop).map_err(bad)
    }

    /// A GET whose answer `read` understands.
    fn get<T>(
        &self,
        path_and_query: &str,
        token: &Secret,
        awaited: &'static str,
        retry: Retry,
        read: impl FnOnce(Answer<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let url = format!("{}{path_and_query}", self.url);
        let request = Request {
            method: Method::Get,
            url: &url,
            bearer: Some(token.expose()),
            headers: &[],
            body: None,
            awaited,
        };
        ask(self.client, &request, retry, self.deadline, read)
    }
}
