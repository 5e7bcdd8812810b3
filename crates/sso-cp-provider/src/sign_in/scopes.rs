//! What a sign-in is asked to be good for.

use sso_cp_cache::{Flow, RegistrationFile, RegistrationKey};
use sso_cp_config::Session;
use sso_cp_portal::{ASSUME_SCOPE, LIST_SCOPE};
use sso_cp_types::{ACCOUNT_ACCESS, Timestamp};

use crate::provider::Provider;
use crate::session_key::session_key;

impl Provider {
    /// The scopes of a session's sign-in: those that are configured, and those of account access manager where
    /// the configuration names one. Nobody else's sign-in has these: where the service is not enabled, AWS may
    /// know no such scopes.
    pub fn scopes(&self, session: &Session) -> Option<Vec<String>> {
        if self.tenants(session).is_empty() {
            return session.scopes.clone();
        }
        let mut scopes = session.scopes.clone().unwrap_or_default();
        for scope in [ACCOUNT_ACCESS, LIST_SCOPE, ASSUME_SCOPE] {
            if scopes.iter().all(|known| known != scope) {
                scopes.push(scope.to_owned());
            }
        }
        Some(scopes)
    }

    /// Whether the session's token was given for the scopes that its sign-in would have now, by the client that
    /// it is renewed with: the token itself does not say it. `None` where there is no such token.
    pub fn has_scopes(&self, session: &Session) -> Option<bool> {
        let token = self.token_place(session).read().ok()??.token;
        let client_id = token.renewal?.registration.client_id;
        let scopes = self.scopes(session);
        let key = RegistrationKey {
            session: session_key(session),
            start_url: &session.start_url,
            region: &session.region,
            scopes: scopes.as_deref(),
        };
        let file = RegistrationFile::in_store(&self.store(session), self.folders(), &key);
        Some([Flow::AuthorizationCode, Flow::Device].into_iter().any(|flow| {
            let known = file.read(flow, Timestamp::now());
            known.is_some_and(|known| known.client_id == client_id)
        }))
    }
}
