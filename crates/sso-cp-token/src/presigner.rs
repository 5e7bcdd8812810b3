//! What all presigned tokens share.

use sso_cp_sign::{Presigned, Request, Scope, Signer, presign};
use sso_cp_types::{RoleCredentials, Secret, Timestamp};

/// How long a database, a cache or a broker takes a token for a new connection; the connection lives on.
pub(crate) const CONNECT_SECONDS: u32 = 900;

/// A token, and until when it is of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    /// What the service takes for a password.
    pub token: Secret,
    /// The end that the service sets, or that of the credentials where it comes first.
    pub expires_at: Timestamp,
}

/// Makes tokens with the credentials of a role, without any network.
#[derive(Debug, Clone, Copy)]
pub struct Presigner<'a> {
    pub(crate) signer: Signer<'a>,
    /// The end of the credentials.
    pub(crate) ends: Timestamp,
    /// The region of the cluster, database or broker.
    pub(crate) region: &'a str,
    pub(crate) at: Timestamp,
}

impl<'a> Presigner<'a> {
    /// Signs with these credentials, for a region, at a moment.
    pub fn new(credentials: &'a RoleCredentials, region: &'a str, at: Timestamp) -> Presigner<'a> {
        Presigner { signer: credentials.into(), ends: credentials.expires_at, region, at }
    }

    /// A URL with a query that is signed for a service.
    pub(crate) fn url(
        &self,
        service: &str,
        url: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        expires_seconds: u32,
    ) -> Presigned {
        let request = Request { method: "GET", url, query, headers, body: "" };
        let scope = Scope { region: self.region, service, at: self.at };
        presign(&request, &self.signer, &scope, expires_seconds)
    }

    /// A token that the service takes for so long after the signature.
    pub(crate) fn token(&self, token: Secret, seconds: u32) -> ServiceToken {
        let ends = self.at.plus_seconds(i64::from(seconds));
        ServiceToken { token, expires_at: ends.min(self.ends) }
    }
}

/// A URL without its scheme, which is a token of many services.
pub(crate) fn without_scheme(presigned: &Presigned) -> Secret {
    let url = presigned.url.as_str();
    Secret::new(url.split_once("://").map_or(url, |(_, rest)| rest).to_owned())
}
