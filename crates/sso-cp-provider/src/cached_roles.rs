//! Which cached role credentials came from which sign-in.

use std::collections::{BTreeSet, HashMap};

use sso_cp_cache::{Folders, IndexedRole, RoleIndex, SessionKey};
use sso_cp_config::{ListedProfile, Listing, ProfileKind};

/// The configured profiles by the session that each names, whether or not it is of any use otherwise.
pub struct ProfilesBySession<'a>(HashMap<SessionKey<'a>, Vec<&'a ListedProfile>>);

impl<'a> ProfilesBySession<'a> {
    /// Sorts the profiles of a listing.
    pub fn new(listing: &'a Listing) -> ProfilesBySession<'a> {
        let mut by_session: HashMap<_, Vec<_>> = HashMap::new();
        for profile in &listing.profiles {
            if let Some(key) = key_of(profile) {
                by_session.entry(key).or_default().push(profile);
            }
        }
        ProfilesBySession(by_session)
    }

    /// The profiles of a session, in the order of the files.
    pub fn of<'s>(&'s self, key: &SessionKey<'s>) -> &'s [&'s ListedProfile] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// The roles of a session whose files may be there: those that the index has, and those that the
    /// profiles name, for the AWS CLI caches these too and tells nobody.
    pub fn roles(&self, key: &SessionKey<'_>, folders: &Folders) -> BTreeSet<IndexedRole> {
        let mut roles = BTreeSet::new();
        roles.extend(RoleIndex::new(folders, key).read());
        roles.extend(self.of(key).iter().filter_map(|profile| {
            Some(IndexedRole {
                account_id: profile.account_id.clone()?,
                role_name: profile.role_name.clone()?,
            })
        }));
        roles
    }
}

fn key_of(profile: &ListedProfile) -> Option<SessionKey<'_>> {
    let session = profile.session.as_deref()?;
    match profile.kind? {
        ProfileKind::Private | ProfileKind::Session => Some(SessionKey::Named(session)),
        ProfileKind::Legacy => Some(SessionKey::Legacy { start_url: session }),
        ProfileKind::Chain | ProfileKind::Login => None,
    }
}
