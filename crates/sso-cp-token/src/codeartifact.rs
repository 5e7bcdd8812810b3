//! CodeArtifact: one call gives a token for all repositories of a domain. It lives for twelve hours.

use std::fmt;

use serde::Deserialize;
use sso_cp_http::{BadReply, Method, RawValue, seconds, text};
use sso_cp_types::{RoleCredentials, Secret};

use crate::call::{Answer, Call};
use crate::name::Unusable;
use crate::{Error, ServiceEndpoint, ServiceToken};

/// A domain of repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    name: String,
    owner: Option<String>,
}

/// Which part of a domain cannot be used, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadDomain {
    /// Its name.
    Name(Unusable),
    /// The account that owns it: not twelve digits.
    Owner,
}

impl Domain {
    /// A domain of the caller's account, or of another.
    ///
    /// # Errors
    ///
    /// The name is none that a domain can have (2 to 50 small letters, digits and `-`), or the owner is
    /// not an account of twelve digits.
    pub fn new(name: &str, owner: Option<&str>) -> Result<Domain, BadDomain> {
        crate::name::domain_name(name).map_err(BadDomain::Name)?;
        let is_account = |id: &&str| id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit());
        if !owner.as_ref().is_none_or(is_account) {
            return Err(BadDomain::Owner);
        }
        Ok(Domain { name: name.to_owned(), owner: owner.map(str::to_owned) })
    }
}

/// `demo`, or `demo` of an account.
impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.owner.as_ref().map_or(Ok(()), |owner| write!(f, " of {owner}"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wire<'a> {
    #[serde(borrow)]
    authorization_token: Option<&'a RawValue>,
    #[serde(borrow)]
    expiration: Option<&'a RawValue>,
}

impl ServiceEndpoint<'_> {
    /// GetAuthorizationToken of CodeArtifact.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]. 403 `AccessDeniedException`: the role may not, or not
    /// `sts:GetServiceBearerToken`. 404: there is no such domain.
    pub fn package_token(
        &self,
        signer: &RoleCredentials,
        domain: &Domain,
    ) -> Result<ServiceToken, Error> {
        let mut query = vec![("domain", &*domain.name)];
        query.extend(domain.owner.as_deref().map(|owner| ("domain-owner", owner)));
        let call = Call {
            method: Method::Post,
            path: "/v1/authorization-token",
            query: &query,
            headers: &[],
            body: None,
            service: "codeartifact",
            awaited: "the repositories' token",
        };
        self.call(signer, &call, |answer| {
            let wire = answer.reply.json().map_err(answer.bad)?;
            read(answer, &wire)
        })
    }
}

fn read(answer: &Answer<'_>, wire: &Wire<'_>) -> Result<ServiceToken, Error> {
    let (token, end_seconds) = given(wire).map_err(answer.bad)?;
    let expires_at = answer.end("expiration", end_seconds)?;
    Ok(ServiceToken { token: answer.secret("authorizationToken", token)?, expires_at })
}

pub(crate) fn given(wire: &Wire<'_>) -> Result<(Secret, i64), BadReply> {
    let token = Secret::new(text("authorizationToken", wire.authorization_token)?);
    Ok((token, seconds("expiration", wire.expiration)?))
}
