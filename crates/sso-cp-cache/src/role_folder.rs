//! Which roles' credentials can be in the AWS CLI's folder, or sealed in ours, by one look at both:
//! where thousands of profiles are configured, looking for the file of each would be thousands of misses.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;

use crate::Folders;
use crate::error::Error;
use crate::json::{Parsed, first_object};
use crate::names::RoleKey;
use crate::read;
use crate::role_file::PROVIDER;

/// So many files are looked into. Where there are more, working out each name costs less.
pub(crate) const MAX_LOOKED_INTO: usize = 256;
/// What the names of sealed role credentials begin with.
const SEALED_ROLE: &str = "role-";

/// What the folders have: the AWS CLI's, and ours of sealed files.
#[derive(Debug)]
pub struct RoleFolder {
    /// The names of the plain files; `None` where they cannot be listed, so that each has to be tried.
    names: Option<HashSet<String>>,
    /// The accounts that these are of; `None` where not every file says so.
    accounts: Option<HashSet<String>>,
    /// The names of the sealed files, which say no account without a key; `None` as for the plain ones.
    sealed: Option<HashSet<String>>,
}

impl RoleFolder {
    /// Looks once. A folder that is not there is an empty one.
    pub fn look(folders: &Folders) -> RoleFolder {
        let folder = folders.cli();
        let names = listed(&folder);
        let few = names.as_ref().filter(|names| names.len() <= MAX_LOOKED_INTO);
        let accounts = few.and_then(|names| {
            let files = names.iter().filter(|name| name.ends_with(".json"));
            let accounts = files.filter_map(|name| account(&folder.join(name)));
            accounts.map(Account::known).collect()
        });
        let mut sealed = listed(&folders.sealed());
        if let Some(names) = &mut sealed {
            names.retain(|name| name.starts_with(SEALED_ROLE));
        }
        RoleFolder { names, accounts, sealed }
    }

    /// Whether some role of the account may be there. Takes no work to speak of.
    pub fn may_have_account(&self, account_id: &str) -> bool {
        let some = |names: &Option<HashSet<String>>| names.as_ref().is_none_or(|n| !n.is_empty());
        some(&self.sealed) || some(&self.names) && self.is_of_a_plain_file(account_id)
    }

    /// Whether there is a file by the name of the role, plain or sealed.
    pub fn may_have(&self, key: &RoleKey<'_>) -> bool {
        if key.entitlement.is_some() {
            return true;
        }
        if !self.may_have_account(key.account_id) {
            return false;
        }
        let hash = key.hash();
        let is_plain = |names: &HashSet<String>| names.contains(&format!("{hash}.json"));
        let is_sealed = |names: &HashSet<String>| names.contains(&format!("{SEALED_ROLE}{hash}"));
        self.is_of_a_plain_file(key.account_id) && self.names.as_ref().is_none_or(is_plain)
            || self.sealed.as_ref().is_none_or(is_sealed)
    }

    fn is_of_a_plain_file(&self, account_id: &str) -> bool {
        self.accounts.as_ref().is_none_or(|accounts| accounts.contains(account_id))
    }
}

/// The names of a folder's files; `None` where it is there and cannot be listed.
fn listed(folder: &Path) -> Option<HashSet<String>> {
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let names = entries.map(|entry| Some(entry.ok()?.file_name().into_string()));
            names.map(|name| name.map(Result::unwrap_or_default)).collect()
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Some(HashSet::new()),
        Err(_) => None,
    }
}

/// Whose credentials a file holds.
enum Account {
    Known(String),
    /// Early versions of the AWS CLI did not say, or the file cannot be read.
    Unsaid,
}

impl Account {
    fn known(self) -> Option<String> {
        match self {
            Account::Known(account_id) => Some(account_id),
            Account::Unsaid => None,
        }
    }
}

/// The account of a file; `None` where it holds nothing that a role could be read from.
fn account(path: &Path) -> Option<Account> {
    let bytes = match read::bytes(path) {
        Ok(bytes) => bytes?,
        Err(Error::NotAFile { .. } | Error::TooLarge { .. }) => return None,
        Err(_) => return Some(Account::Unsaid),
    };
    let Parsed::Whole(object) = first_object(&bytes) else { return None };
    if object.text("ProviderType").is_some_and(|provider| *provider != PROVIDER) {
        return None;
    }
    let inner = object.0.get("Credentials")?.get().as_bytes();
    let Parsed::Whole(credentials) = first_object(inner) else { return None };
    Some(match credentials.text("AccountId") {
        Some(account_id) => Account::Known(account_id.to_string()),
        None => Account::Unsaid,
    })
}
