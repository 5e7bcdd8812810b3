//! The OIDC service: clients are registered and grants become tokens.
//!
//! Everything is a JSON object in a POST; nothing is signed. A grant is good for one use, so a call
//! whose answer was lost is not repeated: it may have been spent.

mod device;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod register;
mod token;

use std::time::Instant;

use serde::Serialize;
use sso_cp_http::{BadReply, Body, CallError, Client, Method, Reply, Request, Retry};
use zeroize::Zeroizing;

pub use device::DeviceAuthorization;
pub use register::NewClient;
pub use sso_cp_http::CallError as Error;
pub use token::{Grant, Granted};

/// The OIDC service of one sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Oidc<'a> {
    /// The way to the network.
    pub client: &'a Client,
    /// Its base URL, by the configuration.
    pub url: &'a str,
    /// When to give up, over all attempts.
    pub deadline: Instant,
}

impl Oidc<'_> {
    /// Posts an object and has `read` understand the answer.
    fn post<T>(
        &self,
        path: &str,
        awaited: &'static str,
        retry: Retry,
        body: &impl Serialize,
        read: impl FnOnce(&Reply) -> Result<T, BadReply>,
    ) -> Result<T, Error> {
        let url = format!("{}{path}", self.url);
        // Texts and lists of texts always serialise; an empty object would be refused by AWS.
        let json = Zeroizing::new(serde_json::to_string(body).unwrap_or_default());
        let request = Request {
            method: Method::Post,
            url: &url,
            bearer: None,
            headers: &[],
            body: Some(Body::Json(&json)),
            awaited,
        };
        let reply = self.client.call(&request, retry, self.deadline)?;
        read(&reply).map_err(CallError::bad_reply(&request, &reply))
    }
}
