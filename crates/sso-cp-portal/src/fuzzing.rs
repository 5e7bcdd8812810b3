//! A door for `fuzz/`.

use sso_cp_http::Reply;

/// A reply with role credentials, whatever it says.
pub fn reply(reply: &Reply) {
    let Ok(outer) = reply.json() else { return };
    if let Ok(credentials) = crate::role_credentials::inner(&outer) {
        assert_eq!(credentials.malformed_field(), None);
    }
}
