//! Scopes that AWS does not know: whose they are.

use sso_cp_config::{Listing, ProfileKind, Session, SessionName, keys, session_settings};

use crate::context::Context;
use crate::messages::text::clean;

/// What the scopes of account access manager begin with.
const ENTITLED: &str = "account_access:";

/// The line that asks for them. Account access manager's are the ones that AWS may not know: those that are
/// written down, else those that go with a tenant.
pub(super) fn line(session: &Session, context: &Context) -> String {
    let SessionName::Named(name) = &session.name else { return "the scopes".to_owned() };
    let own = |key: &str| format!("`{key}` below [sso-session {name}]");
    let written = session.scopes.iter().flatten();
    let written: Vec<&str> =
        written.map(String::as_str).filter(|scope| scope.starts_with(ENTITLED)).collect();
    if !written.is_empty() {
        let key = keys::SSO_REGISTRATION_SCOPES;
        return format!("`{}` of {}", written.join(","), own(key));
    }
    let in_file = session_settings(name, context.files());
    if in_file.ok().flatten().is_some_and(|settings| settings.tenant.is_some()) {
        return own(keys::SSO_CP_TENANT_ID);
    }
    let listing = Listing::read(context.files(), context.env()).ok();
    let tenant = listing.iter().flat_map(Listing::profiles).find(|profile| {
        profile.kind == Some(ProfileKind::Entitled) && profile.session == Some(name)
    });
    match tenant {
        Some(profile) => {
            format!("`{}` below [profile {}]", keys::SSO_CP_TENANT_ID, clean(profile.name))
        }
        // What `configure` was given is in no file yet.
        None if session.settings().tenant.is_some() => "`--tenant-id`".to_owned(),
        None => own(keys::SSO_REGISTRATION_SCOPES),
    }
}
