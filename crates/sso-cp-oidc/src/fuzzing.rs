//! A door for `fuzz/` and for the seeded test below: whatever a reply says, no panic, and what is taken
//! from it is fit for use.

use sso_cp_http::Reply;

use crate::DeviceAuthorization;

/// A reply to each of the three calls. Gives what a device authorization would show to a person.
pub fn reply(reply: &Reply) -> Option<DeviceAuthorization> {
    if let Ok(granted) = crate::token::read(reply) {
        assert!(granted.expires_in_seconds > 0, "a token that lives no moment");
        assert!(granted.access_token.is_well_formed(), "a token that breaks headers");
        let refresh_token = granted.refresh_token.as_ref();
        assert!(refresh_token.is_none_or(sso_cp_types::Secret::is_well_formed), "a bad renewal");
    }
    if let Ok(registration) = crate::register::read(reply) {
        assert!(!registration.client_id.is_empty(), "a client without a name");
        assert!(registration.client_secret.is_well_formed(), "a client's secret that is none");
    }
    crate::device::read(reply).ok()
}

#[cfg(test)]
mod tests {
    use sso_cp_http::Reply;

    const ROUNDS: u32 = 20_000;

    #[test]
    fn no_reply_makes_it_panic() {
        let mut authorizations = 0;
        mutations::each(ROUNDS, &[
            br#"{"accessToken": "aoaMadeUp", "tokenType": "Bearer", "expiresIn": 28800, "refreshToken": "aorMadeUp"}"#,
            br#"{"clientId": "AbCd", "clientSecret": "made.up", "clientIdIssuedAt": 1, "clientSecretExpiresAt": 1798000000}"#,
            br#"{"deviceCode": "made-up", "userCode": "ABCD-EFGH", "verificationUri": "https://device.sso.us-east-1.amazonaws.com/", "verificationUriComplete": "https://x.awsapps.com/start/?user_code=A", "expiresIn": 600, "interval": 1}"#,
        ], |bytes| {
            let reply = Reply { status: 200, body: bytes.to_vec().into(), ..Reply::default() };
            authorizations += usize::from(super::reply(&reply).is_some());
        });
        assert!(authorizations > 0, "all of them were refused");
    }
}
