//! The role that a profile is for: a permission set, or a role of account access manager.

/// The role of a profile.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) account_id: String,
    /// Without its path.
    pub(super) role_name: String,
    /// Of a role that account access manager gives.
    pub(super) arn: Option<String>,
}

impl Chosen {
    /// A permission set.
    pub(super) fn of_portal(account_id: &str, role_name: &str) -> Chosen {
        Chosen { account_id: account_id.to_owned(), role_name: role_name.to_owned(), arn: None }
    }

    /// A role of account access manager.
    pub(super) fn of_arn(arn: &str) -> Chosen {
        let account_id = arn.split(':').nth(4).unwrap_or_default();
        let role_name = arn.rsplit(['/', ':']).next().unwrap_or_default();
        Chosen { arn: Some(arn.to_owned()), ..Chosen::of_portal(account_id, role_name) }
    }

    /// As the AWS CLI proposes it.
    pub(super) fn default_name(&self) -> String {
        format!("{}-{}", self.role_name, self.account_id)
    }
}
