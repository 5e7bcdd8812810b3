//! A door for `fuzz/`.

use sso_cp_http::Reply;

/// A reply with a token, whatever it says.
pub fn reply(reply: &Reply) {
    if let Ok(granted) = crate::token::read(reply) {
        assert!(granted.expires_in_seconds > 0, "a token that lives no moment");
        assert!(granted.access_token.is_well_formed(), "a token that breaks headers");
    }
}
