//! The Security Token Service: roles assumed by roles, sessions scoped down, and who one is.
//!
//! Every call is a form in a POST, signed with the credentials of the one who asks (Signature
//! Version 4). The secret key itself never travels.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod assume_role;
mod caller_identity;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod scoped_credentials;

use std::time::Instant;

use sso_cp_http::{BadReply, Body, CallError, Client, FORM_TYPE, Method, Request, Retry, XmlTexts};
use sso_cp_sign::{Scope, Signer, sign};
use sso_cp_types::{AccountId, RoleCredentials, Timestamp, percent_encode};

pub use assume_role::{AssumeRole, Assumed};
pub use caller_identity::Caller;
pub use scoped_credentials::{GetScopedCredentials, ScopingProblem};
pub use sso_cp_http::CallError as Error;

/// Its name in signatures.
const SERVICE: &str = "sts";
/// The version of the API, which every request names.
const VERSION: &str = "2011-06-15";

/// The service at one of its endpoints.
#[derive(Debug, Clone, Copy)]
pub struct Sts<'a> {
    /// The way to the network.
    pub client: &'a Client,
    /// Its base URL, by the configuration, without a slash at its end.
    pub url: &'a str,
    /// The region that the signature names.
    pub region: &'a str,
    /// When to give up, over all attempts.
    pub deadline: Instant,
}

/// A reply of success, and what makes an error of its flaws.
struct Answer<'a> {
    texts: XmlTexts,
    bad: &'a dyn Fn(BadReply) -> Error,
    clock_skew_seconds: Option<i64>,
}

impl Sts<'_> {
    /// Posts an action with its parameters and has `read` understand the answer.
    ///
    /// A lost answer is asked for again: another session of the same role does no harm.
    fn post<T>(
        &self,
        signer: &RoleCredentials,
        awaited: &'static str,
        parameters: &[(&str, &str)],
        read: impl FnOnce(&Answer<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let url = format!("{}/", self.url);
        let form = form(parameters);
        let to_sign = sso_cp_sign::Request {
            method: Method::Post.name(),
            url: &url,
            query: &[],
            headers: &[("content-type", FORM_TYPE)],
            body: &form,
        };
        let scope = Scope { region: self.region, service: SERVICE, at: Timestamp::now() };
        let signed = sign(&to_sign, &Signer::from(signer), &scope);
        let request = Request {
            method: Method::Post,
            url: &url,
            bearer: None,
            headers: &[
                ("x-amz-date", &signed.date),
                ("x-amz-security-token", signer.session_token.expose()),
                ("authorization", &signed.authorization),
            ],
            body: Some(Body::Form(&form)),
            awaited,
        };
        let reply = self.client.call(&request, Retry::Always, self.deadline)?;
        let bad = CallError::bad_reply(&request, &reply);
        let texts = reply.xml().map_err(&bad)?;
        read(&Answer { texts, bad: &bad, clock_skew_seconds: reply.clock_skew_seconds() })
    }
}

impl Answer<'_> {
    fn text(&self, path: &'static str) -> Result<String, Error> {
        self.texts.text(path).map(|text| text.to_string()).map_err(self.bad)
    }

    fn wrong(&self, field: &'static str, expected: &'static str) -> Error {
        (self.bad)(BadReply::WrongType { field, expected })
    }
}

/// Names and values in the order given, as a form: a blank is a `+` there, as botocore writes it.
fn form(parameters: &[(&str, &str)]) -> String {
    let encode = |value| percent_encode(value).replace("%20", "+");
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}

/// The account in an ARN, its fifth part; AWS's accounts are digits.
fn account_of(arn: &str) -> Option<AccountId> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| AccountId(account.to_owned()))
}
