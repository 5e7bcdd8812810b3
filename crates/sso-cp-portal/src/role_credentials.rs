//! GetRoleCredentials: what everything else is for.

use serde::Deserialize;
use sso_cp_http::{BadReply, RawValue, Retry, integer, text};
use sso_cp_types::{AccountId, RoleCredentials, RoleName, Secret, Timestamp, percent_encode};

use crate::answer::Answer;
use crate::{Error, Portal};

#[derive(Deserialize)]
pub(crate) struct Outer<'a> {
    #[serde(borrow, rename = "roleCredentials")]
    role_credentials: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inner<'a> {
    #[serde(borrow)]
    access_key_id: Option<&'a RawValue>,
    #[serde(borrow)]
    secret_access_key: Option<&'a RawValue>,
    #[serde(borrow)]
    session_token: Option<&'a RawValue>,
    #[serde(borrow)]
    expiration: Option<&'a RawValue>,
}

impl Portal<'_> {
    /// Credentials of one role in one account.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]. 401: the token is not, or no longer, good. 403: the role is
    /// not assigned, or misspelled. 404: there is no such account. A reply that lacks a member, has
    /// an odd one, or has expired by the clock of this machine, is an error too.
    pub fn role_credentials(
        &self,
        token: &Secret,
        account_id: &AccountId,
        role_name: &RoleName,
    ) -> Result<RoleCredentials, Error> {
        let path = format!(
            "/federation/credentials?role_name={}&account_id={}",
            percent_encode(&role_name.0),
            percent_encode(&account_id.0)
        );
        self.get(&path, token, "role credentials", Retry::Always, |answer| read(&answer))
    }
}

fn read(answer: &Answer<'_>) -> Result<RoleCredentials, Error> {
    let outer: Outer<'_> = answer.json()?;
    let credentials = inner(&outer).map_err(answer.bad)?;
    answer.still_valid(credentials)
}

pub(crate) fn inner(outer: &Outer<'_>) -> Result<RoleCredentials, BadReply> {
    let name = "roleCredentials";
    let raw = outer.role_credentials.ok_or(BadReply::MissingField(name))?;
    let wrong = |field, expected| BadReply::WrongType { field, expected };
    let inner: Inner<'_> = serde_json::from_str(raw.get()).map_err(|_| wrong(name, "an object"))?;
    let milliseconds = integer("expiration", inner.expiration)?;
    let credentials = RoleCredentials {
        access_key_id: text("accessKeyId", inner.access_key_id)?.to_string(),
        secret_access_key: Secret::new(text("secretAccessKey", inner.secret_access_key)?),
        session_token: Secret::new(text("sessionToken", inner.session_token)?),
        expires_at: Timestamp::from_unix_milliseconds(milliseconds)
            .ok_or(wrong("expiration", "a moment in milliseconds"))?,
    };
    match credentials.malformed_field() {
        None => Ok(credentials),
        Some(field) => Err(BadReply::malformed(field)),
    }
}
