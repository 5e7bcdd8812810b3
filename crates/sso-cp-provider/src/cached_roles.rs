//! Which cached role credentials came from which sign-in.

use std::collections::{BTreeSet, HashMap};

use sso_cp_cache::{Folders, IndexedRole, RoleFolder, RoleIndex, SessionKey};
use sso_cp_config::{ListedProfile, Listing, ProfileKind};

/// The configured profiles by the session that each names, whether or not it is of any use otherwise.
pub struct ProfilesBySession<'a>(HashMap<SessionKey<'a>, Vec<ListedProfile<'a>>>);

impl<'a> ProfilesBySession<'a> {
    /// Sorts the profiles of a listing.
    pub fn new(listing: &'a Listing) -> ProfilesBySession<'a> {
        let mut by_session: HashMap<_, Vec<_>> = HashMap::new();
        for profile in listing.profiles() {
            if let Some(key) = key_of(&profile) {
                by_session.entry(key).or_default().push(profile);
            }
        }
        ProfilesBySession(by_session)
    }

    /// The profiles of a session, in the order of the files.
    pub fn of<'s>(&'s self, key: &SessionKey<'s>) -> &'s [ListedProfile<'a>] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// The roles of a session whose files may be there: those that the index has, and those that the
    /// profiles name, for the AWS CLI caches these too and tells nobody. Of thousands of profiles, only
    /// those count whose account the folder has anything of.
    pub fn roles(
        &self,
        key: &SessionKey<'_>,
        folders: &Folders,
        folder: &RoleFolder,
    ) -> BTreeSet<IndexedRole> {
        let mut roles = BTreeSet::new();
        roles.extend(RoleIndex::new(folders, key).read());
        roles.extend(self.of(key).iter().filter_map(|profile| {
            let account_id = profile.account_id.filter(|id| folder.may_have_account(id))?;
            let role_name = profile.role_name?.to_owned();
            Some(IndexedRole { account_id: account_id.to_owned(), role_name })
        }));
        roles
    }
}

fn key_of<'a>(profile: &ListedProfile<'a>) -> Option<SessionKey<'a>> {
    let session = profile.session?;
    match profile.kind? {
        ProfileKind::Private | ProfileKind::Entitled | ProfileKind::Session => {
            Some(SessionKey::Named(session))
        }
        ProfileKind::Legacy => Some(SessionKey::Legacy { start_url: session }),
        ProfileKind::Chain | ProfileKind::Login => None,
    }
}
