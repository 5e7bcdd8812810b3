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
        NAMES[self as usize]
    }

    /// The key that a line names. Capitals do not matter, and are rare.
    pub(crate) fn called(name: &str) -> Option<RoleKey> {
        let is_candidate =
            matches!(name.as_bytes().first()?, b's' | b'S' | b'r' | b'R' | b'l' | b'L');
        // The length first, by which most differ: comparing texts is a call of a function.
        let exactly = || NAMES.iter().position(|known| known.len() == name.len() && *known == name);
        let has_capitals = || name.bytes().any(|byte| byte.is_ascii_uppercase());
        let loosely = || NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
        let number = is_candidate.then(exactly)?;
        let number = number.or_else(|| has_capitals().then(loosely)?)?;
        Some(RoleKey::ALL[number])
    }
}

const NAMES: [&str; RoleKey::ALL.len()] = [
    keys::SSO_CP_SESSION,
    keys::SSO_CP_ACCOUNT_ID,
    keys::SSO_CP_ROLE_NAME,
    keys::SSO_CP_TENANT_ID,
    keys::SSO_CP_ROLE_ARN,
    keys::SSO_SESSION,
    keys::SSO_ACCOUNT_ID,
    keys::SSO_ROLE_NAME,
    keys::SSO_START_URL,
    keys::SSO_REGION,
    keys::ROLE_ARN,
    keys::LOGIN_SESSION,
];

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
