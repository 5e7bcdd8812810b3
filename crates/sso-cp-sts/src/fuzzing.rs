//! A door for `fuzz/` and for the seeded test below: whatever a reply says, no panic, and what is taken
//! from it is fit for use.

use sso_cp_http::{CallError, Reply};

use sso_cp_types::{AccountId, RoleCredentials, Secret, Timestamp};

use crate::{Answer, GetScopedCredentials, assume_role, caller_identity, scoped_credentials};

/// A reply to each of the three calls.
pub fn reply(reply: &Reply) {
    let Ok(texts) = reply.xml() else { return };
    let bad = |problem| CallError::BadReply { problem, awaited: "a reply", request_id: None };
    let answer = Answer { texts, bad: &bad, clock_skew_seconds: reply.clock_skew_seconds() };
    if let Ok(assumed) = assume_role::read(&answer, "arn:aws:iam::444455556666:role/Deploy") {
        assert_eq!(assumed.credentials.malformed_field(), None);
        assert_eq!(assumed.account_id.0, "444455556666", "credentials of another account");
    }
    let (signer, account_id) = (signer(), AccountId("111122223333".to_owned()));
    let request =
        GetScopedCredentials { policy: Some("{}"), duration_seconds: None, description: None };
    if let Ok(scoped) = scoped_credentials::read(&answer, &signer, &account_id, &request) {
        assert_eq!(scoped.malformed_field(), None);
        assert_ne!(scoped.access_key_id, signer.access_key_id, "credentials that are not scoped");
    }
    if let Ok(caller) = caller_identity::read(&answer) {
        assert_ne!(caller.session_name(), Some(""), "a session without a name");
    }
}

fn signer() -> RoleCredentials {
    RoleCredentials {
        access_key_id: "ASIAFULL".to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("made-up".to_owned()),
        expires_at: Timestamp::MAX,
    }
}

#[cfg(test)]
mod tests {
    use sso_cp_http::Reply;

    const ROUNDS: u32 = 20_000;

    #[test]
    fn no_reply_makes_it_panic() {
        mutations::each(ROUNDS, &[
            b"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser>\
              <AssumedRoleId>AROAMADEUP:ci</AssumedRoleId><Arn>arn:aws:sts::444455556666:assumed-role/Deploy/ci</Arn></AssumedRoleUser>\
              <Credentials><AccessKeyId>ASIAMADEUP</AccessKeyId><SecretAccessKey>made/up</SecretAccessKey><SessionToken>made+up</SessionToken>\
              <Expiration>2126-11-21T08:50:58Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
            b"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/R/alice</Arn>\
              <UserId>AROAMADEUP:alice</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
            b"<GetScopedCredentialsResponse><GetScopedCredentialsResult><Credentials><AccessKeyId>ASIAMADEUP</AccessKeyId>\
              <SecretAccessKey>made/up</SecretAccessKey><SessionToken>made+up</SessionToken><Expiration>2126-11-21T08:50:58Z</Expiration>\
              </Credentials><SessionInfo><Arn>arn:aws:sts::111122223333:assumed-role/R/alice</Arn></SessionInfo>\
              <ScopedPoliciesCount>1</ScopedPoliciesCount></GetScopedCredentialsResult></GetScopedCredentialsResponse>",
        ], |bytes| {
            super::reply(&Reply { status: 200, body: bytes.to_vec().into(), ..Reply::default() });
        });
    }
}
