//! GetScopedCredentials: the same session with fewer permissions, a shorter life, or both.
//!
//! The call is of 2026-11-19. What comes back is of the same session (one ARN, one person), so nothing
//! but the answer itself can tell that it is scoped: every member that says so is checked.

use sso_cp_http::BadReply;
use sso_cp_types::{AccountId, RoleCredentials, Secret, Timestamp};

use crate::{Answer, Error, Sts, VERSION, account_of};

/// STS counts in whole seconds, and rounds.
const ROUNDING_SECONDS: i64 = 60;

/// What the session is scoped down to. At least one of policy and duration is needed; the limits are
/// the caller's to keep (the STS API reference).
#[derive(Debug, Clone, Copy)]
pub struct GetScopedCredentials<'a> {
    /// An IAM policy: 1 to 2,048 characters of U+0009, U+000A, U+000D, U+0020 to U+00FF.
    pub policy: Option<&'a str>,
    /// 1 to 129,600 seconds, and never more than the session that asks has left; without it, all of that.
    pub duration_seconds: Option<u32>,
    /// A text for CloudTrail, 2 to 256 characters.
    pub description: Option<&'a str>,
}

/// Why STS scopes nothing down, where it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopingProblem {
    /// It is not a policy that IAM takes (`MalformedPolicyDocument`, or a `ValidationError`).
    Policy,
    /// Session tags and all policies together do not fit into a token (`PackedPolicyTooLarge`).
    TooLarge,
    /// The session ends before the duration is over (`InsufficientSessionLifetime`).
    Lifetime,
    /// The credentials that ask are not those of a living session (`InvalidSubjectCredentials`,
    /// `ExpiredToken`).
    Subject,
    /// Somebody may not do this, or the session has three such policies already (`AccessDenied`).
    Denied,
    /// This partition, or a proxy, does not know the call (`InvalidAction`).
    Unknown,
}

impl ScopingProblem {
    /// What an answer's code means; none for failures that any call may have.
    pub fn of(error: &Error) -> Option<ScopingProblem> {
        Some(match error.code()? {
            "MalformedPolicyDocument" | "ValidationError" => ScopingProblem::Policy,
            "PackedPolicyTooLarge" => ScopingProblem::TooLarge,
            "InsufficientSessionLifetime" => ScopingProblem::Lifetime,
            // The last is what any call says of a session that was revoked.
            "InvalidSubjectCredentials"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidClientTokenId" => ScopingProblem::Subject,
            "AccessDenied" | "AccessDeniedException" => ScopingProblem::Denied,
            "InvalidAction" => ScopingProblem::Unknown,
            _ => return None,
        })
    }
}

impl Sts<'_> {
    /// GetScopedCredentials, for a session of this account. The global endpoint does not know the call.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`]; [`ScopingProblem::of`] knows the codes of this call. An answer
    /// is an error too where it lacks a member, is another account's, has expired, or gives more than
    /// was asked for: the same credentials, a longer life, or a policy that does not count.
    pub fn scoped_credentials(
        &self,
        signer: &RoleCredentials,
        account_id: &AccountId,
        request: &GetScopedCredentials<'_>,
    ) -> Result<RoleCredentials, Error> {
        let duration = request.duration_seconds.map(|seconds| seconds.to_string());
        let parameters = parameters(request, duration.as_deref());
        let scoped = |answer: &Answer<'_>| read(answer, signer, account_id, request);
        self.post(signer, "scoped credentials", &parameters, scoped)
    }
}

fn parameters<'a>(
    request: &GetScopedCredentials<'a>,
    duration: Option<&'a str>,
) -> Vec<(&'static str, &'a str)> {
    let mut parameters = vec![("Action", "GetScopedCredentials"), ("Version", VERSION)];
    parameters.extend(request.policy.map(|policy| ("Policy", policy)));
    parameters.extend(duration.map(|seconds| ("DurationSeconds", seconds)));
    parameters.extend(request.description.map(|text| ("ScopedSessionDescription", text)));
    parameters
}

pub(crate) fn read(
    answer: &Answer<'_>,
    signer: &RoleCredentials,
    account_id: &AccountId,
    request: &GetScopedCredentials<'_>,
) -> Result<RoleCredentials, Error> {
    let credentials = credentials(answer)?;
    check_life(answer, &credentials, signer, request.duration_seconds)?;
    // Nothing else tells them from credentials that may do everything.
    if credentials.access_key_id == signer.access_key_id {
        return Err(answer.wrong("AccessKeyId", "another than that of the unscoped credentials"));
    }
    let arn = answer
        .texts
        .text("GetScopedCredentialsResponse/GetScopedCredentialsResult/SessionInfo/Arn");
    let arn = arn.map_err(|problem| (answer.bad)(in_session_info(problem)))?;
    if account_of(&arn).as_ref() != Some(account_id) {
        return Err(answer.wrong("SessionInfo/Arn", "in the account of the session that asked"));
    }
    check_policy_counts(answer, request.policy.is_some())?;
    Ok(credentials)
}

fn credentials(answer: &Answer<'_>) -> Result<RoleCredentials, Error> {
    let secret = |path| answer.texts.text(path).map(Secret::new).map_err(answer.bad);
    let expiration = answer
        .text("GetScopedCredentialsResponse/GetScopedCredentialsResult/Credentials/Expiration")?;
    let credentials = RoleCredentials {
        access_key_id: answer.text(
            "GetScopedCredentialsResponse/GetScopedCredentialsResult/Credentials/AccessKeyId",
        )?,
        secret_access_key: secret(
            "GetScopedCredentialsResponse/GetScopedCredentialsResult/Credentials/SecretAccessKey",
        )?,
        session_token: secret(
            "GetScopedCredentialsResponse/GetScopedCredentialsResult/Credentials/SessionToken",
        )?,
        expires_at: Timestamp::parse(&expiration)
            .ok_or_else(|| answer.wrong("Expiration", "a moment"))?,
    };
    match credentials.malformed_field() {
        Some(field) => Err((answer.bad)(BadReply::malformed(field))),
        None => Ok(credentials),
    }
}

/// No longer than was asked for, by the clock of STS, and never longer than the session that asked.
fn check_life(
    answer: &Answer<'_>,
    credentials: &RoleCredentials,
    signer: &RoleCredentials,
    duration_seconds: Option<u32>,
) -> Result<(), Error> {
    let clock_skew_seconds = answer.clock_skew_seconds;
    let left = credentials.expires_at.seconds_after(Timestamp::now());
    if left <= 0 {
        return Err(Error::AlreadyExpired { clock_skew_seconds });
    }
    let by_its_clock = left.saturating_sub(clock_skew_seconds.unwrap_or(0));
    let asked = duration_seconds.map_or(i64::MAX, |seconds| i64::from(seconds) + ROUNDING_SECONDS);
    let beyond_session = credentials.expires_at.seconds_after(signer.expires_at);
    if by_its_clock > asked || beyond_session > ROUNDING_SECONDS {
        return Err(answer.wrong("Expiration", "no later than was asked for"));
    }
    Ok(())
}

/// Where STS says how many policies hold, it must be one at least.
fn check_policy_counts(answer: &Answer<'_>, has_policy: bool) -> Result<(), Error> {
    const PATH: &str =
        "GetScopedCredentialsResponse/GetScopedCredentialsResult/ScopedPoliciesCount";
    let counted = match answer.texts.text(PATH) {
        Err(BadReply::MissingField(_)) => return Ok(()),
        counted => counted.map_err(answer.bad)?,
    };
    match counted.trim().parse::<u32>() {
        Ok(0) if has_policy => Err(answer.wrong("ScopedPoliciesCount", "1 at least")),
        Ok(_) => Ok(()),
        Err(_) => Err(answer.wrong("ScopedPoliciesCount", "a number")),
    }
}

/// `Arn` alone would leave open which.
fn in_session_info(problem: BadReply) -> BadReply {
    match problem {
        BadReply::MissingField(_) => BadReply::MissingField("SessionInfo/Arn"),
        other => other,
    }
}

#[cfg(test)]
mod tests;
