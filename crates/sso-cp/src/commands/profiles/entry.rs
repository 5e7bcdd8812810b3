//! What there is to say about one profile.

use sso_cp_config::ProfileKind;

/// What there is to say about one profile.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) account_id: Option<String>,
    pub(super) role_name: Option<String>,
    pub(super) session: Option<String>,
    pub(super) kind: Option<ProfileKind>,
    /// Why it would not work now; none if it would.
    pub(super) reason: Option<String>,
}
