//! Which roles' credentials came from which session: what `logout` deletes and `status` shows. The
//! names of role files are hashes, so it cannot be read off them.

use sso_cp_types::sort_by_text;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Folders;
use crate::error::Error;
use crate::json::{Object, ObjectWriter, Parsed, first_object};
use crate::lock::Lock;
use crate::names::{RoleKey, SessionKey};
use crate::{read, write};

/// Long enough for a hundred writers, each of which takes a few milliseconds, and short beside what
/// the network had of the call's 20 seconds.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// A role whose credentials were cached for a session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexedRole {
    /// The account.
    pub account_id: String,
    /// The permission set.
    pub role_name: String,
}

/// The index of one session, in a file of our own.
#[derive(Debug, Clone)]
pub struct RoleIndex {
    path: PathBuf,
}

impl RoleIndex {
    /// The index of a session.
    pub fn new(folders: &Folders, session: &SessionKey<'_>) -> RoleIndex {
        RoleIndex { path: folders.index_path(session) }
    }

    /// The roles that are noted; none where the file is missing or broken.
    pub fn read(&self) -> Vec<IndexedRole> {
        let Ok(Some(bytes)) = read::bytes(&self.path) else { return Vec::new() };
        let Parsed::Whole(object) = first_object(&bytes) else { return Vec::new() };
        let members = object.0.get("roles").map_or("[]", |raw| raw.get());
        let roles: Vec<std::collections::BTreeMap<_, _>> =
            serde_json::from_str(members).unwrap_or_default();
        roles
            .into_iter()
            .map(Object)
            .filter_map(|role| {
                Some(IndexedRole {
                    account_id: role.text("accountId")?.to_string(),
                    role_name: role.text("roleName")?.to_string(),
                })
            })
            .collect()
    }

    /// Notes a role, if it is not noted yet. Where there are no locks, two processes may lose each
    /// other's note; the next fetch for that role notes it again.
    ///
    /// # Errors
    ///
    /// The note could not be written.
    pub fn note(&self, folders: &Folders, key: &RoleKey<'_>) -> Result<(), Error> {
        let role = IndexedRole {
            account_id: key.account_id.to_owned(),
            role_name: key.role_name.to_owned(),
        };
        if self.read().contains(&role) {
            return Ok(());
        }
        let _lock = Lock::Index(key.session).take(folders, Instant::now() + MAX_WAIT);
        let mut roles = self.read();
        if roles.contains(&role) {
            return Ok(());
        }
        roles.push(role);
        sort_by_text(&mut roles, |role| format!("{}\0{}", role.account_id, role.role_name));
        let items = roles.iter().map(|role| {
            let object = ObjectWriter::new()
                .text("accountId", &role.account_id)
                .text("roleName", &role.role_name);
            object.finish().to_string()
        });
        let list = format!("[{}]", items.collect::<Vec<_>>().join(", "));
        write::write(
            folders,
            &self.path,
            ObjectWriter::new().raw("roles", &list).finish().as_bytes(),
        )
    }

    /// Forgets every role.
    pub fn clear(&self) {
        // A note that stays names credentials that are gone, which is harmless.
        write::forget(&self.path);
    }
}
