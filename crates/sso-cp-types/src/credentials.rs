//! The credentials of a role, and the names that lead to them.

use std::fmt;

use crate::secret::is_visible_ascii;
use crate::{Secret, Timestamp};

/// An AWS account, usually twelve digits. A text and never a number: leading zeros matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountId(pub String);

impl AccountId {
    /// The twelve digits that every real account has. AWS's own test vectors use shorter ones, so
    /// other forms are odd but not wrong.
    pub fn is_usual(&self) -> bool {
        self.0.len() == 12 && self.0.bytes().all(|byte| byte.is_ascii_digit())
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
