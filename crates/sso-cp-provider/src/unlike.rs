//! Credentials that were of no use, so that others are wanted whatever the cache has.

use sso_cp_types::RoleCredentials;

/// Which credentials are good enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unlike<'a> {
    /// Any.
    Nothing,
    /// Any but these, which AWS does not take for what is wanted.
    These(&'a RoleCredentials),
}

impl Unlike<'_> {
    /// Whether these are good enough.
    pub(crate) fn accepts(self, credentials: &RoleCredentials) -> bool {
        match self {
            Unlike::Nothing => true,
            Unlike::These(old) => credentials.access_key_id != old.access_key_id,
        }
    }
}
