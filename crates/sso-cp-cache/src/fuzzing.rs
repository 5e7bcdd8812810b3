//! Doors for `fuzz/` and for the seeded test below: bytes of a file in, no panic out, and what was
//! understood is written and read the same.

use std::path::Path;

use crate::json::{Parsed, first_object};
use crate::token_file::{Origin, understand};
use crate::{Folders, RoleFile, RoleKey, SessionKey, TokenPlace};

/// A token file.
pub fn token(bytes: &[u8]) {
    let Parsed::Whole(object) = first_object(bytes) else { return };
    let Some(file) = understand(&object) else { return };
    let key = SessionKey::Named("corp");
    let folders = Folders::below(Path::new("/nowhere"));
    let place = TokenPlace::new(&folders, &key, "https://example.awsapps.com/start", "us-east-1");
    let written = place.content(&file.token, Origin::Renewed(&file));
    let Parsed::Whole(object) = first_object(written.as_bytes()) else {
        panic!("what we write is not a whole object");
    };
    let again = understand(&object).expect("what we write is a token");
    assert!(again.token.access_token == file.token.access_token, "another access token");
    let (one, other) = (&file.token.renewal, &again.token.renewal);
    let refresh_token = |renewal: &Option<sso_cp_types::Renewal>| {
        renewal.as_ref().map(|renewal| renewal.refresh_token.clone())
    };
    assert!(refresh_token(one) == refresh_token(other), "another refresh token");
    assert_eq!(again.token.expires_at, file.token.expires_at);
}

/// A role-credential file.
pub fn role(bytes: &[u8]) {
    let session = SessionKey::Named("corp");
    let key =
        RoleKey { session, account_id: "111122223333", role_name: "ReadOnly", entitlement: None };
    let file = RoleFile::new(&Folders::below(Path::new("/nowhere")), &key);
    let Some(credentials) = file.understand(bytes) else { return };
    let written = file.content(&credentials);
    let again = file.understand(written.as_bytes()).expect("what we write are credentials");
    assert_eq!(again.access_key_id, credentials.access_key_id);
    assert!(again.secret_access_key == credentials.secret_access_key, "another key");
    assert!(again.session_token == credentials.session_token, "another token");
    assert_eq!(again.expires_at, credentials.expires_at);
}

#[cfg(test)]
mod tests {
    /// Each takes a few microseconds.
    const ROUNDS: u32 = 20_000;

    const SEEDS: [&[u8]; 3] = [
        br#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "aoaMadeUp", "expiresAt": "2026-11-21T08:50:58Z", "clientId": "AbCd", "clientSecret": "eyJ.made.up", "registrationExpiresAt": "2027-02-19T00:50:52Z", "refreshToken": "aorMadeUp"}"#,
        br#"{"ACCESSTOKEN": "x", "accessToken": "a\u0062\\c", "expiresAt": "2020-01-01T00:00:00UTC", "other": {"a": [1, 2.5e3, null]}} trailing"#,
        br#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAMADEUP", "SecretAccessKey": "made/up", "SessionToken": "made+up", "Expiration": "2026-11-21T08:50:58Z", "AccountId": "111122223333"}}"#,
    ];

    #[test]
    fn no_bytes_make_it_panic() {
        mutations::each(ROUNDS, &SEEDS, |bytes| {
            super::token(bytes);
            super::role(bytes);
        });
    }
}
