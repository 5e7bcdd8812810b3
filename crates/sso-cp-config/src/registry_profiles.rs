//! Which profiles may speak for the image registry of an account.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::everything::{Everything, shown};
use crate::resolve::{Target, target_of_profile};
use crate::section::Section;
use crate::shared::Shared;
use crate::{Env, Error, Files, keys};

/// A profile whose credentials are of the account that was asked for.
#[derive(Debug)]
pub struct RegistryProfile {
    /// The profile's name.
    pub name: String,
    /// Whether `sso_cp_registry = true` stands in it.
    pub is_marked: bool,
    /// What it comes to, or why it cannot be used.
    pub target: Result<Target, Error>,
}

/// The profiles whose credentials are of an account, in the order of the files; without an account,
/// those that are marked. Profiles of the same role count once, under the first name: their credentials
/// are the same.
///
/// # Errors
///
/// A file is there and cannot be read at all.
pub fn registry_profiles(
    account_id: Option<&str>,
    files: &Files,
    env: &Env,
) -> Result<Vec<RegistryProfile>, Error> {
    let everything = Everything::read(files)?;
    let shared = Shared::of_everything(files, &everything);
    let mut found: Vec<RegistryProfile> = Vec::new();
    let mut by_credentials: HashMap<Target, usize> = HashMap::new();
    for profile in everything.profiles() {
        let name = shown(profile.name());
        let Ok(Some(section)) = profile.merge(&name) else { continue };
        let is_marked = section.switch(keys::SSO_CP_REGISTRY).unwrap_or(false);
        let may_be = account_id.map_or(is_marked, |account_id| names_account(&section, account_id));
        if !may_be {
            continue;
        }
        let target = target_of_profile(&name, &section, &shared, env);
        let is_other = |target: &Target| account_id.is_some_and(|id| id != target.account_id());
        if target.as_ref().is_ok_and(is_other) {
            continue;
        }
        let same = target.as_ref().ok().and_then(|target| {
            // Thousands of profiles may be of one account.
            match by_credentials.entry(target.clone().without_region()) {
                Entry::Occupied(known) => Some(*known.get()),
                Entry::Vacant(new) => {
                    new.insert(found.len());
                    None
                }
            }
        });
        match same {
            Some(known) => found[known].is_marked |= is_marked,
            None => found.push(RegistryProfile { name, is_marked, target }),
        }
    }
    Ok(found)
}

/// Whether the section speaks of an account at all, so that most profiles need not be understood.
fn names_account(section: &Section, account_id: &str) -> bool {
    [keys::SSO_CP_ACCOUNT_ID, keys::SSO_ACCOUNT_ID, keys::ROLE_ARN, keys::SSO_CP_ROLE_ARN]
        .into_iter()
        .filter_map(|key| section.get(key))
        .any(|value| value.contains(account_id))
}
