//! Another session of the same organisation, in another Region, that gives a role while the Region of the
//! role's own session fails. It has a sign-in of its own, which somebody must have made before: nobody is
//! asked for one here. A no of AWS is a no, in every Region.

use sso_cp_config::{Role, Selection};
use sso_cp_http::CallError;
use sso_cp_types::Timestamp;

use crate::error::Error;
use crate::provider::Provider;

/// The same role by the session that `sso_cp_fallback_session` names, if that one has a sign-in that can be used
/// without a person. Account access manager is in one Region, so its roles have no other way.
pub(crate) fn of(role: &Role, provider: &Provider) -> Option<Role> {
    let name = role.session.settings().fallback_session.as_ref()?;
    if role.entitled.is_some() {
        return None;
    }
    let mut session = provider.session(&Selection::SsoSession(name.clone())).ok()?;
    session.endpoints = role.session.endpoints.without_urls();
    session.ca_bundle.clone_from(&role.session.ca_bundle);
    // One that stands in is stood in for by nobody: two could name each other.
    if let Some(settings) = &mut session.own_settings {
        settings.fallback_session = None;
    }
    let is_usable = provider.token_state(&session, Timestamp::now()).state.is_usable();
    is_usable.then(|| Role { session, ..role.clone() })
}

/// Whether the Region fails: it cannot be reached, or its service is failing itself. Throttling is not, for the
/// Region works; nor is an answer that nobody can read, which anyone who stands between would give anywhere.
pub(crate) fn is_failing(error: &Error) -> bool {
    let Error::Network(error) = error else { return false };
    match &**error {
        CallError::Http(error) => !error.is_configuration(),
        CallError::Refused { error, .. } => error.status >= 500 && !error.is_throttling(),
        CallError::BadReply { .. } | CallError::AlreadyExpired { .. } => false,
    }
}
