//! AssumeRole: one hop of a role chain.

use sso_cp_http::BadReply;
use sso_cp_types::{AccountId, RoleCredentials, Secret, Timestamp};

use crate::{Answer, Error, Sts, VERSION, account_of};

/// Which role is to be assumed, and how the session is to be known. The configuration has checked
/// the limits that AWS sets.
#[derive(Debug, Clone, Copy)]
pub struct AssumeRole<'a> {
    /// The role.
    pub role_arn: &'a str,
    /// What CloudTrail will call the session.
    pub session_name: &'a str,
    /// What the role's trust policy asks for, if it asks for one.
    pub external_id: Option<&'a str>,
    /// The session's life; AWS's default is an hour.
    pub duration_seconds: Option<u32>,
}

/// A role that was assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// Its credentials.
    pub credentials: RoleCredentials,
    /// Its account.
    pub account_id: AccountId,
    /// `arn:aws:sts::444455556666:assumed-role/Deploy/ci`
    pub arn: String,
    /// `AROA...:ci`
    pub role_id: String,
}

impl Sts<'_> {
    /// AssumeRole, with the credentials of another role.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]. `AccessDenied`: the role does not trust the one who asks, or
    /// does not exist. A reply that lacks a member, has an odd one, or has expired by the clock of
    /// this machine, is an error too.
    pub fn assume_role(
        &self,
        signer: &RoleCredentials,
        request: &AssumeRole<'_>,
    ) -> Result<Assumed, Error> {
        let mut parameters = vec![
            ("Action", "AssumeRole"),
            ("Version", VERSION),
            ("RoleArn", request.role_arn),
            ("RoleSessionName", request.session_name),
        ];
        let duration = request.duration_seconds.map(|seconds| seconds.to_string());
        parameters.extend(duration.as_deref().map(|seconds| ("DurationSeconds", seconds)));
        parameters.extend(request.external_id.map(|id| ("ExternalId", id)));
        let assumed = |answer: &Answer<'_>| read(answer, request.role_arn);
        self.post(signer, "credentials of the assumed role", &parameters, assumed)
    }
}

pub(crate) fn read(answer: &Answer<'_>, role_arn: &str) -> Result<Assumed, Error> {
    let secret = |path| answer.texts.text(path).map(Secret::new).map_err(answer.bad);
    let expiration = answer.text("AssumeRoleResponse/AssumeRoleResult/Credentials/Expiration")?;
    let credentials = RoleCredentials {
        access_key_id: answer
            .text("AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId")?,
        secret_access_key: secret(
            "AssumeRoleResponse/AssumeRoleResult/Credentials/SecretAccessKey",
        )?,
        session_token: secret("AssumeRoleResponse/AssumeRoleResult/Credentials/SessionToken")?,
        expires_at: Timestamp::parse(&expiration)
            .ok_or_else(|| answer.wrong("Expiration", "a moment"))?,
    };
    if let Some(field) = credentials.malformed_field() {
        return Err((answer.bad)(BadReply::malformed(field)));
    }
    if credentials.expires_at <= Timestamp::now() {
        let clock_skew_seconds = answer.clock_skew_seconds;
        return Err(Error::AlreadyExpired { clock_skew_seconds });
    }
    let arn = answer.text("AssumeRoleResponse/AssumeRoleResult/AssumedRoleUser/Arn")?;
    let role_id =
        answer.text("AssumeRoleResponse/AssumeRoleResult/AssumedRoleUser/AssumedRoleId")?;
    let account_id =
        account_of(&arn).ok_or_else(|| answer.wrong("Arn", "the ARN of an assumed role"))?;
    if account_of(role_arn).is_some_and(|wanted| wanted != account_id) {
        return Err(answer.wrong("Arn", "in the account of the role that was asked for"));
    }
    Ok(Assumed { credentials, account_id, arn, role_id })
}
