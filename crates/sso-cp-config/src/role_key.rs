//! The keys by which a profile says whose credentials it gives.

use crate::keys;

/// One of them. Where thousands of profiles are listed, each is looked up by its number and not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleKey {
    PrivateSession,
    PrivateAccount,
    PrivateRole,
    Tenant,
    EntitledRole,
    Session,
    Account,
    Role,
    StartUrl,
    Region,
    RoleArn,
    LoginSession,
}

impl RoleKey {
    /// All of them, each at its own number.
    pub(crate) const ALL: [RoleKey; 12] = [
        RoleKey::PrivateSession,
        RoleKey::PrivateAccount,
        RoleKey::PrivateRole,
        RoleKey::Tenant,
        RoleKey::EntitledRole,
        RoleKey::Session,
        RoleKey::Account,
        RoleKey::Role,
        RoleKey::StartUrl,
        RoleKey::Region,
        RoleKey::RoleArn,
        RoleKey::LoginSession,
    ];

    /// As it stands in a file.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            RoleKey::PrivateSession => keys::SSO_CP_SESSION,
            RoleKey::PrivateAccount => keys::SSO_CP_ACCOUNT_ID,
            RoleKey::PrivateRole => keys::SSO_CP_ROLE_NAME,
            RoleKey::Tenant => keys::SSO_CP_TENANT_ID,
            RoleKey::EntitledRole => keys::SSO_CP_ROLE_ARN,
            RoleKey::Session => keys::SSO_SESSION,
            RoleKey::Account => keys::SSO_ACCOUNT_ID,
            RoleKey::Role => keys::SSO_ROLE_NAME,
            RoleKey::StartUrl => keys::SSO_START_URL,
            RoleKey::Region => keys::SSO_REGION,
            RoleKey::RoleArn => keys::ROLE_ARN,
            RoleKey::LoginSession => keys::LOGIN_SESSION,
        }
    }

    /// The key that a line names. Capitals do not matter.
    pub(crate) fn called(name: &str) -> Option<RoleKey> {
        let is_candidate =
            matches!(name.as_bytes().first()?, b's' | b'S' | b'r' | b'R' | b'l' | b'L');
        let is_it = |key: &RoleKey| {
            let known = key.name();
            known.len() == name.len() && known.eq_ignore_ascii_case(name)
        };
        is_candidate.then(|| RoleKey::ALL.into_iter().find(is_it))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_number_and_is_found_by_its_name() {
        for (number, key) in RoleKey::ALL.into_iter().enumerate() {
            assert_eq!(key as usize, number);
            assert_eq!(RoleKey::called(key.name()), Some(key));
            assert_eq!(RoleKey::called(&key.name().to_uppercase()), Some(key));
        }
        for other in ["", "region", "sso_", "sso_sessions", "é"] {
            assert_eq!(RoleKey::called(other), None, "{other}");
        }
    }
}
