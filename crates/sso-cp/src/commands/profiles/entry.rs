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
    /// The same in words that other profiles may share, which name none of them.
    pub(super) shared_reason: Option<String>,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Entry {
    /// Whether the text is a part of its name, account, role or session.
    pub(super) fn has(&self, text: &str) -> bool {
        let known = [&self.account_id, &self.role_name, &self.session];
        let mut all = known.into_iter().flatten().chain([&self.name]);
        all.any(|known| contains(known, text))
    }
}

/// Whether a name has the text in it, in any case.
pub(super) fn contains(name: &str, text: &str) -> bool {
    name.to_lowercase().contains(&text.to_lowercase())
}
