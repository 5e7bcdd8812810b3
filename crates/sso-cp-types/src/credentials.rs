//! The credentials of a role, and the names that lead to them.

use std::fmt;

use crate::secret::is_visible_ascii;
use crate::{Secret, Timestamp};

/// An AWS account, usually twelve digits. A text and never a number: leading zeros matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountId(pub String);

/// How long an account id is.
const DIGITS: usize = 12;
const SHORT: usize = DIGITS - 1;
const LONG: usize = DIGITS + 1;

impl AccountId {
    /// The twelve digits that every real account has. AWS's own test vectors use shorter ones, so
    /// other forms are odd but not wrong.
    pub fn is_usual(&self) -> bool {
        self.0.len() == DIGITS && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// An account id as people type it: `1111-2222-3333`, as the AWS console shows it, is `111122223333`.
    /// What has no twelve digits in the end stays as it is.
    pub fn typed(text: &str) -> AccountId {
        let plain: String =
            text.chars().filter(|letter| *letter != '-' && !letter.is_whitespace()).collect();
        let plain = AccountId(plain);
        if plain.is_usual() { plain } else { AccountId(text.to_owned()) }
    }

    /// Whether it is probably a slip: other characters than digits, or one digit too few or too many. The
    /// short ones of AWS's own test vectors are none.
    pub fn is_slip(&self) -> bool {
        let is_number = !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_digit());
        !is_number || matches!(self.0.len(), SHORT | LONG)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a permission set, which the portal's API calls a role name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName(pub String);

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Short-lived AWS credentials of one role in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleCredentials {
    /// Begins `ASIA`; the public half.
    pub access_key_id: String,
    /// The private half.
    pub secret_access_key: Secret,
    /// Always present: these are temporary credentials.
    pub session_token: Secret,
    /// When AWS stops accepting them.
    pub expires_at: Timestamp,
}

impl RoleCredentials {
    /// The name of the first field that is empty or holds something other than visible ASCII, which
    /// no AWS credential does.
    pub fn malformed_field(&self) -> Option<&'static str> {
        if !is_visible_ascii(&self.access_key_id) {
            return Some("accessKeyId");
        }
        if !self.secret_access_key.is_well_formed() {
            return Some("secretAccessKey");
        }
        (!self.session_token.is_well_formed()).then_some("sessionToken")
    }
}

#[cfg(test)]
mod account_tests {
    use super::AccountId;

    #[test]
    fn account_ids_are_taken_as_people_type_them() {
        for (typed, is_usual, is_slip) in [
            ("111122223333", true, false),
            ("1111-2222-3333", true, false),
            (" 1111 2222 3333", true, false),
            ("11112222333", false, true),
            ("1111-2222-333", false, true),
            ("1111222233334", false, true),
            ("11112222333a", false, true),
            ("", false, true),
            ("0123", false, false),
            ("1234567890", false, false),
        ] {
            let id = AccountId::typed(typed);
            assert_eq!((id.is_usual(), id.is_slip()), (is_usual, is_slip), "{typed}");
        }
        assert_eq!(AccountId::typed("1111-2222-3333").0, "111122223333");
        assert_eq!(AccountId::typed("1111-2222-333").0, "1111-2222-333");
    }
}
