//! CreateToken: a grant becomes an access token.

use serde::{Deserialize, Serialize};
use sso_cp_http::{BadReply, RawValue, Reply, Retry, integer, optional_text, text};
use sso_cp_types::{ClientRegistration, Secret};

use crate::{Error, Oidc};

/// Identity Center's longest session is 90 days; a token that claims more is not believed.
const MAX_LIFE_SECONDS: i64 = 90 * 24 * 60 * 60;

/// What is given for a token.
#[derive(Debug, Clone, Copy)]
pub enum Grant<'a> {
    /// A refresh token, spent by this use.
    RefreshToken(&'a Secret),
    /// The code that came with the redirect, and the proof that we asked for it (RFC 7636).
    AuthorizationCode {
        /// The code.
        code: &'a Secret,
        /// The verifier of the challenge in the authorize URL.
        verifier: &'a Secret,
        /// The redirect URI of the authorize URL, port included.
        redirect_uri: &'a str,
    },
    /// The code of a device authorization, asked for again and again.
    DeviceCode(&'a Secret),
}

/// A token as the service gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The access token.
    pub access_token: Secret,
    /// Its life from now on.
    pub expires_in_seconds: i64,
    /// The next refresh token. Clients without the scope [`sso_cp_types::ACCOUNT_ACCESS`] get none, and an
    /// answer without one leaves the old one valid.
    pub refresh_token: Option<Secret>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    grant_type: &'a str,
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    access_token: Option<&'a RawValue>,
    #[serde(borrow)]
    expires_in: Option<&'a RawValue>,
    #[serde(borrow)]
    refresh_token: Option<&'a RawValue>,
}

impl Oidc<'_> {
    /// CreateToken.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]; the exceptions are those of the service's API:
    /// `InvalidGrantException` for a grant that is spent or dead, `InvalidClientException` for a
    /// client that AWS has forgotten, `AuthorizationPendingException` and `SlowDownException` while
    /// a device authorization waits for its person.
    pub fn create_token(
        &self,
        registration: &ClientRegistration,
        grant: Grant<'_>,
    ) -> Result<Granted, Error> {
        // Polling for a device code is repeated by its own rules, not by ours.
        let retry = match grant {
            Grant::DeviceCode(_) => Retry::Never,
            Grant::RefreshToken(_) | Grant::AuthorizationCode { .. } => Retry::Unambiguous,
        };
        self.post("/token", "the access token", retry, &body(registration, grant), read)
    }
}

fn body<'a>(registration: &'a ClientRegistration, grant: Grant<'a>) -> Body<'a> {
    let empty = Body {
        grant_type: "",
        client_id: &registration.client_id,
        client_secret: registration.client_secret.expose(),
        refresh_token: None,
        device_code: None,
        redirect_uri: None,
        code_verifier: None,
        code: None,
    };
    match grant {
        Grant::RefreshToken(token) => {
            Body { grant_type: "refresh_token", refresh_token: Some(token.expose()), ..empty }
        }
        Grant::AuthorizationCode { code, verifier, redirect_uri } => Body {
            grant_type: "authorization_code",
            redirect_uri: Some(redirect_uri),
            code_verifier: Some(verifier.expose()),
            code: Some(code.expose()),
            ..empty
        },
        Grant::DeviceCode(code) => Body {
            grant_type: "urn:ietf:params:oauth:grant-type:device_code",
            device_code: Some(code.expose()),
            ..empty
        },
    }
}

pub(crate) fn read(reply: &Reply) -> Result<Granted, BadReply> {
    let answer: Answer<'_> = reply.json()?;
    let well_formed = |field, secret: Secret| match secret.is_well_formed() {
        true => Ok(secret),
        false => Err(BadReply::malformed(field)),
    };
    let access_token = Secret::new(text("accessToken", answer.access_token)?);
    let refresh_token = optional_text("refreshToken", answer.refresh_token)?.map(Secret::new);
    let expires_in_seconds = integer("expiresIn", answer.expires_in)?;
    if expires_in_seconds <= 0 {
        let expected = "a positive number of seconds";
        return Err(BadReply::WrongType { field: "expiresIn", expected });
    }
    Ok(Granted {
        access_token: well_formed("accessToken", access_token)?,
        expires_in_seconds: expires_in_seconds.min(MAX_LIFE_SECONDS),
        refresh_token: refresh_token.map(|token| well_formed("refreshToken", token)).transpose()?,
    })
}
