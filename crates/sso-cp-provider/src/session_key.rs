//! How the cache knows a session.

use sso_cp_cache::{RoleKey, SessionKey, TokenPlace};
use sso_cp_config::{Role, Session, SessionName};

use crate::provider::Provider;

/// The key of a session's files, by which the AWS CLI names them too.
pub fn session_key(session: &Session) -> SessionKey<'_> {
    match &session.name {
        SessionName::Named(name) => SessionKey::Named(name),
        SessionName::Legacy => SessionKey::Legacy { start_url: &session.start_url },
    }
}

/// The key of a role's file.
pub fn role_key(role: &Role) -> RoleKey<'_> {
    RoleKey {
        session: session_key(&role.session),
        account_id: &role.account_id,
        role_name: &role.role_name,
    }
}

impl Provider {
    /// Where a session's token lies.
    pub fn token_place(&self, session: &Session) -> TokenPlace {
        let key = session_key(session);
        TokenPlace::new(self.folders(), &key, &session.start_url, &session.region)
    }
}
