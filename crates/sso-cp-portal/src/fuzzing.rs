//! A door for `fuzz/` and for the seeded test below: whatever a reply says, no panic, and what is taken
//! from it is fit for use.

use sso_cp_http::Reply;

/// A reply to each of the calls.
pub fn reply(reply: &Reply) {
    if let Ok(page) = crate::listing::read_accounts(reply) {
        assert_ne!(page.next.as_deref(), Some(""), "a next page that is the first one again");
    }
    if let Ok(page) = crate::listing::read_roles(reply) {
        assert_ne!(page.next.as_deref(), Some(""), "a next page that is the first one again");
    }
    if let Ok(page) = crate::account_access::read_roles(reply) {
        assert_ne!(page.next.as_deref(), Some(""), "a next page that is the first one again");
    }
    if let Ok(credentials) = crate::account_access::read_credentials(reply) {
        assert_eq!(credentials.malformed_field(), None);
    }
    let Ok(outer) = reply.json() else { return };
    if let Ok(credentials) = crate::role_credentials::inner(&outer) {
        assert_eq!(credentials.malformed_field(), None);
    }
}

#[cfg(test)]
mod tests {
    use sso_cp_http::Reply;

    const ROUNDS: u32 = 20_000;

    #[test]
    fn no_reply_makes_it_panic() {
        mutations::each(ROUNDS, &[
            br#"{"roleCredentials": {"accessKeyId": "ASIAMADEUP", "secretAccessKey": "made/up", "sessionToken": "made+up", "expiration": 1798000000000}}"#,
            br#"{"nextToken": "made-up", "accountList": [{"accountId": "111122223333", "accountName": "alpha", "emailAddress": "a@example.com"}, {"accountId": "444455556666"}]}"#,
            br#"{"credentialsDetails": {"programmaticAccess": {"accessKeyId": "ASIAMADEUP", "secretAccessKey": "made/up", "sessionToken": "made+up", "expiresAt": 1798000000.5}}}"#,
            br#"{"nextToken": "a+/=", "roles": [{"accountId": "111122223333", "accountName": "dev", "roleArn": "arn:aws:iam::111122223333:role/x"}]}"#,
            br#"{"nextToken": null, "roleList": [{"roleName": "ReadOnly", "accountId": "111122223333"}]}"#,
        ], |bytes| {
            super::reply(&Reply { status: 200, body: bytes.to_vec().into(), ..Reply::default() });
        });
    }
}
