//! ECR: one call gives a user's name and a password for every registry that the role may use in a
//! region. They live for twelve hours.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use sso_cp_http::{BadReply, Body, Method, RawValue, optional_text, seconds, text};
use sso_cp_types::{RoleCredentials, Secret, Timestamp};
use zeroize::Zeroizing;

use crate::call::{Answer, Call};
use crate::{Error, Registry, ServiceEndpoint};

/// For which registries a password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistryTokenFor<'a> {
    /// Private ones. ECR names the caller's own in its answer, so it must be of this account.
    Private {
        /// The account of the credentials.
        account_id: &'a str,
    },
    /// The public one.
    Public,
}

/// What a registry takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryPassword {
    /// `AWS`
    pub user: String,
    /// The password.
    pub password: Secret,
    /// Its end.
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
pub(crate) struct Wire<'a> {
    #[serde(borrow, rename = "authorizationData")]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    #[serde(borrow)]
    authorization_token: Option<&'a RawValue>,
    #[serde(borrow)]
    expires_at: Option<&'a RawValue>,
    #[serde(borrow)]
    proxy_endpoint: Option<&'a RawValue>,
}

/// What is read of an answer; its end is checked afterwards, against the clock.
pub(crate) struct Given {
    pub(crate) user: String,
    pub(crate) password: Secret,
    pub(crate) end_seconds: i64,
}

impl ServiceEndpoint<'_> {
    /// GetAuthorizationToken, of ECR or of its public sibling.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]. 400 `AccessDeniedException`: the role may not, or for the public
    /// registry not `sts:GetServiceBearerToken`. A reply without a token, with an odd one, for another
    /// registry or with an end that is past is an error too.
    pub fn registry_password(
        &self,
        signer: &RoleCredentials,
        wanted: RegistryTokenFor<'_>,
    ) -> Result<RegistryPassword, Error> {
        let (service, target) = match wanted {
            RegistryTokenFor::Private { .. } => {
                ("ecr", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
            }
            RegistryTokenFor::Public => {
                ("ecr-public", "SpencerFrontendService.GetAuthorizationToken")
            }
        };
        let call = Call {
            method: Method::Post,
            path: "/",
            query: &[],
            headers: &[("x-amz-target", target)],
            body: Some(Body::AmzJson("{}")),
            service,
            awaited: "the registry's password",
        };
        self.call(signer, &call, |answer| self.read(answer, wanted))
    }

    fn read(
        &self,
        answer: &Answer<'_>,
        wanted: RegistryTokenFor<'_>,
    ) -> Result<RegistryPassword, Error> {
        let wire = answer.reply.json().map_err(answer.bad)?;
        let given = given(&wire, wanted, self.region).map_err(answer.bad)?;
        let Given { user, password, end_seconds } = given;
        let expires_at = answer.end("expiresAt", end_seconds)?;
        Ok(RegistryPassword { user, password, expires_at })
    }
}

pub(crate) fn given(
    wire: &Wire<'_>,
    wanted: RegistryTokenFor<'_>,
    region: &str,
) -> Result<Given, BadReply> {
    const DATA: &str = "authorizationData";
    let wrong = |field, expected| BadReply::WrongType { field, expected };
    let raw = wire.data.ok_or(BadReply::MissingField(DATA))?.get();
    let data: Data<'_> = match wanted {
        RegistryTokenFor::Private { .. } => {
            let list: Option<Vec<Data<'_>>> = serde_json::from_str(raw).ok();
            let first = list.and_then(|list| list.into_iter().next());
            first.ok_or(wrong(DATA, "a list with a token in it"))?
        }
        RegistryTokenFor::Public => {
            serde_json::from_str(raw).map_err(|_| wrong(DATA, "an object"))?
        }
    };
    if let RegistryTokenFor::Private { account_id } = wanted
        && let Some(server) = optional_text("proxyEndpoint", data.proxy_endpoint)?
    {
        let is_asked = |registry: &Registry| {
            matches!(registry, Registry::Private { account_id: of, region: within, .. }
                if of == account_id && within == region)
        };
        let asked = "the registry of the account and the region that asked";
        let registry = Registry::of_server(&server).filter(is_asked);
        registry.ok_or(wrong("proxyEndpoint", asked))?;
    }
    let token = text("authorizationToken", data.authorization_token)?;
    let (user, password) = user_and_password(&token).ok_or_else(|| {
        wrong("authorizationToken", "a user's name, a colon and a password in base64")
    })?;
    Ok(Given { user, password, end_seconds: seconds("expiresAt", data.expires_at)? })
}

fn user_and_password(token: &str) -> Option<(String, Secret)> {
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(token).ok()?);
    let (user, password) = str::from_utf8(&bytes).ok()?.split_once(':')?;
    let password = Secret::new(password.to_owned());
    let is_good = Secret::new(user.to_owned()).is_well_formed() && password.is_well_formed();
    is_good.then(|| (user.to_owned(), password))
}
