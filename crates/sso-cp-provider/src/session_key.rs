//! How the cache knows a session.

use sso_cp_cache::{
    CachedScope, ChainFile, ChainKey, RoleFile, RoleKey, ScopedFile, ScopedKey, ServiceTokenFile,
    ServiceTokenKey, SessionKey, Store, TokenPlace,
};
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
        entitlement: role.entitled.as_ref().map(|entitled| &*entitled.key),
    }
}

impl Provider {
    /// Where a session's token lies.
    pub fn token_place(&self, session: &Session) -> TokenPlace {
        self.token_place_in(&self.store(session), session)
    }

    pub(crate) fn token_place_in(&self, store: &Store, session: &Session) -> TokenPlace {
        let (key, region) = (session_key(session), &session.region);
        TokenPlace::in_store(store, self.folders(), &key, &session.start_url, region)
    }

    /// The file of an assumed role's credentials.
    pub(crate) fn chain_file(
        &self,
        session: &Session,
        key: &ChainKey<'_>,
        account_id: &str,
    ) -> ChainFile {
        ChainFile::in_store(&self.store_of_credentials(session), self.folders(), key, account_id)
    }

    /// The file of scoped credentials.
    pub(crate) fn scoped_file(
        &self,
        session: &Session,
        key: &ScopedKey<'_>,
        account_id: &str,
        role_name: &str,
    ) -> ScopedFile {
        ScopedFile::in_store(
            &self.store_of_credentials(session),
            self.folders(),
            key,
            account_id,
            role_name,
        )
    }

    /// What is cached of a session's roles in scoped form; of what is locked, nothing. Nobody but the
    /// kernel is asked for a key.
    pub fn scoped_credentials(&self, session: &Session) -> Vec<CachedScope> {
        let store = self.store_of_credentials(session).offline();
        ScopedFile::list(&store, self.folders(), &session_key(session))
    }

    /// The file of a token that a service gave for a session's credentials.
    pub(crate) fn service_token_file(
        &self,
        session: &Session,
        key: &ServiceTokenKey<'_>,
    ) -> ServiceTokenFile {
        ServiceTokenFile::in_store(&self.store_of_credentials(session), self.folders(), key)
    }

    /// The file of a role's credentials.
    pub fn role_file(&self, session: &Session, key: &RoleKey<'_>) -> RoleFile {
        RoleFile::in_store(&self.store_of_credentials(session), self.folders(), key)
    }
}
