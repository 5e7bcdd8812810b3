//! The members that credentials have in every file.

use std::borrow::Cow;

use serde::Deserialize;
use sso_cp_types::{RoleCredentials, Secret, Timestamp};

/// Credentials as the AWS CLI and we keep them in files.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WireCredentials<'a> {
    #[serde(borrow)]
    pub(crate) access_key_id: Cow<'a, str>,
    #[serde(borrow)]
    secret_access_key: Cow<'a, str>,
    #[serde(borrow)]
    session_token: Cow<'a, str>,
    #[serde(borrow)]
    expiration: Cow<'a, str>,
    /// Missing in the files of early AWS CLI releases.
    #[serde(borrow)]
    pub(crate) account_id: Option<Cow<'a, str>>,
}

impl WireCredentials<'_> {
    /// When they end; long ago where that cannot be read.
    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::parse(&self.expiration).unwrap_or(Timestamp::MIN)
    }

    /// The credentials, if they are well-formed and of no other account. An expiry that cannot be
    /// read has long passed.
    pub(crate) fn of_account(self, account_id: &str) -> Option<RoleCredentials> {
        let expires_at = self.expires_at();
        let is_of_account = self.account_id.is_none_or(|id| id == account_id);
        let credentials = RoleCredentials {
            access_key_id: self.access_key_id.into_owned(),
            secret_access_key: Secret::new(self.secret_access_key.into_owned()),
            session_token: Secret::new(self.session_token.into_owned()),
            expires_at,
        };
        (is_of_account && credentials.malformed_field().is_none()).then_some(credentials)
    }
}
