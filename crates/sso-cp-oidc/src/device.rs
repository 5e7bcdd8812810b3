//! StartDeviceAuthorization: a code that a person types in any browser.

use serde::{Deserialize, Serialize};
use sso_cp_http::{BadReply, RawValue, Reply, Retry, optional_integer, optional_text, text};
use sso_cp_types::{ClientRegistration, Secret};

use crate::{Error, Oidc};

/// A sign-in that waits for its person in any browser (RFC 8628 section 3.2). All texts are the
/// server's: escape them before showing them, and check links before opening them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the token is asked for with.
    pub device_code: Secret,
    /// What the person types.
    pub user_code: String,
    /// Where the person types it.
    pub verification_uri: String,
    /// The same with the code filled in.
    pub verification_uri_complete: Option<String>,
    /// The life of the codes in seconds, as the service says it, if it does.
    pub expires_in_seconds: Option<i64>,
    /// The pause between two questions in seconds, as the service says it, if it does.
    pub interval_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    start_url: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    device_code: Option<&'a RawValue>,
    #[serde(borrow)]
    user_code: Option<&'a RawValue>,
    #[serde(borrow)]
    verification_uri: Option<&'a RawValue>,
    #[serde(borrow)]
    verification_uri_complete: Option<&'a RawValue>,
    #[serde(borrow)]
    expires_in: Option<&'a RawValue>,
    #[serde(borrow)]
    interval: Option<&'a RawValue>,
}

impl Oidc<'_> {
    /// StartDeviceAuthorization.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`], with the exceptions of the service's API.
    pub fn start_device_authorization(
        &self,
        registration: &ClientRegistration,
        start_url: &str,
    ) -> Result<DeviceAuthorization, Error> {
        let body = Body {
            client_id: &registration.client_id,
            client_secret: registration.client_secret.expose(),
            start_url,
        };
        let awaited = "the device code";
        self.post("/device_authorization", awaited, Retry::Always, &body, read)
    }
}

pub(crate) fn read(reply: &Reply) -> Result<DeviceAuthorization, BadReply> {
    let answer: Answer<'_> = reply.json()?;
    let complete = answer.verification_uri_complete;
    Ok(DeviceAuthorization {
        device_code: Secret::new(text("deviceCode", answer.device_code)?),
        user_code: text("userCode", answer.user_code)?.to_string(),
        verification_uri: text("verificationUri", answer.verification_uri)?.to_string(),
        verification_uri_complete: optional_text("verificationUriComplete", complete)?
            .map(|url| url.to_string()),
        expires_in_seconds: optional_integer("expiresIn", answer.expires_in)?,
        interval_seconds: optional_integer("interval", answer.interval)?,
    })
}
