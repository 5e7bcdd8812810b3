//! RegisterClient: the client registration that every grant needs.

use serde::{Deserialize, Serialize};
use sso_cp_http::{BadReply, RawValue, Reply, Retry, integer, text};
use sso_cp_types::{ClientRegistration, Secret, Timestamp};

use crate::{Error, Oidc};

/// A client to be registered. One client serves one flow: AWS fails for clients that ask for both.
#[derive(Debug, Clone, Copy)]
pub enum NewClient<'a> {
    /// For the authorization-code flow with PKCE.
    AuthorizationCode {
        /// What the person sees when he is asked for consent.
        name: &'a str,
        /// At least one.
        scopes: &'a [String],
        /// The loopback redirect without its port (RFC 8252 section 7.3: any port is accepted).
        redirect_uri: &'a str,
        /// The portal's start URL.
        issuer_url: &'a str,
    },
    /// For the device-code flow.
    Device {
        /// What the person sees when he is asked for consent.
        name: &'a str,
        /// None for legacy profiles, which get no refresh token.
        scopes: &'a [String],
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_name: &'a str,
    client_type: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    scopes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_types: Option<[&'a str; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uris: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer_url: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    client_id: Option<&'a RawValue>,
    #[serde(borrow)]
    client_secret: Option<&'a RawValue>,
    #[serde(borrow)]
    client_secret_expires_at: Option<&'a RawValue>,
}

impl Oidc<'_> {
    /// RegisterClient.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`], with the exceptions of the service's API.
    pub fn register(&self, client: NewClient<'_>) -> Result<ClientRegistration, Error> {
        let awaited = "the client registration";
        self.post("/client/register", awaited, Retry::Always, &body(client), read)
    }
}

pub(crate) fn read(reply: &Reply) -> Result<ClientRegistration, BadReply> {
    let answer: Answer<'_> = reply.json()?;
    let field = "clientSecretExpiresAt";
    let seconds = integer(field, answer.client_secret_expires_at)?;
    let registration = ClientRegistration {
        client_id: text("clientId", answer.client_id)?.to_string(),
        client_secret: Secret::new(text("clientSecret", answer.client_secret)?),
        expires_at: Timestamp::from_unix_seconds(seconds)
            .ok_or(BadReply::WrongType { field, expected: "a moment in seconds" })?,
    };
    if registration.client_id.is_empty() {
        return Err(BadReply::malformed("clientId"));
    }
    match registration.client_secret.is_well_formed() {
        true => Ok(registration),
        false => Err(BadReply::malformed("clientSecret")),
    }
}

fn body(client: NewClient<'_>) -> Body<'_> {
    match client {
        NewClient::AuthorizationCode { name, scopes, redirect_uri, issuer_url } => Body {
            client_name: name,
            client_type: "public",
            scopes,
            grant_types: Some(["authorization_code", "refresh_token"]),
            redirect_uris: Some([redirect_uri]),
            issuer_url: Some(issuer_url),
        },
        NewClient::Device { name, scopes } => Body {
            client_name: name,
            client_type: "public",
            scopes,
            grant_types: None,
            redirect_uris: None,
            issuer_url: None,
        },
    }
}
