//! What the endpoint says, in the shape that the SDKs read.

use std::sync::Arc;

use serde::Serialize;
use sso_cp_loopback::{Response, Status, Then};
use sso_cp_types::{DocumentForm, RoleCredentials, Timestamp};
use zeroize::Zeroizing;

/// Credentials, ready to be handed out: the body of the answer is made once.
#[derive(Clone)]
pub struct Served {
    pub(crate) body: Arc<Zeroizing<String>>,
    pub(crate) expires_at: Timestamp,
}

/// Why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of reason it is, which decides the status.
    pub cause: Cause,
    /// For the person who reads the SDK's message: what is wrong, and what to do.
    pub message: String,
}

/// Why there are no credentials, as far as a client can act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A person has to sign in. Asking again at once is useless, so the status is 403: SDKs repeat a
    /// request that got a status of 500 and more.
    SignIn,
    /// AWS does not give this role.
    Refused,
    /// AWS cannot be reached, or fails: it may well go away.
    Passing,
    /// The files name no such role any more: its profile has been removed.
    Gone,
    /// Anything else that is wrong here: the configuration, a file.
    Local,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Problem<'a> {
    code: &'a str,
    message: &'a str,
}

impl Served {
    /// Credentials of a role in an account.
    pub fn new(credentials: &RoleCredentials, account_id: &str) -> Served {
        let body = credentials.document(DocumentForm::Container, account_id);
        Served { body: Arc::new(body), expires_at: credentials.expires_at }
    }

    pub(crate) fn response(&self) -> Response<'_> {
        Response {
            status: Status::Ok,
            headers: HEADERS,
            body: self.body.as_bytes(),
            then: Then::KeepOpen,
        }
    }
}

const HEADERS: &[(&str, &str)] =
    &[("Content-Type", "application/json"), ("Cache-Control", "no-store")];

/// The endpoint answers: anyone who has no token learns nothing more.
pub(crate) const HEALTHY: Response<'static> = Response {
    status: Status::Ok,
    headers: HEADERS,
    body: br#"{"Status":"ok"}"#,
    then: Then::KeepOpen,
};

/// An answer without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct No {
    status: Status,
    body: Vec<u8>,
}

impl No {
    fn new(status: Status, code: &str, message: &str) -> No {
        // A struct of texts always serialises.
        let body = serde_json::to_vec(&Problem { code, message }).unwrap_or_default();
        No { status, body }
    }

    /// Not our one path.
    pub(crate) fn path() -> No {
        No::new(Status::NotFound, "NotFound", "there is nothing at this path")
    }

    /// Not our token, or none.
    pub(crate) fn token() -> No {
        let message = "the Authorization header is not the token of this endpoint";
        No::new(Status::Forbidden, "Forbidden", message)
    }

    /// A web page asks.
    pub(crate) fn origin() -> No {
        No::new(Status::Forbidden, "Forbidden", "web pages get no credentials")
    }

    /// Nobody has supplied anything in time.
    pub(crate) fn too_late() -> No {
        let message = "the credentials could not be had in time";
        No::new(Status::ServiceUnavailable, "ServiceUnavailable", message)
    }

    pub(crate) fn response(&self) -> Response<'_> {
        Response { status: self.status, headers: HEADERS, body: &self.body, then: Then::Close }
    }
}

impl From<&Refusal> for No {
    fn from(refusal: &Refusal) -> No {
        let (status, code) = match refusal.cause {
            Cause::SignIn => (Status::Forbidden, "SignInRequired"),
            Cause::Refused => (Status::Forbidden, "AccessDenied"),
            Cause::Passing => (Status::ServiceUnavailable, "ServiceUnavailable"),
            Cause::Gone => (Status::NotFound, "NotFound"),
            Cause::Local => (Status::InternalServerError, "InternalError"),
        };
        No::new(status, code, &refusal.message)
    }
}
