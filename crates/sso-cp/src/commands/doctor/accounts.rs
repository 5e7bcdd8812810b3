//! Account ids that no account has. AWS answers them with words that do not say so.

use sso_cp_config::{Change, ListedProfile, ProfileKind, SectionName, keys};
use sso_cp_types::AccountId;

use super::check::{Check, Finding};
use super::scene::Scene;
use crate::messages::text::clean;

/// Looks at the account of each profile.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    findings.extend(scene.listed().filter_map(|profile| of_profile(&profile)));
}

fn of_profile(profile: &ListedProfile<'_>) -> Option<Finding> {
    let id = AccountId(profile.account_id?.to_owned());
    if id.is_usual() {
        return None;
    }
    let key = match profile.kind {
        Some(ProfileKind::Private) => keys::SSO_CP_ACCOUNT_ID,
        _ => keys::SSO_ACCOUNT_ID,
    };
    let meant = AccountId::typed(&id.0);
    let fix = match meant.is_usual() {
        true => format!("write `{key} = {meant}` below [profile {}]", clean(profile.name)),
        false => format!(
            "write the account's twelve digits as `{key}` below [profile {}]",
            clean(profile.name)
        ),
    };
    let reason =
        format!("`{key} = {}` is not an account id, which has twelve digits", clean(&id.0));
    let finding = Check::Profile.warning(format!("profile {}", profile.name), reason, fix);
    Some(match meant.is_usual() {
        true => finding.with_edit(
            SectionName::Profile(profile.name.to_owned()),
            vec![Change::set(key, &meant.0)],
        ),
        false => finding,
    })
}
