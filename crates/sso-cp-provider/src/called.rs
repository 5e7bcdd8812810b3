//! What things are called in a sentence, where only the host knows.

use std::borrow::Cow;

use sso_cp_config::SessionName;

/// What the selected profile is called where the host does not say.
pub(crate) const THIS_PROFILE: &str = "this profile";

/// What a session is called by a host that calls the profile so.
pub(crate) fn called<'a>(session: &'a SessionName, profile: &'a str) -> Cow<'a, str> {
    match session {
        SessionName::Named(_) => session.to_string().into(),
        SessionName::Legacy => profile.into(),
    }
}
