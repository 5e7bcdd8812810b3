//! Calls of the services that give tokens of their own, signed with a role's credentials.

use std::time::Instant;

use sso_cp_http::{BadReply, Body, CallError, Client, Method, Reply, Request, Retry};
use sso_cp_sign::{Scope, Signer, sign};
use sso_cp_types::{RoleCredentials, Secret, Timestamp};

use crate::Error;

/// A service at one of its endpoints.
#[derive(Debug, Clone, Copy)]
pub struct ServiceEndpoint<'a> {
    /// The way to the network.
    pub client: &'a Client,
    /// Its base URL, by the configuration, without a slash at its end.
    pub url: &'a str,
    /// The region that the signature names.
    pub region: &'a str,
    /// When to give up, over all attempts.
    pub deadline: Instant,
}

/// What is asked of a service.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// Below the base URL, encoded.
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Signed and sent, beside those of the body and of the signature.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Body<'a>>,
    /// Its name in signatures.
    pub(crate) service: &'a str,
    /// What is awaited, for messages about time.
    pub(crate) awaited: &'static str,
}

/// A reply of success, and what makes an error of its flaws.
pub(crate) struct Answer<'a> {
    pub(crate) reply: &'a Reply,
    pub(crate) bad: &'a dyn Fn(BadReply) -> Error,
}

impl ServiceEndpoint<'_> {
    /// Sends a call and has `read` understand the answer. A lost answer is asked for again: one more
    /// token does no harm.
    pub(crate) fn call<T>(
        &self,
        signer: &RoleCredentials,
        call: &Call<'_>,
        read: impl FnOnce(&Answer<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let base = format!("{}{}", self.url, call.path);
        let kind = call.body.map(|body| ("content-type", body.media_type()));
        let signed_headers: Vec<_> = kind.into_iter().chain(call.headers.iter().copied()).collect();
        let to_sign = sso_cp_sign::Request {
            method: call.method.name(),
            url: &base,
            query: call.query,
            headers: &signed_headers,
            body: call.body.map_or("", Body::text),
        };
        let scope = Scope { region: self.region, service: call.service, at: Timestamp::now() };
        let signed = sign(&to_sign, &Signer::from(signer), &scope);
        let mut headers = call.headers.to_vec();
        headers.extend([
            ("x-amz-date", &*signed.date),
            ("x-amz-security-token", signer.session_token.expose()),
            ("authorization", &signed.authorization),
        ]);
        let request = Request {
            method: call.method,
            url: &to_sign.whole_url(),
            bearer: None,
            headers: &headers,
            body: call.body,
            awaited: call.awaited,
        };
        let reply = self.client.call(&request, Retry::Always, self.deadline)?;
        let bad = CallError::bad_reply(&request, &reply);
        read(&Answer { reply: &reply, bad: &bad })
    }
}

impl Answer<'_> {
    /// A moment in the future, by our clock.
    pub(crate) fn end(&self, field: &'static str, seconds: i64) -> Result<Timestamp, Error> {
        let wrong = BadReply::WrongType { field, expected: "a moment in seconds" };
        let ends = Timestamp::from_unix_seconds(seconds).ok_or_else(|| (self.bad)(wrong))?;
        if ends <= Timestamp::now() {
            let clock_skew_seconds = self.reply.clock_skew_seconds();
            return Err(Error::AlreadyExpired { clock_skew_seconds });
        }
        Ok(ends)
    }

    /// A token that can be printed, sent and kept.
    pub(crate) fn secret(&self, field: &'static str, token: Secret) -> Result<Secret, Error> {
        let is_good = token.is_well_formed();
        is_good.then_some(token).ok_or_else(|| (self.bad)(BadReply::malformed(field)))
    }
}
